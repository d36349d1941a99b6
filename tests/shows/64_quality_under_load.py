# slow: half an hour
"""Wrong answers that depend on the load against wrong answers that do not: twenty loads each, and two caches.

    PYTHONPATH=. python tests/shows/64_quality_under_load.py [RUNS]

The dependent service is wrong in 1 % of its answers while more than 32 requests are in flight; the unsteady one is
wrong in 1 % of its answers always, alone as well. Both are loaded from 0 to 800 requests a second and answer in 100 ms.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness.core.under_load.load import Load
from harness.store.folder import RunFolder
from tests.endpoints.crowded import InFlight, keeping
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving

COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()"]
RUNS, MOST, SHARE, WORK = 20, 32, 0.01, 0.1
CONFIG = """
[target]
in_flight = 1024
[gate]
samples = 5
silent_errors = 0.05
p95 = "2s"
[[mix]]
pack = "pilot"
share = 1.0
"""


def wrong(body: bytes) -> tuple[int, object]:
    """The reply with another total."""
    status, reply = honest(body)
    if status != 200:
        return status, reply
    changed = json.loads(json.dumps(reply))
    changed["result"]["total"] += 1
    return status, changed


def dependent(seed: int) -> Answer:
    here, draw = InFlight(), random.Random(seed)

    def answer(body: bytes) -> tuple[int, object]:
        with here.one_more() as now:
            time.sleep(WORK)
            return wrong(body) if now > MOST and draw.random() < SHARE else honest(body)

    return answer


def unsteady(seed: int) -> Answer:
    draw = random.Random(seed)

    def answer(body: bytes) -> tuple[int, object]:
        time.sleep(WORK)
        return wrong(body) if draw.random() < SHARE else honest(body)

    return answer


def by_input(_: int) -> Answer:
    """Keeps the answer to each order, however it is written."""
    kept = keeping(plain(0))
    return lambda body: kept(json.dumps(json.loads(body)).encode())


def plain(_: int) -> Answer:
    def answer(body: bytes) -> tuple[int, object]:
        time.sleep(WORK / 4)
        return honest(body)

    return answer


def loaded(make: Callable[[int], Answer], seed: int, *asked: str) -> tuple[Load, str]:
    """One load run: what it measured, and above how many requests in flight answers are wrong ("" if nowhere)."""
    with tempfile.TemporaryDirectory() as where, serving(make(seed)) as url:
        folder = Path(where)
        write_pilot(folder / "pilot")
        (folder / "harness.toml").write_text(CONFIG, encoding="utf-8")
        pilot = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240", "--seed", str(seed))
        done = subprocess.run(
            [*COMMAND, "load", url, *pilot, "--out", "run", *asked],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        load = RunFolder.read(folder / "run").head.load
        if load is None:
            raise SystemExit(f"{done.stdout}\n{done.stderr}")
        verdict = json.loads((folder / "run/verdict.json").read_text(encoding="utf-8"))
        named = [one for one in verdict["reasons"] if one["criterion"] == "concurrency" and one["status"] == "failed"]
        return load, named[0]["finding"]["circumstances"][0]["value"] if named else ""


def main(runs: int) -> int:
    rising = ("--rate", "800", "--duration", "20s", "--schedule", "ramp")
    found: dict[str, list[str]] = {}
    for name, make in (("dependent", dependent), ("unsteady", unsteady)):
        for seed in range(1, runs + 1):
            _, above = loaded(make, seed, *rising)
            found.setdefault(name, []).append(above)
            print(f"{name}, seed {seed}: {f'wrong above {above} in flight' if above else 'not blamed'}", flush=True)
    shares = []
    for name, service in (("caching", by_input), ("plain", plain)):
        load, _ = loaded(service, 1, "--rate", "60", "--duration", "10s")
        shares.append(load.cached.share if load.cached else -1.0)
        print(f"{name}: {100 * shares[-1]:.0f} % of the answers under load from a cache", flush=True)
    hits, alarms = (sum(map(bool, found[name])) for name in ("dependent", "unsteady"))
    held = hits >= 0.95 * runs and alarms <= 0.05 * runs and shares[0] > 0.9 and shares[1] == 0
    print(
        f"64: dependent on load found in {hits} of {runs}, unsteady blamed in {alarms} of {runs}; "
        f"from a cache: {100 * shares[0]:.0f} % where there is one, {100 * shares[1]:.0f} % where there is none"
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
