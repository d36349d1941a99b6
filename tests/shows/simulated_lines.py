"""Each criterion of the gate over many simulated runs: rates, regressions, latency, the bound of a breaking point."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from harness.core.case import Case, Plan
from harness.core.decide import status_of
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.statistics.intervals import tally_of
from harness.core.verdict import BreakingPoint, Criterion, Estimate, Status
from harness.diff.gate.breaking import FAILING, TOP, OpKind, Result, Search, find_breaking
from harness.diff.gate.criteria import gate_criteria
from harness.diff.gate.evidence import PILOT
from harness.diff.gate.power import passes, power
from harness.diff.gate.rates import measure
from harness.diff.gate.worst import RunContext
from tests.shows.scored import Scored
from tests.shows.simulated import Draw, Service, estimates, simulation
from tests.shows.simulated_releases import LIMIT, Release, comparisons

DEADLINE, SENT, FAILED = 30.0, 300, 0.01
SPREAD_OF_WAITS = 0.6
SWITCH: OpKind = "binary"
DOSE: OpKind = "graded"


def rates(service: Service, runs: int, seed: int) -> list[Scored]:
    """Every criterion and figure that is made of rates."""
    made = simulation(service)
    found: dict[str, Scored] = {}
    for rates, criteria in made.runs(np.random.default_rng(seed), runs):
        for name, result in estimates(rates, criteria).items():
            truth = made.truth.get(name)
            if truth is None or (name == PILOT and made.complete and service.steady):
                continue
            label = f"silent errors in {name}" if name in made.sizes or "=" in name else name.replace("_", " ")
            scored = found.setdefault(
                name, Scored(criterion=label, setting=service.name, beyond=name in service.beyond)
            )
            scored.add(result if truth[0] > 0 else _only_bounds(result), truth)
    return list(found.values())


def _only_bounds(result: object) -> Estimate:
    """A criterion whose truth is no limit that anybody would set."""
    estimate = getattr(result, "estimate", result)
    assert isinstance(estimate, Estimate)
    return estimate


def releases(release: Release, runs: int, seed: int) -> list[Scored]:
    """The regression criteria. A failed one says that something fell, and not that it fell beyond the limit."""
    found: dict[str, Scored] = {}
    fell = release.drop > 0
    for compared in comparisons(release, np.random.default_rng(seed), runs):
        for name, criterion in compared.criteria.items():
            truth = compared.truth[name]
            scored = found.setdefault(
                name,
                Scored(criterion=f"regress in {name}", setting=release.name, free=fell, limit=None if fell else LIMIT),
            )
            scored.add(criterion, (truth, truth))
    return list(found.values())


def latency(runs: int, seed: int) -> list[Scored]:
    """The 95th percentile of log-normal waits, of which one in a hundred ends at the deadline."""
    draw, scored = np.random.default_rng(seed), Scored(criterion="p95", setting=f"{SENT} requests")
    cases = {address: _case(address) for address in (f"{PILOT}/waits#{k}" for k in range(SENT))}
    gate, about = Gate(p95="1s"), RunContext(run="sim", samples=SENT, deadline=DEADLINE)
    mix = (Mix(pack=PILOT, share=1.0),)
    true = math.exp(SPREAD_OF_WAITS * NormalDist().inv_cdf(0.95 / (1 - FAILED)))
    for _ in range(runs):
        waits = draw.lognormal(0.0, SPREAD_OF_WAITS, SENT)
        rows = [_waited(address, wait, draw.random() < FAILED) for address, wait in zip(cases, waits, strict=True)]
        evidence, measured = measure(cases, rows, mix)
        p95 = next(one for one in gate_criteria(evidence, measured, gate, mix, about) if one.name == "p95")
        scored.add(p95, (true, true))
    return [scored]


def _waited(address: str, wait: float, failed: bool) -> Judged:
    return Judged(
        address=address,
        repeat=0,
        disposition="timeout" if failed else "accepted",
        judgement="unscored" if failed else "right",
        quality=0.0 if failed else 1.0,
        latency=min(float(wait), DEADLINE),
    )


def _case(address: str) -> Case:
    plan = Plan(base="sample:a")
    return Case(address=address, plan=plan, content=b"", media_type="text/plain", filename="a", truth={"total": 1})


ONE = "fails in {:.0%}, one severity"
CURVES: dict[str, list[float]] = {
    **{ONE.format(share): [share] * (TOP + 1) for share in (0.12, 0.25, 0.5)},
    "fails gradually": [min(1.0, 0.02 + 0.1 * s) for s in range(TOP + 1)],
    "fails from 6 on": [0.02 if s < 6 else 0.7 for s in range(TOP + 1)],
    "~ fails in 12 % throughout": [0.12] * (TOP + 1),
    "~ fails in 25 % throughout": [0.25] * (TOP + 1),
}
"""The failing share by severity. One severity: of an op that is there or not; ~: an op whose severity is none."""

PROBED, BASES = 100, [f"s{k}" for k in range(24)]


def breaking_points(runs: int, seed: int) -> list[Scored]:
    """The exact lower bound of the failing share at the severity that a search ends at, and points that are none."""
    draw, found = np.random.default_rng(seed), []
    for name, curve in CURVES.items():
        kind: OpKind = "binary" if "one severity" in name else "graded"
        scored = Scored(criterion="breaking point, bound", setting=name.strip("~ "), beyond=name.startswith("~"))
        for _ in range(runs):
            point = _searched(find_breaking("op", kind, BASES, PROBED), curve, draw)
            truth = 1.0 if point.severity is None else curve[point.severity]
            scored.add(Estimate(value=point.low, low=point.low, high=1.0, n=point.n), (truth, truth))
        found.append(scored)
    return [*found, *(_invented(draw, runs, kind) for kind in (SWITCH, DOSE))]


def _invented(draw: Draw, runs: int, kind: OpKind) -> Scored:
    """Points told of an op that fails in the 10 % that are borne, at every severity."""
    searched = "one severity" if kind == SWITCH else "throughout"
    scored = Scored(criterion="breaking point, invented", setting=f"fails in 10 %, {searched}", beyond=kind == DOSE)
    scored.judged, curve = True, [FAILING] * (TOP + 1)
    for _ in range(runs):
        point = _searched(find_breaking("op", kind, BASES, PROBED), curve, draw)
        scored.runs += 1
        scored.low += point.low <= FAILING
        scored.high += 1
        scored.fails[0] += point.severity is not None
    return scored


def _searched(search: Search, curve: Sequence[float], draw: Draw) -> BreakingPoint:
    """The search, with each probe failing by the curve's chance at its severity."""
    results: list[Result] | None = None
    while True:
        try:
            probes = next(search) if results is None else search.send(results)
        except StopIteration as end:
            found: BreakingPoint = end.value
            return found
        results = ["silent" if draw.random() < curve[one.severity] else "right" for one in probes]


