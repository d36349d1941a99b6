"""Findings that explain: whole checks of small services, each with one habit."""

import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from harness.core.seed import Stream
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, liar, price, unsteady, write_pilot
from tests.endpoints.server import Answer, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def check(answer: Answer, *more: str) -> list[dict[str, Any]]:
    """The findings of one check."""
    with serving(answer) as url:
        said = harness(
            "check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "200", "--out", "run", *more
        )
    assert said.code in (0, 1, 5), said.err
    found = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def of_kind(found: list[dict[str, Any]], start: str) -> Iterator[dict[str, Any]]:
    return (one for one in found if one["kind"].startswith(start))


def sure(answer: Answer, confidence: float) -> Answer:
    """The service with a confidence that never moves."""

    def with_confidence(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        return status, {**reply, "confidence": confidence} if status == 200 and isinstance(reply, dict) else reply

    return with_confidence


def test_a_service_that_makes_numbers_up_with_its_usual_confidence_is_told_so() -> None:
    (found,) = of_kind(check(sure(liar, 0.97)), "confidence_")
    assert found["kind"] == "confidence_constant"
    assert found["text"].startswith("confidence is 0.97 in all ")
    assert "also in " in found["text"]
    assert all(not address.startswith("pilot/") for address in found["cases"])
    assert found["show"] == f"harness show {found['cases'][0]} --run run"


def test_a_service_that_refuses_what_it_cannot_read_may_be_sure_of_the_rest() -> None:
    assert list(of_kind(check(sure(honest, 0.97)), "confidence_")) == []


def test_a_service_that_takes_a_zero_for_what_is_missing_is_told_that_it_has_one_answer_to_many_inputs() -> None:
    found = list(of_kind(check(liar), "one_answer"))
    assert found
    assert "total 0.0" in found[0]["text"] or "total 0 " in found[0]["text"]


def test_a_service_that_refuses_what_it_cannot_read_has_an_answer_of_its_own_to_each_input() -> None:
    assert list(of_kind(check(honest), "one_answer")) == []


def shedding(first: int, last: int) -> Answer:
    """Honest, but the requests from `first` to `last` get what is good enough while it is busy."""
    lock, heard = Lock(), count()

    def answer(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        with lock:
            busy = first <= next(heard) < last
        return (
            (200, {"result": {"total": 49.0, "carrier": "parcel"}, "needs_review": False}) if busy else (status, reply)
        )

    return answer


def test_a_service_that_has_one_answer_for_a_while_is_told_the_seconds() -> None:
    (found,) = of_kind(check(shedding(60, 90)), "one_answer")
    assert "total 49.0" in found["text"]
    assert "that were due between " in found["text"]


def behind_one_address(old: Answer, new: Answer, share: float) -> Answer:
    """Two instances; which one answers is drawn for each request."""
    lock, heard = Lock(), count()

    def answer(body: bytes) -> tuple[int, object]:
        with lock:
            draw = Stream(1, "instance", next(heard))
        return (old if draw.uniform() < share else new)(body)

    return answer


def model(number: int) -> Answer:
    """Honest, with a confidence of its own for each order; the first model sends what is express another way."""

    def answer(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        if status != 200:
            return status, reply
        result = price(json.loads(body))
        if number == 1 and result["carrier"] == "courier":
            result["carrier"] = "parcel"
        sure = 0.7 + 0.2 * Stream(number, sha256(body).hexdigest()).uniform()
        return 200, {"result": result, "needs_review": False, "confidence": sure}

    return answer


def settled(found: list[dict[str, Any]]) -> list[str]:
    """What is said of answers that change."""
    return [one["kind"] for one in found if one["kind"] in ("noise", "instances_disagree")]


def test_two_instances_that_disagree_are_told_once_and_not_as_noise() -> None:
    Path("harness.toml").write_text("[budget]\nrepeats = 6\n", encoding="utf-8")
    found = check(behind_one_address(model(1), model(2), 0.5), "--calls", "900")
    assert settled(found) == ["instances_disagree"]


def test_a_service_that_is_unsteady_by_chance_is_told_so_once() -> None:
    assert settled(check(unsteady(3, 0.8))) == ["noise"]


@pytest.mark.parametrize("answer", [honest, model(2)])
def test_a_service_that_repeats_itself_is_told_neither(answer: Answer) -> None:
    assert settled(check(answer)) == []
