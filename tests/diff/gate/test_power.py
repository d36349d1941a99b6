import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.core.settings import Gate, Mix
from harness.core.statistics.shares import share_bounds
from harness.diff.gate.power import estimate_power, found, passes, power

MIX = (Mix(pack="pilot", share=0.7), Mix(pack="faxes", share=0.2), Mix(pack="phones", share=0.1))
CASES = {"pilot": 50, "faxes": 70, "phones": 20}
REPEATS = 4


@given(st.integers(1, 200), st.floats(0.01, 0.99), st.sampled_from([0.02, 0.1, 0.3]))
def test_power_is_the_chance_to_fail_by_the_exact_binomial(n: int, share: float, limit: float) -> None:
    theirs = sum(stats.binom.pmf(k, n, share) for k in range(n + 1) if share_bounds(k, n)[0] > limit)
    assert power(n, share, limit) == pytest.approx(theirs, abs=1e-9)


@given(st.integers(1, 200), st.floats(0.01, 0.99), st.sampled_from([0.02, 0.1, 0.3]))
def test_the_chance_to_pass_is_that_of_the_exact_binomial(n: int, share: float, limit: float) -> None:
    theirs = sum(stats.binom.pmf(k, n, share) for k in range(n + 1) if share_bounds(k, n)[1] <= limit)
    assert passes(n, share, limit) == pytest.approx(theirs, abs=1e-9)


@given(st.integers(1, 150), st.sampled_from([0.02, 0.1]))
def test_a_rate_on_its_limit_fails_in_5_percent_at_most(n: int, limit: float) -> None:
    assert power(n, limit, limit) <= 0.05


@pytest.mark.parametrize("n", [10, 40, 70, 160])
def test_the_rate_that_is_found_has_the_power_and_a_smaller_one_has_not(n: int) -> None:
    rate = found(n, 0.1)
    assert rate is not None
    assert power(n, rate, 0.1) >= 0.8 > power(n, rate - 0.002, 0.1)


def test_what_the_budget_sees_is_estimated_per_pack_and_over_the_mix() -> None:
    pilot, faxes, phones, mix = estimate_power(CASES, MIX, Gate(), repeats=REPEATS)
    assert (round(pilot.shows, 3), round(pilot.power or 0, 2)) == (0.015, 0.99)
    assert (round(faxes.shows, 3), round(faxes.power or 0, 2)) == (0.042, 0.77)
    assert (phones.go_possible, faxes.go_possible, mix.go_possible) == (False, True, True)
    assert mix.cases == 140


def test_a_pack_with_too_few_cases_has_no_rate_that_passes() -> None:
    pilot, faxes, phones, mix = estimate_power(CASES, MIX, Gate(), repeats=REPEATS)
    assert (round(faxes.passes or 0, 2), faxes.found) == (0.97, 0.206)
    assert (phones.limit, phones.go_possible) == (0.1, False)
    assert (round(mix.shows, 3), mix.power, mix.passes) == (0.019, None, None)
    assert pilot.cases == 50


def test_a_pack_without_a_case_sees_nothing() -> None:
    faxes = estimate_power({}, MIX, Gate())[1]
    assert (faxes.slice, faxes.cases, faxes.power, faxes.found) == ("faxes", 0, 0.0, None)
    assert not estimate_power({}, MIX, Gate())[-1].go_possible
    assert found(0, 0.1) is None


def test_only_critical_packs_are_estimated() -> None:
    assert [sight.slice for sight in estimate_power(CASES, MIX, Gate(critical=("faxes",)))] == ["faxes", ""]
