"""What the robustness tests of a check find in the embedded pilot, and what they do not."""
# slow: one whole demo, a minute

import json
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from tests.endpoints.command import harness

FOUND, QUIET, NOT_ASKED = ("unanswerable", "upstream in erp"), ("concurrency", "state"), "no_echo"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        harness("demo", "--out", str(out))
        reasons = json.loads((out / "verdict.json").read_text(encoding="utf-8"))["reasons"]
        document = ElementTree.parse(out / "junit.xml")
        findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    answers = {
        str(case.get("name")): "".join(one.get("type") or "go" for one in case) for case in document.iter("testcase")
    }
    for case in document.iter("testcase"):
        if case.get("name") in (*FOUND, *QUIET):
            print(case.get("name"), "".join(one.get("message") or one.text or "" for one in case).strip())
    for kind in ("one_answer", "confidence", "not_asked", "no_echo"):
        print(*(one["text"] for one in findings if one["kind"] == kind), sep="\n")
    causes = {reason["cause"] for reason in reasons if reason["cause"]}
    print(*(f"cause: {cause}" for cause in causes), sep="\n")
    said = {name: answers.get(name) for name in (*FOUND, *QUIET)}
    held = said == dict.fromkeys(FOUND, "no-go") | dict.fromkeys(QUIET, "go")
    held = held and any(one["kind"] == NOT_ASKED for one in findings)
    print(
        f"the robustness tests find in the embedded pilot: {', '.join(FOUND)}; "
        f"they find nothing in {', '.join(QUIET)}; "
        f"its replies repeat nothing, so that echoes tell nothing; "
        f"{len(reasons)} lines that are not go, {len(causes)} causes"
        if held
        else f"otherwise than promised: {said}"
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
