# slow: six minutes
"""Coverage of the bounds of p95 and p99 where waits depend on each other: each holds in at least 93 of 100 loads. Then
a service that keeps 1 kB of each request, which a load has to find, and one that keeps nothing. Last, what a million
requests cost the harness.

Simulated loads whose percentiles are known: queues with one server (M/M/1) at 50, 70 and 80 % of their capacity, and
waits that follow the one before with a correlation of 0.9 (the logarithm is an AR(1) process). p99 is judged from
10,000 requests on; with 3,000 only 30 of them are beyond it, in a few bursts, and its coverage is printed only.
"""

import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from harness.core.under_load.live import Growth
from harness.diff.gate.latency import percentile_of
from harness.store.folder import RunFolder
from tests.diff.gate.test_dependence import Waits, alone, queue
from tests.endpoints.leaking import leaking
from tests.endpoints.orders import write_pilot
from tests.speed.load_memory import GROWTH, SECONDS, growth, percentiles

LOADS, N, GOAL = 400, (3000, 10_000), 0.93
BEYOND = 99
"""Fewest requests beyond a percentile for its bounds to be judged."""

NORMAL = {0.95: 1.6448536269514722, 0.99: 2.3263478740408408}
CORRELATION, SPREAD = 0.9, 0.5


def correlated(rng: np.random.Generator, n: int) -> Waits:
    noise = rng.normal(size=n + 200) * math.sqrt(1 - CORRELATION**2)
    kernel = CORRELATION ** np.arange(200)
    found: Waits = np.exp(SPREAD * np.convolve(noise, kernel)[200 : n + 200])
    return found


def of_exponential(mean: float) -> Callable[[float], float]:
    """Percentiles of an exponential distribution, which the time in such a queue has."""
    return lambda share: -math.log(1 - share) * mean


def of_correlated(share: float) -> float:
    return math.exp(SPREAD * NORMAL[share])


SIMULATED: dict[str, tuple[Callable[[np.random.Generator, int], Waits], Callable[[float], float]]] = {
    "independent": (alone, of_exponential(1.0)),
    "correlated": (correlated, of_correlated),
    **{f"queue at {100 * busy:.0f} %": (queue(busy), of_exponential(1 / (1 - busy))) for busy in (0.5, 0.7, 0.8)},
}
"""How the waits of a load are made, and their percentiles."""


COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()", "load"]
"""A process of its own: the harness does not measure its own children."""

MANY = 1_000_000

KEPT, OFF = 1000, 0.5
"""Bytes that the leaking service keeps of each request, and by how much the measured growth may differ from them."""


def growth_of(what: str) -> Growth | None:
    """How the memory of the service grew with each request of a load."""
    with tempfile.TemporaryDirectory() as name, leaking(what) as url:
        write_pilot(Path(name) / "pilot")
        pilot = ("--samples", f"{name}/pilot", "--truth", "total,carrier", "--calls", "240")
        load_it = (*COMMAND, url, *pilot, "--rate", "200", "--duration", "20s", "--out", f"{name}/run")
        subprocess.run(load_it, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        load = RunFolder.read(Path(name) / "run").head.load
    assert load is not None
    assert load.usage is not None
    return next((one for one in load.usage.growth if one.what == "memory"), None)


def leaks() -> tuple[bool, str]:
    """Whether the one that leaks is found and the other is not, and the growths in bytes for each request."""
    found, other = growth_of("memory"), growth_of("nothing")
    assert found is not None
    assert other is not None
    held = found.leaks and not other.leaks and KEPT * (1 - OFF) < found.each < KEPT * (1 + OFF)
    said = f"{found.each:.0f} bytes a request ({found.low:.0f} - {found.high:.0f})"
    return held, f"a service that keeps {KEPT} grows by {said}, one that keeps nothing by {other.each:.0f}"


def main() -> int:
    rng = np.random.default_rng(65)
    worst = 1.0
    for name, (waits, true) in SIMULATED.items():
        for n in N:
            loads = [waits(rng, n) for _ in range(LOADS)]
            for share in (0.95, 0.99):
                bounds = [percentile_of(one, math.inf, share) for one in loads]
                low = float(np.mean([one.low <= true(share) for one in bounds]))
                high = float(np.mean([true(share) <= one.high for one in bounds]))
                judged = n * (1 - share) >= BEYOND
                worst = min(worst, low, high) if judged else worst
                said = f"lower bound {low:.3f}, upper bound {high:.3f}{'' if judged else ' (not judged)'}"
                print(f"{name}, {n} requests, p{100 * share:.0f}: {said}", flush=True)
    said = f"the bounds of p95 and p99 hold in {100 * worst:.1f} % of {LOADS} loads at least"
    held, grown = leaks()
    seconds, (memory, _) = percentiles(MANY), growth(MANY, 6000)
    cheap = seconds <= SECONDS and memory <= GROWTH
    print(
        f"65: {said}, goal {100 * GOAL:.0f} %; {grown}; {MANY} requests: "
        f"memory of the worker {memory:.3f}x of that after a tenth, p95 and p99 in {seconds:.2f} s"
    )
    return 0 if worst >= GOAL and held and cheap else 1


if __name__ == "__main__":
    sys.exit(main())