PLANS = ((60, 0.20, 0.01), (84, 0.20, 0.02), (110, 0.18, 0.03))
"""Cases of a pack, and a rate of silent errors that is to be found, and one that is to pass."""


def foreseen(runs: int, seed: int) -> tuple[str, float]:
    """What the plan promises of a pack before the first call, what came of it, and the largest distance."""
    draw, limit = np.random.default_rng(seed), Gate().silent_errors_pack
    lines, off = [], 0.0
    for n, bad, good in PLANS:
        promised = power(n, bad, limit), passes(n, good, limit)
        seen = [
            sum(_status(int(k), n, limit) == status for k in draw.binomial(n, rate, runs)) / runs
            for rate, status in ((bad, "failed"), (good, "passed"))
        ]
        off = max(off, *(abs(one - other) for one, other in zip(promised, seen, strict=True)))
        lines.append(
            f"{n} cases: {bad:.0%} silent fails in {promised[0]:.1%} (seen {seen[0]:.1%}), "
            f"{good:.0%} passes in {promised[1]:.1%} (seen {seen[1]:.1%})"
        )
    return "the plan's promises: " + "; ".join(lines), off


def _status(wrong: int, n: int, limit: float) -> Status:
    estimate = tally_of(n - wrong, wrong).estimate
    return status_of(Criterion(name="silent_errors_pack", estimate=estimate, limit=limit))
