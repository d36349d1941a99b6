"""A table of what an issue changed, point by point, each with the tests that have its figures."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Point:
    """One point of an issue: what was shown before, and what is now. tests: files or node ids of pytest."""

    name: str
    before: str
    now: str
    tests: tuple[str, ...]


def show_points(number: int, points: Sequence[Point]) -> int:
    """Run the tests of each point and print the table; the exit code."""
    failed = 0
    for point in points:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", *point.tests], cwd=ROOT, capture_output=True, text=True
        )
        failed += done.returncode != 0
        print(f"{point.name:>3} before: {point.before}\n    now:    {point.now}")
        print(f"    {done.stdout.strip().splitlines()[-1].strip('= ')}", flush=True)
        if done.returncode:
            print(done.stdout[-2000:])
    print(f"{number}: {len(points)} points, {failed} of them not as said")
    return 1 if failed else 0
