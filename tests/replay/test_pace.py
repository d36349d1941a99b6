"""When requests are due, and durations as people write them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.core.load import Schedule
from harness.replay.pace import due_times, offsets, parse_seconds


@given(st.integers(0, 300), st.floats(0.1, 1000), st.floats(0, 1e6))
def test_requests_are_due_at_even_distances_from_the_start(count: int, rate: float, start: float) -> None:
    times = due_times(count, rate, start)
    assert len(times) == count
    assert times == sorted(times)
    assert all(abs(at - start - k / rate) < 1e-6 for k, at in enumerate(times))


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30.0), ("1500ms", 1.5), ("2m", 120.0), (" 0.5 s ", 0.5)])
def test_durations_carry_their_unit(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "s", "-1s", "0s", "nans", "infs", "1e999s", "1h", "two s"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"30s|could not convert"):
        parse_seconds(text)


@given(st.sampled_from(["constant", "poisson"]), st.integers(0, 500), st.floats(0.1, 1000), st.integers(0, 9))
def test_every_arrival_falls_in_its_order_within_the_duration(
    schedule: Schedule, count: int, duration: float, seed: int
) -> None:
    moments = offsets(schedule, count, duration, seed)
    assert len(moments) == count
    assert moments == sorted(moments)
    assert all(0 <= at < duration for at in moments)
    assert moments == offsets(schedule, count, duration, seed)


def test_poisson_arrivals_differ_by_seed_and_come_as_independent_clients_do() -> None:
    moments = offsets("poisson", 20_000, 100.0, 1)
    assert moments != offsets("poisson", 20_000, 100.0, 2)
    uniform = stats.kstest([at / 100.0 for at in moments], "uniform")
    gaps = stats.kstest([200 * (b - a) for a, b in pairwise(moments)], "expon")
    assert min(uniform.pvalue, gaps.pvalue) > 0.01
