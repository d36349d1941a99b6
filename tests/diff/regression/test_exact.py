"""The exact test, its correction and the bounds of a drop: against scipy, against counting, and by simulation."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.core.decide import status_of
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_by_base, p_by_case, p_worse, q_values
from harness.diff.regression.kinds import Paired


def one(before: bool, after: bool) -> Paired:
    return Paired(before=1, before_passed=int(before), after=1, after_passed=int(after))


def cases(most: int) -> st.SearchStrategy[list[Paired]]:
    sizes = st.tuples(st.integers(1, 3), st.integers(1, 3))
    case = sizes.flatmap(
        lambda size: st.builds(
            Paired,
            before=st.just(size[0]),
            before_passed=st.integers(0, size[0]),
            after=st.just(size[1]),
            after_passed=st.integers(0, size[1]),
        )
    )
    return st.lists(case, min_size=1, max_size=most)


def counted(pairs: Sequence[Paired]) -> float:
    """The same chance, by going through every way in which the failures of each case may fall."""
    chance = {0.0: 1.0}
    for pair in pairs:
        total = pair.before + pair.after
        failures = total - pair.before_passed - pair.after_passed
        ways = list(itertools.combinations(range(total), failures))
        then: dict[float, float] = {}
        for (sum_so_far, p), fallen in itertools.product(chance.items(), ways):
            key = sum_so_far + sum(place < pair.after for place in fallen) / pair.after
            then[round(key, 9)] = then.get(round(key, 9), 0.0) + p / len(ways)
        chance = then
    seen = sum(1 - pair.after_passed / pair.after for pair in pairs)
    return sum(p for value, p in chance.items() if value >= seen - 1e-6)


@settings(deadline=None, max_examples=60)
@given(cases(5))
def test_the_p_value_is_the_share_of_arrangements_that_are_as_bad(pairs: list[Paired]) -> None:
    assert p_worse(pairs) == pytest.approx(counted(pairs), abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_with_one_run_each_it_is_mcnemars_exact_test_of_scipy(fell: int, rose: int, same: int) -> None:
    pairs = [one(True, False)] * fell + [one(False, True)] * rose + [one(True, True)] * same
    theirs = stats.binomtest(fell, fell + rose, 0.5, alternative="greater").pvalue if fell + rose else 1.0
    assert (p_worse(pairs) if pairs else 1.0) == pytest.approx(theirs, rel=1e-9)


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_one_case_with_repeats_is_scipys_hypergeometric_tail(before: int, after: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, before)), data.draw(st.integers(0, after))
    failures = before + after - sum(passed)
    theirs = stats.hypergeom.sf(after - passed[1] - 1, before + after, failures, after)
    ours = p_worse([Paired(before=before, before_passed=passed[0], after=after, after_passed=passed[1])])
    assert ours == pytest.approx(float(theirs), abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_correction_is_that_of_scipy(p: list[float]) -> None:
    assert q_values(p) == pytest.approx(list(stats.false_discovery_control(p)), abs=1e-12)


def test_a_million_cases_are_tested_as_exactly_as_the_normal_limit_says() -> None:
    pairs = [one(True, False)] * 100_500 + [one(False, True)] * 99_500 + [one(True, True)] * 800_000
    theirs = stats.binom.sf(100_499, 200_000, 0.5)
    assert p_worse(pairs) == pytest.approx(float(theirs), rel=1e-6)


@settings(deadline=None)
@given(cases(40), st.booleans())
def test_the_drop_lies_between_its_bounds_and_they_in_minus_1_to_1(pairs: list[Paired], exact: bool) -> None:
    found = drop_estimate(pairs, exact=exact)
    assert found.value == pytest.approx(sum(pair.drop for pair in pairs) / len(pairs))
    assert -1 <= found.low <= (found.value or 0.0) <= found.high <= 1


@settings(deadline=None)
@given(cases(40))
def test_swapping_the_sides_mirrors_the_drop(pairs: list[Paired]) -> None:
    there = drop_estimate(pairs, exact=False)
    back = drop_estimate(
        [
            Paired(before=p.after, before_passed=p.after_passed, after=p.before, after_passed=p.before_passed)
            for p in pairs
        ],
        exact=False,
    )
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-9)


def test_cases_that_were_not_judged_widen_the_bounds_and_leave_the_value() -> None:
    pairs = [one(True, True)] * 95
    known, wider = drop_estimate(pairs, exact=False), drop_estimate(pairs, [(0.0, 1.0)] * 5, exact=False)
    assert (known.value, wider.value) == (0.0, 0.0)
    assert wider.high > known.high + 0.05
    assert wider.low >= known.low


def test_without_repeats_all_samples_are_as_uncertain_as_so_many_replies_and_repeats_narrow_that() -> None:
    none = share_bounds(0, 24)[1]
    assert drop_estimate([one(True, True)] * 24, exact=True).high == pytest.approx(none)
    often = Paired(before=5, before_passed=5, after=5, after_passed=5)
    assert drop_estimate([often] * 24, exact=True).high == pytest.approx(share_bounds(0, 120)[1])
    flipped = drop_estimate([one(True, True)] * 23 + [one(True, False)], exact=True)
    assert flipped.value == pytest.approx(1 / 24)
    assert flipped.high >= 1 / 24 + 23 / 24 - share_bounds(23, 24)[0] - 1e-9


def test_no_case_measures_nothing() -> None:
    found = drop_estimate([], [(0.0, 1.0)], exact=False)
    assert (found.value, found.low, found.high) == (None, -1.0, 1.0)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 3)), min_size=1, max_size=8))
def test_by_base_the_p_value_is_the_share_of_coins_that_are_as_bad(moves: list[tuple[int, int]]) -> None:
    """Against every way the coins can fall. moves: cases of a base that fell (or rose), and steady ones beside them."""
    pairs = [
        Paired(before=1, before_passed=int(fell >= 0), after=1, after_passed=int(fell <= 0), base=f"b{k}")
        for k, (fell, steady) in enumerate(moves)
        for fell in [fell] * abs(fell) + [0] * steady
    ]
    sizes = [abs(fell) for fell, _ in moves]
    seen = sum(fell for fell, _ in moves)
    coins = [sum(s * c for s, c in zip(sizes, way, strict=True)) for way in product((1, -1), repeat=len(sizes))]
    assert p_by_base(pairs) == pytest.approx(sum(total >= seen for total in coins) / len(coins))


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5))
def test_with_one_case_a_base_both_ways_are_mcnemars(fell: int, rose: int, same: int) -> None:
    pairs = [one(True, False)] * fell + [one(False, True)] * rose + [one(True, True)] * same
    if pairs:
        assert p_by_base(pairs) == pytest.approx(p_by_case(pairs))


def test_variants_that_move_together_are_worth_few_cases() -> None:
    """Ten documents of eight variants: a change that mends one and breaks one is no drop, and widens the bounds."""
    apart = [replace(one(True, k >= 8), base=str(k)) for k in range(80)]
    together = [replace(pair, base=str(k // 8)) for k, pair in enumerate(apart)]
    assert p_worse(apart) < 0.01
    assert p_worse(together) == 0.5
    wide, narrow = (drop_estimate(pairs, exact=False) for pairs in (together, apart))
    assert wide.value == narrow.value == pytest.approx(0.1)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_documents_that_change_as_often_for_better_as_for_worse_are_called_worse_in_5_percent_at_most() -> None:
    draw = np.random.default_rng(3)
    by_base = by_case = 0
    for _ in range(300):
        change = draw.choice([-1, 0, 1], size=20, p=[0.15, 0.7, 0.15])
        variants = draw.integers(5, 11, size=20)
        pairs = [
            Paired(before=1, before_passed=int(c >= 0), after=1, after_passed=int(c <= 0), base=str(k))
            for k, (c, n) in enumerate(zip(change, variants, strict=True))
            for _ in range(n)
        ]
        by_base += p_by_base(pairs) <= 0.05
        by_case += p_by_case(pairs) <= 0.05
    assert by_base / 300 <= 0.05
    assert by_case / 300 > 0.15, "the reason why bases are compared, not cases"


def sent(chance: "np.ndarray[tuple[int], np.dtype[np.float64]]", times: int, draw: np.random.Generator) -> list[int]:
    return [int(passed) for passed in (draw.random((len(chance), times)) < chance[:, None]).sum(axis=1)]


def flaky(cases: int, draw: np.random.Generator) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Chances of holding as in the research: most cases steady, some flaky, some hard."""
    return draw.choice([0.995, 0.70, 0.15], size=cases, p=[0.75, 0.15, 0.10])


