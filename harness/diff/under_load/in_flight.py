"""Whether answers get worse with the number of requests in flight: the same cases alone, and at each concurrency.

A service that is merely unsteady gives wrong answers alone as well, so those are the control; each case is compared
with itself, since some cases are always wrong.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from harness.core.finding import Circumstance, Count, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.robustness import ALPHA, MIN_CASES, RobustnessResult, robustness_criterion
from harness.core.statistics.fisher import by_chance, by_chance_within
from harness.core.under_load.results import AtConcurrency
from harness.core.verdict import Status
from harness.diff.faults.windows import Request, quality_of
from harness.diff.faults.wrong_answers import Truths, example_of, modes_of
from harness.diff.gate.dependence import inflation
from harness.diff.gate.worst import WORST, show

MIN_CHANCE = 1e-300
"""Smallest chance that has a quantile of the normal distribution."""

LOOKS = 2
"""How often the load is held against what was sent alone: once at its end, once after more of that."""

STEP = 50
"""Requests alone by which their number is raised."""

RUNS: Mapping[int, tuple[float, float]] = MappingProxyType({20: (1.905, 1.105)})
"""As `BATCHES`, at 1 % (chi-square): silent errors that come in runs stand out, and a false alarm costs evidence."""

Span = tuple[float, float]
Levels = NDArray[np.int64]


def in_flight(spans: Sequence[Span], requests: Sequence[Request]) -> Levels:
    """The number of requests in flight around each of `requests`, itself included.

    It is the larger one of those when it was sent and when it was done: the service may look at either moment. spans:
    when each request of the load was sent and done, also of those that ask for no answer.
    """
    begun, ended = (np.sort(np.array([span[k] for span in spans])) for k in (0, 1))
    moments = (np.array([one.sent for one in requests]), np.array([one.done for one in requests]))
    at_start, at_end = (np.searchsorted(begun, at, "right") - np.searchsorted(ended, at, "left") for at in moments)
    return np.asarray(np.maximum(1, np.maximum(at_start, at_end)), dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Requests of good input: those sent alone before and after a load, and those of the load in order of due times.

    levels: the number in flight around each request of the load.
    """

    before: Sequence[Request]
    after: Sequence[Request]
    loaded: Sequence[Request]
    levels: Levels

    @property
    def alone(self) -> list[Request]:
        """Those before the load and after it."""
        return [*self.before, *self.after]

    def those(self, chosen: NDArray[np.bool_]) -> list[Request]:
        """The requests of the load that are chosen."""
        return [self.loaded[k] for k in np.flatnonzero(chosen).tolist()]


def at_each(here: Loaded, deadline: float) -> tuple[AtConcurrency, ...]:
    """The quality of the answers alone, then by concurrency in steps of powers of two."""
    steps = np.ceil(np.log2(here.levels)).astype(np.int64)
    alone = [AtConcurrency(low=0, high=0, quality=quality_of(here.alone, deadline))] if here.alone else []
    for step in np.unique(steps).tolist():
        low = 2 ** (step - 1) + 1 if step else 1
        alone.append(AtConcurrency(low=low, high=2**step, quality=quality_of(here.those(steps == step), deadline)))
    return tuple(alone)


def concurrency_under_load(here: Loaded, truths: Truths, run: str) -> RobustnessResult:
    """The criterion `concurrency` of a load: no more silent errors at any concurrency than alone and below it."""
    wrong = _wrong(here.loaded)
    if not here.alone or not len(wrong):
        return _result(
            Finding(kind=FindingKind.NOT_TESTED, circumstances=(Circumstance(Where.IN_FLIGHT),), why=Why.NO_CONTROL),
            *("undecided", None, 0, run),
        )
    split = _split(here)
    if not split.told(here):
        kept = Finding(
            kind=FindingKind.QUALITY_UNDER_LOAD,
            count=Count(int(wrong.sum()), len(wrong)),
            control=_count(here.alone),
            numbers={"most": int(here.levels.max())},
        )
        return _result(kept, "passed", 0.0, len(wrong), run)
    above = here.levels > split.edge
    count = Count(int(wrong[above].sum()), int(above.sum()))
    rows = [one.row for one in here.those(above & wrong)]
    modes = modes_of(rows)
    failed = Finding(
        kind=FindingKind.WRONG_UNDER_LOAD,
        circumstances=(Circumstance(Where.IN_FLIGHT, str(split.edge)),),
        modes=modes,
        count=count,
        control=_count([*here.alone, *here.those(~above)]),
        parts={"after": _count(here.after)} if here.after else {},
        example=example_of(rows, modes, truths),
        cases=tuple(dict.fromkeys(row.address for row in rows))[:WORST],
    )
    return _result(failed, "failed", count.share, count.n, run)


