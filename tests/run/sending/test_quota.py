"""A service with a quota: the harness waits as it asks, lowers its rate, and judges answers only."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Lock

import pytest

from harness.core.clock import seconds_to_wait
from harness.core.errors import TargetError
from harness.core.settings import Budget, Pilot, Settings, Target
from harness.replay.send import Breaker
from harness.run.check import run_check
from harness.run.events import Event, Finished, Noted
from harness.run.sending import quota
from harness.run.sending.quota import Quota
from harness.run.setup.configure import RunRequest
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving

REFUSED: tuple[int, object] = (429, {"detail": "too many requests"})


def limited(rate: float, burst: int) -> tuple[Answer, list[int]]:
    """The honest service with a token bucket, and the status of each reply."""
    lock, statuses = Lock(), list[int]()
    tokens, since = float(burst), time.monotonic()

    def answer(body: bytes) -> tuple[int, object]:
        nonlocal tokens, since
        with lock:
            now = time.monotonic()
            tokens, since = min(burst, tokens + (now - since) * rate), now
            taken = tokens >= 1
            tokens -= taken
        reply = honest(body) if taken else REFUSED
        statuses.append(reply[0])
        return reply

    return answer, statuses


def windowed(most: int, seconds: float) -> tuple[Answer, list[int]]:
    """The honest service that takes so many requests in each window."""
    lock, statuses, times = Lock(), list[int](), deque[float]()

    def answer(body: bytes) -> tuple[int, object]:
        with lock:
            now = time.monotonic()
            while times and times[0] < now - seconds:
                times.popleft()
            taken = len(times) < most
            if taken:
                times.append(now)
        reply = honest(body) if taken else REFUSED
        statuses.append(reply[0])
        return reply

    return answer, statuses


def check(answer: Answer, folder: Path, head: str = "", rate: float = 0.0) -> tuple[Finished, list[str]]:
    told: list[Event] = []
    with serving(answer, head=head) as url:
        settings = Settings(
            target=Target(url=url, rate=rate),
            pilot=Pilot(samples=str(write_pilot(folder / "pilot")), truth="total,carrier"),
            budget=Budget(calls=120, robustness=()),
        )
        run_check(RunRequest(out=str(folder / "run")), told.append, settings)
    end = next(event for event in told if isinstance(event, Finished))
    return end, [event.text for event in told if isinstance(event, Noted) and event.about == "target"]


@pytest.mark.parametrize("make", [lambda: limited(40, 20), lambda: windowed(25, 0.5)], ids=["bucket", "window"])
def test_a_quota_lowers_the_rate_and_every_case_is_answered(
    make: Callable[[], tuple[Answer, list[int]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "FIRST_WAIT", 0.2)
    answer, statuses = make()
    end, told = check(answer, tmp_path)
    assert statuses.count(429)
    assert all(row.disposition != "error" for row in end.judged)
    assert any("refused (429)" in line and "go on at" in line for line in told)
    assert end.verdict.headline.silent_errors.value == 0
    assert statuses.count(429) < len(statuses) / 3


def test_a_declared_rate_that_is_refused_is_no_go_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "FIRST_WAIT", 0.2)
    end, _ = check(limited(40, 20)[0], tmp_path, rate=200.0)
    assert end.verdict.verdict == "undecided"
    assert any("200" in problem and "429" in problem for problem in end.verdict.problems)


def test_a_service_that_refuses_at_the_lowest_rate_ends_the_run_with_the_setting_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(quota, "MIN_RATE", 5.0)
    with pytest.raises(TargetError, match=r"\[target\] rate"):
        check(lambda _: REFUSED, tmp_path)


@pytest.mark.parametrize("when", ["3600", "date"])
def test_a_wait_that_is_too_long_ends_the_run(when: str, tmp_path: Path) -> None:
    asked = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True) if when == "date" else when
    with pytest.raises(TargetError, match=r"asks to wait 3[56]"):
        check(lambda _: REFUSED, tmp_path, head=f"Retry-After: {asked}\r\n")


@pytest.mark.parametrize(("header", "seconds"), [("3", 3.0), ("0", 0.0), ("0.5", 0.5), ("", None), ("-", None)])
def test_a_wait_is_read_from_its_header(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header) == seconds


def test_the_wait_is_as_long_as_the_service_asks() -> None:
    waited: list[float] = []
    one = Quota(sleep=waited.append)
    turn = quota.Turn(inner=Breaker(), refused=1, retry_after="2")
    one.lower(turn, 100.0)
    one.lower(quota.Turn(inner=Breaker(), refused=1, answered=5), 50.0)
    one.lower(quota.Turn(inner=Breaker(), refused=1), 25.0)
    assert (waited, one.rate) == ([2.0, 1.0, 2.0], 12.5)
