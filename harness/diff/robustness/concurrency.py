"""Whether answers depend on other requests in flight: the same cases alone, and several at the same time.

A service that keeps a request in a shared variable, pads a batch or reuses a buffer returns a neighbour's answer, with
a success status and with full confidence. None of it shows while requests come one at a time.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding import Circumstance, Count, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import (
    STREAMS,
    RobustnessResult,
    RobustnessTest,
    Round,
    in_robustness_test,
    robustness_criterion,
)
from harness.core.seed import Stream
from harness.core.verdict import Status
from harness.diff.explain.contrast import Contrast, Observation, answered, mixed, suspect
from harness.diff.gate.worst import show
from harness.diff.robustness.look_again import looks_again, verdict_on

MIN_CASES, MAX_CASES = 4, 20
"""Minimum and maximum number of cases: fewer are no evidence, and more rarely find anything new."""

DEEP = 8
"""Maximum number of requests in flight: swapped answers are reported from two on, and few defects need more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How requests are sent. name: first part of their addresses. together: requests in flight."""

    name: str
    together: int
    where: Circumstance


def _in_flight(name: str, together: int) -> Arrangement:
    return Arrangement(name=name, together=together, where=Circumstance(Where.IN_FLIGHT, str(together)))


PAIRS, CROWD, ALONE = _in_flight("in_flight_2", 2), _in_flight(f"in_flight_{DEEP}", DEEP), _in_flight("alone", 1)
REPEATED = Arrangement(name="a_a_b", together=3, where=Circumstance(Where.REPEATED_IN_FLIGHT))
PARTS = (PAIRS, REPEATED, CROWD)


IN_FLIGHT = "[target] in_flight"
"""The setting that limits the requests at one time."""


def _sendings(part: Arrangement, count: int) -> int:
    """The number of sendings that `arranged` makes of `count` cases."""
    return 3 * (count // 2) if part is REPEATED else count * -(-part.together // count) if count < DEEP else count


ALL_PARTS = sum(_sendings(part, MIN_CASES) for part in PARTS)
"""Calls with which each arrangement is sent, if the answers of the cases alone are known."""


@dataclass(slots=True, kw_only=True)
class _Concurrency:
    """The answer to each case when it is sent alone, and how often each was sent in each arrangement."""

    alone: dict[str, Judged]
    sent: Counter[str] = field(default_factory=Counter)

    def send(self, part: Arrangement, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """Send the cases in that arrangement and compare each answer with the one that the case gets alone."""
        sent = self.round(part, cases)
        rows = yield sent
        seen = []
        for begin in range(0, len(rows), part.together):
            wave = [case.clean_twin for case, _ in sent.asks[begin : begin + part.together]]
            for clean_twin, row in zip(wave, rows[begin : begin + part.together], strict=True):
                beside = tuple(self.alone[other] for other in wave if other != clean_twin)
                seen.append(Observation(before=self.alone[clean_twin], now=row, beside=beside))
        return Contrast(tuple(seen))

    def round(self, part: Arrangement, cases: Sequence[Case]) -> Round:
        """The cases in that arrangement; each sending is a repeat of its own."""
        asks = []
        for clean in cases:
            case = in_robustness_test(clean, "concurrency", part.name)
            asks.append((case, self.sent[case.address]))
            self.sent[case.address] += 1
        return Round(name=part.name, asks=tuple(asks), together=part.together)

    def learn_alone(self, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], list[Case]]:
        """Send the cases alone whose answer is not known yet. Gives the cases that are answered alone."""
        asks = [case for case in cases if case.address not in self.alone]
        if asks:
            rows = yield self.round(ALONE, asks)
            self.alone |= {case.address: row for case, row in zip(asks, rows, strict=True) if row and answered(row)}
        return [case for case in cases if case.address in self.alone]

    def arranged(self, part: Arrangement, cases: Sequence[Case]) -> list[Case]:
        """The cases in the order in which they leave."""
        row = mixed(cases, self.alone)
        if part is REPEATED:
            return [case for a, b in zip(row[::2], row[1::2], strict=False) for case in (a, a, b)]
        return row * -(-part.together // len(row)) if len(row) < part.together else row


def concurrency(
    clean: Sequence[Case], alone: Mapping[str, Judged], *, calls: int, spare: int, in_flight: int, seed: int, run: str
) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its criterion and findings.

    clean: cases of the pilot. alone: answers of those that were sent one at a time, by address. calls: at most, while
    nothing differs. spare: further calls, to confirm a change. in_flight: requests at one time that the target's
    settings allow. run: its label, for the commands.
    """
    allowed = [part for part in PARTS if part.together <= in_flight]
    if not allowed:
        return _not_tested(Why.SWITCHED_OFF, run, subject=IN_FLIGHT, numbers={"in_flight": in_flight})
    parts, chosen = _chosen(clean, alone, allowed, calls, seed)
    left_out = tuple(_left_out(part, part in allowed, calls, in_flight) for part in PARTS if part not in parts)
    here = _Concurrency(alone={case.address: alone[case.address] for case in chosen if case.address in alone})
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
        lambda size: here.send(ALONE, _filled(here.arranged(odd, cases), size)),
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

    With few calls the same request twice beside another is left out: it seldom shows what the others do not.
    """
    usable = [case for case in clean if case.address not in alone or answered(alone[case.address])]
    shuffled = [usable[i] for i in Stream(seed, STREAMS["concurrency"]).order(len(usable))]
    ranked = sorted(shuffled, key=lambda case: case.address not in alone)
    known = sum(case.address in alone for case in ranked)
    for some in (parts, [part for part in parts if part is not REPEATED]):
        for count in range(min(MAX_CASES, len(ranked)), MIN_CASES - 1, -1):
            if max(0, count - known) + sum(_sendings(part, count) for part in some) <= calls:
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
