"""How often the regression gate alarms without a cause, and how often it finds a slice that got worse.

    PYTHONPATH=. python tests/speed/gate_monte_carlo.py [--gates 1000] [--power 40000] [--seed 1]

A simulated service: of its cases 75 % hold with chance 0.995, 15 % with 0.70, 10 % with 0.15. Ten critical slices. The
gate is that of `harness check` (exact test, Benjamini-Hochberg, limit 5 points), beside three that teams use: any case
that newly fails, any slice that drops by 5 points, and McNemar's test in each slice by itself. Then power: one slice
loses 12 % of its chance, at 160 calls a slice and side, spread as more cases or as more repeats; `check` sends each
case of a pack once. Exits with 1 when false alarms are above 5 %, or a split finds more by over 2 points.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.core.decide import status_of
from harness.core.verdict import SIGNIFICANT, Criterion, Estimate
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_worse, q_values
from harness.diff.regression.kinds import Paired, compared

SLICES, LIMIT, WORSE, CALLS = 10, 0.05, 0.12, 160
POOL = 4000
MAX_ALARMS, MAX_BEHIND = 0.05, 0.02
SIZES = ((20, 1), (20, 4), (84, 1))
"""Cases and repeats of a slice where nothing changed."""
SPLITS = ((160, 1), (80, 2), (40, 4))
"""Cases and repeats of a slice, on either side, for the same calls."""

Draw = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Whether each rule stops the release."""

    ours: bool
    mcnemar: bool
    newly_failing: bool
    five_points: bool


def slice_of(draw: Draw, cases: int, repeats: int, worse: float = 0.0, variants: int = 1) -> list[Paired]:
    """One slice on both sides. variants: cases of one base, which share how they stand and what became of them."""
    bases = -(-cases // variants)
    chance = np.repeat(draw.choice([0.995, 0.70, 0.15], size=bases, p=[0.75, 0.15, 0.10]), variants)[:cases]
    before = (draw.random((cases, repeats)) < chance[:, None]).sum(axis=1)
    after = (draw.random((cases, repeats)) < (chance * (1 - worse))[:, None]).sum(axis=1)
    return [
        Paired(
            before=repeats,
            before_passed=int(old),
            after=repeats,
            after_passed=int(new),
            base=str(k // variants) if variants > 1 else "",
        )
        for k, (old, new) in enumerate(zip(before, after, strict=True))
    ]


def moved(draw: Draw, bases: int, variants: int) -> list[Paired]:
    """A slice whose documents changed as often for better as for worse, all variants of one together."""
    change = draw.choice([-1, 0, 1], size=bases, p=[0.15, 0.70, 0.15])
    return [
        Paired(before=1, before_passed=int(c >= 0), after=1, after_passed=int(c <= 0), base=str(k))
        for k, c in enumerate(change)
        for _ in range(variants)
    ]


Tested = tuple[float, Estimate]
"""A slice: its p-value, and its drop."""


def lines_of(slices: Sequence[Sequence[Paired]]) -> list[Tested]:
    return [(p_worse(pairs), drop_estimate(pairs, exact=False)) for pairs in map(compared, slices)]


def stopped(slices: Sequence[Tested]) -> bool:
    """Whether any line of the gate over these slices is no-go."""
    q = q_values([p for p, _ in slices])
    lines = [Criterion(name="regress", estimate=e, limit=LIMIT, q=one) for (_, e), one in zip(slices, q, strict=True)]
    return any(status_of(x) == "failed" for x in lines)


def alarms(slices: Sequence[Sequence[Paired]]) -> Alarms:
    tested = lines_of(slices)
    fell = any(pair.before_passed == pair.before and not pair.after_passed for pairs in slices for pair in pairs)
    dropped = any((estimate.value or 0.0) > LIMIT for _, estimate in tested)
    mcnemar = min(p for p, _ in tested) <= SIGNIFICANT
    return Alarms(ours=stopped(tested), mcnemar=mcnemar, newly_failing=fell, five_points=dropped)


def share(found: Sequence[bool]) -> float:
    return sum(found) / len(found)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gates", type=int, default=1000)
    parser.add_argument("--power", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    draw = np.random.default_rng(given.seed)
    most = max(*(unchanged(draw, given.gates, *size) for size in SIZES), moved_together(draw, given.gates))
    power = {split: found_share(draw, given.power, *split) for split in SPLITS}
    for (cases, repeats), found in power.items():
        print(f"one slice loses 12 %, {cases} cases sent {repeats}x: found in {found:.3f}")
    once = power[(CALLS, 1)]
    behind = max(power.values()) - once
    print(
        f"gate: false alarms in at most {100 * most:.1f} % of {given.gates} unchanged releases (goal 5); "
        f"at {CALLS} calls a slice, cases sent once find {100 * once:.1f} %, {100 * behind:.1f} points behind the best "
        f"split over {given.power} releases (goal 2)"
    )
    return 0 if most <= MAX_ALARMS and behind <= MAX_BEHIND else 1


def unchanged(draw: Draw, gates: int, cases: int, repeats: int) -> float:
    """The share of releases without a change that the gate stops, told beside those of other rules."""
    runs = [alarms([slice_of(draw, cases, repeats) for _ in range(SLICES)]) for _ in range(gates)]
    ours, mcnemar, naive, points = (share([getattr(run, rule) for run in runs]) for rule in Alarms.__slots__)
    print(
        f"no change, {SLICES} slices of {cases} cases sent {repeats}x: ours {ours:.3f}, McNemar in each slice "
        f"{mcnemar:.2f}, any newly failing case {naive:.2f}, a slice 5 points down {points:.2f}"
    )
    return ours


def moved_together(draw: Draw, gates: int) -> float:
    """The same where whole documents were mended and broken."""
    together = share([alarms([moved(draw, 20, 7) for _ in range(SLICES)]).ours for _ in range(gates)])
    print(f"20 documents of 7 variants, as many mended as broken: ours {together:.3f}")
    return together


def found_share(draw: Draw, releases: int, cases: int, repeats: int) -> float:
    """The share of releases in which the gate stops for the slice that got worse, or for another of the ten.

    The nine others of each are drawn out of a pool of unchanged slices, which are all alike but for chance.
    """
    pool = [lines_of([slice_of(draw, cases, repeats)])[0] for _ in range(POOL)]
    found = 0
    for _ in range(releases):
        worse = lines_of([slice_of(draw, cases, repeats, WORSE)])
        found += stopped([*worse, *(pool[int(k)] for k in draw.integers(POOL, size=SLICES - 1))])
    return found / releases


if __name__ == "__main__":
    sys.exit(main())
