"""Which arrival is which case, whose it is, and the percentile of counted lags."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from harness.core.under_load.load import LAG_STEP, Arrivals, lag_at, share_of


@given(st.integers(1, 9), st.integers(0, 300))
def test_workers_share_everything_and_nothing_twice(workers: int, count: int) -> None:
    shares = [share_of(worker, workers, count) for worker in range(workers)]
    assert sorted(i for share in shares for i in share) == list(range(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@given(
    st.lists(st.sampled_from("abcde"), min_size=1, max_size=8), st.integers(1, 60), st.sets(st.sampled_from("abcde"))
)
def test_arrivals_go_round_the_cases_and_no_case_has_a_repeat_twice(
    cycle: list[str], count: int, looked: set[str]
) -> None:
    arrivals = Arrivals(
        format=1,
        schedule="constant",
        rate=count,
        duration=1.0,
        workers=1,
        cycle=tuple(cycle),
        sent=dict.fromkeys(looked, 1),
    )
    asks = list(arrivals.asks())
    assert len(asks) == len(set(asks)) == arrivals.planned == count
    assert [address for address, _ in asks] == [cycle[i % len(cycle)] for i in range(count)]
    assert not set(asks) & {(address, 0) for address in looked}


@given(st.lists(st.integers(0, 500), min_size=1), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_counted_lag_is_the_smallest_that_so_many_do_not_exceed(lags: list[int], share: float) -> None:
    found = round(lag_at(Counter(lags), share) / LAG_STEP)
    assert sum(lag <= found for lag in lags) >= share * len(lags) - 1e-6
    assert sum(lag < found for lag in lags) < share * len(lags) + 1e-6


def test_without_arrivals_there_is_no_lag() -> None:
    assert lag_at({}, 0.99) == 0.0
