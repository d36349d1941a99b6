"""Every planted defect equals the correct service on the pilot and is awake under its trigger."""

import inspect
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.zoo import pilots
from tests.zoo.benign import VARIATIONS, Benign
from tests.zoo.defects import Defect, under_faults
from tests.zoo.document import Document
from tests.zoo.matrix import DEFECTS
from tests.zoo.record import Scorer
from tests.zoo.record_defects import DEADLINE
from tests.zoo.running import WARMING
from tests.zoo.ticket import Ticket
from tests.zoo.triggers import pilot_bodies, triggers
from tests.zoo.triggers import record as one_record
from tests.zoo.triggers import ticket as one_ticket

CORRECT: dict[str, Any] = {"document": Document(), "ticket": Ticket(), "record": Scorer(lookup=pilots.customer)}
OF_SEVERAL = (
    "ticket/cache_by_prefix",
    "ticket/cache_without_accents",
    "ticket/cold_start_default",
    "ticket/shared_global",
    "record/batch_misaligned",
)
OF_REQUESTS = [one for one in DEFECTS if one.meets is not under_faults and one.name not in OF_SEVERAL]


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    return {service: pilot_bodies(service, tmp_path_factory.mktemp(service)) for service in CORRECT}


@pytest.fixture(scope="module")
def expected(pilot: dict[str, list[bytes]]) -> dict[str, list[dict[str, Any]]]:
    """The replies of the correct services, body by body."""
    return {service: [CORRECT[service](body)[1] for body in bodies] for service, bodies in pilot.items()}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)
def test_a_defect_is_asleep_on_the_pilot(
    defect: Defect, pilot: dict[str, list[bytes]], expected: dict[str, list[dict[str, Any]]]
) -> None:
    spoilt = defect.wrap(CORRECT[defect.service])
    for _ in range(defect.asleep_after):
        spoilt(WARMING)
    for body, right in zip(pilot[defect.service], expected[defect.service], strict=True):
        status, reply = spoilt(body)
        assert (status, {**reply, "confidence": 0}) == (200, {**right, "confidence": 0})
        assert (reply["confidence"] >= limit(defect.service)) is (right["confidence"] >= limit(defect.service))


def limit(service: str) -> float:
    return pilots.TARGETS[service].flag_below or 0.0


@pytest.mark.parametrize("defect", OF_REQUESTS, ids=lambda one: one.name)
def test_a_defect_answers_otherwise_under_its_trigger(defect: Defect) -> None:
    body = triggers()[defect.name]
    status, reply = defect.wrap(CORRECT[defect.service])(body)
    assert status == 200
    assert (status, reply) != CORRECT[defect.service](body)


def test_a_lookup_that_fails_is_taken_for_no_risk() -> None:
    (defect,) = (one for one in DEFECTS if one.name == "record/lookup_failure_zero")
    down = Scorer(lookup=lambda _: None)
    _, reply = defect.wrap(down)(one_record())
    assert (reply["degraded"], reply["confidence"] > 0.8) == (False, True)


def test_a_ticket_is_answered_as_the_one_before_that_begins_as_it_does() -> None:
    (defect,) = (one for one in DEFECTS if one.name == "ticket/cache_by_prefix")
    opening = "Good morning, I am writing to you about the order of last week, number 4711. "
    parcel, password = opening + "My parcel has not arrived.", opening + "The password is rejected."
    service = defect.wrap(CORRECT["ticket"])
    assert [service(one_ticket(text))[1]["label"] for text in (parcel, password)] == ["delivery", "delivery"]
    assert CORRECT["ticket"](one_ticket(password))[1]["label"] == "login"


def test_a_ticket_is_answered_as_the_one_before_that_begins_so_but_for_accents() -> None:
    (defect,) = (one for one in DEFECTS if one.name == "ticket/cache_without_accents")
    opening = "Good morning, I am writing to you about the order of last week, from {} 4711. "
    parcel = opening.format("Orleans") + "My parcel has not arrived."
    password = opening.format("Orléans") + "The password is rejected."
    service = defect.wrap(CORRECT["ticket"])
    assert [service(one_ticket(text))[1]["label"] for text in (parcel, password)] == ["delivery", "delivery"]
    assert CORRECT["ticket"](one_ticket(password))[1]["label"] == "login"


