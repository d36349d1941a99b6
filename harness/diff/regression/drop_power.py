"""Which drop a regression criterion can detect, computed before the first call."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

from harness.core.regression.baseline import CaseResult
from harness.core.statistics.power import SURE, DropPowerEstimate
from harness.core.verdict import SIGNIFICANT
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_worse
from harness.diff.regression.kinds import Paired

NORMAL = NormalDist()


def planned(case: CaseResult, after: int) -> Paired:
    """A case of the baseline that is to be sent `after` times; one that was never answered counts as not passed."""
    passed = case.known()
    return Paired(
        before=max(1, len(passed)),
        before_passed=sum(passed),
        after=after,
        after_passed=0,
        base=case.tags.get("sample", ""),
    )


def estimate_drop_power(
    name: str, before: Sequence[Paired], slices: int, limit: float, *, exact: bool = False
) -> DropPowerEstimate:
    """The drop that the criterion of the slice `name` can detect.

    before: its cases as the baseline has them, with how often each will be sent (`after`). slices: number of critical
    slices, for which the test is corrected; the worst case is assumed, that nothing changed in the others. The loss is
    assumed to be spread over the cases; variants of one sample that fall together show less.
    """
    steady = [replace(pair, before_passed=pair.before, after_passed=pair.after, base="") for pair in before]
    fallen = [replace(pair, after_passed=0) for pair in steady]

    def fails(k: int) -> bool:
        seen = [*fallen[:k], *steady[k:]]
        return k > limit * len(seen) and p_worse(seen) * slices <= SIGNIFICANT

    return DropPowerEstimate(
        slice=name,
        cases=len(steady),
        falls=next((k for k in range(1, len(steady) + 1) if fails(k)), None),
        found=found_drop(before, slices, limit),
        go_possible=drop_estimate(steady, exact=exact).high <= limit,
    )


def found_drop(before: Sequence[Paired], slices: int, limit: float) -> float | None:
    """The smallest drop that fails with probability 0.8, in steps of 1/1000 of the share that passed; else None."""
    if not before or chance_found(before, 1.0, slices, limit) < SURE:
        return None
    low, high = 0, 1000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance_found(before, middle / 1000, slices, limit) >= SURE else (middle, high)
    passed = sum(pair.before_passed / pair.before for pair in before) / len(before)
    return high / 1000 * passed


def chance_found(before: Sequence[Paired], lost: float, slices: int, limit: float) -> float:
    """The probability that the criterion fails if every case loses the part `lost` (0..1) of its chance to pass.

    An approximation for planning. before: what passed in the baseline, and the planned repeats. The test and the drop
    are taken as normal, with half a step as a correction for continuity; the test is corrected for `slices`
    (Bonferroni's correction as the worst case, C. E. Bonferroni 1936).
    """
    n = len(before)
    drops = {name: _moments(pairs, lost) for name, pairs in _by_base(before).items()}
    mean = sum(one.mean for one in drops.values())
    spread = math.sqrt(sum(one.variance for one in drops.values()))
    # By case, the test knows the failures of both sides; by base, the squares of the drops.
    variants = any(len(pairs) > 1 for pairs in _by_base(before).values())
    null = sum(one.mean**2 + one.variance if variants else one.within for one in drops.values())
    step = 1 / math.lcm(*(pair.after for pair in before)) / 2
    needed = max(NORMAL.inv_cdf(1 - SIGNIFICANT / max(1, slices)) * math.sqrt(null) + step, limit * n)
    if spread < 1e-9:
        return float(mean > needed)
    return NORMAL.cdf((mean - needed) / spread)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Mean and variance of the summed drops of one base. within: the variance that the test by case assumes."""

    mean: float
    variance: float
    within: float


def _by_base(pairs: Sequence[Paired]) -> dict[str, list[Paired]]:
    found: dict[str, list[Paired]] = {}
    for place, pair in enumerate(pairs):
        found.setdefault(pair.base or f"\0{place}", []).append(pair)
    return found


def _moments(pairs: Sequence[Paired], lost: float) -> _Moments:
    mean = variance = within = 0.0
    for pair in pairs:
        share = pair.before_passed / pair.before
        chance = share * (1 - lost)
        mean += share - chance
        variance += chance * (1 - chance) / pair.after
        within += _within(pair, chance)
    return _Moments(mean, variance, within)


def _within(pair: Paired, chance: float) -> float:
    """The expected variance of the case's drop if its failures are distributed over both sides at random.

    Of m failures in n sendings it is m (n - m) / ((n - 1) before after).
    """
    n = pair.before + pair.after
    failures = pair.before - pair.before_passed + pair.after * (1 - chance)
    product = failures * (n - failures) - pair.after * chance * (1 - chance)
    return product / ((n - 1) * pair.before * pair.after)
