"""Streams: many numbers at once are the same numbers one at a time, and none moves between versions."""

from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream


@given(st.lists(st.integers(0, 20), max_size=6), st.integers(0, 1 << 64))
def test_many_numbers_at_once_are_those_one_at_a_time(counts: list[int], seed: int) -> None:
    at_once, singly = Stream(seed, "a", 1), Stream(seed, "a", 1)
    for count in counts:
        assert at_once.words(count) == [singly.bits() for _ in range(count)]
    assert at_once.bits() == singly.bits()


@given(st.integers(0, 40), st.integers(0, 1 << 32))
def test_an_order_holds_every_place_once_by_the_numbers_drawn_for_it(n: int, seed: int) -> None:
    order, drawn = Stream(seed, "order").order(n), Stream(seed, "order").words(n)
    assert sorted(order) == list(range(n))
    assert [drawn[i] for i in order] == sorted(drawn)


def test_the_numbers_of_a_stream_are_frozen() -> None:
    draw = Stream(1, "frozen", 7, "é\ud800")
    assert draw.bits() == 473968055531690253
    assert draw.child("below").below(10**6) == 641299
    assert Stream(1, "frozen").order(9) == [3, 0, 2, 1, 7, 8, 6, 4, 5]
