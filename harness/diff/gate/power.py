"""What a budget can and cannot see, before the first call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.settings import Gate, Mix
from harness.core.statistics.intervals import project, tally_of
from harness.core.statistics.shares import at_least, share_bounds
from harness.diff.gate.rates import PILOT

BAD, GOOD = 0.20, 0.01
"""Rates of silent errors in one pack: one that must be found, one that must not stop a release."""

SURE = 0.8
"""The power from which a rate counts as one that will be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerEstimate:
    """What the line of silent errors can see with so many cases.

    slice: a pack, "" for the mix. limit: of the line. shows: the upper bound that no silent error at all leaves; above
    `limit` a go is out of reach. bad: a rate to look out for, power: the chance that it ends in no-go. found: the
    smallest rate that does with power 0.8, None when no rate does. good: a rate to be content with, passes: the chance
    that it ends in go. The last five are told for packs only.
    """

    slice: str
    cases: int
    limit: float
    shows: float
    bad: float | None = None
    power: float | None = None
    found: float | None = None
    good: float | None = None
    passes: float | None = None

    @property
    def go_possible(self) -> bool:
        """Whether a service without silent errors can be shown to be inside the limit."""
        return self.shows <= self.limit


def estimate_power(
    cases: Mapping[str, int], mix: Sequence[Mix], gate: Gate, *, pilot_complete: bool = True
) -> tuple[PowerEstimate, ...]:
    """What `cases` planned per pack can see of silent errors: in each critical pack, then over the mix."""
    complete = {PILOT} if pilot_complete else set()
    critical = [part.pack for part in mix if not gate.critical or part.pack in gate.critical]
    packs = [_pack(name, cases.get(name, 0), gate.silent_errors_pack, name in complete) for name in critical]
    described = sum(part.share for part in mix) or 1.0
    none = {name: tally_of(n, 0, exact=name in complete) for name, n in cases.items()}
    over_mix = project({part.pack: part.share / described for part in mix}, none)
    sent = sum(cases.get(part.pack, 0) for part in mix)
    return (*packs, PowerEstimate(slice="", cases=sent, limit=gate.silent_errors, shows=over_mix.high))


def _pack(name: str, n: int, limit: float, exact: bool) -> PowerEstimate:
    return PowerEstimate(
        slice=name,
        cases=n,
        limit=limit,
        shows=tally_of(n, 0, exact=exact).bounds[1],
        bad=BAD,
        power=float(n > 0 and limit < BAD) if exact else power(n, BAD, limit),
        found=(limit if n else None) if exact else found(n, limit),
        good=GOOD,
        passes=float(n > 0 and limit >= GOOD) if exact else passes(n, GOOD, limit),
    )


def power(n: int, share: float, limit: float) -> float:
    """The exact chance that `n` cases with a true `share` of errors end in no-go: the lower bound above `limit`.

    >>> round(power(70, 0.20, 0.10), 2)
    0.77
    """
    return at_least(_fewest(n, limit), n, share)


def _fewest(n: int, limit: float) -> int:
    """The fewest errors among `n` that are no-go; n + 1 when none are enough."""
    return next((k for k in range(n + 1) if share_bounds(k, n)[0] > limit), n + 1)


def passes(n: int, share: float, limit: float) -> float:
    """The exact chance that `n` cases with a true `share` of errors end in go: the upper bound inside `limit`."""
    return 1.0 - at_least(_most(n, limit) + 1, n, share)


def _most(n: int, limit: float) -> int:
    """The most errors among `n` that are go; -1 when even none is not."""
    return next((k - 1 for k in range(n + 1) if share_bounds(k, n)[1] > limit), n)


def found(n: int, limit: float, sure: float = SURE) -> float | None:
    """The smallest true share, to a tenth of a percent, that ends in no-go with power `sure`; None when none does."""
    fewest = _fewest(n, limit)
    shares = (thousandth / 1000 for thousandth in range(round(limit * 1000), 1001))
    return next((share for share in shares if at_least(fewest, n, share) >= sure), None)


def tell(sight: PowerEstimate) -> str:
    """The sight as a sentence for the plan that is printed before the first call."""
    where = sight.slice or "the mix"
    if not sight.cases:
        return f"{where}: no case planned, nothing can be seen"
    if not sight.shows:
        return f"{where}: all {sight.cases} samples are sent, so the only error left is how unsteady the service is"
    parts = [f"{where}: with {sight.cases} cases, no silent error at all shows at most {_percent(sight.shows)}"]
    if not sight.go_possible:
        parts.append(f"a go (limit {_percent(sight.limit)}) is out of reach")
    elif sight.good is not None and sight.passes is not None:
        parts.append(f"{_percent(sight.good)} silent errors are go with chance {sight.passes:.2f}")
    if sight.bad is not None and sight.power is not None:
        parts.append(f"{_percent(sight.bad)} silent errors are no-go with chance {sight.power:.2f}")
        least = "no rate" if sight.found is None else f"only {_percent(sight.found)} and more"
        parts.append(f"{least} with chance {SURE:g}")
    return "; ".join(parts)


def _percent(share: float) -> str:
    return f"{round(100 * share, 1):g} %"
