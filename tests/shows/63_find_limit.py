# slow: twenty minutes
"""`--find-limit` against three servers of known capacity, with several seeds: the limit lies within 10 % of it.

    PYTHONPATH=. python tests/shows/63_find_limit.py [SEED ...]

A queue is a service that answers one request after another; its capacity is measured with clients that never pause. A
hard limit refuses what is above 60 requests a second. A degrading service answers these with a guess: 200, and wrong.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness.store.folder import RunFolder
from tests.endpoints.orders import write_pilot
from tests.endpoints.overloaded import capacity, careless, limited, one_at_a_time, refusing
from tests.endpoints.server import Answer, serving

COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()"]
SEEDS = ("1", "2", "3", "4", "5")
LIMIT, WITHIN = 60.0, 0.10
CONFIG = """
[target]
in_flight = 1024
deadline = "5s"
[gate]
samples = 5
silent_errors = 0.05
p95 = "200ms"
[[mix]]
pack = "pilot"
share = 1.0
"""
SERVERS: dict[str, tuple[Callable[[], Answer], bool]] = {
    "queue": (lambda: one_at_a_time(0.015), True),
    "hard limit": (lambda: limited(LIMIT, refusing), False),
    "degrading": (lambda: limited(LIMIT, careless), False),
}
"""How each server is made, and whether its capacity is measured."""


def found(url: str, folder: Path, seed: str) -> tuple[float, float]:
    """Both sides of the limit. The search begins far below it and far above it in turn."""
    start = "15" if int(seed) % 2 else "200"
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240", "--seed", seed, "--out", f"run{seed}")
    command = [*COMMAND, "load", url, *asked, "--rate", start, "--find-limit", "--duration", "8s"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    load = RunFolder.read(folder / f"run{seed}").head.load
    if load is None or load.limit is None or load.limit.high is None:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")
    return load.limit.low, load.limit.high


def main(seeds: list[str]) -> int:
    wrong, worst = [], 0.0
    for name, (make, measured) in SERVERS.items():
        for seed in seeds or SEEDS:
            with tempfile.TemporaryDirectory() as where, serving(make()) as url:
                folder = Path(where)
                write_pilot(folder / "pilot")
                (folder / "harness.toml").write_text(CONFIG, encoding="utf-8")
                true = capacity(url) if measured else LIMIT
                low, high = found(url, folder, seed)
            off = max(abs(low / true - 1), abs(high / true - 1))
            worst = max(worst, off)
            print(
                f"{name}, seed {seed}: {low:.1f} - {high:.1f}/s, capacity {true:.1f}/s, off by {100 * off:.1f} %",
                flush=True,
            )
            wrong += [f"{name} (seed {seed})"] if off > WITHIN else []
    count = len(SERVERS) * len(seeds or SEEDS)
    print(
        f"63: {count - len(wrong)} of {count} limits within {100 * WITHIN:.0f} % of the capacity, the worst off by"
        f" {100 * worst:.1f} %; not: {', '.join(wrong) or 'none'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
