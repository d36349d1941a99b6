"""The score of mutants on one seed: a run of tests.zoo --mutants and its figures."""

import re
import subprocess
import sys
from dataclasses import dataclass

COUNT = 30


@dataclass(frozen=True)
class Score:
    """Found of the kept mutants. outside: missed ones that are wrong only on values that no sample has.

    missed: by family, as printed. controls: verdict of each service as it is.
    """

    seed: str
    found: int
    kept: int
    outside: int
    missed: str
    controls: tuple[str, ...]


def score(seed: str) -> Score:
    """The score of 30 mutants; prints what the run prints."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.zoo", "--mutants", str(COUNT), "--seed", seed]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(done.stdout, flush=True)
    last = re.search(r"seed \d+: (\d+) of (\d+) mutants found", done.stdout)
    missed = re.search(r"missed by family: (.+)", done.stdout)
    outside = re.search(r"wrong only on values that no sample has: (\d+)", done.stdout)
    assert last
    assert missed
    assert outside
    return Score(
        seed=seed,
        found=int(last[1]),
        kept=int(last[2]),
        outside=int(outside[1]),
        missed=missed[1],
        controls=tuple(re.findall(r"^original \w+: (\S+)", done.stdout, re.MULTILINE)),
    )
