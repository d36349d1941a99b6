"""What starting costs: `import harness` and `harness --help` over a bare interpreter, and each dependency's import.

    PYTHONPATH=. python tests/speed/startup.py [--libraries]

Runs of both commands take turns, and medians are compared, since these figures drift with the machine. The import is
timed inside its process: the start of an interpreter varies by more than the import takes. Exits with 1 when the help
takes more than 6 times a bare interpreter, or the import more than 2 ms over it.
"""

import argparse
import importlib.metadata
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

MAX_RATIO = 6.0
MAX_IMPORT_SECONDS = 0.002
LIBRARIES = {
    "numpy": "numpy",
    "msgspec": "msgspec",
    "click": "click",
    "rich": "rich.progress",
    "jmespath": "jmespath",
    "rapidfuzz": "rapidfuzz.fuzz",
    "pypdfium2": "pypdfium2",
    "httpx": "httpx",
    "pillow": "PIL.Image",
    "starlette": "starlette.applications",
    "uvicorn": "uvicorn",
}
"""Distribution and the module of it that we import."""


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def in_turn(codes: Sequence[str], rounds: int) -> list[float]:
    """The median of each, their runs interleaved, after one round that is not counted."""
    times: list[list[float]] = [[] for _ in codes]
    for number in range(rounds + 1):
        for own, code in zip(times, codes, strict=True):
            taken = seconds(code)
            if number:
                own.append(taken)
    return [median(own) for own in times]


def import_seconds(rounds: int) -> float:
    """The median of what `import harness` adds to a bare interpreter, after one round that is not counted."""
    code = "from time import perf_counter as now; start = now(); import harness; print(now() - start)"
    command = [sys.executable, "-c", code]
    taken = [float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(rounds + 1)]
    return median(taken[1:])


def megabytes(distribution: str) -> float:
    files = importlib.metadata.files(distribution) or []
    return sum(file.size or 0 for file in files) / 1e6


def tell_libraries() -> None:
    for name, module in LIBRARIES.items():
        bare, imported = in_turn(["pass", f"import {module}"], 5)
        print(f"{name:<12}{1000 * (imported - bare):5.0f} ms over bare {megabytes(name):7.1f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--libraries", action="store_true", help="each dependency, too")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    if given.libraries:
        tell_libraries()
    help_code = "import sys; sys.argv = ['harness', '--help']; from harness.cli.main import main; main()"
    bare, helped = in_turn(["pass", help_code], given.rounds)
    imported = import_seconds(given.rounds)
    print(
        f"harness --help: {1000 * helped:.0f} ms, bare interpreter {1000 * bare:.0f} ms, ratio {helped / bare:.1f}; "
        f"import harness: {1000 * imported:.2f} ms over it (goal {1000 * MAX_IMPORT_SECONDS:.0f})"
    )
    return 0 if helped / bare <= MAX_RATIO and imported <= MAX_IMPORT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
