"""Whether a load run can be trusted, and whether its latency can be judged."""

from dataclasses import replace

import pytest

from harness.core.under_load.load import STOPPED_BY_OTHERS, Load, WorkerEnd
from harness.core.verdict import Estimate
from harness.run.outcome.measuring import problems_of, why_untimed
from harness.run.tools.locust import Ended


def ended_well(worker: int, **more: object) -> WorkerEnd:
    return WorkerEnd(worker=worker, planned=50, recorded=50, **more)  # type: ignore[arg-type]


WELL = Ended(code=0, output="")
MEASURED = Load(schedule="constant", rate=10, duration=10, workers=2, planned=100, recorded=100, lag_p99=0.002)


def test_a_run_is_valid_when_all_is_recorded_all_ended_well_and_the_generator_kept_up() -> None:
    assert problems_of(MEASURED, [ended_well(1), ended_well(2)], WELL) == []


@pytest.mark.parametrize(
    ("changed", "ends", "locust", "says"),
    [
        ({"recorded": 99}, (1, 2), WELL, "99 of 100 planned requests are on record"),
        ({}, (2,), WELL, "worker 1 of 2 was lost in the middle of its work"),
        ({}, (1, 2), Ended(code=2, output="a\nb"), "Locust ended with exit code 2: b"),
        ({}, (1, 2), Ended(code=-9, output=""), "Locust was killed by signal 9"),
        ({"lag_p99": 0.051}, (1, 2), WELL, "the generator fell behind: send lag p99 51.0 ms, limit 50 ms"),
    ],
)
def test_each_reason_not_to_trust_a_run_is_told(
    changed: dict[str, float], ends: tuple[int, ...], locust: Ended, says: str
) -> None:
    (problem,) = problems_of(replace(MEASURED, **changed), [ended_well(k) for k in ends], locust)  # type: ignore[arg-type]
    assert problem.startswith(says)


def test_a_target_that_stopped_answering_is_judged_and_no_reason_to_doubt_the_run() -> None:
    ends = [ended_well(1, stopped="it stopped answering", gone=True), ended_well(2, stopped=STOPPED_BY_OTHERS)]
    assert problems_of(replace(MEASURED, recorded=40), ends, WELL) == []


def test_a_full_disk_beside_a_target_that_stopped_answering_is_a_reason() -> None:
    ends = [ended_well(1, stopped="it stopped answering", gone=True), ended_well(2, stopped="the disk is full")]
    assert problems_of(replace(MEASURED, recorded=40), ends, WELL) == [
        "the disk is full",
        "40 of 100 planned requests are on record",
    ]


@pytest.mark.parametrize(
    ("limit", "lag", "judged"), [(0.05, 0.005, True), (0.1, 0.005, True), (0.1, 0.0051, False), (2.0, 0.1, True)]
)
def test_latency_is_judged_while_the_lag_is_small_beside_its_limit(limit: float, lag: float, judged: bool) -> None:
    assert (why_untimed(replace(MEASURED, lag_p99=lag, p95_limit=limit)) == "") is judged


@pytest.mark.parametrize(("low", "high", "judged"), [(0.03, 0.09, True), (0.13, 0.2, True), (0.11, 0.2, False)])
def test_a_lag_that_cannot_change_the_outcome_leaves_latency_judged(low: float, high: float, judged: bool) -> None:
    p95 = Estimate(value=high, low=low, high=high, n=100)
    assert (why_untimed(replace(MEASURED, lag_p99=0.02, p95_limit=0.1), p95) == "") is judged
