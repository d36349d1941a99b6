# slow: a fresh clone, a fresh environment and the whole demo
"""The README's first command in a fresh clone: pilot and tail are measured, and the answer is a reasoned no-go."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.shows.readme import README, block, figures, steps

MAX_SECONDS, MAX_CALLS = 90.0, 480
NEAR = 3.0
"""Points by which the figures may lie beside those that the README shows; another processor rounds otherwise."""


def run(clone: Path) -> tuple[str, float]:
    """What the last step printed, and the seconds that it took: the ones before are the installation."""
    *install, last = steps("command one")
    for step in install:
        subprocess.run(step, shell=True, cwd=clone, check=True)
    start = time.perf_counter()
    done = subprocess.run(last, shell=True, cwd=clone, check=True, capture_output=True, text=True)
    return done.stdout, time.perf_counter() - start


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        clone = Path(name, "golive-harness")
        subprocess.run(["git", "clone", "--quiet", str(README.parent), str(clone)], check=True)
        screen, seconds = run(clone)
        (out,) = (clone / "reports").glob("*/")
        verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
        calls = len((out / "replies.jsonl").read_bytes().splitlines())
    print(screen)
    criteria = {(reason["criterion"], reason["slice"]) for reason in verdict["reasons"]}
    shown, measured = figures(block("demo output")), figures(screen)
    held = (
        verdict["exit_code"] == 1
        and verdict["valid"]
        and {("silent_errors_pack", "scanned_faxes"), ("gap", "")} <= criteria
        and any(note["kind"] == "first_breaking_op" for reason in verdict["reasons"] for note in reason["notes"])
        and any(point["severity"] is not None for point in verdict["headline"]["breaking_points"])
        and len(measured) == 5
        and measured.keys() == shown.keys()
        and all(abs(measured[label] - shown[label]) <= NEAR for label in measured)
        and calls <= MAX_CALLS
        and seconds <= MAX_SECONDS
    )
    described = ", ".join(f"{label} {value:g}" for label, value in measured.items())
    print(f"demo: {calls} calls in {seconds:.0f} s, exit would be {verdict['exit_code']}; {described}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
