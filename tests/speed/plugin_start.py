"""What `pytest --collect-only` costs with the plugin against without, in a project that does not use it.

    python tests/speed/plugin_start.py [--python PYTHON] [--files 20] [--tests 25] [--runs 15]

PYTHON: an interpreter with the harness and pytest installed, by default this one. Three ways to start, interleaved:
with the plugin, without it (`-p no:golive_harness`), and without it and anyio's plugin, which comes with httpx.
Medians; bytecode is cached, as in a developer's checkout.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

GOAL = 1.10
WAYS = {
    "with": (),
    "without": ("-p", "no:golive_harness"),
    "without it and anyio": ("-p", "no:golive_harness", "-p", "no:anyio"),
}


def write_tests(folder: Path, files: int, tests: int) -> None:
    """Ordinary tests: functions, some of them parametrised."""
    for number in range(files):
        plain = "".join(f"def test_{k}():\n    assert {k} + 1 > {k}\n\n\n" for k in range(tests - 5))
        many = f"@pytest.mark.parametrize('x', range(5))\ndef test_of(x):\n    assert x < {number + 5}\n"
        (folder / f"test_{number}.py").write_text(f"import pytest\n\n\n{plain}{many}", encoding="utf-8")


def seconds(python: str, folder: Path, more: tuple[str, ...]) -> float:
    """Wall time of one start."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    started = time.perf_counter()
    subprocess.run(
        [python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *more],
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def measure(python: str, files: int, tests: int, runs: int) -> dict[str, list[float]]:
    """Seconds of each way, `runs` times, the ways in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tests(folder, files, tests)
        for more in WAYS.values():
            seconds(python, folder, more)
        rounds = [{way: seconds(python, folder, more) for way, more in WAYS.items()} for _ in range(runs)]
    return {way: [one[way] for one in rounds] for way in WAYS}


def ratio(found: dict[str, list[float]]) -> float:
    """With against without: the median over the rounds, since a busy machine slows both starts of a round."""
    return median(a / b for a, b in zip(found["with"], found["without"], strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--tests", type=int, default=25)
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    found = measure(given.python, given.files, given.tests, given.runs)
    for way, times in found.items():
        print(f"{way:<22} {1000 * median(times):.0f} ms")
    print(
        f"pytest --collect-only of {given.files * given.tests} tests: {ratio(found):.3f}x of a start without the plugin"
    )
    return 0 if ratio(found) <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
