import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.core.settings import Gate, Mix
from harness.core.statistics.shares import share_bounds
from harness.diff.gate.power import estimate_power, found, passes, power, tell

MIX = (Mix(pack="pilot", share=0.7), Mix(pack="faxes", share=0.2), Mix(pack="phones", share=0.1))
CASES = {"pilot": 50, "faxes": 70, "phones": 20}


@given(st.integers(1, 200), st.floats(0.01, 0.99), st.sampled_from([0.02, 0.1, 0.3]))
def test_power_is_the_chance_of_a_no_go_by_the_exact_binomial(n: int, share: float, limit: float) -> None:
    theirs = sum(stats.binom.pmf(k, n, share) for k in range(n + 1) if share_bounds(k, n)[0] > limit)
    assert power(n, share, limit) == pytest.approx(theirs, abs=1e-9)


@given(st.integers(1, 200), st.floats(0.01, 0.99), st.sampled_from([0.02, 0.1, 0.3]))
def test_the_chance_of_a_go_is_by_the_exact_binomial_too(n: int, share: float, limit: float) -> None:
    theirs = sum(stats.binom.pmf(k, n, share) for k in range(n + 1) if share_bounds(k, n)[1] <= limit)
    assert passes(n, share, limit) == pytest.approx(theirs, abs=1e-9)


@given(st.integers(1, 150), st.sampled_from([0.02, 0.1]))
def test_a_rate_on_its_limit_is_a_no_go_in_5_percent_at_most(n: int, limit: float) -> None:
    assert power(n, limit, limit) <= 0.05


@pytest.mark.parametrize("n", [10, 40, 70, 160])
def test_the_rate_that_is_found_has_the_power_and_a_smaller_one_has_not(n: int) -> None:
    rate = found(n, 0.1)
    assert rate is not None
    assert power(n, rate, 0.1) >= 0.8 > power(n, rate - 0.002, 0.1)


def test_what_the_budget_sees_is_told_per_pack_and_over_the_mix() -> None:
    pilot, faxes, phones, mix = estimate_power(CASES, MIX, Gate())
    assert (pilot.shows, pilot.power) == (0.0, 1.0)
    assert (round(faxes.shows, 3), round(faxes.power or 0, 2)) == (0.042, 0.77)
    assert (phones.go_possible, faxes.go_possible, mix.go_possible) == (False, True, True)
    assert mix.cases == 140


def test_it_is_told_in_sentences() -> None:
    texts = [tell(sight) for sight in estimate_power(CASES, MIX, Gate())]
    assert texts[0] == "pilot: all 50 samples are sent, so the only error left is how unsteady the service is"
    assert texts[1] == (
        "faxes: with 70 cases, no silent error at all shows at most 4.2 %; 1 % silent errors are go with chance 0.97; "
        "20 % silent errors are no-go with chance 0.77; only 20.6 % and more with chance 0.8"
    )
    assert "a go (limit 10 %) is out of reach" in texts[2]
    assert texts[3] == "the mix: with 140 cases, no silent error at all shows at most 1.6 %"


def test_a_pack_without_a_case_is_told_too() -> None:
    assert tell(estimate_power({}, MIX, Gate())[1]) == "faxes: no case planned, nothing can be seen"
    assert not estimate_power({}, MIX, Gate())[-1].go_possible
    assert found(0, 0.1) is None


def test_only_critical_packs_are_told() -> None:
    assert [sight.slice for sight in estimate_power(CASES, MIX, Gate(critical=("faxes",)))] == ["faxes", ""]
