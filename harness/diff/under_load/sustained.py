"""The rate that a service sustained under load, and its criterion."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from harness.core.decide import status_of
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Reply
from harness.core.statistics.shares import share_bounds
from harness.core.under_load.load import Load
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.latency import percentile_of
from harness.diff.gate.worst import show

TOLERANCE = 0.02
"""Largest share of the asked rate that may be missing."""

MIN_GROWTH = 0.05
"""Growth of the wait in seconds, from the first quarter of the load to the last, that is noise of a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustained:
    """What was sent and answered in a second. answered_high: upper bound of the answers that it can sustain."""

    sent: float
    answered: float
    answered_high: float


def sustained(
    replies: Sequence[Reply], quiet: Sequence[Reply], *, rate: float, duration: float, planned: int
) -> Sustained:
    """The rates behind the recorded replies of a load run. quiet: those to requests that no fault was planned for; all
    count if there is none.

    While a backlog grows, a service at a rate r that answers only c in a second lets each request wait longer than the
    one before, by r / c - 1 seconds a second. Requests without a reply, and those that could not be sent any more, are
    not answered.
    """
    if not replies:
        return Sustained(sent=0.0, answered=0.0, answered_high=0.0)
    quiet = quiet or replies
    took = max(reply.sent for reply in replies) - min(reply.due for reply in replies)
    answered = sum(not unanswered(reply) for reply in quiet)
    planned = max(1, planned - (len(replies) - len(quiet)))
    most = 1.0 - share_bounds(planned - answered, planned)[0]
    growth, least = _growth(sorted(quiet, key=lambda reply: reply.due))
    return Sustained(
        sent=round(len(replies) / max(duration, took), 3),
        answered=round(rate * answered / planned / (1 + growth), 3),
        answered_high=round(rate * most / (1 + least), 3),
    )


def unanswered(reply: Reply) -> bool:
    """Whether no reply came at all: a timeout, or a lost connection."""
    return not reply.status and not reply.error.startswith("too_large")


def _growth(replies: Sequence[Reply]) -> tuple[float, float]:
    """How much longer an answer takes than that to a request of a second before: the estimate, and its lower bound.

    Requests without a reply are left out, as they are no answers already.
    """
    quarter = len(replies) // 4
    first, last = (_answers(part) for part in (replies[:quarter], replies[len(replies) - quarter :]))
    if not first or not last:
        return 0.0, 0.0
    apart = median(reply.due for reply in last) - median(reply.due for reply in first)
    # While a backlog grows, each wait follows from the one before: here that is the finding, and no lack of evidence.
    waits = ([reply.latency for reply in part] for part in (first, last))
    before, after = (percentile_of(part, 0.0, 0.5, in_order=False) for part in waits)
    grown = (after.value or 0.0) - (before.value or 0.0)
    if grown <= MIN_GROWTH or apart <= 0:
        return 0.0, 0.0
    return grown / apart, max(0.0, after.low - before.high) / apart


def _answers(replies: Sequence[Reply]) -> list[Reply]:
    return [reply for reply in replies if not unanswered(reply)]


def rate_criterion(reached: Sustained, load: Load, *, gone: bool, run: str) -> Criterion:
    """Sent and answered within 2 % of the asked rate.

    It passes by what was measured. It fails if chance does not explain the missing answers: one lost reply of forty is
    2.5 %, and no proof that the service does not sustain the rate. gone: the target stopped answering.
    """
    value = min(reached.sent, reached.answered)
    criterion = Criterion(
        name="rate",
        estimate=Estimate(
            value=value, low=value, high=max(value, min(reached.sent, reached.answered_high)), n=load.planned
        ),
        limit=round(load.rate * (1 - TOLERANCE), 6),
        at_least=True,
        unit="per_second",
        scalable=False,
        show=show((), run),
    )
    return criterion if status_of(criterion) == "passed" else replace(criterion, finding=_missing(load, gone))


def _missing(load: Load, gone: bool) -> Finding:
    """numbers: the rates, and the requests that were not answered or not sent any more."""
    return Finding(
        kind=FindingKind.RATE_NOT_SUSTAINED,
        test="rate",
        count=Count(load.unanswered, load.recorded),
        numbers={
            "asked": load.rate,
            "sent": load.reached,
            "answered": load.answered,
            "unsent": load.planned - load.recorded,
            "gone": float(gone),
        },
    )
