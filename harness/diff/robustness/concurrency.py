"""Whether answers depend on other requests in flight: the same cases alone, and several at the same time.

A service that keeps a request in a shared variable, pads a batch or reuses a buffer returns a neighbour's answer, with
a success status and with full confidence. None of it shows while requests come one at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.finding import Circumstance, Count, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import (
    STREAMS,
    RobustnessResult,
    RobustnessTest,
    robustness_criterion,
)
from harness.core.seed import Stream
from harness.core.verdict import Status
from harness.diff.explain.contrast import Contrast, answered, suspect
from harness.diff.gate.worst import show
from harness.diff.robustness.both_orders import Make
from harness.diff.robustness.company import ALL_PARTS, MIN_CASES, NEW, PARTS, REPEATED, Arrangement, Company, sendings
from harness.diff.robustness.look_again import looks_again, verdict_on

MAX_CASES = 20
"""Maximum number of cases: more rarely find anything new."""

IN_FLIGHT = "[target] in_flight"
"""The setting that limits the requests at one time."""


def concurrency(
    clean: Sequence[Case],
    alone: Mapping[str, Judged],
    make: Make,
    *,
    calls: int,
    spare: int,
    in_flight: int,
    seed: int,
    run: str,
) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its criterion and findings.

    clean: cases of the pilot. alone: answers of those that were sent one at a time, by address. make: the case of a
    sample in a part of the test. calls: at most, while nothing differs. spare: further calls, to confirm a change.
    in_flight: requests at one time that the target's settings allow. run: its label, for the commands.
    """
    allowed = [part for part in PARTS if part.together <= in_flight]
    if not allowed:
        return _not_tested(Why.SWITCHED_OFF, run, subject=IN_FLIGHT, numbers={"in_flight": in_flight})
    parts, chosen = _chosen(clean, alone, allowed, calls, seed)
    left_out = tuple(_left_out(part, part in allowed, calls, in_flight) for part in PARTS if part not in parts)
    here = Company(alone={case.address: alone[case.address] for case in chosen if case.address in alone}, make=make)
    cases = yield from here.learn_alone(chosen)
    if len(cases) < MIN_CASES:
        few_calls = len(chosen) < MIN_CASES
        why = Why.TOO_FEW_CALLS if few_calls else Why.TOO_FEW_SAMPLES
        numbers = {"calls": calls} if few_calls else {"samples": len(cases), "needed": MIN_CASES}
        return _not_tested(why, run, numbers=numbers)
    seen: dict[Arrangement, Contrast] = {}
    for part in parts:
        seen[part] = yield from here.send(part, here.arranged(part, cases))
    odd = suspect(seen)  # the fewest requests in flight
    if odd is None:
        result = _nothing_changed(seen, run)
        return replace(result, findings=(*result.findings, *left_out))
    again = looks_again(
        lambda size: here.send(odd, _filled(here.arranged(odd, cases), size)),
        lambda size: here.control(odd, _filled(here.arranged(odd, cases), size)),
        spare,
    )
    together, usual = yield from again
    criterion, noise = verdict_on("concurrency", odd.where, seen[odd], together, usual, run)
    return RobustnessResult(criteria=(criterion,), findings=(*noise, *_unanswered(seen, run), *left_out))


def _left_out(part: Arrangement, allowed: bool, calls: int, in_flight: int) -> Finding:
    """An arrangement that was not sent: the settings forbid it, or the calls are too few."""
    numbers = {"calls": calls, "needed": ALL_PARTS} if allowed else {"in_flight": in_flight}
    return Finding(
        kind=FindingKind.NOT_TESTED,
        test="concurrency",
        subject="" if allowed else IN_FLIGHT,
        circumstances=(part.where,),
        numbers=numbers,
        why=Why.TOO_FEW_CALLS if allowed else Why.SWITCHED_OFF,
    )


def _not_tested(why: Why, run: str, *, subject: str = "", numbers: Mapping[str, float]) -> RobustnessResult:
    """Undecided, or passed if the settings allow one request at a time: then none is sent with others."""
    finding = Finding(
        kind=FindingKind.NOT_TESTED,
        subject=subject,
        circumstances=(Circumstance(Where.IN_FLIGHT),),
        numbers=numbers,
        why=why,
        show=show((), run),
    )
    off = why == Why.SWITCHED_OFF
    criterion = robustness_criterion(
        "concurrency", finding, "passed" if off else "undecided", value=0.0 if off else None, run=finding.show
    )
    return RobustnessResult(criteria=(criterion,))


def _chosen(
    clean: Sequence[Case], alone: Mapping[str, Judged], parts: Sequence[Arrangement], calls: int, seed: int
) -> tuple[Sequence[Arrangement], list[Case]]:
    """As many cases as the calls allow, of different lengths; cases that were already sent alone come first.

    With few calls the arrangements are left out that seldom show what the others do not.
    """
    usable = [case for case in clean if case.address not in alone or answered(alone[case.address])]
    shuffled = [usable[i] for i in Stream(seed, STREAMS["concurrency"]).order(len(usable))]
    ranked = sorted(shuffled, key=lambda case: case.address not in alone)
    known = sum(case.address in alone for case in ranked)
    for without in ((), (REPEATED,), (REPEATED, NEW)):
        some = [part for part in parts if part not in without]
        for count in range(min(MAX_CASES, len(ranked)), MIN_CASES - 1, -1):
            if max(0, count - known) + sum(sendings(part, count) for part in some) <= calls:
                return some, _spread(ranked[: max(count, known)], count)
    return parts, []


def _spread(pool: Sequence[Case], count: int) -> list[Case]:
    """`count` of the cases, with lengths as different as possible."""
    by_length = sorted(pool, key=lambda case: (len(case.content), case.address))
    return [by_length[k * (len(by_length) - 1) // (count - 1)] for k in range(count)]


def _filled(cases: Sequence[Case], size: int) -> list[Case]:
    """`size` sendings of the cases in turn."""
    return [cases[k % len(cases)] for k in range(size)]


def _nothing_changed(seen: Mapping[Arrangement, Contrast], run: str) -> RobustnessResult:
    """Passed, unless nothing was sent. A service that refuses parallel requests cannot swap their answers either."""
    compared = sum(contrast.compared for contrast in seen.values())
    sent = sum(len(contrast.sendings) for contrast in seen.values())
    unanswered = tuple(_unanswered(seen, run))
    known = compared or unanswered
    finding = Finding(
        kind=FindingKind.ANSWERS_STABLE if known else FindingKind.NOT_TESTED,
        circumstances=tuple(part.where for part in seen),
        count=Count(0, compared) if known else None,
        parts={part.name: contrast.count for part, contrast in seen.items()},
        why=None if known else Why.NO_ANSWERS,
        show=show((), run),
    )
    status: Status = "passed" if known else "undecided"
    value = 0.0 if known else None
    criterion = robustness_criterion("concurrency", finding, status, value=value, n=compared or sent, run=finding.show)
    return RobustnessResult(criteria=(criterion,), findings=unanswered)


def _unanswered(seen: Mapping[Arrangement, Contrast], run: str) -> Iterable[Finding]:
    """Requests without an answer while others were in flight: a limit of the service, not a wrong answer."""
    for part, contrast in seen.items():
        if lost := contrast.lost():
            yield Finding(
                kind=FindingKind.UNANSWERED_IN_CIRCUMSTANCE,
                test="concurrency",
                subject="request",
                circumstances=(part.where,),
                count=Count(sum(lost.values()), len(contrast.sendings)),
                causes=dict(lost.most_common()),
                show=show((), run),
            )
            return
