"""Recorded requests per second of the client's processor time: `harness load` against a bare FastHttpUser, in turns.

The server is pinned to one core, both clients to the other. Ours sends open loop at a fixed rate and writes each reply
to disk, once at even distances without faults and once as `poisson` with a plan of five faults, three of which are in
force; the bare one sends as fast as it can, ten users, one prebuilt body, and records nothing.

    PYTHONPATH=. python tests/speed/load_client.py
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from harness.core.clock import Clock
from harness.core.integration.fault import TARGET, Fault
from harness.core.settings import Pilot, Settings, Target
from harness.core.under_load.load import Arrivals
from harness.generate.drawn import pilot_address
from harness.generate.samples.read_samples import read_samples
from harness.run.tools.locust import Handed, run_locust
from harness.store.files import FORMAT, RunHead
from harness.store.folder import RunFolder
from tests.endpoints.orders import write_pilot

HERE = Path(__file__).parent
WAITS = Fault(kind="latency", where=TARGET, share=0.01, seconds=0.001, at="response")
PLAN = (
    replace(WAITS, name="now and then"),
    replace(WAITS, name="in turns", window=(0.5, 1.0), every=1.0),
    replace(WAITS, name="on the way there", at="request", method="POST"),
    Fault(kind="status", where="erp", name="erp.down", window=(1.0, 2.0)),
    Fault(kind="latency", where="crm", name="crm.slow", seconds=1.0, share=0.5),
)
"""Faults that let every request be answered, so that requests on record can be compared."""

GOALS = {"harness load": 1.0, "with a schedule and faults": 0.95}


@contextmanager
def fast_server(core: int) -> Iterator[str]:
    command = [sys.executable, str(HERE / "fast_server.py"), str(core)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


def ours(url: str, folder: Path, rate: float, seconds: float, schedule: str, faults: tuple[Fault, ...]) -> float:
    """Requests on record per second of processor time of the worker, from the start to the last reply on disk."""
    pilot = write_pilot(folder / "pilot")
    samples = read_samples(str(pilot), "total,carrier")
    target = Target(url=f"{url}/score", protocol="json", rate=rate)
    settings = Settings(target=target, pilot=Pilot(samples=str(pilot), truth="total,carrier"))
    head = RunHead(format=FORMAT, harness="speed", seed=1, settings=settings, digests={"samples": samples.digest()})
    run = RunFolder.create(folder / "run", head)
    addresses = tuple(pilot_address(sample.key) for sample in samples.items)
    run.write_arrivals(
        Arrivals(
            format=FORMAT,
            schedule=schedule,
            rate=rate,
            duration=seconds,
            workers=1,
            cycle=addresses,
            faults=faults,
        )
    )
    given = Handed(run=str(run.path), here=str(folder), zero=Clock().zero, workers=1, url=target.url)
    ended = run_locust(given, lambda _: None)
    (end,) = run.read_ends()
    run.gather()
    good = sum(reply.status == 200 for reply in run.replies.values())
    assert (ended.code, good) == (0, end.planned), (ended, end)
    return good / end.cpu


def bare(url: str, seconds: float) -> float:
    """Requests per second of processor time of a bare FastHttpUser."""
    options = ["--headless", "--only-summary", "--loglevel", "ERROR", "-u", "10", "-r", "10", "-t", f"{seconds:g}s"]
    command = [sys.executable, "-m", "locust", "-f", str(HERE / "fast_user.py"), "--host", url, *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tempfile.gettempdir()).stdout
    requests, failures, used = next(line for line in said.splitlines() if line.startswith("BARE")).split()[1:]
    assert failures == "0", said
    return int(requests) / float(used)


def measure(rate: float, seconds: float, repeats: int) -> dict[str, list[float]]:
    """Requests per processor second, of the bare one and both of ours, in turns."""
    cores = sorted(os.sched_getaffinity(0))
    figures: dict[str, list[float]] = {"FastHttpUser": [], **{name: [] for name in GOALS}}
    with fast_server(cores[-1]) as url:
        os.sched_setaffinity(0, {cores[0]})
        for _ in range(repeats):
            for name, schedule, faults in zip(GOALS, ("constant", "poisson"), ((), PLAN), strict=True):
                with tempfile.TemporaryDirectory() as folder:
                    figures[name].append(ours(url, Path(folder), rate, seconds, schedule, faults))
            figures["FastHttpUser"].append(bare(url, seconds))
    os.sched_setaffinity(0, set(cores))
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rate",
        type=float,
        default=9000,
        help="of ours, requests a second; near what one core can do, as the bare one is",
    )
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        print("two cores are needed, and a system that can pin a process to one of them")
        return 77
    figures = measure(given.rate, given.seconds, given.repeats)
    for name, each in figures.items():
        print(f"{name}: " + ", ".join(f"{figure:.0f}" for figure in each) + " requests per processor second")
    theirs = figures["FastHttpUser"]
    ratios = {name: median(a / b for a, b in zip(figures[name], theirs, strict=True)) for name in GOALS}
    listed = ", ".join(f"{name} {ratio:.2f}x (goal {GOALS[name]:g}x)" for name, ratio in ratios.items())
    print(f"recorded requests per client CPU-second against {median(theirs):.0f} of a bare FastHttpUser: {listed}")
    return 0 if all(ratio >= GOALS[name] for name, ratio in ratios.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
