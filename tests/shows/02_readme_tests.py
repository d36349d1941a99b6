# slow: two fresh environments and the whole suite, twice
"""The README's second command in a fresh clone is green, and so is .ci/run, in 15 minutes."""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.shows.readme import README, steps

MAX_MINUTES = 15.0


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        clone = Path(name, "golive-harness")
        subprocess.run(["git", "clone", "--quiet", str(README.parent), str(clone)], check=True)
        for step in steps("command two"):
            done = subprocess.run(step, shell=True, cwd=clone, check=False, capture_output=True, text=True)
            print(done.stdout[-3000:], done.stderr[-3000:])
            if done.returncode:
                return 1
        tests = re.search(r"(\d+ passed.*?) in ", done.stdout)
        start = time.perf_counter()
        ci = subprocess.run(["bash", ".ci/run"], cwd=clone, check=False)
        minutes = (time.perf_counter() - start) / 60
    print(f"tests: {tests[1] if tests else 'NOT COUNTED'}; .ci/run: exit {ci.returncode} in {minutes:.1f} minutes")
    return 0 if tests and ci.returncode == 0 and minutes <= MAX_MINUTES else 1


if __name__ == "__main__":
    sys.exit(main())
