"""The words for failure patterns: headline, evidence with its control, one example, what to try."""

import pytest

from harness.core.finding import Circumstance, Count, Example, FailureMode, Finding, How, Where
from harness.core.finding_kinds import FindingKind
from harness.report.findings.patterns import (
    ADVICE,
    failure_pattern,
    first_breaking_op,
    one_answer,
    worst_scenario,
)
from harness.report.findings.phrases import FAILURES, SETTINGS, circumstances, failure, others
from harness.report.findings.registry import WRITERS, Words

DATES = Finding(
    kind=FindingKind.FAILURE_PATTERN,
    modes=(FailureMode("day", How.DAY_MONTH_SWAPPED), FailureMode("total", How.TIMES, "1000")),
    circumstances=(Circumstance(Where.DAY_UP_TO_12, field="day"),),
    count=Count(9, 9),
    control=Count(0, 28),
    example=Example(address="letters/one#3", field="day", expected="2026-03-04", got="2026-04-03", confidence=0.9),
)
DEFAULT = Finding(
    kind=FindingKind.ONE_ANSWER,
    slice="faxes",
    modes=(FailureMode("total", How.CONSTANT, "0.0"), FailureMode("carrier", How.CONSTANT, "parcel")),
    circumstances=(Circumstance(Where.PACK, "faxes"),),
    count=Count(18, 24),
    control=Count(0, 48),
    numbers={"confidence": 0.91},
    example=Example(address="faxes/one#0", field="total", expected=100.0, got=0.0, confidence=0.91),
)


CIRCUMSTANCES = [
    (Circumstance(Where.OP, "fax.line_loss"), "with op fax.line_loss"),
    (Circumstance(Where.SCENARIO, "faxes/fine"), "of scenario faxes/fine"),
    (Circumstance(Where.PACK, "faxes"), "of pack faxes"),
    (Circumstance(Where.MEDIA_TYPE, "image/tiff"), "sent as image/tiff"),
    (Circumstance(Where.TAG, "language=fr"), "with language=fr"),
    (Circumstance(Where.CHANGED_FIELD, "customer.age"), "in which only customer.age was changed"),
    (Circumstance(Where.MIN_BYTES, "12000"), "of 12,000 bytes or more"),
    (Circumstance(Where.DAY_UP_TO_12, field="due"), "with a day up to 12 in due"),
    (Circumstance(Where.FROM_1000, field="total"), "with an amount of 1,000 or more in total"),
    (Circumstance(Where.BELOW_ZERO, field="total"), "with a negative amount in total"),
    (Circumstance(Where.WITH_DECIMALS, field="total"), "with decimals in total"),
    (Circumstance(Where.NON_ASCII, field="vendor"), "with letters beyond ASCII in vendor"),
    (Circumstance(Where.ID_KIND, "with leading zeros", "id"), "with leading zeros in id"),
    (Circumstance(Where.ID_KIND, "above 2^53", "id"), "with a value above 2^53 in id"),
    (Circumstance(Where.WINDOW, "12.0-15.5"), "due from 12.0 s to 15.5 s of the run"),
    (Circumstance(Where.BURST, "14"), "due when 14 or more were due within 1 s"),
]


def test_a_pattern_has_its_circumstance_its_control_and_an_example_with_both_values() -> None:
    assert failure_pattern(DATES) == Words(
        "Field day has day and month swapped",
        (
            "This happens in 9 of 9 cases with a day up to 12 in day (0 of 28 other cases).",
            "Example: day is 2026-03-04; the service returned 2026-04-03 with confidence 0.90.",
            "Also seen in such cases: total is 1,000 times too large.",
        ),
        ("Fix the order of day and month for the source of these dates.",),
    )


def test_a_short_circumstance_is_in_the_headline() -> None:
    found = Finding(
        kind=FindingKind.FAILURE_PATTERN,
        modes=(FailureMode("vendor_id", How.CONSTANT, "V-00000"),),
        circumstances=(Circumstance(Where.OP, "invoice.foreign_vendor"),),
        count=Count(23, 23),
        control=Count(4, 131),
    )
    assert failure_pattern(found).headline == "Field vendor_id becomes V-00000 in cases with op invoice.foreign_vendor"
    assert failure_pattern(found).evidence == (
        "This happens in 23 of 23 cases with op invoice.foreign_vendor (4 of 131 other cases).",
    )


def test_a_pattern_that_nothing_sets_apart_counts_the_cases_that_can_fail_in_this_way() -> None:
    handed = Finding(
        kind=FindingKind.FAILURE_PATTERN,
        modes=(FailureMode("", How.HANDED_OVER),),
        count=Count(28, 28),
        example=Example(address="faxes/one#0"),
    )
    assert failure_pattern(handed) == Words(
        "The service hands cases over to a person",
        ("This happens in 28 of 28 cases that ask for an answer.", "Example: faxes/one#0."),
        ("Check the rule or the confidence threshold that hands cases over.",),
    )
    invented = Finding(
        kind=FindingKind.FAILURE_PATTERN,
        modes=(FailureMode("day", How.INVENTED),),
        count=Count(6, 10),
        example=Example(address="torn/one#1", field="day", expected="2026-02-14", got="1999-01-01"),
    )
    assert failure_pattern(invented).evidence == (
        "This happens in 6 of 10 cases without a readable day.",
        "Example: day cannot be determined; the service returned 1999-01-01.",
    )
    accepted = Finding(
        kind=FindingKind.FAILURE_PATTERN,
        modes=(FailureMode("", How.NOT_REFUSED),),
        count=Count(6, 6),
        example=Example(address="blank/one#1", field="total", got=21.66, confidence=1.0),
    )
    assert failure_pattern(accepted).evidence == (
        "This happens in 6 of 6 cases that ask for no answer.",
        "Example: the service returned total 21.66 with confidence 1.00.",
    )