def _result(finding: Finding, status: Status, value: float | None, n: int, run: str) -> RobustnessResult:
    shown, cases = show(finding.cases, run), finding.cases
    finding = replace(finding, show=shown)
    criterion = robustness_criterion("concurrency", finding, status, value=value, n=n, worst=cases, run=shown)
    return RobustnessResult(criteria=(criterion,))


def _wrong(requests: Sequence[Request]) -> NDArray[np.bool_]:
    return np.array([one.row.silent_error for one in requests], dtype=np.bool_)


def _count(requests: Sequence[Request]) -> Count:
    return Count(sum(one.row.silent_error for one in requests), len(requests))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """The concurrency above which wrong answers are least explained by chance.

    above: requests of the load with more in flight. chance: the p-value. level: at which it counts. edge: the
    concurrency where the shares differ most.
    """

    above: NDArray[np.bool_]
    chance: float
    level: float
    edge: int

    def told(self, here: Loaded) -> bool:
        """Whether chance is ruled out, by more than one case."""
        hit = {one.row.address for one in here.those(self.above & _wrong(here.loaded))}
        return self.chance <= self.level and len(hit) >= MIN_CASES


def _split(here: Loaded) -> _Split:
    """Splits at 0 (alone or under load) and at powers of two; those with the same requests above count once."""
    most = int(here.levels.max())
    told = {int((here.levels > at).sum()): at for at in reversed([0, *(2**k for k in range(most.bit_length()))])}
    told.pop(0, None)
    cases = _numbered([*here.alone, *here.loaded])
    silent = np.concatenate([_wrong(here.alone), _wrong(here.loaded)])
    levels = np.concatenate([np.zeros(len(here.alone), np.int64), here.levels])
    chances = {at: _chance(at, cases, silent, levels) for at in told.values()}
    best = min(chances, key=lambda at: chances[at])
    level = ALPHA / LOOKS / len(chances)
    return _Split(above=here.levels > best, chance=chances[best], level=level, edge=_edge(levels, silent))


def needed_alone(here: Loaded, most: int) -> int:
    """How many more requests alone would tell chance from a cause; 0: none are needed, or `most` would not tell.

    It is the number that decides if what is sent alone goes on as it has begun.
    """
    if not here.alone or not here.loaded:
        return 0
    split = _split(here)
    above, alone = _count(here.those(split.above)), _count([*here.alone, *here.those(~split.above)])
    if above.hits < MIN_CASES or above.share <= alone.share or split.told(here):
        return 0
    for more in range(STEP, most + 1, STEP):
        n = alone.n + more
        if by_chance(above.hits, above.n, round(alone.share * n), n) <= split.level:
            return more
    return 0


def _numbered(requests: Sequence[Request]) -> NDArray[np.int64]:
    """A number for the case of each request."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(one.row.address, len(numbers)) for one in requests], dtype=np.int64)


def _chance(split: int, cases: NDArray[np.int64], silent: NDArray[np.bool_], levels: Levels) -> float:
    """The p-value of more silent errors above the split than below it, each case compared with itself.

    Silent errors that come in runs are worth fewer: the quantile is divided by the root of their inflation.
    """
    above = levels > split
    tables = [
        np.bincount(cases[mask], minlength=int(cases.max()) + 1).tolist()
        for mask in (above & silent, above, ~above & silent, ~above)
    ]
    chance = by_chance_within(one for one in zip(*tables, strict=True) if one[0] + one[2])
    runs = inflation(silent[above], float(silent[above].mean()), RUNS)
    if runs <= 1 or chance >= 0.5:
        return chance
    return NormalDist().cdf(NormalDist().inv_cdf(max(MIN_CHANCE, chance)) / math.sqrt(runs))


def _edge(levels: Levels, silent: NDArray[np.bool_]) -> int:
    """The concurrency above which silent errors are most clearly more frequent (largest likelihood of two shares)."""
    n, hits = np.bincount(levels), np.bincount(levels[silent], minlength=int(levels.max()) + 1)
    below, hits_below = np.cumsum(n)[:-1], np.cumsum(hits)[:-1]
    fits = _likelihood(hits_below, below) + _likelihood(hits.sum() - hits_below, n.sum() - below)
    more = (hits.sum() - hits_below) * below > hits_below * (n.sum() - below)
    return int(np.argmax(np.where(more & (n[1:] > 0), fits, -np.inf)))


def _likelihood(hits: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    """The logarithm of the likelihood of `hits` of `n` at their own share."""
    share = np.clip(hits / np.maximum(1, n), 1e-12, 1 - 1e-12)
    return np.asarray(hits * np.log(share) + (n - hits) * np.log1p(-share))
