"""The words for the comparison with another run: the outcome, what it was compared with, what became of the cases."""

from dataclasses import replace

import pytest

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings import regression
from harness.report.findings.registry import WRITERS, Words

BASELINE = Finding(
    kind=FindingKind.BASELINE,
    subject="v1",
    names=("Ada", "2099-12-31"),
    count=Count(0, 84),
    parts={"failed": Count(1, 3), "undecided": Count(2, 3)},
)
DROP = Finding(
    kind=FindingKind.DROP,
    slice="faxes",
    count=Count(11, 84),
    parts={"newly_handed_over": Count(1, 84), "newly_failing": Count(10, 84), "flaky": Count(2, 84)},
    numbers={"before": 1.0, "after": 73 / 84, "q": 0.00049},
)
SAID = {
    FindingKind.BASELINE: (
        BASELINE,
        Words(
            '1 of 3 slices is worse than baseline "v1"',
            ("Approved by Ada, valid until 2099-12-31.", "2 of 3 slices are undecided."),
        ),
    ),
    FindingKind.REFERENCE: (
        Finding(
            kind=FindingKind.REFERENCE,
            subject="http://127.0.0.1:8000/score",
            parts={"failed": Count(2, 2), "undecided": Count(0, 2)},
        ),
        Words(
            "2 of 2 slices are worse than the other service",
            ("http://127.0.0.1:8000/score got the same cases at the same times.",),
        ),
    ),
    FindingKind.BASELINE_UNUSABLE: (
        Finding(
            kind=FindingKind.BASELINE_UNUSABLE,
            subject="is of other samples",
            names=("v1", "Ada", "2099-12-31"),
            count=Count(5, 84),
            cases=("faxes/a#1", "faxes/a#2", "faxes/a#3", "faxes/a#4", "faxes/a#5"),
        ),
        Words(
            'Nothing can be compared with baseline "v1"',
            (
                "It is of other samples.",
                "Approved by Ada, valid until 2099-12-31.",
                "5 of 84 cases of the baseline have other bytes now: faxes/a#1, faxes/a#2, faxes/a#3 and 2 more.",
            ),
            ("Promote a run again: harness promote RUN.",),
        ),
    ),
    FindingKind.DROP: (
        DROP,
        Words(
            "11 of 84 cases of faxes no longer pass",
            (
                "Newly failing: 10 of 84.",
                "Newly handed over: 1 of 84.",
                "Different between repeats: 2 of 84.",
                "Passed before: 100.0 %; passed now: 86.9 %.",
                "Corrected p-value: 0.00049.",
            ),
        ),
    ),
    FindingKind.SILENT_RISE: (
        Finding(
            kind=FindingKind.SILENT_RISE,
            slice="faxes",
            count=Count(15, 60),
            parts={"newly_silent": Count(14, 60), "flaky": Count(1, 60)},
            numbers={"before": 0.0, "after": 0.25, "q": 3e-5},
        ),
        Words(
            "Silent errors rose in 15 of 60 cases of faxes",
            (
                "Newly accepted and wrong: 14 of 60.",
                "Different between repeats: 1 of 60.",
                "Silent errors before: 0.0 %; silent errors now: 25.0 %.",
                "Corrected p-value: 3e-05.",
            ),
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
    assert SAID.keys() == {kind for kind, writer in WRITERS.items() if writer.__module__ == regression.__name__}


@pytest.mark.parametrize(
    ("failed", "undecided", "headline"),
    [
        (Count(0, 3), Count(0, 3), 'No regression against baseline "v1"'),
        (Count(0, 3), Count(1, 3), 'The comparison with baseline "v1" is undecided in 1 of 3 slices'),
        (Count(0, 0), Count(0, 0), 'No slice was compared with baseline "v1"'),
    ],
)
def test_no_regression_is_claimed_only_if_every_slice_passed(failed: Count, undecided: Count, headline: str) -> None:
    found = regression.baseline(replace(BASELINE, parts={"failed": failed, "undecided": undecided}))
    assert (found.headline, found.evidence) == (headline, ("Approved by Ada, valid until 2099-12-31.",))


def test_a_drop_of_one_case_and_a_tiny_p_value_read_well() -> None:
    one = replace(DROP, count=Count(1, 84), parts={"newly_failing": Count(1, 84)}, numbers={"q": 1e-30})
    found = regression.drop(one)
    assert found == Words("1 of 84 cases of faxes no longer passes", ("Corrected p-value: below 1e-20.",))


def test_cases_that_were_not_sent_again_are_no_drop() -> None:
    short = Finding(kind=FindingKind.DROP, slice="faxes", count=Count(0, 197), parts={"missing": Count(3, 200)})
    assert regression.drop(short) == Words(
        "No case of faxes stopped passing", ("Cases of the baseline that were not sent again: 3 of 200.",)
    )
