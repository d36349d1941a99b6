"""The words for confidence and hand-over: counts with their base, the values, one example, what to try."""

from dataclasses import replace

import pytest

from harness.core.finding import Count, Example, Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings import confidence
from harness.report.findings.registry import WRITERS, Words

EXAMPLE = Example(address="faxes/fine#3", field="total", expected=12.5, got=21.66, confidence=1.0)
SHOWN = "Example: total is 12.5; the service returned 21.66 with confidence 1.00."
VALUE = Finding(
    kind=FindingKind.CONFIDENCE_VALUE,
    numbers={
        "mean": 0.962,
        "right": 0.8,
        "calibration_error": 0.16,
        "silent_errors": 0.2,
        "limit": 0.02,
        "flag_below": 0.8501,
        "silent_errors_left": 0.0,
        "straight_through_left": 0.8,
    },
    count=Count(20, 100),
    example=EXAMPLE,
)
SAID = {
    FindingKind.NO_HAND_OVER: (
        Finding(kind=FindingKind.NO_HAND_OVER, count=Count(2, 180), example=EXAMPLE),
        Words(
            "The service cannot hand cases over to a person",
            (
                "Its replies have no review flag and no confidence, so each wrong answer is a silent error.",
                "2 of 180 answered cases were silent errors.",
                SHOWN,
            ),
            ("Return a review flag or a confidence, and set [target] hand_over or confidence.",),
        ),
    ),
    FindingKind.THRESHOLD_DECIDES: (
        Finding(
            kind=FindingKind.THRESHOLD_DECIDES,
            names=("no-go", "go"),
            numbers={
                "threshold": 0.8,
                "silent_errors_without": 0.05,
                "silent_errors_with": 0.0,
                "silent_errors_other_without": 0.1,
                "silent_errors_other_with": 0.01,
                "straight_through_without": 0.95,
                "straight_through_with": 0.8,
            },
        ),
        Words(
            "The verdict depends on who looks at answers with a low confidence",
            (
                "If every answer is accepted: no-go.",
                "Silent errors 5.0 % (other cases 10.0 %), straight-through 95.0 %.",
                "If a person looks at confidences below 0.8: go.",
                "Silent errors 0.0 % (other cases 1.0 %), straight-through 80.0 %.",
            ),
            ("Set [target] flag_below to the confidence below which a person looks, or to 0 if nobody does.",),
        ),
    ),
    FindingKind.CONFIDENCE_VALUE: (
        VALUE,
        Words(
            "The confidence averages 96.2 %; 80.0 % of answers are right",
            (
                "Weighted by the traffic mix; expected calibration error 0.16.",
                "Silent errors are 20.0 % of the mix, limit 2 %.",
                "On these cases, flag_below = 0.8501 would leave 0.0 % silent errors and 80.0 % straight-through.",
                SHOWN,
            ),
            ("Set [target] flag_below = 0.8501.",),
        ),
    ),
    FindingKind.CONFIDENCE_ZERO: (
        Finding(kind=FindingKind.CONFIDENCE_ZERO, count=Count(119, 120), parts={"right": Count(110, 119)}),
        Words(
            "The confidence is 0 for nearly every answer",
            (
                "The confidence is 0 in 119 of 120 answers.",
                "110 of 119 judged answers with this confidence are right.",
            ),
            ("Check whether the service ever sets this field; 0 may be its default.",),
        ),
    ),
    FindingKind.CONFIDENCE_CONSTANT: (
        Finding(
            kind=FindingKind.CONFIDENCE_CONSTANT,
            count=Count(120, 120),
            parts={"wrong": Count(32, 120), "right_on_clean_twin": Count(30, 32)},
            numbers={"low": 0.97, "high": 0.97},
            example=EXAMPLE,
        ),
        Words(
            "The confidence is 0.97 for nearly every answer",
            (
                "The confidence is 0.97 in 120 of 120 answers.",
                "32 of 120 judged answers with this confidence are wrong.",
                "30 of 32 wrong answers are right if the input is not damaged.",
                "No threshold on the confidence can separate these answers.",
                SHOWN,
            ),
            ("Compute the confidence for each answer; do not return a constant.",),
        ),
    ),
    FindingKind.CONFIDENCE_SATURATED: (
        Finding(
            kind=FindingKind.CONFIDENCE_SATURATED,
            count=Count(118, 120),
            parts={"changed_by_damage": Count(32, 118)},
            numbers={"low": 0.999, "high": 1.0},
        ),
        Words(
            "The confidence is at its maximum for nearly every answer",
            (
                "The confidence is 0.999 to 1 in 118 of 120 answers.",
                "32 of 118 answers with this confidence change if the input is damaged.",
                "No threshold on the confidence can separate these answers.",
            ),
            ("Compute the confidence for each answer; do not return a constant.",),
        ),
    ),
    FindingKind.CONFIDENCE_TWO_VALUES: (
        Finding(
            kind=FindingKind.CONFIDENCE_TWO_VALUES,
            count=Count(20, 80),
            control=Count(10, 40),
            numbers={"low": 0.6, "high": 0.99},
        ),
        Words(
            "The confidence is only ever 0.99 or 0.6",
            (
                "With confidence 0.99, 20 of 80 (25.0 %) answers are wrong.",
                "With confidence 0.6, 10 of 40 (25.0 %) answers are wrong.",
            ),
            ("Compute the confidence for each answer; do not return a constant.",),
        ),
    ),
    FindingKind.CONFIDENCE_UNRELATED: (
        Finding(
            kind=FindingKind.CONFIDENCE_UNRELATED,
            count=Count(48, 120),
            numbers={"right_above_wrong": 0.49, "at_most": 0.58},
        ),
        Words(
            "The confidence does not separate right from wrong",
            (
                "The right one of two answers has the higher confidence in 49 % of pairs (at most 58 %).",
                "48 of 120 judged answers are wrong; a coin would reach 50 % of pairs.",
            ),
            ("Do not use this confidence to decide what a person reviews.",),
        ),
    ),
    FindingKind.CONFIDENCE_BLIND: (
        Finding(
            kind=FindingKind.CONFIDENCE_BLIND,
            count=Count(20, 20),
            parts={"severity_1_to_3": Count(0, 24), "severity_7_to_10": Count(20, 32)},
            numbers={"severity_1_to_3": 0.9, "severity_7_to_10": 0.89},
            example=EXAMPLE,
        ),
        Words(
            "The confidence does not fall if damage makes answers wrong",
            (
                "20 of 20 wrong answers to damaged inputs have the confidence of the clean input.",
                "The clean input was answered right.",
                "At severity 1 to 3, 0 of 24 are wrong; average confidence 0.90.",
                "At severity 7 to 10, 20 of 32 are wrong; average confidence 0.89.",
                SHOWN,
            ),
            ("Make the confidence depend on the quality of the input.",),
        ),
    ),
    FindingKind.TAKEN_LESS: (
        Finding(
            kind=FindingKind.TAKEN_LESS,
            subject="rejected",
            count=Count(35, 120),
            control=Count(1, 120),
            parts={"noisy_text": Count(23, 60), "locale_values": Count(12, 60)},
            numbers={"p": 0.0017},
        ),
        Words(
            "Changed inputs are refused more often than clean ones",
            (
                "In noisy_text, 23 of 60 cases are refused.",
                "In locale_values, 12 of 60 cases are refused.",
                "Of their clean twins 1 of 120 are (p 0.0017).",
            ),
            ("Callers get an error for these inputs: let the service read them, or say what callers do then.",),
        ),
    ),
    FindingKind.MORE_HANDED_OVER: (
        Finding(
            kind=FindingKind.MORE_HANDED_OVER,
            count=Count(12, 21),
            control=Count(1, 21),
            parts={"newly": Count(12, 21), "right_before": Count(11, 12), "no_longer": Count(1, 21)},
            numbers={"p": 0.0017},
        ),
        Words(
            "The service hands over more cases than before",
            (
                "12 of 21 cases are handed over (1 of 21 before, p 0.0017).",
                "Newly handed over: 12; 11 of 12 were right before.",
                "No longer handed over: 1.",
            ),
            ("Check the flag and the threshold that hand cases over.",),
        ),
    ),
}


