"""Run a check on orders or texts in the current folder, and read the results of the state test."""

import json
from pathlib import Path
from typing import Any

from harness.core.finding import Where
from harness.core.finding_kinds import FindingKind
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import write_pilot
from tests.endpoints.remembering import write_texts
from tests.endpoints.server import Answer, serving


def write_samples() -> None:
    """Write orders to `pilot` and texts to `texts`."""
    write_pilot(Path("pilot"))
    write_texts(Path("texts"))


def checked(answer: Answer, *more: str, out: str = "run") -> CommandResult:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--out", out)
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def routed(answer: Answer, *more: str) -> CommandResult:
    asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
    with serving(answer, "/route") as url:
        return harness("check", url, *asked, *more)


def reasons(out: str = "run") -> list[dict[str, Any]]:
    """The criterion of the state test, unless it passed."""
    verdict = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in verdict["reasons"] if reason["criterion"] == "state"]


def untested(out: str = "run") -> dict[Where, dict[str, Any]]:
    """The findings on parts of the state test that were not tested, by circumstance."""
    findings = json.loads(Path(out, "findings.json").read_text(encoding="utf-8"))
    known = [one for one in findings if (one["kind"], one["test"]) == (FindingKind.NOT_TESTED, "state")]
    assert len({circumstance(one)[0] for one in known}) == len(known)
    return {circumstance(one)[0]: one for one in known}


def changed_in(where: Where, value: str = "", out: str = "run") -> dict[str, Any]:
    """The finding of the state criterion, which failed because answers change in that circumstance only."""
    (reason,) = reasons(out)
    finding: dict[str, Any] = reason["finding"]
    assert (reason["status"], finding["kind"]) == ("failed", FindingKind.ANSWERS_CHANGED)
    assert circumstance(finding) == (where, value)
    assert finding["count"]["hits"] > 0
    assert finding["control"]["hits"] == 0
    assert finding["control"]["n"] > 0
    return finding


def circumstance(finding: dict[str, Any]) -> tuple[Where, str]:
    """The circumstance of the finding's cases, with its value."""
    (one,) = finding["circumstances"]
    return Where(one["where"]), one["value"]


def parts(out: str = "run") -> set[str]:
    return {address.partition("#")[0] for address, _ in RunFolder.read(Path(out)).replies}


def cut_off(answer: Answer, address: str, number: int) -> list[dict[str, Any]]:
    """The state criterion of a whole run, which then loses all rows from that one of the address on and goes on."""
    asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
    with serving(answer, "/route") as url:
        harness("check", url, *asked)
        before = reasons()
        rows = Path("run", "replies.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        cut = [k for k, row in enumerate(rows) if address in row][number]
        Path("run", "replies.jsonl").write_text("".join(rows[:cut]), encoding="utf-8")
        assert harness("check", url, *asked, "--resume").code != 4
    return before
