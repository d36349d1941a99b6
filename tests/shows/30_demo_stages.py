"""What the robustness tests of a check find in the embedded pilot, and what they do not."""
# slow: one whole demo, a minute

import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import msgspec

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.verdict import CriterionResult, Verdict
from harness.report.causes import explain
from harness.report.criteria import name_of
from harness.report.findings.describe import one_line
from tests.endpoints.command import harness

FOUND, QUIET = ("unanswerable", "upstream in erp"), ("concurrency", "state")
PRINTED = (FindingKind.ONE_ANSWER, FindingKind.CONFIDENCE_VALUE, FindingKind.NOT_TESTED)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        harness("demo", "--out", str(out))
        verdict = msgspec.json.decode((out / "verdict.json").read_bytes(), type=Verdict)
        findings = msgspec.json.decode((out / "findings.json").read_bytes(), type=list[Finding])
        shown = statuses_in_junit(out / "junit.xml")
    results = {key_of(result): result for result in (*verdict.reasons, *verdict.passed)}
    for name in (*FOUND, *QUIET):
        if name in results:
            words = explain(results[name])
            print(f"{name}: {results[name].status}: {words.headline}", *words.evidence, sep="\n  ")
    print(*(one_line(one) for one in findings if one.kind in PRINTED), sep="\n")
    causes = causes_of(verdict.reasons)
    print(*(f"cause: {one_line(cause)}" for cause in causes), sep="\n")
    statuses = {name: results[name].status if name in results else "MISSING" for name in (*FOUND, *QUIET)}
    held = statuses == {**dict.fromkeys(FOUND, "failed"), **dict.fromkeys(QUIET, "passed")}
    held = held and any(no_echo(one) for one in findings)
    held = held and shown == {name_of(result): result.status for result in results.values()}
    print(
        f"the robustness tests find in the embedded pilot: {', '.join(FOUND)}; "
        f"they find nothing in {', '.join(QUIET)}; "
        f"its replies repeat no field, so the round trip is not tested; "
        f"{len(verdict.reasons)} criteria that did not pass; causes in the cases themselves: {len(causes)}"
        if held
        else f"otherwise than promised: {statuses}; junit.xml has {shown}"
    )
    return 0 if held else 1


def key_of(result: CriterionResult) -> str:
    return f"{result.criterion} in {result.slice}" if result.slice else result.criterion


def no_echo(finding: Finding) -> bool:
    """Whether the finding says that the replies repeat no field of the request."""
    return (finding.kind, finding.test, finding.why) == (FindingKind.NOT_TESTED, "round_trip", Why.NO_FIELD)


def causes_of(reasons: Iterable[CriterionResult]) -> list[Finding]:
    """The findings that explain the reasons, each once."""
    return list({reason.cause.key: reason.cause for reason in reasons if reason.cause}.values())


def statuses_in_junit(path: Path) -> Mapping[str, str]:
    """The status of each criterion in junit.xml; the first case is that the run can be trusted."""
    _, *cases = ElementTree.parse(path).iter("testcase")
    return {str(case.get("name")): next((one.get("type") for one in case), None) or "passed" for case in cases}


if __name__ == "__main__":
    sys.exit(main())
