"""Whether a check found a defect by its own reason, and whether it let a benign change be."""

from collections.abc import Sequence
from typing import Literal

from harness.core.verdict import Reason
from harness.run.events import Finished
from tests.zoo.defects import Defect

Score = Literal["found", "noticed", "missed"]
ALWAYS_TOLD = "baseline"
"""A finding of every run that is held against a baseline."""


def find(defect: Defect, run: Finished) -> tuple[Score, str]:
    """How the defect came out, and by which sentence.

    found: a reason of a verdict that is not go names the slice, says what it must, and every case that it names meets
    the trigger. noticed: a finding does so, and no reason. missed: neither, also when the verdict is no-go for another
    reason.
    """
    for reason in run.verdict.reasons:
        named = defect.must_name in (reason.slice, reason.line) and defect.must_say in reason.first_line
        if named and _meets(defect, run, reason.cases):
            cause = f"; cause: {reason.cause}" if reason.cause and reason.cause != reason.first_line else ""
            return "found", f"{reason.verdict}: {reason.first_line}{cause}"
    for finding in run.findings:
        if finding.slice == defect.must_name and _meets(defect, run, finding.cases):
            return "noticed", finding.text
    others = [reason.first_line for reason in run.verdict.reasons]
    return "missed", others[0] if others else f"verdict {run.verdict.verdict}"


def _meets(defect: Defect, run: Finished, cases: Sequence[str]) -> bool:
    """A defect that names nothing waits: whatever is said of it is said for another reason."""
    return bool(defect.must_name and cases) and all(
        defect.meets(run.cases[address]) for address in cases if address in run.cases
    )


def alarms(run: Finished, correct: Finished) -> tuple[str, ...]:
    """What is said of a benign change that is not said of the correct service, nor left open there.

    That latency could not be judged, since the machine of the test was busy, is no word about the service.
    """
    open_ = {(reason.line, reason.slice) for reason in correct.verdict.reasons if run is not correct}
    said = [
        f"{reason.verdict}: {reason.first_line}"
        for reason in run.verdict.reasons
        if not untimed(reason) and (reason.verdict == "no-go" or (reason.line, reason.slice) not in open_)
    ]
    known = {finding.kind for finding in correct.findings}
    more = [f.text for f in run.findings if f.kind not in known and not _no_regression(f.kind, f.text)]
    return (*run.verdict.problems, *said, *more)


def untimed(reason: Reason) -> bool:
    """Whether it says that latency was not measured, and nothing else."""
    return reason.line == "p95" and reason.value is None


def _no_regression(kind: str, text: str) -> bool:
    return kind == ALWAYS_TOLD and text.endswith("no regression")
