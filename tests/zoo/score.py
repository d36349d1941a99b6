"""Whether a check found a defect by its own reason, and whether it let a benign change be."""

from collections.abc import Sequence
from typing import Literal

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.verdict import CriterionResult
from harness.report.causes import explain
from harness.report.criteria import words_of
from harness.report.findings.describe import one_line
from harness.run.events import Finished
from tests.zoo.defects import Defect

Score = Literal["found", "noticed", "missed"]


def find(defect: Defect, run: Finished) -> tuple[Score, str]:
    """How the defect came out, and the words in which the run describes it.

    found: a reason of a verdict that is not go names the slice, its finding shows what it must, and every case that it
    names meets the trigger. noticed: a finding does so, and no reason. missed: neither, also when the verdict is no-go
    for another reason.
    """
    for reason in run.verdict.reasons:
        named = defect.must_name in (reason.slice, reason.criterion) and _shows(defect, reason)
        if named and _meets(defect, run, reason.cases):
            return "found", _described(reason)
    for finding in run.findings:
        if finding.slice == defect.must_name and _meets(defect, run, finding.cases):
            return "noticed", one_line(finding)
    others = [_described(reason) for reason in run.verdict.reasons]
    return "missed", others[0] if others else f"verdict {run.verdict.verdict}"


def _shows(defect: Defect, reason: CriterionResult) -> bool:
    return reason.finding is None or defect.shows(reason.finding)


def _described(reason: CriterionResult) -> str:
    own, why = words_of(reason).headline, explain(reason).headline
    return f"{reason.status}: {own}" + (f"; {why}" if why != own else "")


def _meets(defect: Defect, run: Finished, cases: Sequence[str]) -> bool:
    """A defect that names nothing waits: whatever is said of it is said for another reason."""
    return bool(defect.must_name and cases) and all(
        defect.meets(run.cases[address]) for address in cases if address in run.cases
    )


def alarms(run: Finished, correct: Finished) -> tuple[str, ...]:
    """What is said of a benign change that is not said of the correct service, nor left open there.

    That latency could not be judged, since the machine of the test was busy, is no word about the service.
    """
    open_ = {(reason.criterion, reason.slice) for reason in correct.verdict.reasons if run is not correct}
    failing = [
        _described(reason)
        for reason in run.verdict.reasons
        if not untimed(reason) and (reason.status == "failed" or (reason.criterion, reason.slice) not in open_)
    ]
    known = {finding.kind for finding in correct.findings}
    more = [one_line(one) for one in run.findings if one.kind not in known and not _no_regression(one)]
    return (*run.verdict.problems, *failing, *more)


def untimed(reason: CriterionResult) -> bool:
    """Whether it says that latency was not measured, and nothing else."""
    return reason.criterion == "p95" and reason.value is None


def _no_regression(finding: Finding) -> bool:
    return finding.kind is FindingKind.BASELINE and not any(count.hits for count in finding.parts.values())
