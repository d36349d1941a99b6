"""The findings of each fault: kinds, counts, the clean arm beside it, and one example."""

from dataclasses import replace

from harness.core.finding import Count, Example, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import Fault
from harness.diff.faults.under_fault import fault_findings, not_tried, with_faults
from tests.diff.faults.trials import RIGHT, trial


def test_a_finding_says_what_became_of_each_case_beside_the_clean_arm() -> None:
    tried = trial(["silent"] * 4 + ["error", "handed over", "unscored", "right"], RIGHT, after=["right"] * 4)
    (found,) = fault_findings([tried], "run")
    assert found == Finding(
        kind=FindingKind.FAULT_SILENT,
        test="upstream",
        slice="erp",
        subject="erp.status",
        fault=tried.fault,
        modes=(FailureMode("total", How.CONSTANT, "0"),),
        count=Count(4, 8),
        control=Count(0, 9),
        parts={
            "silent": Count(4, 8),
            "no_answer": Count(1, 8),
            "handed_over": Count(1, 8),
            "not_judged": Count(1, 8),
            "passed": Count(1, 8),
            "recovered": Count(4, 4),
            "field:total": Count(4, 8),
        },
        numbers={"seconds_after": 0.0},
        causes={"server_error": 1},
        example=Example(address="fault/erp.status#0", field="total", given="0", expected=7, got=0, confidence=0.99),
        cases=tuple(f"fault/erp.status#{k}" for k in range(8)),
        show="harness show fault/erp.status#0 --run run",
    )


def test_a_sample_that_was_not_right_without_the_fault_proves_nothing() -> None:
    (found,) = fault_findings([trial(["silent"] * 8, ["right"] * 6 + ["handed over", "error"])], "run")
    assert (found.kind, found.count, found.control) == (FindingKind.FAULT_SILENT, Count(6, 6), Count(0, 8))


def test_too_few_wrong_answers_leave_the_next_outcome_as_the_finding() -> None:
    (alone,) = fault_findings([trial(["silent", "right", "right", "right"], RIGHT)], "run")
    (error,) = fault_findings([trial(["silent", "error", "right", "right"], RIGHT)], "run")
    assert (alone.kind, alone.count) == (FindingKind.FAULT_UNCONFIRMED, Count(1, 4))
    assert (error.kind, error.count, error.control) == (FindingKind.FAULT_NO_ANSWER, Count(1, 4), Count(0, 9))
    assert (error.parts["silent"], error.parts["silent_without"]) == (Count(1, 4), Count(0, 9))


def test_a_fault_that_no_case_met_says_how_many_may_have() -> None:
    tried = trial(["right"] * 4, RIGHT, met=False)
    possible = replace(tried, arm=replace(tried.arm, met={"fault/erp.status#0": ("erp.status?",)}))
    (found,) = fault_findings([possible], "run")
    assert (found.kind, found.count) == (FindingKind.FAULT_NOT_MET, Count(0, 4))
    assert found.parts == {"possibly_met": Count(1, 4)}


def test_cases_that_stay_wrong_after_the_fault_are_a_finding_of_their_own_and_come_first() -> None:
    tried = trial(["silent"] * 4, RIGHT, after=["silent", "error", "right"])
    lasting, silent = fault_findings([tried], "run")
    assert (lasting.kind, silent.kind) == (FindingKind.FAULT_LASTING, FindingKind.FAULT_SILENT)
    assert (lasting.count, lasting.control, lasting.numbers) == (Count(2, 3), Count(0, 9), {"seconds_after": 0.6})
    assert lasting.parts["silent"] == Count(1, 2)
    assert silent.parts["recovered"] == Count(1, 3)
    assert "seconds_after" not in silent.numbers


def test_wrong_values_that_are_mostly_different_are_no_constant() -> None:
    tried = trial(["silent"] * 4, RIGHT)
    rows = tuple(replace(one, answer={"total": k // 2}) for k, one in enumerate(tried.arm.rows))
    (found,) = fault_findings([replace(tried, arm=replace(tried.arm, rows=rows))], "run")
    assert found.modes == (FailureMode("total", How.OTHER_VALUE),)
    assert found.parts["field:total"] == Count(4, 4)


def test_faults_that_were_not_tried_are_one_finding() -> None:
    faults = [Fault(kind=kind, where="erp", name=f"erp.{kind}") for kind in ("reset", "hang")]
    (found,) = not_tried(faults, 5, Why.TOO_FEW_CALLS, "run")
    assert (found.kind, found.count, found.why) == (FindingKind.FAULT_NOT_TRIED, Count(2, 5), Why.TOO_FEW_CALLS)
    assert found.names == ("erp.reset", "erp.hang")
    assert not_tried([], 5, Why.TOO_FEW_CALLS, "run") == ()


def test_faults_without_effect_stand_behind_all_other_findings() -> None:
    passed, silent = trial(["right"] * 4, RIGHT, kind="latency"), trial(["silent"] * 4, RIGHT)
    other = Finding(kind=FindingKind.ERRORS)
    kinds = [one.kind for one in with_faults([other], fault_findings([passed, silent], "run"))]
    assert kinds == [FindingKind.FAULT_SILENT, FindingKind.ERRORS, FindingKind.FAULT_PASSED]
