"""What a load run measured, and whether it can be trusted."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from harness.core.case import Case
from harness.core.reply import Judged, Reply
from harness.core.under_load.load import STOPPED_BY_OTHERS, Load, WorkerEnd, lag_at
from harness.core.verdict import Estimate
from harness.diff.gate.evidence import FIGURES
from harness.diff.gate.latency import NO_REPLY, percentile
from harness.diff.under_load.sustained import TOLERANCE, Sustained, sustained, unanswered
from harness.replay.pace import parse_seconds
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import LATE
from harness.run.tools.locust import Ended
from harness.store.folder import read_start

MIN_LAG_SECONDS, LAG_SHARE = 0.005, 0.05
"""Latency is judged while the send lag p99 is at most the larger of these: seconds, and a share of the p95 limit."""

SLOWED = 3.0
"""The usual limit of p95, as a multiple of the p95 without load."""

MIN_LIMIT = 0.05
"""Smallest usual limit of p95 in seconds: below it the timing of a busy machine is judged, not the service."""

UNKNOWN = Estimate(value=None, low=0.0, high=math.inf, n=0)


def measure_load(
    load: Load, judge: Judge, judged: Sequence[Judged], cases: Mapping[str, Case]
) -> tuple[Load, Sustained]:
    """The load with what was measured over the recorded arrivals, and the rates behind its criterion.

    judged: every row of `cases`, also from before the load.
    """
    folder, target, gate = judge.folder, judge.settings.target, judge.settings.gate
    deadline = parse_seconds(target.deadline)
    # A case that is sent again may be answered from a cache.
    first = [row for row in judged if (row.address, row.repeat) in (judge.unloaded or ()) and not row.repeat]
    rows = judge.under_load(judged)
    good, malformed = _apart(rows, cases)
    p50, p95, p99 = (percentile(good, deadline, share).value or 0.0 for share in (0.50, 0.95, 0.99))
    unloaded = percentile(_apart(first, cases)[0], deadline).value or 0.0
    failed = [row for row in rows if row.disposition in ("error", *NO_REPLY)]
    ends = folder.read_ends()
    lags = sum((Counter(end.lags) for end in ends), Counter[int]())
    replies = _replies(judge)
    quiet = [one for one in replies if (one.address, one.repeat) not in judge.in_windows]
    reached = sustained(replies, quiet, rate=load.rate, duration=load.duration, planned=load.planned)
    measured = replace(
        load,
        recorded=len(replies),
        started=read_start(folder.path) or 0.0,
        reached=reached.sent,
        answered=reached.answered,
        p50=round(p50, 6),
        p95=round(p95, 6),
        p99=round(p99, 6),
        malformed_p95=percentile(malformed, deadline).value,
        unloaded_p95=round(unloaded, 6),
        p95_limit=parse_seconds(gate.p95) if gate.p95 else _usual_limit(unloaded),
        lag_p50=lag_at(lags, 0.50),
        lag_p99=lag_at(lags, 0.99),
        waited=sum(end.waited for end in ends),
        cpu=round(sum(end.cpu for end in ends), 3),
        errors=dict(Counter(row.cause or row.disposition for row in failed).most_common()),
        unanswered=sum(row.disposition in NO_REPLY for row in failed),
        crashed=sum(row.crashed_on_input for row in failed),
        errors_good=sum(bool(FIGURES["errors"](row)) for row in good),
        good=len(good),
    )
    return measured, reached


def _usual_limit(unloaded: float) -> float:
    """The limit of p95 in seconds if none is written, with at most three digits."""
    return float(f"{max(MIN_LIMIT, SLOWED * unloaded):.3g}")


def _apart(rows: Sequence[Judged], cases: Mapping[str, Case]) -> tuple[list[Judged], list[Judged]]:
    """The rows of good input, and of malformed input."""
    asking = {address for address, case in cases.items() if case.asks_for_answer()}
    return [row for row in rows if row.address in asking], [row for row in rows if row.address not in asking]


def _replies(judge: Judge) -> list[Reply]:
    return [reply for key, reply in judge.folder.replies.items() if key not in (judge.unloaded or ())]


def problems_of(measured: Load, ends: Sequence[WorkerEnd], ended: Ended) -> list[str]:
    """Why the run cannot be trusted, one sentence each; empty if it can.

    A target that stopped answering is no reason: what it did not answer is judged.
    """
    there, gone = {end.worker for end in ends}, any(end.gone for end in ends)
    lost = [str(k) for k in range(1, measured.workers + 1) if k not in there]
    problems = [ended.problem] if ended.problem else []
    if lost:
        problems.append(f"worker {', '.join(lost)} of {measured.workers} was lost in the middle of its work")
    stops = dict.fromkeys(end.stopped for end in ends if end.stopped and not end.gone)
    problems += [stop for stop in stops if not (gone and stop == STOPPED_BY_OTHERS)]
    if measured.recorded != measured.planned and (problems or not gone):
        problems.append(f"{measured.recorded} of {measured.planned} planned requests are on record")
    if measured.lag_p99 > LATE:
        problems.append(
            f"the generator fell behind: send lag p99 {1000 * measured.lag_p99:.1f} ms, limit {1000 * LATE:.0f} ms; "
            "more --processes, a lower --rate or a quieter machine"
        )
    return problems


def held_back(measured: Load, reached: Sustained, judge: Judge) -> list[str]:
    """Why the harness itself kept the rate down: too few requests in flight for a service that was not slower."""
    times = [reply.done - reply.sent for reply in _replies(judge) if not unanswered(reply)]
    missed = min(reached.sent, reached.answered) < (1 - TOLERANCE) * measured.rate
    if not (missed and measured.waited and times) or median(times) > SLOWED * measured.unloaded_p95:
        return []
    most = judge.settings.target.in_flight
    return [
        f"{measured.waited} requests waited for one of [target] in_flight = {most}, and the service was not slower "
        f"than without load: set a higher in_flight for {measured.rate:g}/s"
    ]


def why_untimed(measured: Load, p95: Estimate = UNKNOWN) -> str:
    """Why latency cannot be judged, "" if it can: the send lag must be small compared with the limit.

    The lag is part of the latency. A 95th percentile inside the limit with it, or beyond the limit without it, is
    judged in any case.
    """
    bound = max(MIN_LAG_SECONDS, LAG_SHARE * measured.p95_limit)
    inside, beyond = p95.high <= measured.p95_limit, p95.low - measured.lag_p99 > measured.p95_limit
    if measured.lag_p99 <= bound or inside or beyond:
        return ""
    return f"the generator fell behind (send lag p99 {1000 * measured.lag_p99:.1f} ms, at most {1000 * bound:.1f} ms)"


def untimed(measured: Load, judge: Judge, rows: Sequence[Judged], cases: Mapping[str, Case]) -> str:
    """`why_untimed` for the rows under load."""
    deadline = parse_seconds(judge.settings.target.deadline)
    return why_untimed(measured, percentile(_apart(rows, cases)[0], deadline))