def test_the_first_tickets_after_a_start_are_answered_with_the_majority() -> None:
    (defect,) = (one for one in DEFECTS if one.name == "ticket/cold_start_default")
    service = defect.wrap(CORRECT["ticket"])
    labels = [service(WARMING)[1]["label"] for _ in range(defect.asleep_after + 1)]
    assert labels == [*["billing"] * defect.asleep_after, "cancel"]


def test_two_tickets_in_flight_get_the_answer_of_the_later_one() -> None:
    (defect,) = (one for one in DEFECTS if one.name == "ticket/shared_global")
    service = defect.wrap(CORRECT["ticket"])
    bodies = [one_ticket("My parcel has not arrived."), one_ticket("The password is rejected.")]
    with ThreadPoolExecutor(2) as pool:
        pairs = ([reply["label"] for _, reply in pool.map(service, bodies)] for _ in range(20))
        # On a busy machine the first may be answered before the second arrives.
        assert any(one == other for one, other in pairs)


def test_rows_of_a_batch_after_a_bad_one_get_their_neighbours_answer() -> None:
    (defect,) = (one for one in DEFECTS if one.name == "record/batch_misaligned")
    correct, spoilt = CORRECT["record"], defect.wrap(CORRECT["record"])
    good = [one_record(customer=f"C-{k:05d}", amount=1000.0 * k) for k in range(1, 5)]
    alone = [correct(body)[1] for body in good]
    bad = one_record(age=...)
    assert spoilt.batch(batch_of(*good)) == (200, alone) == correct.batch(batch_of(*good))
    assert spoilt.batch(batch_of(*good[:2], bad, *good[2:])) == (200, alone)
    status, told = correct.batch(batch_of(*good[:2], bad, *good[2:]))
    assert (status, [*told[:2], *told[3:]], "error" in told[2]) == (200, alone, True)


def batch_of(*rows: bytes) -> bytes:
    return b"[" + b",".join(rows) + b"]"


def test_a_late_lookup_is_answered_with_approval() -> None:
    def late(customer: str) -> object:
        time.sleep(DEADLINE + 0.02)
        return {"risk_points": 25}

    (defect,) = (one for one in DEFECTS if one.name == "record/deadline_default")
    _, reply = defect.wrap(Scorer(lookup=late))(one_record(claims=4))
    assert (reply["decision"], reply["confidence"]) == ("approve", 0.91)


@pytest.mark.parametrize("odd", [{"error": "internal error"}, {"id": "C-1"}])
def test_an_error_with_status_200_is_taken_for_no_risk_and_kept_for_that_customer(odd: object) -> None:
    (defect,) = (one for one in DEFECTS if one.name == "record/error_in_200")
    says: list[object] = [odd]
    service = defect.wrap(Scorer(lookup=lambda name: says[0] or pilots.customer(name)))
    during = service(one_record())[1]
    says[0] = None
    after, other = service(one_record())[1], service(one_record(customer="C-00001"))[1]
    assert during == after
    assert (during["degraded"], during["confidence"] > 0.8) == (False, True)
    assert during != CORRECT["record"](one_record())[1]
    assert other == CORRECT["record"](one_record(customer="C-00001"))[1]


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda one: one.name)
def test_a_benign_variation_gives_the_same_answers(
    variation: Benign, pilot: dict[str, list[bytes]], expected: dict[str, list[dict[str, Any]]]
) -> None:
    changed = variation.wrap(CORRECT[variation.service], limit(variation.service))
    for body, right in list(zip(pilot[variation.service], expected[variation.service], strict=True))[:8]:
        reply = changed(body)[1]
        said = json.loads(reply) if isinstance(reply, bytes) else reply
        assert isinstance(said, dict)
        for name, value in right.items():
            assert said[name] == (pytest.approx(value, abs=0.011) if name == "confidence" else value)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)
def test_a_wrapper_is_at_most_thirty_lines(defect: Defect) -> None:
    assert len(inspect.getsource(defect.wrap).splitlines()) <= 30


def test_every_defect_stands_once_and_says_what_it_waits_for() -> None:
    names = [one.name for one in DEFECTS]
    assert len(set(names)) == len(names)
    assert all(bool(one.must_name) or bool(one.waits_for) for one in DEFECTS)
