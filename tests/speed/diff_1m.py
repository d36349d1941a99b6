"""What `harness diff BASELINE RUN` over 1,000,000 cases a side takes, from the files on disk to the lines.

    PYTHONPATH=. python tests/speed/diff_1m.py [--cases 1000000]

The folders have the form that a run leaves and `harness promote` makes of it: ten packs, a thousand samples, one repeat
a case, three fields, one case in twenty wrong now. Each measurement is a process of its own: first the whole command,
whose time and memory are held to the goal, then its parts one after the other. The time leaves out that Python starts
and imports, but not that of the processes which the command starts; the memory is the most that it and these hold
resident at one moment, looked at every 10 ms from outside.
Exits with 1 when the whole takes more than 5 s or more than 1 GB.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from harness.diff.regression.compare import compare
from harness.report.comparison import MAX_CASES, comparison_screen
from harness.run.baseline.compare import compare_paths
from harness.run.baseline.results import read_results, slices_of
from harness.run.baseline.status import side_of
from harness.store.baseline import read_baseline
from harness.store.folder import RunFolder
from tests.speed.big_sides import write_baseline, write_run

SECONDS, GIGABYTES = 5.0, 1.0
T = TypeVar("T")


def whole(folder: Path) -> None:
    """The command, as `harness diff` goes about it."""
    start = time.perf_counter()
    found = compare_paths(folder / "baseline", folder / "run", most=MAX_CASES)
    comparison_screen(found)
    print(time.perf_counter() - start)
    changed = sum(count for change, count in found.difference.changes.items() if change != "same")
    print(f"  {found.verdict.verdict}, {changed} cases moved", file=sys.stderr)


def parts(folder: Path) -> None:
    """The same, one part after the other."""
    baseline = timed("baseline: head, 1 file of cases, its digest", lambda: read_baseline(folder / "baseline"))
    run = timed("run: head, and that its replies are those that were sealed", lambda: RunFolder.read(folder / "run"))
    after = timed("run: cases and judgements, with its sketches", lambda: read_results(run, "run"))
    settings, before = run.head.settings, side_of(baseline)
    critical, others = slices_of(settings, baseline.head.digests)
    timed(
        f"from columns to lines: pairs, classes, tests of {len(critical)} slices, worst cases",
        lambda: compare(before, after, critical, others, settings.gate.regress, "run", most=MAX_CASES),
    )


def timed(what: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    done = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  {time.perf_counter() - start:5.2f} s, {peak:.2f} GB until here: {what}", flush=True)
    return done


def write(folder: Path, cases: int) -> None:
    """Both sides."""
    write_baseline(folder / "baseline", cases)
    write_run(folder / "run", cases)


def alone(what: str, folder: Path, *more: int) -> str:
    """What a process of its own prints that does this: a child starts with the peak of the one that it came from."""
    command = [sys.executable, __file__, what, str(folder), *map(str, more)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.rstrip()


def watched(folder: Path) -> tuple[float, float]:
    """Seconds of the whole, and the gigabytes that its processes held together at most."""
    peak = 0
    with subprocess.Popen([sys.executable, __file__, "whole", str(folder)], stdout=subprocess.PIPE, text=True) as whole:
        while whole.poll() is None:
            peak = max(peak, resident(whole.pid))
            time.sleep(0.01)
        assert whole.stdout is not None
        return float(whole.stdout.read()), peak / 1e9


def resident(process: int) -> int:
    """Bytes of memory of a process and of those that it started; one may end meanwhile."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        started = [
            int(child)
            for path in Path(f"/proc/{process}/task").glob("*/children")
            for child in path.read_text(encoding="ascii").split()
        ]
    except OSError:
        return 0
    return pages * resource.getpagesize() + sum(map(resident, started))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3, help="of the whole; the median counts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone("write", folder, given.cases)
        measured = sorted(watched(folder) for _ in range(given.repeats))
        print(alone("parts", folder))
    seconds, peak = measured[len(measured) // 2]
    print(
        f"diff of {given.cases} x 2 cases on disk: {seconds:.2f} s (goal {SECONDS:g}), "
        f"{peak:.2f} GB at most resident (goal {GIGABYTES:g})"
    )
    return 0 if seconds <= SECONDS and peak <= GIGABYTES else 1


if __name__ == "__main__":
    if sys.argv[1:2] in (["whole"], ["parts"]):
        {"whole": whole, "parts": parts}[sys.argv[1]](Path(sys.argv[2]))
    elif sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main())
