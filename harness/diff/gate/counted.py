"""Criteria without weights: undescribed traffic, pilot samples, latency, and replies that are no valid JSON."""

from dataclasses import replace

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.settings import Gate
from harness.core.statistics.intervals import tally_of
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.evidence import Evidence
from harness.diff.gate.latency import percentile, seconds
from harness.diff.gate.papers import not_judged_finding
from harness.diff.gate.rates import Rates
from harness.diff.gate.worst import RunContext, show, worst_cases

MAX_SAMPLES = 1_000_000
"""Maximum number of samples that the criterion `samples` asks for."""


def unknown_criterion(rates: Rates, gate: Gate, about: RunContext) -> Criterion:
    """The share that no pack describes; a pack that could not be judged may be as described, or not."""
    least = max(0.0, round(rates.unknown - rates.not_judged, 9))
    return Criterion(
        name="unknown",
        estimate=Estimate(value=least, low=least, high=rates.unknown, n=0),
        limit=gate.unknown,
        scalable=False,
        show=show((), about.run),
        finding=not_judged_finding(rates.papers, about.run) if rates.not_judged else None,
    )


def samples_criterion(rates: Rates, gate: Gate, about: RunContext) -> Criterion:
    """The number of distinct samples sent, which must bound the silent errors of documents like them."""
    n = rates.new_documents.n
    silent = round((rates.new_documents.value or 0.0) * n)
    return Criterion(
        name="samples",
        estimate=Estimate(value=n, low=n, high=n, n=n),
        limit=gate.samples or needed_samples(silent, gate.silent_errors_pack),
        at_least=True,
        unit="cases",
        show=show((), about.run),
    )


def needed_samples(silent: int, limit: float) -> int:
    """The fewest samples, with so many silent errors, that bound the share of new documents by `limit` at 95 %.

    >>> [needed_samples(silent, 0.10) for silent in (0, 1, 2)], needed_samples(0, 0.02)
    ([29, 46, 61], 149)
    """
    few, enough = silent, MAX_SAMPLES
    while enough - few > 1:
        n = (few + enough) // 2
        few, enough = (few, n) if share_bounds(silent, n)[1] <= limit else (n, enough)
    return enough


def latency_criterion(evidence: Evidence, gate: Gate, about: RunContext) -> Criterion:
    """Of good input: what asks for an answer. Malformed input may be refused at once, or crash the service."""
    good = [case for case in evidence.cases.values() if case.asks_for_answer()]
    # The requests of a check share no queue: its phases differ, so that neighbours are alike for another reason.
    estimate = percentile(evidence.of_all(good), about.deadline, in_order=about.under_load)
    if about.untimed:
        estimate = Estimate(value=None, low=0.0, high=about.deadline, n=0)
    worst = worst_cases(evidence, good, lambda _, rows: (max(row.latency for row in rows),))
    untimed = Finding(kind=FindingKind.LATENCY_NOT_JUDGED, test="p95", subject=about.untimed)
    return Criterion(
        name="p95",
        estimate=estimate,
        limit=seconds(gate.p95) if gate.p95 else about.p95,
        unit="seconds",
        scalable=not about.untimed,
        worst=worst,
        show=show(worst, about.run),
        notes=(untimed,) if about.untimed else (),
    )


def invalid_criterion(evidence: Evidence, limit: float, about: RunContext) -> Criterion:
    rows = [row for rows in evidence.rows.values() for row in rows if row.disposition in ("accepted", "handed_over")]
    invalid = sum(bool(row.invalid) for row in rows)
    worst = worst_cases(
        evidence, evidence.cases.values(), lambda _, rows: (1.0,) if any(row.invalid for row in rows) else None
    )
    # At a limit of 0 no number of valid replies would pass, so what was seen decides.
    seen = Estimate(value=invalid / len(rows), low=invalid / len(rows), high=invalid / len(rows), n=len(rows))
    bounded = tally_of(len(rows) - invalid, invalid).estimate
    return Criterion(
        name="invalid_replies",
        estimate=replace(seen, hits=invalid) if rows and not limit else bounded,
        limit=limit,
        worst=worst,
        show=show(worst, about.run),
    )
