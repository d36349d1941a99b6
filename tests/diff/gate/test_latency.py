from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from harness.core.reply import Disposition, Judged
from harness.diff.gate.latency import percentile


def rows(waits: list[float], failed: int = 0) -> list[Judged]:
    good = [
        Judged(address=f"a/b#{i}", repeat=0, disposition="accepted", judgement="right", latency=w)
        for i, w in enumerate(waits)
    ]
    bad = [
        Judged(address=f"a/c#{i}", repeat=0, disposition="error", judgement="unscored", latency=0.01)
        for i in range(failed)
    ]
    return good + bad


def test_the_bounds_hold_in_93_percent_or_more_of_simulated_runs_whatever_the_shape() -> None:
    rng, held = np.random.default_rng(3), [0, 0]
    truth = float(stats.lognorm.ppf(0.95, 0.8))
    for _ in range(800):
        estimate = percentile(rows(list(rng.lognormal(0, 0.8, 150))), deadline=30.0)
        held[0] += estimate.low <= truth
        held[1] += estimate.high >= truth
    assert min(held) / 800 >= 0.93


@pytest.mark.parametrize(("n", "high"), [(58, 30.0), (59, 0.59)])
def test_less_than_59_requests_leave_the_upper_bound_at_the_deadline(n: int, high: float) -> None:
    assert percentile(rows([0.01 * (i + 1) for i in range(n)]), deadline=30.0).high == pytest.approx(high)


def test_a_slow_stretch_of_a_check_is_no_queue_that_requests_share() -> None:
    waits = [0.004] * 300 + [0.012 + 0.0001 * k for k in range(60)] + [0.004] * 240
    as_due = [replace(row, due=k / 20) for k, row in enumerate(rows(waits))]
    assert percentile(as_due, deadline=30.0, in_order=False).high < 0.018
    assert percentile(as_due, deadline=30.0).high == 30.0


def test_an_error_is_no_answer_so_that_failing_fast_is_neither_fast_nor_slow() -> None:
    waits = [0.1 + 0.001 * k for k in range(90)]
    assert percentile(rows(waits, failed=72), deadline=30.0) == percentile(rows(waits), deadline=30.0)


@pytest.mark.parametrize("how", ["timeout", "dropped"])
def test_who_got_no_reply_waited_for_the_deadline(how: Disposition) -> None:
    silent = [replace(row, disposition=how) for row in rows([0.01] * 10)]
    estimate = percentile([*rows([0.1] * 90), *silent], deadline=30.0)
    assert (estimate.value, estimate.high, estimate.n) == (30.0, 30.0, 100)


def test_nothing_sent_is_nothing_measured() -> None:
    assert percentile([], deadline=30.0).value is None
