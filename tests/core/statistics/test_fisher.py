"""Fisher's exact test: counted where there are few replies, and the same where there are many."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.statistics.fisher import COUNTED, by_chance


def counted(hit: int, n: int, other_hit: int, other_n: int) -> float:
    total, most = hit + other_hit, min(n, hit + other_hit)
    ways = sum(comb(n, k) * comb(other_n, total - k) for k in range(hit, most + 1))
    return ways / comb(n + other_n, total)


def test_three_of_three_against_none_of_three_is_one_in_twenty() -> None:
    assert by_chance(3, 3, 0, 3) == 0.05


@given(st.data())
def test_many_replies_have_the_chance_that_counting_gives_them(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 900))
    other_n = data.draw(st.integers(COUNTED + 1, 2000))
    hit, other_hit = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    exact = counted(hit, n, other_hit, other_n)
    if hit * (n + other_n) <= n * (hit + other_hit):
        assert by_chance(hit, n, other_hit, other_n) == 1.0
    else:
        assert by_chance(hit, n, other_hit, other_n) == pytest.approx(exact, rel=1e-6, abs=1e-300)


def test_a_load_run_of_a_million_is_no_burden() -> None:
    assert by_chance(400, 1000, 600, 999_000) < 1e-300 or by_chance(400, 1000, 600, 999_000) == 0.0
