"""No false alarm: a service that is right by construction is never judged wrong, over every pack it can be asked."""

import json
from collections.abc import Callable

import pytest

from harness.core.sample import Samples
from tests.endpoints import reference
from tests.endpoints.reference_check import Answer, tally


@pytest.mark.parametrize(
    ("samples", "answer"),
    [(reference.parcels(), reference.score), (reference.tickets(), reference.route)],
    ids=["parcels", "tickets"],
)
def test_who_is_right_is_never_told_to_be_wrong(samples: Samples, answer: Answer) -> None:
    found = tally(samples, answer, 1500, seed=3)
    assert found.wrong == []
    assert found.asked > 200
    assert found.through == found.asked
    assert found.vacuous < 0.05 * found.cases


def closing(media_type: str, content: bytes) -> reference.Answered:
    """Closes what broke off, as parsers of streams do, with a parcel that nobody sent for what is missing."""
    status, reply = reference.score(media_type, content)
    usual = {"total": 42.0, "carrier": "van"}
    return (200, {"fields": usual, "needs_review": False}) if status == 400 and content[:1] == b"{" else (status, reply)


def unmoved(media_type: str, content: bytes) -> reference.Answered:
    """Has a department for every text, whether it holds the number of a ticket or not."""
    status, reply = reference.route(media_type, content)
    usual = {"fields": {"label": "billing"}, "needs_review": False}
    return (200, usual) if status == 200 and reply["needs_review"] else (status, reply)


def first_value(media_type: str, content: bytes) -> reference.Answered:
    """Takes the first of two values of a key."""
    try:
        record = json.loads(content, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
        return reference.score("application/json", json.dumps(record).encode())
    except (ValueError, RecursionError):
        return reference.score(media_type, content)


@pytest.mark.parametrize(
    ("samples", "answer"),
    [
        (reference.parcels(), closing),
        (reference.parcels(), first_value),
        (reference.tickets(), unmoved),
    ],
    ids=["closing", "first_value", "unmoved"],
)
def test_who_guesses_is_told(samples: Samples, answer: Callable[[str, bytes], reference.Answered]) -> None:
    assert len(tally(samples, answer, 400, seed=3).wrong) > 3
