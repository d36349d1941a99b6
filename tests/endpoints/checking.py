"""Checks a service of the tests on orders or on texts, in this folder, and reads what the run said of its history."""

import json
from pathlib import Path
from typing import Any

from harness.store.folder import RunFolder
from tests.endpoints.command import Said, harness
from tests.endpoints.orders import write_pilot
from tests.endpoints.remembering import write_texts
from tests.endpoints.server import Answer, serving


def write_samples() -> None:
    """Orders in `pilot`, texts in `texts`."""
    write_pilot(Path("pilot"))
    write_texts(Path("texts"))


def checked(answer: Answer, *more: str, out: str = "run") -> Said:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--out", out)
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def routed(answer: Answer, *more: str) -> Said:
    asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
    with serving(answer, "/route") as url:
        return harness("check", url, *asked, *more)


def reasons(out: str = "run") -> list[dict[str, Any]]:
    told = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in told["reasons"] if reason["line"] == "state"]


def findings(kind: str, out: str = "run") -> list[str]:
    told = json.loads(Path(out, "findings.json").read_text(encoding="utf-8"))
    return [finding["text"] for finding in told if finding["kind"] == kind]


def parts(out: str = "run") -> set[str]:
    return {address.partition("#")[0] for address, _ in RunFolder.read(Path(out)).replies}


def cut_off(answer: Answer, address: str, number: int) -> list[dict[str, Any]]:
    """The test's reasons of a whole run, which then loses all rows from that one of the address on and goes on."""
    asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
    with serving(answer, "/route") as url:
        harness("check", url, *asked)
        before = reasons()
        rows = Path("run", "replies.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        cut = [k for k, row in enumerate(rows) if address in row][number]
        Path("run", "replies.jsonl").write_text("".join(rows[:cut]), encoding="utf-8")
        assert harness("check", url, *asked, "--resume").code != 4
    return before
