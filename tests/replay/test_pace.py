"""When requests are due, and durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.replay.pace import due_times, parse_seconds


@given(st.integers(0, 300), st.floats(0.1, 1000), st.floats(0, 1e6))
def test_requests_are_due_at_even_distances_from_the_start(count: int, rate: float, start: float) -> None:
    times = due_times(count, rate, start)
    assert len(times) == count
    assert times == sorted(times)
    assert all(abs(at - start - k / rate) < 1e-6 for k, at in enumerate(times))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30.0), ("1500ms", 1.5), ("2m", 120.0), ("24h", 86_400.0), ("1h 30m", 5400.0), (" 0.5 s ", 0.5)],
)
def test_durations_carry_their_unit(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "s", "-1s", "0s", "nans", "infs", "1e999s", "30m1h", "5m5m", "two s"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="30s"):
        parse_seconds(text)
