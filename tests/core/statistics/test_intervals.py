import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.core.statistics.intervals import Tally, project, project_bounds, tally_of, tally_up
from harness.core.statistics.shares import at_least, clopper_pearson, share_bounds

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
counted = (st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
tallies = st.builds(tally_of, *counted, repeats=st.integers(0, 5)).filter(lambda tally: tally.known > 0)


@given(counts)
def test_clopper_pearson_is_the_two_sided_90_percent_interval_of_scipy(count: tuple[int, int]) -> None:
    k, n = count
    theirs = stats.binomtest(k, n).proportion_ci(0.90, method="exact")
    assert clopper_pearson(k, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(counts, st.floats(0, 1))
def test_the_exact_tail_is_that_of_scipy(count: tuple[int, int], share: float) -> None:
    k, n = count
    assert at_least(k, n, share) == pytest.approx(float(stats.binom.sf(k - 1, n, share)), abs=1e-9)


@given(st.integers(1, 500), st.floats(0, 1))
def test_a_share_lies_between_its_bounds_and_they_in_0_to_1(n: int, share: float) -> None:
    low, high = share_bounds(share * n, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


@given(counts)
def test_the_bounds_in_use_are_never_narrower_than_wilsons(count: tuple[int, int]) -> None:
    k, n = count
    theirs, (low, high) = stats.binomtest(k, n).proportion_ci(0.90, method="wilson"), share_bounds(k, n)
    assert low <= theirs.low + 1e-12
    assert high >= theirs.high - 1e-12


@pytest.mark.parametrize("n", [20, 40, 70, 100, 160])
@pytest.mark.parametrize("limit", [0.02, 0.05, 0.1, 0.3])
def test_a_rate_on_its_limit_is_called_no_go_in_5_percent_of_runs_at_most(n: int, limit: float) -> None:
    fewest = next(k for k in range(n + 1) if share_bounds(k, n)[0] > limit)
    assert at_least(fewest, n, limit) <= 0.05


@pytest.mark.parametrize("n", [20, 40, 42, 72, 80, 100, 133, 160])
@pytest.mark.parametrize("limit", [0.02, 0.05, 0.1, 0.2, 0.3])
def test_a_rate_on_its_limit_is_called_go_in_5_percent_of_runs_at_most(n: int, limit: float) -> None:
    too_many = next(k for k in range(n + 1) if share_bounds(k, n)[1] > limit)
    assert 1 - at_least(too_many, n, limit) <= 0.05


@given(st.floats(0.01, 300), st.floats(0.01, 300), st.floats(0.001, 0.999))
def test_the_incomplete_beta_function_is_that_of_scipy(a: float, b: float, x: float) -> None:
    assert at_least(a, a + b - 1, x) == pytest.approx(float(stats.beta.cdf(x, a, b)), abs=1e-9) or b <= 1


@given(st.integers(1, 300), st.floats(0, 1), st.floats(0, 1))
def test_more_errors_never_lower_a_bound(n: int, one: float, other: float) -> None:
    less, more = sorted([one, other])
    (low, high), (more_low, more_high) = share_bounds(less * n, n), share_bounds(more * n, n)
    assert low <= more_low + 1e-12
    assert high <= more_high + 1e-12


@given(counts, st.integers(2, 9))
def test_more_cases_at_the_same_rate_narrow_the_bounds(count: tuple[int, int], times: int) -> None:
    k, n = count
    low, high = share_bounds(k, n)
    closer = share_bounds(k * times, n * times)
    assert low <= closer[0] + 1e-12
    assert closer[1] <= high + 1e-12


def test_nothing_seen_has_the_full_range() -> None:
    assert share_bounds(0, 0) == (0.0, 1.0)
    assert Tally().bounds == (0.0, 1.0)
    assert Tally().value is None


@given(counts)
def test_swapping_good_and_bad_mirrors_the_bounds(count: tuple[int, int]) -> None:
    k, n = count
    low, high = share_bounds(k, n)
    assert share_bounds(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_unjudged_cases_widen_a_bound_by_their_whole_share() -> None:
    tally = tally_of(80, 10, 10)
    assert tally.value == pytest.approx(10 / 90)
    assert tally.bounds == (share_bounds(10, 100)[0], share_bounds(20, 100)[1])


def test_each_reply_counts_if_every_case_that_exists_was_sent_several_times() -> None:
    assert tally_of(24, 0, repeats=5).bounds == share_bounds(0, 120)
    assert tally_up([[0.0] * 5] * 24, complete=True).bounds == pytest.approx(share_bounds(0, 120))
    assert tally_up([[0.0] * 5] * 24).bounds == pytest.approx(share_bounds(0, 24))


def test_without_repeats_the_worst_is_assumed_of_what_was_not_measured() -> None:
    once = [[1.0]] * 76 + [[0.0]] * 24
    assert tally_up(once, complete=True).bounds == pytest.approx(share_bounds(76, 100))


def test_repeats_that_agree_narrow_the_bounds_and_those_that_differ_do_not() -> None:
    steady, unsteady = [[1.0] * 5] * 60 + [[0.0] * 5] * 40, [[1.0, 1.0, 1.0, 0.0, 0.0]] * 100
    assert tally_up(steady, complete=True).worth > 5 * 500
    assert tally_up(unsteady, complete=True).worth == 500


@pytest.mark.parametrize("samples", [12, 24, 100, 2000])
@pytest.mark.parametrize("repeats", [1, 2, 5])
@pytest.mark.parametrize(
    "chances", [(0.76,), (0.99,), (0.9,), (0.5,), (1.0, 0.0), (1.0, 0.9, 0.5, 0.1), (1.0,), (1.0, 0.97)], ids=str
)
def test_the_bounds_hold_in_93_percent_of_runs_of_steady_and_unsteady_services(
    chances: tuple[float, ...], repeats: int, samples: int
) -> None:
    runs = 400 if samples <= 100 else 60
    rng, held = np.random.default_rng(11), [0, 0]
    right = np.resize(chances, samples)
    for _ in range(runs):
        drawn = (rng.random((samples, repeats)) < right[:, None]).astype(float)
        low, high = tally_up(drawn.tolist(), complete=True).bounds
        held[0] += low <= right.mean() + 1e-9
        held[1] += high >= right.mean() - 1e-9
    assert min(held) / runs >= 0.93 - 3 * math.sqrt(0.95 * 0.05 / runs) * (runs < 100)


def test_a_few_errors_in_each_of_many_packs_are_not_called_too_many_in_more_than_5_percent_of_runs() -> None:
    rng, above = np.random.default_rng(12), 0
    for _ in range(3000):
        packs = {str(i): tally_of(40 - int(k), int(k)) for i, k in enumerate(rng.binomial(40, 0.02, 5))}
        above += project(dict.fromkeys(packs, 0.2), packs).low > 0.02
    assert above / 3000 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 3000)


def test_repeats_of_a_case_are_averaged_within_the_case() -> None:
    tally = tally_up([[1.0, 0.0], [0.0, 0.0], [1.0, None], [None], []])
    assert (tally.n, tally.known) == (5, 3)
    assert (tally.total, tally.least, tally.most) == (1.5, 1.0, 3.5)


@given(tallies)
def test_a_mix_of_one_pack_is_that_pack(tally: Tally) -> None:
    mixed = project({"only": 1.0}, {"only": tally})
    assert (mixed.value, mixed.low, mixed.high) == pytest.approx(
        (tally.estimate.value, tally.estimate.low, tally.estimate.high)
    )
    assert mixed.n == tally.known


@given(st.lists(tallies, min_size=1, max_size=6), st.data())
def test_a_projection_lies_between_its_bounds_and_within_the_packs_bounds(
    many: list[Tally], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.floats(0.01, 1), min_size=len(many), max_size=len(many)))
    shares = {str(i): weight / sum(weights) for i, weight in enumerate(weights)}
    mixed = project(shares, {str(i): tally for i, tally in enumerate(many)})
    assert mixed.value is not None
    assert 0 <= mixed.low <= mixed.value <= mixed.high <= 1
    assert mixed.low >= min(tally.bounds[0] for tally in many) - 1e-9
    assert mixed.high <= max(tally.bounds[1] for tally in many) + 1e-9


@given(st.lists(tallies, min_size=2, max_size=4))
def test_changing_the_sign_of_every_coefficient_mirrors_the_bounds(many: list[Tally]) -> None:
    by_name = {str(i): tally for i, tally in enumerate(many)}
    coefficients = {name: 0.5 - 0.4 * i for i, name in enumerate(by_name)}
    low, high = project_bounds(coefficients, by_name)
    mirrored = project_bounds({name: -value for name, value in coefficients.items()}, by_name)
    assert mirrored == pytest.approx((-high, -low))


def test_square_and_add_of_two_packs_by_hand() -> None:
    one, two = tally_of(90, 10), tally_of(30, 20)
    mixed = project({"one": 0.7, "two": 0.3}, {"one": one, "two": two})
    spread = math.hypot(0.7 * (share_bounds(10, 100)[1] - 0.1), 0.3 * (share_bounds(20, 50)[1] - 0.4))
    assert mixed.value == pytest.approx(0.19)
    assert mixed.high == pytest.approx(0.19 + spread)


def test_a_pack_without_a_reply_counts_with_its_full_range() -> None:
    mixed = project({"one": 0.8, "two": 0.2}, {"one": tally_of(50, 0)})
    assert mixed.value == 0.0
    assert (mixed.low, mixed.high) == pytest.approx((0.0, 0.2 + 0.8 * share_bounds(0, 50)[1]))
    assert project({"one": 1.0}, {}).value is None


@pytest.mark.parametrize("rates", [(0.02, 0.10, 0.20), (0.01, 0.05, 0.05), (0.05, 0.05, 0.05), (0.3, 0.5, 0.7)])
def test_the_bounds_over_a_mix_hold_in_93_percent_or_more_of_simulated_runs(rates: tuple[float, ...]) -> None:
    shares, sizes, rng = (0.5, 0.3, 0.2), (60, 70, 80), np.random.default_rng(7)
    truth = sum(share * rate for share, rate in zip(shares, rates, strict=True))
    held = [0, 0]
    for _ in range(1200):
        drawn = {
            str(i): tally_of(n - k, k) for i, (n, k) in enumerate(zip(sizes, rng.binomial(sizes, rates), strict=True))
        }
        mixed = project({str(i): share for i, share in enumerate(shares)}, drawn)
        held[0] += mixed.low <= truth
        held[1] += mixed.high >= truth
    assert min(held) / 1200 >= 0.93


def test_the_bounds_of_a_mean_of_values_in_0_to_1_hold_in_95_percent_of_simulated_runs() -> None:
    rng = np.random.default_rng(8)
    held = [0, 0]
    for _ in range(1200):
        low, high = share_bounds(float(rng.beta(4, 1, 50).sum()), 50)
        held[0] += low <= 0.8
        held[1] += high >= 0.8
    assert min(held) / 1200 >= 0.95


def test_the_difference_of_two_shares_is_covered_at_93_percent_or_more() -> None:
    rng, held = np.random.default_rng(9), [0, 0]
    for _ in range(1200):
        one, two = rng.binomial(70, 0.9), rng.binomial(60, 0.7)
        low, high = project_bounds({"a": 1.0, "b": -1.0}, {"a": tally_of(70 - one, one), "b": tally_of(60 - two, two)})
        held[0] += low <= 0.2
        held[1] += high >= 0.2
    assert min(held) / 1200 >= 0.93
