"""What a million requests cost: memory of the worker of a load run, and seconds for the percentiles with their bounds.

The worker writes each reply to disk and keeps none, so its memory after a million requests has to be what it was after
a hundred thousand. The percentiles are those of a load's report: p95 and p99 with bounds by batch means, over a million
waits in the order in which they were due.

    PYTHONPATH=. python tests/speed/load_memory.py
"""

import argparse
import math
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil

from harness.diff.gate.latency import percentile_of
from tests.speed.load_client import fast_server, ours

GROWTH, SECONDS = 1.05, 5.0
"""Largest memory after all requests, as a multiple of that after a tenth of them; longest time for the percentiles."""


def worker_memory(done: threading.Event, seen: list[tuple[float, int]]) -> None:
    """Sample the resident memory of the Locust process below this one, four times a second."""
    began = time.perf_counter()
    while not done.wait(0.25):
        for child in psutil.Process(os.getpid()).children(recursive=True):
            try:
                if any("locust" in word for word in child.cmdline()):
                    seen.append((time.perf_counter() - began, child.memory_info().rss))
            except psutil.NoSuchProcess:
                continue


def growth(requests: int, rate: float) -> tuple[float, int]:
    """Memory of the worker at the end over that after a tenth of the load, and the memory at the end in bytes."""
    seen: list[tuple[float, int]] = []
    done = threading.Event()
    sampler = threading.Thread(target=worker_memory, args=(done, seen))
    cores = sorted(os.sched_getaffinity(0))
    with fast_server(cores[-1]) as url, tempfile.TemporaryDirectory() as folder:
        sampler.start()
        ours(url, Path(folder), rate, requests / rate, "constant", ())
        done.set()
        sampler.join()
    begin, end = seen[0][0], seen[-1][0]
    early = max(rss for at, rss in seen if at <= begin + 0.15 * (end - begin))
    late = max(rss for at, rss in seen if at >= begin + 0.85 * (end - begin))
    return late / early, late


def percentiles(rows: int) -> float:
    """Seconds for p95 and p99 of so many waits."""
    rng = np.random.default_rng(1)
    waits = rng.lognormal(-3.0, 0.5, rows).tolist()
    began = time.perf_counter()
    for share in (0.95, 0.99):
        percentile_of(waits, math.inf, share)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=6000)
    given = parser.parse_args()
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        print("two cores are needed, and a system that can pin a process to one of them")
        return 77
    seconds = percentiles(given.requests)
    ratio, last = growth(given.requests, given.rate)
    print(
        f"memory of a worker after {given.requests} requests: {last / 1e6:.0f} MB, {ratio:.3f}x of that after a tenth "
        f"(goal {GROWTH:g}x); p95 and p99 of as many waits: {seconds:.2f} s (goal {SECONDS:g} s)"
    )
    return 0 if ratio <= GROWTH and seconds <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
