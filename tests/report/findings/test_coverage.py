"""The words for changes of single fields: which change of which field, with its numbers."""

from dataclasses import replace

import pytest

from harness.core.finding import Count, Example, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.robustness import TWO_ORDERS
from harness.generate.coverage_pages import KINDS
from harness.generate.records.changes.one_field import CHANGES
from harness.generate.text.sized import WAYS
from harness.report.findings import coverage
from harness.report.findings.describe import describe
from harness.report.findings.registry import WRITERS, Words

WRONG = Finding(
    kind=FindingKind.FIELD_ANSWERED_WRONG,
    test="coverage",
    subject="discount",
    names=("missing", "null", "as_text"),
    count=Count(6, 6),
    control=Count(0, 12),
    example=Example(
        address="coverage/missing:discount#orders.jsonl#3",
        field="total",
        given="0.05 -> absent",
        expected=158987.51,
        got=167355.28,
        confidence=0.98,
    ),
)
SAID = {
    FindingKind.FIELD_ANSWERED_WRONG: (
        WRONG,
        Words(
            "discount is missing: accepted with a wrong answer",
            (
                "Wrong: 6 of 6 records with this change, 0 of 12 unchanged ones.",
                "discount before: 0.05; sent: absent.",
                "total returned: 167355.28 with confidence 0.98; right: 158987.51.",
                "Also wrong if it is null, sent as text.",
            ),
            ("Refuse such a record, or flag it.",),
        ),
    ),
    FindingKind.FIELDS_COVERED: (
        Finding(kind=FindingKind.FIELDS_COVERED, count=Count(0, 54), names=("amount", "rate")),
        Words(
            "No change of a single field led to a wrong answer",
            ("0 of 54 changes were accepted with a wrong answer.", "Fields: amount, rate."),
        ),
    ),
    FindingKind.FIELDS_NOT_COVERED: (
        Finding(kind=FindingKind.FIELDS_NOT_COVERED, count=Count(2, 9), names=("b", "c"), numbers={"calls": 14}),
        Words(
            "Not enough calls: 2 of 9 fields were not changed enough",
            ("Fields: b, c.",),
            ("Raise --calls by 14.",),
        ),
    ),
    FindingKind.ANY_ID_ACCEPTED: (
        Finding(kind=FindingKind.ANY_ID_ACCEPTED, names=("customer",)),
        Words("Not tested: other forms of customer (a made-up id is accepted)"),
    ),
    FindingKind.UNSEEN_VALUES: (
        Finding(kind=FindingKind.UNSEEN_VALUES, names=("currency GBP, JPY",)),
        Words(
            "Not tested: currency GBP, JPY (accepted, but no sample has it)",
            ("No truth says what the answers to these values should be.",),
            ("Add samples with these values to the pilot, with their right answers.",),
        ),
    ),
    FindingKind.FIELDS_WITHOUT_EFFECT: (
        Finding(kind=FindingKind.FIELDS_WITHOUT_EFFECT, names=("id", "note", "x", "y")),
        Words(
            "Not tested: changes of id, note, x and 1 more (no answer depends on them)",
            ("All of them: id, note, x, y.",),
        ),
    ),
}


@pytest.mark.parametrize("kind", SAID)
def test_each_kind_has_its_headline_its_evidence_and_its_advice(kind: FindingKind) -> None:
    finding, expected = SAID[kind]
    found = describe(finding)
    assert found == expected
    assert all(len(line) <= 100 for line in (*found.evidence, *found.advice))


def test_every_kind_of_these_words_is_tested() -> None:
    assert SAID.keys() == {kind for kind, writer in WRITERS.items() if writer.__module__ == coverage.__name__}


def test_every_change_has_words() -> None:
    assert coverage.CHANGES.keys() == {*CHANGES, *WAYS, *KINDS}
    assert describe(replace(WRONG, names=(TWO_ORDERS,))).headline == "A part of a long list in discount is ignored"


def test_a_text_in_a_long_one_has_its_size_before_and_after_and_its_own_advice() -> None:
    example = replace(WRONG.example, given="44 characters -> 8,000 characters") if WRONG.example else None
    found = describe(replace(WRONG, subject="text", names=("long_before", "long_around"), example=example))
    assert found.headline == "text is at the end of a long text: accepted with a wrong answer"
    assert found.evidence[0].startswith("Wrong: ")
    assert " texts with this change" in found.evidence[0]
    assert "text before: 44 characters; sent: 8,000 characters." in found.evidence
    assert found.evidence[-1] == "Also wrong if it is in the middle of a long text."
    assert found.advice == ("Read the whole text, or refuse what is too long.",)


def test_too_few_records_are_told() -> None:
    found = describe(replace(WRONG, names=("missing",), count=Count(2, 3), why=Why.MAY_BE_CHANCE))
    assert found.evidence[-1] == "Too few such records to rule out chance."
