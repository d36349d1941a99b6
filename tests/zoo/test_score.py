"""Only the defect's own reason counts, and a benign change may bring nothing new."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.case import Case, Plan
from harness.core.finding import Circumstance, Count, Finding, Where
from harness.core.finding_kinds import FindingKind
from harness.core.verdict import CriterionResult, Decision, Estimate, Headline, Verdict
from harness.run.events import Finished
from tests.endpoints.command import ROOT
from tests.zoo.defects import Defect, of_scenarios
from tests.zoo.matrix import Row, total
from tests.zoo.score import alarms, find

NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)
HEADLINE = Headline(pilot=NOTHING, projected=NOTHING, gap=NOTHING, silent_errors=NOTHING, straight_through=NOTHING)
DEFECT = Defect(
    name="ticket/some",
    service="ticket",
    what="",
    wrap=lambda service: service,
    family="",
    must_name="faxes",
    meets=of_scenarios("by_ocr"),
)


def case(scenario: str) -> Case:
    address = f"faxes/{scenario}#0"
    return Case(
        address=address,
        plan=Plan(base="sample:a"),
        content=b"",
        media_type="",
        filename="",
        tags={"scenario": scenario},
    )


def reason(where: str, *cases: str, finding: Finding | None = None) -> CriterionResult:
    return CriterionResult(
        criterion="silent_errors_pack",
        status="failed",
        value=0.5,
        low=0.4,
        high=0.6,
        n=40,
        limit=0.1,
        slice=where,
        cases=cases,
        finding=finding,
    )


def ended(answer: Decision, *reasons: CriterionResult, findings: tuple[Finding, ...] = ()) -> Finished:
    cases = {one.address: one for one in map(case, ("by_ocr", "skewed"))}
    verdict = Verdict(
        format=1, verdict=answer, exit_code=0, valid=True, problems=(), headline=HEADLINE, reasons=tuple(reasons)
    )
    return Finished(verdict=verdict, findings=findings, folder=Path("run"), calls=1, seconds=1.0, cases=cases)


def test_a_reason_that_names_the_slice_and_only_cases_of_the_trigger_finds_it() -> None:
    assert find(DEFECT, ended("no-go", reason("faxes", "faxes/by_ocr#0")))[0] == "found"


def test_a_reason_whose_finding_does_not_show_what_it_must_is_a_miss() -> None:
    swapped = Finding(
        kind=FindingKind.ANSWERS_CHANGED,
        subject="swapped",
        circumstances=(Circumstance(Where.IN_FLIGHT, "2"),),
        count=Count(8, 16),
        control=Count(0, 16),
    )
    found = ended("no-go", reason("faxes", "faxes/by_ocr#0", finding=swapped))
    assert find(replace(DEFECT, shows=lambda finding: finding.subject == "swapped"), found)[0] == "found"
    assert find(replace(DEFECT, shows=lambda finding: "lasting" in finding.parts), found)[0] == "missed"


@pytest.mark.parametrize(
    "other",
    [reason("pilot", "faxes/by_ocr#0"), reason("faxes", "faxes/by_ocr#0", "faxes/skewed#0"), reason("faxes")],
    ids=["another slice", "a case that does not meet the trigger", "no case"],
)
def test_no_go_for_another_reason_is_a_miss(other: CriterionResult) -> None:
    assert find(DEFECT, ended("no-go", other))[0] == "missed"


def test_a_finding_alone_is_noticed_and_not_found() -> None:
    seen = Finding(kind=FindingKind.ERRORS, count=Count(1, 2), slice="faxes", cases=("faxes/by_ocr#0",))
    assert find(DEFECT, ended("go", findings=(seen,)))[0] == "noticed"


def test_a_defect_that_waits_is_never_found_by_chance() -> None:
    waiting = replace(DEFECT, must_name="", waits_for="an op")
    assert find(waiting, ended("no-go", reason("", "faxes/by_ocr#0")))[0] == "missed"


def test_whatever_a_benign_change_brings_beyond_the_correct_service_is_an_alarm() -> None:
    none = {"failed": Count(0, 9), "undecided": Count(0, 9)}
    same = Finding(kind=FindingKind.BASELINE, subject="2026.11", parts=none)
    correct = ended("go")
    assert alarms(ended("go", findings=(same,)), correct) == ()
    assert alarms(ended("undecided", reason("faxes")), correct) != ()
    assert alarms(ended("go", findings=(replace(same, parts={"regressed": Count(1, 3)}),)), correct) != ()


def test_a_busy_machine_and_what_the_correct_service_left_open_are_no_alarms_and_a_broken_run_is() -> None:
    untimed = replace(reason(""), criterion="p95", status="undecided", value=None)
    open_ = replace(reason("faxes"), status="undecided")
    assert alarms(ended("undecided", untimed), ended("go")) == ()
    assert alarms(ended("undecided", open_), ended("undecided", open_)) == ()
    assert alarms(ended("no-go", reason("faxes")), ended("undecided", open_)) != ()
    broken = ended("undecided")
    assert alarms(replace(broken, verdict=replace(broken.verdict, problems=("the target is gone",))), ended("go")) != ()


def test_the_matrix_fails_for_a_miss_and_for_a_false_alarm() -> None:
    found = Row(name="a", seed=1, kind="defect", score="found", why=())
    clean = Row(name="b", seed=1, kind="benign", score="clean", why=())
    assert total([found, clean])[1]
    assert not total([found, replace(found, score="missed"), clean])[1]
    assert not total([found, replace(clean, score="flagged")])[1]


def test_the_matrix_is_a_command_and_names_what_waits() -> None:
    command = (sys.executable, "-m", "tests.zoo", "of-no-row")
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert "  record/currency_ignored        an op with the rates of the service" in ran.stdout
    assert "found 0 of 0 reachable" in ran.stdout
