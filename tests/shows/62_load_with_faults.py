# slow: six minutes
"""A day around the world on the demo, with an outage and a brown-out of its ERP, against a baseline and a twin run.

Inside the outage the pilot answers with its fallback vendor, with status 200: found under load, with the figures
before, inside and after each window. The same load without faults has no such finding.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from harness.core.loading.shipped import shipped
from harness.demo.__main__ import free_port
from harness.demo.serve import running_pilot
from harness.store.folder import RunFolder

COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()"]
CONFIG = """
[target]
deadline = "20s"
[load]
schedule = "follow-the-sun(day=2026-03-27)"
duration = "100s"
[gate]
p95 = "5s"
silent_errors = 0.1
[[mix]]
pack = "pilot"
share = 0.9
[[mix]]
pack = "malformed_uploads"
share = 0.1
[[upstream]]
name = "erp"
url = "http://127.0.0.1:{erp}"
listen = "127.0.0.1:{relay}"
"""
FAULTS = """
[[fault]]                  # ten seconds in which the ERP is down
kind = "status"
where = "erp"
name = "outage"
path = "/vendors"
window = [30, 40]

[[fault]]                  # more and more of its answers come late, but in time
kind = "latency"
where = "erp"
name = "brown_out"
path = "/vendors"
at = "response"
seconds = 0.3
share = 0.6
window = [60, 75]
ramp = 5
"""
RATE = "5"


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 5):
        raise SystemExit(f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def criteria(folder: Path, out: str) -> dict[tuple[str, str], dict[str, Any]]:
    verdict = json.loads((folder / out / "verdict.json").read_text(encoding="utf-8"))
    return {(one["criterion"], one["slice"]): one for one in (*verdict["reasons"], *verdict["passed"])}


def main() -> int:
    pilot, erp, relay = shipped("fixtures") / "pilot", free_port(), free_port(1)
    with tempfile.TemporaryDirectory() as name, running_pilot(erp_port=erp, erp_url=f"http://127.0.0.1:{relay}") as url:
        folder = Path(name)
        (folder / "harness.toml").write_text(CONFIG.format(erp=erp, relay=relay), encoding="utf-8")
        (folder / "faults.toml").write_text(FAULTS, encoding="utf-8")
        samples = (f"{url}/extract", "--samples", str(pilot), "--truth", str(pilot / "truth.csv"), "--calls", "480")
        run(folder, "check", *samples, "--out", "checked")
        promoted = ("--as", "pilot", "--approver", "show", "--why", "show", "--until", "2999-01-31")
        run(folder, "promote", "checked", *promoted, "--accept-no-go", "the ERP's outage is known")
        print(run(folder, "load", *samples, "--rate", RATE, "--faults", "faults.toml", "--dry-run"))
        print(run(folder, "load", *samples, "--rate", RATE, "--faults", "faults.toml", "--out", "faulty"))
        print(run(folder, "load", *samples, "--rate", RATE, "--out", "twin"))
        faulty, twin = criteria(folder, "faulty"), criteria(folder, "twin")
        load = RunFolder.read(folder / "faulty").head.load
        page = (folder / "faulty/report.html").read_text(encoding="utf-8")
    assert load is not None
    outage, brown_out = load.faults
    for one in load.faults:
        print(one.fault.name, one.before, one.inside, one.after, one.baseline, one.first_right, one.normal, one.drained)
    found = faulty[("upstream", "erp")]["finding"]
    regressed = [
        key for run in (faulty, twin) for key, one in run.items() if key[0] == "regress" and "fail" in one["status"]
    ]
    checks = {
        "the outage is a no-go of the ERP": faulty[("upstream", "erp")]["status"] == "failed",
        "named by its fault": (found["kind"], found["subject"]) == ("upstream_fails_silently", "outage"),
        "most answers inside of it are silently wrong": outage.inside.silent > 0.5 * outage.inside.n > 5,
        "none before it": outage.before.silent <= 0.02 * outage.before.n and outage.before.n > 50,
        "the brown-out is slower and right": brown_out.inside.p95 > outage.before.p95
        and brown_out.inside.silent <= 0.05 * brown_out.inside.n,
        "it is right again after the outage": outage.first_right is not None and outage.normal is not None,
        "the backlog is gone": outage.drained is not None,
        "the baseline is right on the same cases": (outage.baseline or 0) > 0.9,
        "no other criterion fails because of the faults": {k for k, one in faulty.items() if one["status"] == "failed"}
        - {k for k, one in twin.items() if one["status"] == "failed"}
        == {("upstream", "erp")},
        "the twin run without faults has no such criterion": ("upstream", "erp") not in twin,
        "nothing regressed outside of the windows": not regressed,
        "the windows are shaded": page.count("<title>outage</title>") == page.count("<title>brown_out</title>") == 1,
    }
    wrong = [what for what, held in checks.items() if not held]
    print(
        f"62: outage: {outage.inside.silent} of {outage.inside.n} answers silently wrong inside,"
        f" {outage.before.silent} of {outage.before.n} before, {outage.after.silent} of {outage.after.n} after;"
        f" right again after {outage.first_right} s; brown-out p95 {brown_out.inside.p95} s,"
        f" before {outage.before.p95} s;"
        f" not as said: {', '.join(wrong) or 'none'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
