"""The character error rate of `harness.diff.scoring.texts` against jiwer's, the same pairs of texts in turns.

    PYTHONPATH=. python tests/speed/error_rate.py

jiwer is no dependency: it is installed into an environment of its own, and the pairs go there as JSON. Both work one
pair at a time, as fields are scored. Exits with 1 when the median ratio is below 6, with 77 when jiwer cannot be had.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from statistics import median

from harness.core.seed import Stream

RATIO, PINNED = 6.0, "jiwer==4.0.0"
WORDS = (
    "invoice",
    "total",
    "carrier",
    "parcel",
    "street",
    "number",
    "delivery",
    "customer",
    "amount",
    "the",
    "of",
    "and",
)
MEASURE = """
import json, sys, time
from {module} import {name} as rate
pairs = json.load(open(sys.argv[1]))
def once():
    start = time.perf_counter()
    rates = [rate(truth, answer) for truth, answer in pairs]
    return time.perf_counter() - start, rates
once()
print(json.dumps(min(once() for _ in range(3))))
"""


def draw_pairs(length: int, count: int) -> list[tuple[str, str]]:
    """Texts of about that many characters, and the same as a poor reader has them: 3 % of the characters are others."""
    pairs = []
    for k in range(count):
        draw = Stream(1, "error rate", length, k)
        truth = ""
        while len(truth) < length:
            truth += f"{draw.choice(WORDS)} "
        read = "".join(draw.choice("abcdefgh0189 ") if draw.below(100) < 3 else one for one in truth.strip())
        pairs.append((truth.strip(), " ".join(read.split()) or "a"))
    return pairs


def seconds(python: str, module: str, name: str, pairs: Path) -> tuple[float, list[float]]:
    command = [python, "-c", MEASURE.format(module=module, name=name), str(pairs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    took, rates = json.loads(done.stdout)
    return took, rates


def install(folder: Path) -> str:
    """The interpreter of an environment with jiwer; "" where it cannot be installed."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PINNED]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return "" if done.returncode else python


def ratio(theirs: str, length: int, count: int, rounds: int, folder: Path) -> float:
    pairs = folder / "pairs.json"
    pairs.write_text(json.dumps(draw_pairs(length, count)), encoding="utf-8")
    found = []
    for _ in range(rounds):
        ours, our_rates = seconds(sys.executable, "harness.diff.scoring.texts", "error_rate", pairs)
        other, their_rates = seconds(theirs, "jiwer", "cer", pairs)
        assert all(abs(a - min(1.0, b)) < 1e-9 for a, b in zip(our_rates, their_rates, strict=True))
        found.append(other / ours)
    each = median(found)
    print(f"{count} texts of {length} characters: {each:.1f}x ({', '.join(f'{one:.1f}' for one in found)})")
    return each


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        theirs = install(Path(name) / "venv")
        if not theirs:
            print(f"skipped: {PINNED} cannot be installed here")
            return 77
        sizes = ((20, 20_000), (100, 5_000), (1000, 500))
        ratios = [ratio(theirs, length, count, given.rounds, Path(name)) for length, count in sizes]
    told = ", ".join(f"{one:.1f}x at {length}" for one, (length, _) in zip(ratios, sizes, strict=True))
    print(f"character error rate against jiwer: {told} characters (goal {RATIO:g}x)")
    return 0 if min(ratios) >= RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
