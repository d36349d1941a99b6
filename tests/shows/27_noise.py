"""A service that answers otherwise in 1 of 50 requests at random: told as noise with its rate, blamed on no company."""
# slow: forty whole checks, two minutes and more

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.endpoints.command import harness
from tests.endpoints.orders import unsteady, write_pilot
from tests.endpoints.server import serving

RUNS, RIGHT = 40, 0.98
ROBUSTNESS = ("concurrency", "state", "round_trip", "unanswerable")
ASKED = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "600")


def told(folder: Path, name: str) -> list[dict[str, str]]:
    """The findings of a run, or the reasons of its verdict."""
    found = json.loads((folder / name).read_text(encoding="utf-8"))
    return list(found["reasons"] if name == "verdict.json" else found)


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
            lines = [one for one in told(run, "verdict.json") if one["line"] in ROBUSTNESS]
            blamed.update(f"{one['line']} {one['verdict']}" for one in lines)
            noise = [one["text"] for one in told(run, "findings.json") if one["kind"] == "noise"]
            noisy += bool(noise)
            silent += not noise and not lines
            print(number, [one["first_line"] for one in lines], noise, flush=True)
        os.chdir("/")
    no_go = sum(count for what, count in blamed.items() if what.endswith("no-go"))
    print(
        f"{RUNS} checks with 600 calls of a service that differs in 1 of 50: a robustness test no-go in {no_go}, "
        f"undecided in {sum(blamed.values()) - no_go} ({dict(blamed)}); told as noise in {noisy}, "
        f"nothing met in {silent}"
    )
    return 0 if no_go == 0 and noisy else 1


if __name__ == "__main__":
    sys.exit(main())