def statuses(draw: np.random.Generator, *, slices: int, cases: int, before: int, after: int, worse: float) -> set[str]:
    """The statuses of so many critical slices; in the first one, each case loses `worse` of its chance."""
    estimates, p = [], []
    for k in range(slices):
        chance = flaky(cases, draw)
        passed = sent(chance, before, draw), sent(chance - (chance * worse if k == 0 else 0), after, draw)
        pairs = [
            Paired(before=before, before_passed=old, after=after, after_passed=new)
            for old, new in zip(*passed, strict=True)
        ]
        estimates.append(drop_estimate(pairs, exact=False))
        p.append(p_worse(pairs))
    criteria = [
        Criterion(name="regress", estimate=e, limit=0.05, q=q) for e, q in zip(estimates, q_values(p), strict=True)
    ]
    return {status_of(one) for one in criteria}


@pytest.mark.parametrize(("before", "after"), [(1, 1), (5, 3)])
def test_a_service_that_did_not_change_is_called_worse_in_at_most_5_percent_of_gates(before: int, after: int) -> None:
    draw = np.random.default_rng(20261125)
    gates = [statuses(draw, slices=10, cases=20, before=before, after=after, worse=0.0) for _ in range(100)]
    assert sum("failed" in gate for gate in gates) <= 5


def test_a_slice_that_lost_a_quarter_is_found_with_repeats() -> None:
    draw = np.random.default_rng(20261125)
    gates = [statuses(draw, slices=10, cases=20, before=5, after=3, worse=0.25) for _ in range(60)]
    assert sum("failed" in gate for gate in gates) >= 0.75 * 60


@pytest.mark.parametrize("drop", [0.03, 0.10, 0.30])
def test_each_bound_holds_in_93_percent_of_runs_at_least(drop: float) -> None:
    draw = np.random.default_rng(7)
    runs, cases, low, high = 400, 84, 0, 0
    for _ in range(runs):
        before, gone = draw.random(cases) < 0.97, draw.random(cases) < drop
        after = (draw.random(cases) < 0.97) & ~gone
        found = drop_estimate([one(bool(b), bool(a)) for b, a in zip(before, after, strict=True)], exact=False)
        low += found.low <= 0.97 * drop
        high += found.high >= 0.97 * drop
    # 400 runs of a 93 % bound stay above 90.5 % with probability 97.5 %.
    assert min(low, high) / runs >= 0.905
