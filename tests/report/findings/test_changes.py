"""The words of findings about answers that change, and of what could not be tested."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.changes import (
    answers_changed,
    answers_stable,
    change_unconfirmed,
    instances_disagree,
    not_repeatable,
    unanswered,
)
from harness.report.findings.circumstances import PHRASES, ROWS, phrase_of
from harness.report.findings.registry import WRITERS, Words
from harness.report.findings.state import PHRASES as STATE

TWO = Circumstance(Where.IN_FLIGHT, "2")
KINDS = (
    FindingKind.ANSWERS_CHANGED,
    FindingKind.ANSWERS_STABLE,
    FindingKind.CHANGE_UNCONFIRMED,
    FindingKind.NOT_REPEATABLE,
    FindingKind.INSTANCES_DISAGREE,
    FindingKind.UNANSWERED_IN_CIRCUMSTANCE,
    FindingKind.NOT_TESTED,
)
SUBJECTS = (
    "swapped",
    "constant",
    "handed_over",
    "refused",
    "empty",
    "changed",
    "repeated",
    "answered",
)
SWAP = Example(
    address="concurrency/in_flight_2#orders.jsonl#3",
    field="total",
    expected=14.2,
    got=21.66,
    other="pilot/samples#orders.jsonl#7",
)


def changed(subject: str, where: Circumstance = TWO, **facts: object) -> Finding:
    return Finding(
        kind=FindingKind.ANSWERS_CHANGED,
        test="concurrency",
        subject=subject,
        circumstances=(where,),
        count=Count(9, 16),
        control=Count(0, 16),
        **facts,  # type: ignore[arg-type]
    )


def test_swapped_answers_have_the_contrast_the_neighbour_and_what_to_look_for() -> None:
    finding = changed("swapped", parts={"swapped": Count(8, 9)}, example=SWAP)
    assert answers_changed(finding) == Words(
        "Answers are swapped when 2 requests are in flight",
        (
            "9 of 16 answers changed when 2 requests were in flight (0 of 16 when sent alone).",
            "Example: orders.jsonl#3 got the answer of orders.jsonl#7: total 21.66 instead of 14.2.",
            "8 of 9 changed answers are the answer of another request in flight.",
        ),
        ("Look for data that requests share: global variables, reused buffers, one client for all.",),
    )


def test_a_long_example_takes_two_lines() -> None:
    words = answers_changed(changed("swapped", example=replace(SWAP, confidence=0.98)))
    assert words.evidence[1:] == (
        "Example: orders.jsonl#3 got total 21.66 instead of 14.2, with confidence 0.98.",
        "That is the answer of orders.jsonl#7.",
    )


def test_one_value_for_all_is_named() -> None:
    crowd = Circumstance(Where.IN_FLIGHT, "8")
    finding = changed("constant", crowd, parts={"constant": Count(9, 9)}, names=("0.0 / parcel",))
    words = answers_changed(finding)
    assert words.headline == "Answers become one value when 8 requests are in flight"
    assert words.evidence[1:] == ("9 of 9 changed answers became 0.0 / parcel.",)


def test_rows_after_a_bad_one_are_compared_with_batches_without_it() -> None:
    parts = {"swapped": Count(7, 9), "after_bad_row": Count(9, 9)}
    finding = changed("swapped", Circumstance(Where.AFTER_BAD_ROW), parts=parts)
    assert answers_changed(finding) == Words(
        "Answers are swapped after a row that cannot be read",
        (
            "9 of 9 answers changed in the rows after one that could not be read (0 of 16 without that row).",
            "7 of 9 changed answers are the answer of another row.",
        ),
        ("Return an error in the place of a bad row instead of dropping it.",),
    )


def test_a_bad_row_that_is_answered_has_a_headline_of_its_own() -> None:
    got = Example(address="concurrency/batch_row_dropped#a", expected="a refusal", got="approve")
    finding = changed("answered", Circumstance(Where.IN_BATCH), example=got)
    assert answers_changed(finding) == Words(
        "A row that is refused alone is answered in a batch",
        (
            "9 of 16 refused rows were answered in a batch (0 of 16 when sent alone).",
            "Example: a got approve instead of a refusal.",
        ),
        ("Check each row of a batch as strictly as a single record.",),
    )


def test_an_answer_of_the_request_before_has_the_headline_of_its_circumstance() -> None:
    where = Circumstance(Where.OTHER_CUSTOMER)
    words = answers_changed(changed("repeated", where, parts={"repeated": Count(9, 9)}))
    assert words.headline == "A customer gets the answer that another customer got"
    assert words.evidence == (
        "9 of 16 answers changed when another customer sent the same request before.",
        "For comparison: 0 of 16 when sent first.",
        "9 of 9 changed answers are the answer to the request before.",
    )
    assert words.advice == (STATE[Where.OTHER_CUSTOMER].advice,)


def test_a_long_contrast_takes_two_lines() -> None:
    words = answers_changed(changed("changed", Circumstance(Where.ACCENT, "same_opening")))
    assert words.evidence[1] == "For comparison: 0 of 16 when sent first."
    assert all(len(line) <= 100 for line in words.evidence)


def test_an_unconfirmed_change_has_both_looks_and_what_confirms_it() -> None:
    finding = Finding(
        kind=FindingKind.CHANGE_UNCONFIRMED,
        subject="changed",
        circumstances=(TWO,),
        count=Count(2, 16),
        control=Count(0, 8),
        parts={"again": Count(1, 8)},
    )
    assert change_unconfirmed(finding) == Words(
        "Answers may change when 2 requests are in flight",
        (
            "2 of 16 answers changed when 2 requests were in flight.",
            "Sent again, 1 of 8 changed (0 of 8 when sent alone).",
        ),
        ("Raise --calls to confirm it or to rule out chance.",),
    )


def test_changes_in_one_batch_are_named_as_one_event() -> None:
    finding = Finding(
        kind=FindingKind.CHANGE_UNCONFIRMED,
        subject="swapped",
        circumstances=(Circumstance(Where.IN_BATCH),),
        count=Count(10, 20),
        control=Count(0, 16),
        parts={"swapped": Count(10, 10)},
        numbers={"batches": 1},
    )
    assert change_unconfirmed(finding).evidence == (
        "10 of 20 answers changed when records were sent in one batch (0 of 16 when sent alone).",
        "All of these are in one batch.",
        "10 of 10 changed answers are the answer of another row.",
    )


def test_stable_requests_and_rows_have_a_line_each() -> None:
    flight = (TWO, Circumstance(Where.REPEATED_IN_FLIGHT), Circumstance(Where.IN_FLIGHT, "8"))
    stable = Finding(kind=FindingKind.ANSWERS_STABLE, test="concurrency", circumstances=flight, count=Count(0, 48))
    assert answers_stable(stable) == Words(
        "Answers stay the same with parallel requests", ("0 of 48 answers changed with 2 to 8 requests in flight.",)
    )
    both = Finding(
        kind=FindingKind.ANSWERS_STABLE,
        test="concurrency",
        circumstances=(*flight, Circumstance(Where.IN_BATCH)),
        count=Count(0, 100),
        parts={"requests": Count(0, 48), "rows": Count(0, 52)},
        numbers={"batches": 5},
    )
    assert answers_stable(both) == Words(
        "Answers stay the same with parallel requests and in batches",
        ("0 of 48 answers changed with 2 to 8 requests in flight.", "0 of 52 rows changed in 5 batches."),
    )


def test_answers_that_change_by_themselves_do_not_stay_the_same() -> None:
    noisy = Finding(
        kind=FindingKind.ANSWERS_STABLE,
        test="concurrency",
        circumstances=(TWO,),
        count=Count(3, 32),
        control=Count(4, 32),
    )
    assert answers_stable(noisy) == Words(
        "No more answers change when 2 requests are in flight",
        ("3 of 32 answers changed when 2 requests were in flight (4 of 32 when sent alone).",),
    )


def test_changes_that_usual_requests_show_as_well_are_compared_with_those() -> None:
    noisy = Finding(
        kind=FindingKind.ANSWERS_STABLE,
        test="state",
        circumstances=(Circumstance(Where.LATER),),
        count=Count(3, 20),
        parts={"noise": Count(9, 60)},
    )
    assert answers_stable(noisy) == Words(
        f"No more answers change {STATE[Where.LATER].headline}",
        (
            f"3 of 20 answers changed {STATE[Where.LATER].when}.",
            "For comparison: 9 of 60 answers changed without it.",
        ),
    )


def test_a_service_that_answers_no_parallel_request_is_not_called_stable() -> None:
    none = Finding(kind=FindingKind.ANSWERS_STABLE, test="concurrency", circumstances=(TWO,), count=Count(0, 0))
    assert answers_stable(none).headline == "No request is answered while others are in flight"


def test_answers_that_are_not_repeatable_have_their_rate_and_the_smallest_one_that_shows() -> None:
    finding = Finding(
        kind=FindingKind.NOT_REPEATABLE,
        subject="most_frequent",
        circumstances=(TWO,),
        count=Count(12, 240),
        numbers={"detectable_share": 0.0124},
        example=Example(address="concurrency/alone#a", field="label", expected="x", got="y"),
    )
    assert not_repeatable(finding) == Words(
        "The service answers the same input differently",
        (
            "12 of 240 (5.0 %) answers differ from the most frequent answer to the same input.",
            "They are no more frequent when 2 requests were in flight.",
            "Example: a got label y instead of x.",
            "240 answers reveal a rate of 1.2 % or more with a probability of 95 %.",
        ),
        ("Remove randomness from the service, for example temperature 0 or a fixed seed.",),
    )


def test_two_instances_have_the_inputs_that_differ_and_the_share_of_the_rarer_version() -> None:
    finding = Finding(
        kind=FindingKind.INSTANCES_DISAGREE,
        count=Count(24, 24),
        parts={"other_answer": Count(6, 24), "rarer_version": Count(109, 288)},
        numbers={"sendings": 4},
        example=Example(address="pilot/samples#a", field="label", expected="x", got="y", confidence=0.6),
    )
    assert instances_disagree(finding) == Words(
        "Answers come in two versions, as from two instances",
        (
            "24 of 24 inputs sent 4 times or more got two versions.",
            "In 6 of 24 the answers differ, else only the confidence.",
            "The rarer version came in 109 of 288 (37.8 %) sendings.",
            "Example: a got label y instead of x, with confidence 0.60.",
        ),
        ("Check that all instances behind the address run the same release.",),
    )


def test_requests_without_an_answer_have_their_causes() -> None:
    finding = Finding(
        kind=FindingKind.UNANSWERED_IN_CIRCUMSTANCE,
        subject="request",
        circumstances=(TWO,),
        count=Count(8, 16),
        causes={"429": 7, "timeout": 1},
    )
    assert unanswered(finding) == Words(
        "Requests get no answer when 2 requests are in flight",
        ("8 of 16 requests got no answer when 2 requests were in flight.", "Causes: 429 7, timeout 1."),
        ("Check that callers wait and retry, and set [target] in_flight to what the service allows.",),
    )


def test_batches_that_are_refused_for_a_bad_row_have_what_callers_need() -> None:
    finding = Finding(
        kind=FindingKind.UNANSWERED_IN_CIRCUMSTANCE,
        subject="batch",
        circumstances=(Circumstance(Where.BAD_ROW),),
        count=Count(2, 2),
        causes={"422": 2},
    )
    assert unanswered(finding) == Words(
        "Batches with a row that cannot be read get no answer",
        ("2 of 2 batches were refused or not answered when a row of the batch could not be read.", "Causes: 422 2."),
        ("Check that callers can find the row and send the others again.",),
    )


def made_up(kind: FindingKind) -> Iterator[Finding]:
    """The kind with every subject and circumstance that it can have."""
    unanswered = kind == FindingKind.UNANSWERED_IN_CIRCUMSTANCE
    for subject, where in product(("request", "batch") if unanswered else SUBJECTS, [*PHRASES, *STATE]):
        if unanswered and (where in STATE or (where in ROWS) != (subject == "batch")):
            continue
        about = Circumstance(where, "same_file_name" if where is Where.ACCENT else "8")
        yield Finding(
            kind=kind,
            test="state" if where in STATE else "concurrency",
            subject=subject,
            circumstances=(about,),
            count=Count(1, 8),
            control=Count(0, 8),
            why=Why.NO_ANSWERS,
        )


@pytest.mark.parametrize("kind", KINDS)
def test_headlines_have_at_most_twelve_words_and_lines_one_hundred_columns(kind: FindingKind) -> None:
    for words in map(WRITERS[kind], made_up(kind)):
        assert len(words.headline.split()) <= 12, words.headline
        assert max(map(len, (words.headline, *words.evidence, *words.advice))) <= 100, words


def test_every_circumstance_of_a_robustness_test_has_a_phrase() -> None:
    unused = {Where.REPEATED_IN_A_ROW}
    sent = list(Where)[list(Where).index(Where.IN_FLIGHT) :]
    assert all(phrase_of(Circumstance(where, "2")).when for where in sent if where not in unused)


def test_a_hostile_answer_stays_on_one_line() -> None:
    example = Example(address="concurrency/alone#a", field="label", expected="x", got="y\n" + "z" * 1000)
    line = answers_changed(changed("changed", example=example)).evidence[-1]
    assert "\n" not in line
    assert len(line) < 120
