"""The words for answers that depend on earlier requests: what broke, the contrast, one example, what was not tested."""

from dataclasses import replace
from typing import Any

import pytest

from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.registry import WRITERS, Words
from harness.report.findings.state import PHRASES, instance_differs, not_tested, phrase_of

MAX_HEADLINE_WORDS, MAX_COLUMNS = 12, 100

INSTANCE = Finding(
    kind=FindingKind.INSTANCE_DIFFERS,
    test="state",
    subject="constant",
    circumstances=(Circumstance(Where.OTHER_INSTANCE),),
    count=Count(20, 40),
    control=Count(0, 16),
    names=("billing",),
    numbers={"requests": 40},
    example=Example(address="state/start_1#text_03", field="label", expected="login", got="billing", confidence=0.95),
)


def untested(where: Circumstance, why: Why, **facts: Any) -> Words:
    finding = replace(Finding(kind=FindingKind.NOT_TESTED, test="state", circumstances=(where,), why=why), **facts)
    words = not_tested(finding)
    assert len(words.headline.split()) <= MAX_HEADLINE_WORDS
    assert all(len(line) <= MAX_COLUMNS for line in (words.headline, *words.evidence, *words.advice))
    return words


def test_an_instance_that_differs_has_both_counts_and_both_answers() -> None:
    words = instance_differs(INSTANCE)
    assert WRITERS[INSTANCE.kind] is instance_differs
    assert len(words.headline.split()) <= MAX_HEADLINE_WORDS
    assert words == Words(
        "A freshly started instance answers differently from the target",
        (
            "20 of 40 answers differ from the target's, and still do after 40 requests.",
            "Example: text_03 got label billing from the instance and login from the target.",
            "The target's own answers changed in 0 of 16 replies.",
        ),
        ("Check that [target] start starts the same release as the target.",),
    )


@pytest.mark.parametrize(
    ("where", "setting", "headline"),
    [
        (Where.AFTER_START, "[target] start", "Not tested: cold start (set [target] start to test it)"),
        (
            Where.OTHER_CUSTOMER,
            "[target] other_headers",
            "Not tested: leaks between customers (set [target] other_headers to test it)",
        ),
    ],
)
def test_a_setting_that_is_missing_is_named_on_one_line(where: Where, setting: str, headline: str) -> None:
    assert untested(Circumstance(where), Why.NOT_CONFIGURED, subject=setting) == Words(headline)


def test_too_few_calls_are_named_with_how_many_are_needed() -> None:
    assert untested(Circumstance(Where.SAME_ID), Why.TOO_FEW_CALLS, numbers={"calls": 10, "needed": 12}) == Words(
        "Not tested: records with the same id", ("Reason: 10 calls, 12 needed.",), ("Raise --calls to test it.",)
    )
    words = untested(Circumstance(Where.ACCENT, "file name"), Why.TOO_FEW_CALLS, numbers={"needed": 4})
    assert words.headline == "Not tested: inputs whose file name differs by an accent"
    assert words.evidence == ("Reason: too few calls.",)


def test_too_few_samples_are_named_with_how_many_are_needed() -> None:
    assert untested(Circumstance(Where.LATER), Why.TOO_FEW_SAMPLES, numbers={"samples": 1, "needed": 2}) == Words(
        "Not tested: repeated requests at the end of the run",
        ("Reason: 1 sample with an answer, 2 needed.",),
        ("Add pilot samples that the service answers.",),
    )


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (Where.SAME_FILE_NAME, "requests carry no file name"),
        (Where.SAME_ID, "no field is named as an id"),
    ],
)
def test_samples_that_cannot_be_made_alike_have_the_reason(where: Where, reason: str) -> None:
    assert untested(Circumstance(where), Why.NO_FIELD).evidence == (f"Reason: {reason}.",)


def test_two_customers_with_the_same_answers_differ_from_two_inputs_with_the_same_answers() -> None:
    customers = untested(Circumstance(Where.OTHER_CUSTOMER), Why.SAME_ANSWERS)
    inputs = untested(Circumstance(Where.SAME_OPENING), Why.SAME_ANSWERS)
    assert customers.evidence == ("Reason: both customers get the same answers, so a mix-up would not show.",)
    assert inputs.evidence == ("Reason: the inputs get the same answers, so a mix-up would not show.",)


def test_a_customer_without_answers_is_named_with_the_causes() -> None:
    words = untested(Circumstance(Where.OTHER_CUSTOMER), Why.NO_ANSWERS, causes={"auth": 6})
    assert words.evidence == ("Reason: requests with [target] other_headers got no answer (auth 6).",)


def test_an_instance_that_does_not_start_is_shown_with_its_last_lines_on_one_line() -> None:
    why = "it ended before it listened; its last lines: no model\n\x07 here"
    words = untested(Circumstance(Where.AFTER_START), Why.FAILED_TO_START, subject="[target] start", names=(why,))
    assert words == Words(
        "Not tested: cold start",
        ("Reason: it ended before it listened; its last lines: no model \x07 here.",),
        ("Check the command in [target] start.",),
    )


def test_a_run_that_was_interrupted_after_a_start_is_to_be_run_anew() -> None:
    words = untested(Circumstance(Where.AFTER_START), Why.INTERRUPTED, subject="[target] start")
    assert words.evidence == ("Reason: the run was interrupted.",)
    assert words.advice == ("Run the check again, without --resume.",)


@pytest.mark.parametrize(
    ("where", "when"),
    [
        (Circumstance(Where.LATER), "at the end of the run"),
        (Circumstance(Where.AFTER_SAME_ANSWER, "8"), "after 8 requests with another answer"),
        (Circumstance(Where.ACCENT, "opening"), "after an input whose opening differs by an accent"),
        (Circumstance(Where.AFTER_START), "right after a start"),
        (Circumstance(Where.AFTER_START, "1"), "in the first request after a start"),
        (Circumstance(Where.AFTER_START, "20"), "in the first 20 requests after a start"),
    ],
)
def test_a_circumstance_is_a_clause_with_its_value(where: Circumstance, when: str) -> None:
    assert phrase_of(where).when == when


@pytest.mark.parametrize("where", list(PHRASES))
def test_no_headline_about_a_circumstance_is_too_long(where: Where) -> None:
    phrase = phrase_of(Circumstance(where, "file name"))
    for headline in (f"Answers become one value {phrase.headline}", phrase.repeated, f"Not tested: {phrase.part}"):
        assert len(headline.split()) <= MAX_HEADLINE_WORDS
        assert "{" not in headline
