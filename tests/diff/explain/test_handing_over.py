"""A rise of what is handed over is a finding with its cases; a change by chance is not."""

from random import Random

import pytest

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.regression.baseline import CaseResult, Repeat
from harness.core.regression.columns import Results
from harness.core.regression.gathering import columns_of
from harness.diff.explain.handing_over import handing_findings
from harness.diff.regression.pairs import pair_up

GOOD = Repeat(disposition="accepted", judgement="right", confidence=0.9)
WRONG = Repeat(disposition="accepted", judgement="wrong", confidence=0.9)
FLAGGED = Repeat(disposition="handed_over", judgement="right", confidence=0.5)
LOST = Repeat(disposition="timeout", judgement="unscored", cause="timeout")


def side(*repeats: Repeat, samples: int = 1000) -> Results:
    """One case each, of that many samples in turn."""
    cases = [
        CaseResult(address=f"faxes/a#{k}", sha256="a", asks=True, tags={"sample": str(k % samples)}, repeats=(one,))
        for k, one in enumerate(repeats)
    ]
    return Results(label="x", cases=columns_of(cases))


def findings(before: Results, after: Results) -> list[Finding]:
    return list(handing_findings(pair_up(before, after), "run"))


def test_a_release_that_flags_more_is_a_finding_with_the_cases_that_were_right_before_first() -> None:
    (found,) = findings(side(WRONG, *[GOOD] * 19, FLAGGED), side(*[FLAGGED] * 12, *[GOOD] * 9))
    assert found.kind == FindingKind.MORE_HANDED_OVER
    assert (found.count, found.control) == (Count(12, 21), Count(1, 21))
    assert found.parts == {"newly": Count(12, 21), "right_before": Count(11, 12), "no_longer": Count(1, 21)}
    assert found.numbers["p"] == pytest.approx(14 / 2**13)
    assert found.cases[0] == "faxes/a#1"
    assert found.show == "harness show faxes/a#1 --run run"


def test_as_many_that_are_no_longer_handed_over_are_no_rise() -> None:
    before, after = [GOOD] * 12 + [FLAGGED] * 10, [FLAGGED] * 12 + [GOOD] * 10
    assert findings(side(*before), side(*after)) == []
    assert findings(side(*after[:12]), side(*before[:12])) == []


def test_many_cases_of_few_samples_are_few_facts() -> None:
    assert findings(side(*[GOOD] * 40, samples=4), side(*[FLAGGED] * 40, samples=4)) == []
    assert findings(side(*[GOOD] * 40, samples=20), side(*[FLAGGED] * 40, samples=20)) != []


def test_cases_without_a_reply_on_one_side_say_nothing() -> None:
    assert findings(side(*[LOST] * 20), side(*[FLAGGED] * 20)) == []


def test_a_limit_that_sways_by_chance_is_blamed_in_one_run_of_a_hundred_at_most() -> None:
    blamed = 0
    for number in range(500):
        draw = Random(number)
        one, other = ([draw.choice((GOOD, FLAGGED)) for _ in range(60)] for _ in range(2))
        blamed += bool(findings(side(*one), side(*other)))
    assert blamed <= 5
