"""One and two workers send the same cases, none twice; a worker that is killed in the middle leaves the run undecided
with every row kept, and nothing running.
"""
# slow: three load runs, and Locust needs seconds to miss a worker

import json
import os
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from harness.store.folder import RunFolder
from harness.store.rows import Key
from tests.endpoints.command import CommandResult, ended, start
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.processes import children, group, wait_until
from tests.endpoints.server import serving

RATE, SECONDS = 100, 5


def asked(url: str, out: str, workers: int, seconds: int = SECONDS) -> list[str]:
    cases = ["load", url, "--samples", "pilot", "--truth", "total,carrier", "--out", out]
    return [*cases, "--rate", str(RATE), "--duration", f"{seconds}s", "--processes", str(workers)]


def keys(folder: Path) -> Counter[Key]:
    """How often each address and repeat stands in the workers' files."""
    lines = (line for path in folder.glob("replies-*.jsonl") for line in path.read_bytes().splitlines())
    return Counter((row["address"], row["repeat"]) for row in map(json.loads, lines))


def killed(url: str, here: Path) -> tuple[CommandResult, int, list[int]]:
    """What a run came to whose second worker was killed, the rows before that, and the processes that were left."""
    process = start(*asked(url, "killed", 2, 60), cwd=here)
    wait_until(lambda: sum(keys(here / "killed").values()) > 100)
    (locust,) = children(process.pid)
    os.kill(children(locust)[-1], signal.SIGKILL)
    before = sum(keys(here / "killed").values())
    return ended(process), before, group(locust)


def main() -> int:
    with tempfile.TemporaryDirectory() as name, serving(honest) as url:
        here = Path(name)
        write_pilot(here / "pilot")
        one, two = (ended(start(*asked(url, f"run{workers}", workers), cwd=here)) for workers in (1, 2))
        sent = [keys(here / f"run{workers}") for workers in (1, 2)]
        said, before, left = killed(url, here)
        kept = sum(keys(here / "killed").values())
        problems = RunFolder.read(here / "killed").head.problems
    same = sent[0] == sent[1] and set(sent[0].values()) == {1} and sum(sent[0].values()) == RATE * SECONDS
    print(f"exits with one and two workers: {one.code}, {two.code}; problems of the third: {'; '.join(problems)}")
    print(
        f"1 and 2 workers: {sum(sent[0].values())} and {sum(sent[1].values())} requests, "
        f"{'the same, none twice' if same else 'NOT THE SAME'}; one of 2 killed after {before}: exit {said.code}, "
        f"{kept} rows kept, {len(left)} processes left"
    )
    lost = any("was lost" in problem for problem in problems)
    return 0 if same and said.code == 5 and lost and kept >= before and not left else 1


if __name__ == "__main__":
    sys.exit(main())