@pytest.mark.parametrize("kind", SAID)
def test_each_kind_has_its_headline_its_evidence_and_its_advice(kind: FindingKind) -> None:
    finding, expected = SAID[kind]
    found = WRITERS[kind](finding)
    assert found == expected
    assert len(found.headline.split()) <= 12
    assert max(map(len, (*found.evidence, *found.advice))) <= 100


def test_every_kind_of_these_words_is_tested() -> None:
    assert SAID.keys() == {kind for kind, writer in WRITERS.items() if writer.__module__ == confidence.__name__}


def test_a_confidence_that_no_threshold_can_mend_is_said_to_be_so() -> None:
    left = ("flag_below", "silent_errors_left", "straight_through_left")
    numbers = {name: number for name, number in VALUE.numbers.items() if name not in left}
    found = confidence.confidence_value(replace(VALUE, numbers=numbers))
    assert "No threshold on the confidence meets the limit and still accepts answers." in found.evidence
    assert not any("flag_below" in line for line in (*found.evidence, *found.advice))


def test_a_confidence_inside_the_limit_needs_no_advice() -> None:
    numbers = {"mean": 0.99, "right": 1.0, "calibration_error": 0.01, "silent_errors": 0.0, "limit": 0.02}
    found = confidence.confidence_value(Finding(kind=FindingKind.CONFIDENCE_VALUE, numbers=numbers))
    assert (found.evidence, found.advice) == (("Weighted by the traffic mix; expected calibration error 0.01.",), ())


def test_a_confidence_that_is_higher_for_wrong_answers_is_called_so() -> None:
    finding = replace(SAID[FindingKind.CONFIDENCE_UNRELATED][0], numbers={"right_above_wrong": 0.2, "at_most": 0.3})
    assert confidence.confidence_unrelated(finding).headline == "The confidence is lower for right answers"
