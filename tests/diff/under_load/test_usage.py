"""Growth of a target's processes with its requests: simulated samples with a known slope."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from harness.core.under_load.live import Growth, Usage, UsageSample
from harness.diff.under_load.usage import leak_findings, usage_of

PAGE, ARENA = 4096, 256 * 1024
Memory = Callable[[int, np.random.Generator], float]
"""Resident bytes after so many requests."""


def used(memory: Memory, seed: int = 1, *, requests: int = 4000, rising: bool = False) -> Usage:
    """A load of 20 seconds, sampled four times a second."""
    draw = np.random.default_rng(seed)
    at = np.arange(80) * 0.25
    done = np.linspace(0, 20, requests)
    answered = np.searchsorted(done, at, "right")
    in_flight = np.arange(80) if rising else 8 + draw.integers(0, 3, 80)
    samples = [
        UsageSample(at=moment, processes=1, cpu=0.5, memory=int(memory(int(k), draw)), handles=20, threads=8)
        for moment, k in zip(at.tolist(), answered, strict=True)
    ]
    found = usage_of(samples, done, in_flight.astype(np.float64))
    assert found
    return found


def memory_of(found: Usage) -> Growth:
    return next(one for one in found.growth if one.what == "memory")


def leak(each: float, step: int = PAGE) -> Memory:
    """Grows in steps as an allocator does, with noise of a few pages."""
    return lambda k, draw: 5e7 + int(each * k / step) * step + PAGE * draw.integers(0, 8)


def steady(_: int, draw: np.random.Generator) -> float:
    return 5e7 + PAGE * draw.integers(0, 64)


def warming(k: int, draw: np.random.Generator) -> float:
    """Fills caches and pools at first."""
    return 5e7 + 2e7 * (1 - math.exp(-k / 300)) + PAGE * draw.integers(0, 8)


def one_step(k: int, draw: np.random.Generator) -> float:
    return 5e7 + 4 * ARENA * (k > 2500) + PAGE * draw.integers(0, 8)


def collected(k: int, draw: np.random.Generator) -> float:
    """Garbage grows and is collected again."""
    return 5e7 + 3000.0 * (k % 700) + PAGE * draw.integers(0, 8)


@pytest.mark.parametrize("step", [PAGE, ARENA])
def test_a_kilobyte_a_request_is_found_within_its_interval(step: int) -> None:
    growths = [memory_of(used(leak(1024, step), seed)) for seed in range(20)]
    assert sum(one.leaks for one in growths) >= 19
    assert sum(one.low <= 1024 <= one.high for one in growths) >= 17


@pytest.mark.parametrize("memory", [steady, warming, one_step, collected])
def test_what_does_not_go_on_growing_is_no_leak(memory: Memory) -> None:
    assert sum(memory_of(used(memory, seed)).leaks for seed in range(40)) <= 1


def test_nothing_is_said_of_growth_while_the_concurrency_rises_or_after_few_requests() -> None:
    assert used(leak(1024), rising=True).growth == ()
    assert used(leak(1024), requests=100).growth == ()


def test_the_finding_holds_the_slope_and_the_rate() -> None:
    (finding,) = leak_findings(used(leak(1024)), 200.0)
    assert finding.subject == "memory"
    assert finding.numbers["each"] == pytest.approx(1024, rel=0.1)
    assert finding.numbers["rate"] == 200.0
    assert leak_findings(None, 1.0) == ()
