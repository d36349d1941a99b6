"""A service that gives another answer in 1 of 50 requests at random: reported as not repeatable, and no test fails."""
# slow: forty whole checks, two minutes and more

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from harness.core.finding_kinds import FindingKind
from tests.endpoints.command import harness
from tests.endpoints.orders import unsteady, write_pilot
from tests.endpoints.server import serving

RUNS, RIGHT = 40, 0.98
ROBUSTNESS = ("concurrency", "state", "round_trip", "unanswerable")
ASKED = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "600")


def open_criteria(folder: Path) -> list[str]:
    """The robustness tests of a run that did not pass, with their status."""
    reasons = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))["reasons"]
    return [f"{one['criterion']} {one['status']}" for one in reasons if one["criterion"] in ROBUSTNESS]


def noise_of(folder: Path) -> list[str]:
    """The counts with which a run reports that the service is not repeatable."""
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    counts = [one["count"] for one in findings if one["kind"] == FindingKind.NOT_REPEATABLE]
    return [f"{count['hits']} of {count['n']}" for count in counts]


def main() -> int:
    blamed: Counter[str] = Counter()
    noisy = silent = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_pilot(Path("pilot"))
        for number in range(RUNS):
            with serving(unsteady(number, RIGHT)) as url:
                harness("check", url, *ASKED, "--seed", str(number), "--out", f"run-{number}")
            run = Path(f"run-{number}")
            blamed.update(criteria := open_criteria(run))
            noise = noise_of(run)
            noisy += bool(noise)
            silent += not noise and not criteria
            print(number, criteria, noise, flush=True)
        os.chdir("/")
    failed = sum(count for what, count in blamed.items() if what.endswith(" failed"))
    print(
        f"{RUNS} checks with 600 calls of a service that differs in 1 of 50: a robustness test failed in {failed}, "
        f"undecided in {sum(blamed.values()) - failed} ({dict(blamed)}); reported as not repeatable in {noisy}, "
        f"no change met in {silent}"
    )
    return 0 if failed == 0 and noisy else 1


if __name__ == "__main__":
    sys.exit(main())
