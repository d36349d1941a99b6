"""Whether answers depend on what else is in flight: the same cases alone, and several at the same moment.

A service that keeps a request in a shared variable, pads a batch or reuses a buffer gives a neighbour's answer, with a
success status and with full confidence, and none of it shows as long as requests come one at a time.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
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
from harness.core.verdict import Finding
from harness.diff.explain.contrast import Contrast, Observation, answered, mixed, suspect
from harness.diff.gate.criteria import show
from harness.diff.robustness.look_again import looks_again, verdict_on

MIN_CASES, MAX_CASES = 4, 20
"""Cases: with fewer nothing can be told, and more find little that these do not."""

DEEP = 8
"""Requests in flight at most: reports of exchanged answers begin at two, and few need more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """One arrangement. name: first part of its addresses. together: requests in flight. words: as a finding says it."""

    name: str
    together: int
    words: str


PAIRS = Arrangement(name="in_flight_2", together=2, words="2 requests are in flight")
REPEATED = Arrangement(name="a_a_b", together=3, words="the same request is in flight twice beside another")
CROWD = Arrangement(name=f"in_flight_{DEEP}", together=DEEP, words=f"{DEEP} requests are in flight")
ALONE = Arrangement(name="alone", together=1, words="asked alone")
PARTS = (PAIRS, REPEATED, CROWD)


@dataclass(slots=True, kw_only=True)
class _Concurrency:
    """What each case says when it is asked alone, and how often each was sent in each arrangement."""

    alone: dict[str, Judged]
    sent: Counter[str] = field(default_factory=Counter)

    def ask(self, part: Arrangement, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """Send the cases in that arrangement and hold each answer against the one that it gets alone."""
        sent = self.round(part, cases)
        rows = yield sent
        seen = []
        for begin in range(0, len(rows), part.together):
            wave = [case.twin for case, _ in sent.asks[begin : begin + part.together]]
            for twin, row in zip(wave, rows[begin : begin + part.together], strict=True):
                beside = tuple(self.alone[other] for other in wave if other != twin)
                seen.append(Observation(before=self.alone[twin], now=row, beside=beside))
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
        """Ask those alone of which it is not known what they say then. Gives the cases that are answered alone."""
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
    """The test: yields what to send, is sent the judged replies, ends with its line and findings.

    clean: cases of the pilot. alone: answers of those that were asked one at a time, by address. calls: at most, while
    nothing differs. spare: more of them, to ask again where something does. in_flight: requests at one time that the
    target's settings allow. run: its label, for the commands.
    """
    parts: Sequence[Arrangement] = [part for part in PARTS if part.together <= in_flight]
    if not parts:
        says = "concurrency: [target] in_flight = 1, so no request has concurrency and none is asked for"
        return RobustnessResult(lines=(robustness_criterion("concurrency", says, value=0.0, run=show((), run)),))
    parts, chosen = _chosen(clean, alone, parts, calls, seed)
    here = _Concurrency(alone={case.address: alone[case.address] for case in chosen if case.address in alone})
    cases = yield from here.learn_alone(chosen)
    if len(cases) < MIN_CASES:
        why = (
            f"{calls} calls are too few"
            if len(chosen) < MIN_CASES
            else f"fewer than {MIN_CASES} samples are answered alone"
        )
        says = f"concurrency: not asked, {why}; answers may be exchanged between requests in flight"
        return RobustnessResult(lines=(robustness_criterion("concurrency", says, run=show((), run)),))
    seen: dict[Arrangement, Contrast] = {}
    for part in parts:
        seen[part] = yield from here.ask(part, here.arranged(part, cases))
    odd = suspect(seen)  # the fewest requests in flight
    if odd is None:
        return _nothing_changed(seen, run)
    again = looks_again(
        lambda size: here.ask(odd, _filled(here.arranged(odd, cases), size)),
        lambda size: here.ask(ALONE, _filled(here.arranged(odd, cases), size)),
        spare,
    )
    together, usual = yield from again
    line, noise = verdict_on("concurrency", odd.words, "asked alone", seen[odd], together, usual, run)
    return RobustnessResult(lines=(line,), findings=(*noise, *_refused(seen, run)))


def _chosen(
    clean: Sequence[Case], alone: Mapping[str, Judged], parts: Sequence[Arrangement], calls: int, seed: int
) -> tuple[Sequence[Arrangement], list[Case]]:
    """As many cases as the calls allow, spread over lengths; those of which the answer alone is known come first.

    With few calls the same request twice beside another is left out: what that shows is seldom seen there alone.
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


def _sendings(part: Arrangement, count: int) -> int:
    """What `arranged` makes of so many cases."""
    return 3 * (count // 2) if part is REPEATED else count * -(-part.together // count) if count < DEEP else count


def _spread(pool: Sequence[Case], count: int) -> list[Case]:
    """`count` of them, as far apart in length as they come."""
    by_length = sorted(pool, key=lambda case: (len(case.content), case.address))
    return [by_length[k * (len(by_length) - 1) // (count - 1)] for k in range(count)]


def _filled(cases: Sequence[Case], size: int) -> list[Case]:
    """`size` sendings of the cases in turn."""
    return [cases[k % len(cases)] for k in range(size)]


def _nothing_changed(seen: Mapping[Arrangement, Contrast], run: str) -> RobustnessResult:
    """Go, unless nothing was answered in concurrency. Who refuses concurrency cannot exchange answers in it either."""
    compared = sum(contrast.compared for contrast in seen.values())
    deepest = max(part.together for part in seen)
    says = f"concurrency: 0 of {compared} answers changed with 2 to {deepest} requests in flight"
    sent = sum(len(contrast.sendings) for contrast in seen.values())
    refused = tuple(_refused(seen, run))
    known = compared or refused
    line = robustness_criterion(
        "concurrency", says, value=0.0 if known else None, n=compared or sent, run=show((), run)
    )
    return RobustnessResult(lines=(line,), findings=refused)


def _refused(seen: Mapping[Arrangement, Contrast], run: str) -> Iterable[Finding]:
    """Requests that got no answer while others were in flight: a limit of the service, and no wrong answer."""
    for part in seen:
        if lost := seen[part].lost():
            causes = ", ".join(f"{cause} {n}" for cause, n in lost.most_common(3))
            count = sum(lost.values())
            text = f"{count} of {len(seen[part].sendings)} requests got no answer when {part.words} ({causes})"
            yield Finding(kind="company_refused", text=text, count=count, show=show((), run))
            return
