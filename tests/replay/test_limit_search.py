"""The search for the rate that a service holds: near the truth, also if a load sometimes says the wrong thing."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.replay.limit_search import Bracket, search


def found(held: Callable[[float], bool], start: float, ceiling: float = math.inf) -> tuple[Bracket, int]:
    """The result, and how many loads it took."""
    asked, count = search(start, ceiling), 1
    rate = next(asked)
    while True:
        try:
            rate = asked.send(held(rate))
            count += 1
        except StopIteration as end:
            return end.value, count


@given(st.floats(0.5, 5000), st.floats(0.01, 16))
def test_the_limit_lies_between_the_two_rates_within_five_percent(limit: float, share: float) -> None:
    start = limit * share
    got, count = found(lambda rate: rate <= limit, start)
    assert got.low <= limit < got.high
    assert got.high <= 1.06 * got.low
    assert count <= 9 + abs(math.log2(limit / start))


@given(st.floats(1, 1000), st.integers(0, 200))
def test_a_load_in_twenty_that_says_the_wrong_thing_moves_it_by_little(limit: float, seed: int) -> None:
    tries = iter(range(10_000))

    def held(rate: float) -> bool:
        return (rate <= limit) != (Stream(seed, "wrong", next(tries)).uniform() < 0.05)

    got, _ = found(held, limit / 3)
    assert 0.2 * limit < got.low < 4 * limit


def test_a_service_that_never_breaks_has_no_upper_side() -> None:
    assert found(lambda _: True, 10, ceiling=100)[0] == Bracket(low=100, high=math.inf)


def test_a_service_that_never_holds_has_no_lower_side() -> None:
    got, _ = found(lambda _: False, 10)
    assert got.low == 0
    assert got.high == pytest.approx(10 / 32)


def test_a_hiccup_at_the_upper_rate_is_tried_again() -> None:
    seen: list[float] = []

    def held(rate: float) -> bool:
        seen.append(rate)
        return rate <= 100 and len(seen) != 2

    got, _ = found(held, 40)  # 80 breaks the first time
    assert 95 < got.low <= 100 < got.high