def test_one_answer_is_counted_here_and_elsewhere() -> None:
    assert one_answer(DEFAULT) == Words(
        "Many inputs get one and the same answer",
        (
            "The answer is total 0.0, carrier parcel, with confidence 0.91.",
            "18 of 24 inputs of pack faxes have it (0 of 48 other inputs).",
            "Only answers that do not follow from the input are counted; each sample counts once in a scenario.",
            "Example: total is 100.0; the service returned 0.0 with confidence 0.91.",
        ),
        ("Look for a default or a fallback value of this field.",),
    )


def test_one_answer_for_a_while_has_the_seconds_of_the_run() -> None:
    found = Finding(
        kind=FindingKind.ONE_ANSWER,
        modes=(FailureMode("label", How.CONSTANT, "approve"),),
        circumstances=(Circumstance(Where.WINDOW, "50.0-99.0"),),
        count=Count(30, 50),
        control=Count(0, 150),
    )
    words = one_answer(found)
    assert words.evidence[:2] == (
        "The answer is label approve.",
        "30 of 50 replies due from 50.0 s to 99.0 s of the run have it (0 of 150 replies before and after).",
    )
    assert words.advice == ("Check the service for timeouts and load shedding in this part of the run.",)


def test_a_scenario_has_most_of_the_silent_errors_only_with_more_than_half_of_them() -> None:
    found = Finding(
        kind=FindingKind.WORST_SCENARIO,
        slice="truncated",
        count=Count(62, 118),
        parts={"cases": Count(62, 70)},
        control=Count(56, 400),
    )
    assert worst_scenario(found) == Words(
        "Scenario truncated has most of the silent errors",
        (
            "62 of 118 silent errors are in this scenario.",
            "62 of 70 cases of the scenario are silent errors (56 of 400 in the others).",
        ),
    )
    half = Finding(kind=FindingKind.WORST_SCENARIO, slice="truncated", count=Count(59, 118))
    assert "most" not in worst_scenario(half).headline


def test_the_first_breaking_op_has_its_severity_and_its_pack() -> None:
    found = Finding(
        kind=FindingKind.FIRST_BREAKING_OP,
        slice="faxes",
        subject="fax.line_loss",
        numbers={"severity": 4, "low": 0.541, "n": 6},
    )
    assert first_breaking_op(found) == Words(
        "fax.line_loss causes silent errors from severity 4",
        (
            "At least 54 % of inputs fail there (95 % lower bound, 6 probes).",
            "No probed op of faxes causes them at a lower severity.",
        ),
    )


def test_a_value_of_the_service_stays_on_one_line_and_is_cut() -> None:
    text = failure(FailureMode("vendor", How.CONSTANT, "line one\nline two " + "x" * 80))
    assert "\n" not in text
    assert len(text) <= len("vendor becomes ") + 41


@pytest.mark.parametrize(("one", "words"), CIRCUMSTANCES)
def test_each_circumstance_has_words_that_follow_the_noun(one: Circumstance, words: str) -> None:
    assert circumstances((one,)) == words


def test_no_circumstance_of_the_mix_is_without_words() -> None:
    assert {one.where for one, _ in CIRCUMSTANCES} == set(SETTINGS)


def test_the_control_is_named_by_the_circumstance() -> None:
    assert others((Circumstance(Where.MIN_BYTES, "12"),)) == "shorter cases"
    assert others((Circumstance(Where.BURST, "14"),), "replies") == "replies at other times"
    both = (Circumstance(Where.MIN_BYTES, "12"), Circumstance(Where.PACK, "faxes"))
    assert circumstances(both) == "of 12 bytes or more and of pack faxes"
    assert others(both) == "other cases"


@pytest.mark.parametrize("how", How)
def test_every_failure_mode_has_a_short_headline_and_advice(how: How) -> None:
    whole = how in (How.NOT_REFUSED, How.HANDED_OVER, How.REFUSED, How.NO_ANSWER)
    mode = FailureMode("" if whole else "total", how, "1000" if how in (How.TIMES, How.DIVIDED) else "422")
    found = Finding(
        kind=FindingKind.FAILURE_PATTERN,
        modes=(mode,),
        circumstances=(Circumstance(Where.FROM_1000, field="total"),),
        count=Count(3, 3),
        control=Count(0, 9),
    )
    words = failure_pattern(found)
    assert len(words.headline.split()) <= 12
    assert words.headline.startswith("The service " if whole else "Field total ")
    assert words.advice == (ADVICE[how],)
    assert all(len(line) <= 100 for line in (*words.evidence, *words.advice))


def test_no_failure_mode_is_without_words() -> None:
    assert set(FAILURES) == set(How)
    assert set(ADVICE) == set(How)


@pytest.mark.parametrize("found", [DATES, DEFAULT])
def test_headlines_are_short_and_lines_fit_a_screen(found: Finding) -> None:
    words = WRITERS[found.kind](found)
    assert len(words.headline.split()) <= 12
    assert all(len(line) <= 100 for line in (*words.evidence, *words.advice))
