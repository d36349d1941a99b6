"""The demo is no-go because of silent errors when its ERP fails: V-00000 in each case, and not without the fault."""
# slow: a whole demo, about a minute

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from harness.core.finding import Finding
from harness.report.findings.describe import describe

COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()"]
DEFAULT = "V-00000"
MAX_SECONDS = 90


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        out = Path(name, "run")
        started = time.monotonic()
        done = subprocess.run([*COMMAND, "demo", "--out", str(out)], capture_output=True, text=True, check=False)
        seconds = time.monotonic() - started
        if done.returncode != 0:
            print(done.stderr, done.stdout, "the demo did not run", sep="\n")
            return 1
        findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))
        verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
        judged = {(row["address"], row["repeat"]): row for row in rows(out / "judged.jsonl")}
        replies = rows(out / "replies.jsonl")
        shown = subprocess.run(
            [*COMMAND, "show", findings[0]["cases"][0], "--run", str(out)], capture_output=True, text=True, check=False
        )
    silent = [one for one in findings if one["kind"] == "fault_silent"]
    passed = [one["subject"] for one in findings if one["kind"] == "fault_passed"]
    met = {row["address"]: row["faults"] for row in replies if row["faults"]}
    replied = {(row["address"], row["repeat"]): row for row in replies}
    for one in silent:
        words = describe(msgspec.convert(one, Finding))
        print(words.headline, *(f"  {line}" for line in words.evidence), f"  {one['show']}", sep="\n")
    cases = [address for one in silent for address in one["cases"]]
    answers = {judged[(address, 0)]["answer"]["vendor_id"] for address in cases}
    keys = {address.partition("#")[2] for address in cases}
    twins = [judged[(f"{where}#{key}", 0)] for where in ("pilot/samples", "fault/clean") for key in keys]
    reason = verdict["reasons"][0]
    checks = {
        "status and wrong type are silent": {one["subject"] for one in silent} == {"erp.status", "erp.wrong_type"},
        "every case that met the fault is wrong, and none without it": all(
            one["count"]["hits"] == one["count"]["n"] > one["control"]["hits"] == 0 for one in silent
        ),
        "the criterion of the ERP fails first": (reason["criterion"], reason["slice"], reason["status"])
        == ("upstream", "erp", "failed"),
        "each is right when sent again after the fault": all(
            judged[(address, 1)]["judgement"] == "right" and not replied[(address, 1)]["faults"] for address in cases
        ),
        "they stand first": findings[: len(silent)] == silent,
        "the criterion names both faults": (reason["finding"]["subject"], reason["finding"]["names"])
        == ("erp.status", ["erp.wrong_type"]),
        "the first cause on the screen has the value": f"1  When erp fails, vendor_id becomes {DEFAULT}" in done.stdout,
        "the example has the values of its case": all(
            one["example"]["got"] == DEFAULT != one["example"]["expected"] and one["example"]["address"] in one["cases"]
            for one in silent
        ),
        "every case met its fault": all(met[address] == [one["subject"]] for one in silent for address in one["cases"]),
        "every case answered the default, accepted": answers == {DEFAULT}
        and all(judged[(address, 0)]["disposition"] == "accepted" for address in cases),
        "no twin did": all(
            clean_twin["answer"]["vendor_id"] != DEFAULT and clean_twin["judgement"] == "right" for clean_twin in twins
        ),
        "nothing else met a fault": all(address.startswith("fault/") for address in met),
        "the slow ERP changes nothing": passed == ["erp.latency"],
        "a case is shown": shown.returncode == 0 and DEFAULT in shown.stdout and "met erp." in shown.stdout,
        "at most 400 calls": len(replies) <= 400,
        f"at most {MAX_SECONDS} s": seconds <= MAX_SECONDS,
    }
    for what in [what for what, passes in checks.items() if not passes]:
        print(f"FAILED: {what}")
    print(
        f"{len(cases)} cases under {len(silent)} faults answered {DEFAULT}, 0 of their {len(twins)} clean twins; "
        f"{len(replies)} calls in {seconds:.0f} s"
    )
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
