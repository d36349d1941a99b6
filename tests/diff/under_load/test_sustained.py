"""The rate that a service sustained, from simulated replies."""

from collections.abc import Callable

import pytest

from harness.core.decide import status_of
from harness.core.reply import Reply
from harness.core.under_load.load import Load
from harness.core.verdict import Status
from harness.diff.under_load.sustained import Sustained, rate_criterion, sustained

Service = Callable[[float], float | None]
"""The latency of a request that is due at this moment; None if it gets no reply within 30 s."""


def load(service: Service, rate: float = 100, duration: float = 10, sent: float = 1.0) -> tuple[Sustained, Status]:
    """What is measured of a load of which only this part was sent before it was stopped."""
    planned = round(rate * duration)
    replies = [reply(k, k / rate, service(k / rate)) for k in range(round(sent * planned))]
    found = sustained(replies, replies, rate=rate, duration=duration, planned=planned)
    asked = Load(schedule="constant", rate=rate, duration=duration, workers=1, planned=planned, recorded=len(replies))
    return found, status_of(rate_criterion(found, asked, gone=False, run="r"))


def reply(number: int, due: float, latency: float | None) -> Reply:
    done = due + (30.0 if latency is None else latency)
    error = "timeout" if latency is None else ""
    return Reply(
        address="a/b#0", repeat=number, due=due, sent=due, first=done, done=done, status=200 * (not error), error=error
    )


@pytest.mark.parametrize("latency", [0.001, 0.5, 5.0])
def test_a_steady_service_sustains_the_rate_however_long_it_takes(latency: float) -> None:
    found, status = load(lambda due: latency)
    assert (found.sent, found.answered, status) == (100.0, 100.0, "passed")


@pytest.mark.parametrize(("capacity", "status"), [(89.2, "failed"), (97.0, "failed"), (98.5, "passed")])
def test_a_growing_backlog_shows_the_capacity_though_everything_is_answered(capacity: float, status: Status) -> None:
    found, got = load(lambda due: 0.01 + due * (100 / capacity - 1))
    assert found.answered == pytest.approx(capacity, rel=0.01)
    assert got == status


def test_a_stall_that_is_worked_off_is_no_growing_backlog() -> None:
    found, status = load(lambda due: max(0.005, 6.0 - due) if 4.0 <= due < 6.0 else 0.005)
    assert (found.answered, status) == (100.0, "passed")


def test_a_wait_that_grows_by_the_noise_of_a_busy_machine_is_no_backlog() -> None:
    assert load(lambda due: 0.002 + 0.02 * due, duration=2)[1] == "passed"


@pytest.mark.parametrize(("every", "status"), [(4, "failed"), (40, "undecided"), (60, "passed")])
def test_requests_without_a_reply_are_not_answered(every: int, status: Status) -> None:
    found, got = load(lambda due: None if round(due * 100) % every == 0 else 0.01, duration=2)
    assert found.answered == pytest.approx(100 * (1 - 1 / every), rel=0.01)
    assert got == status


def test_requests_that_were_not_sent_any_more_are_not_answered() -> None:
    found, status = load(lambda due: 0.01 if due < 2 else None, sent=0.4)
    assert (found.sent, found.answered, status) == (40.0, 20.0, "failed")


def test_without_a_request_nothing_was_sustained() -> None:
    assert load(lambda due: 0.01, sent=0.0)[1] == "failed"
