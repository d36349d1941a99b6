"""Findings that explain, from whole checks of small services with one defect each."""

import json
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
        done = harness(
            "check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "200", "--out", "run", *more
        )
    assert done.code in (0, 1, 5), done.err
    found = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def of_kind(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in found if one["kind"] == kind]


def flaws(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is wrong with the confidence; how well it agrees with being right is no flaw."""
    return [one for one in found if one["kind"].startswith("confidence_") and one["kind"] != "confidence_value"]


def sure(answer: Answer, confidence: float) -> Answer:
    """The service with a confidence that never moves."""

    def with_confidence(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        return status, {**reply, "confidence": confidence} if status == 200 and isinstance(reply, dict) else reply

    return with_confidence


def test_a_service_that_invents_numbers_with_its_usual_confidence_has_a_constant_confidence() -> None:
    (found,) = flaws(check(sure(liar, 0.97)))
    assert found["kind"] == "confidence_constant"
    assert found["numbers"] == {"low": 0.97, "high": 0.97}
    assert found["count"]["hits"] == found["count"]["n"] > 0
    assert any(part["hits"] for part in found["parts"].values())
    assert all(not address.startswith("pilot/") for address in found["cases"])
    assert found["show"] == f"harness show {found['cases'][0]} --run run"


def test_a_service_that_refuses_unreadable_input_may_have_a_constant_confidence() -> None:
    assert flaws(check(sure(honest, 0.97))) == []


def test_a_service_that_returns_zero_for_a_missing_value_gives_one_answer_to_many_inputs() -> None:
    found = of_kind(check(liar), "one_answer")
    assert found
    assert found[0]["modes"][0]["field"] == "total"
    assert found[0]["modes"][0]["how"] == "constant"
    assert float(found[0]["modes"][0]["value"]) == 0


def test_a_service_that_refuses_unreadable_input_has_no_such_answer() -> None:
    assert of_kind(check(honest), "one_answer") == []


def shedding(first: int, last: int) -> Answer:
    """Honest, but the requests from `first` to `last` get a default answer, as from a busy service."""
    lock, heard = Lock(), count()

    def answer(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        with lock:
            busy = first <= next(heard) < last
        return (
            (200, {"result": {"total": 49.0, "carrier": "parcel"}, "needs_review": False}) if busy else (status, reply)
        )

    return answer


def test_one_answer_for_a_while_is_found_with_its_seconds_of_the_run() -> None:
    (found,) = of_kind(check(shedding(60, 90)), "one_answer")
    assert {"field": "total", "how": "constant", "value": "49.0"} in found["modes"]
    (when,) = found["circumstances"]
    assert when["where"] == "window"
    begin, end = map(float, when["value"].split("-"))
    assert 0 <= begin < end


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


def changing(found: list[dict[str, Any]]) -> list[str]:
    """The kinds of findings about answers that change."""
    return [one["kind"] for one in found if one["kind"] in ("not_repeatable", "instances_disagree")]


def test_two_instances_that_disagree_are_one_finding_and_not_noise() -> None:
    Path("harness.toml").write_text("[budget]\nrepeats = 6\n", encoding="utf-8")
    found = check(behind_one_address(model(1), model(2), 0.5), "--calls", "900")
    assert changing(found) == ["instances_disagree"]


def test_a_service_that_changes_its_answers_by_chance_is_one_finding() -> None:
    assert changing(check(unsteady(3, 0.8))) == ["not_repeatable"]


@pytest.mark.parametrize("answer", [honest, model(2)])
def test_a_service_that_repeats_itself_has_neither_finding(answer: Answer) -> None:
    assert changing(check(answer)) == []


def known_fields_only(body: bytes) -> tuple[int, object]:
    """Honest, but an order with a field that it does not know is refused."""
    fields = {"order_id", "country", "quantity", "unit_price", "discount", "express", "note"}
    status, reply = honest(body)
    return (422, {"detail": "unknown field"}) if status == 200 and set(json.loads(body)) - fields else (status, reply)


@pytest.fixture
def _more_fields() -> None:
    Path("more.toml").write_text(
        'pack = "more"\nversion = "1.0.0"\nsummary = "More fields"\n\n'
        '[[scenario]]\nid = "more"\nbase = "records"\nops = [{ op = "record.extra", severity = 1 }]\n',
        encoding="utf-8",
    )
    Path("harness.toml").write_text(
        '[[mix]]\npack = "pilot"\nshare = 0.7\n\n[[mix]]\npack = "more.toml"\nshare = 0.3\n', encoding="utf-8"
    )


@pytest.mark.usefixtures("_more_fields")
def test_orders_that_are_refused_when_a_field_is_added_are_a_finding_with_their_clean_twins() -> None:
    (found,) = of_kind(check(known_fields_only), "taken_less")
    assert found["subject"] == "rejected"
    assert found["parts"]["more"]["hits"] == found["count"]["hits"] > 10
    assert found["control"]["hits"] == 0


@pytest.mark.usefixtures("_more_fields")
def test_a_service_that_takes_more_fields_has_no_such_finding() -> None:
    assert of_kind(check(honest), "taken_less") == []
