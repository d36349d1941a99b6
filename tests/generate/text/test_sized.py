"""A text in a long one: its own letters stay together, at the end, at the beginning or in the middle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.text.sized import LONGEST, TIMES, WAYS, longest_of, sized

TEXT = "My parcel 4711 has not arrived.\nPlease help."


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [8_000, 40_000])
def test_the_text_stands_where_the_way_says_and_the_whole_has_the_size(way: str, size: int) -> None:
    found = sized(TEXT, 10, Stream(1, "sized"), f"{way}:{size}")
    part, share = WAYS[way]
    assert part * size <= len(found) <= part * size + 200
    at = found.index(TEXT)
    assert found.count(TEXT) == 1
    assert abs(at - share * (len(found) - len(TEXT))) <= 0.05 * len(found)


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(sorted(WAYS)))
def test_any_text_stays_as_it_is(text: str, way: str) -> None:
    assert text in sized(text, 10, Stream(1, text), f"{way}:8000")


def test_a_blank_text_stays_blank_and_a_text_that_is_long_already_too() -> None:
    assert sized(" \n", 10, Stream(1), "long_before:8000") == " \n"
    long = TEXT * 500
    assert sized(long, 10, Stream(1), "long_before:8000") == long


def test_a_long_text_is_at_least_four_times_the_longest_sample_and_8000_characters() -> None:
    assert longest_of([]) == longest_of([10, 200]) == LONGEST
    assert longest_of([9_000, 20]) == TIMES * 9_000
