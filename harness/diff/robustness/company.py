"""How a request gets company, and what it is compared with: the answer that it gets alone."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.finding import Circumstance, Where
from harness.core.reply import Judged
from harness.core.robustness import BY_ITSELF, Round, in_robustness_test
from harness.diff.explain.contrast import Contrast, Observation, answered, mixed
from harness.diff.robustness.both_orders import Make

MIN_CASES = 4
"""Minimum number of cases: fewer are no evidence."""

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
NEW = Arrangement(name="variant", together=2, where=PAIRS.where)
"""Pairs of requests that were never sent before: a service that keeps its answers has none for them, and works."""
PARTS = (PAIRS, REPEATED, CROWD, NEW)


def sendings(part: Arrangement, count: int) -> int:
    """The number of sendings that `arranged` makes of `count` cases."""
    if part is REPEATED:
        return 3 * (count // 2)
    if part is NEW:
        return 2 * count
    return count * -(-part.together // count) if count < DEEP else count


ALL_PARTS = sum(sendings(part, MIN_CASES) for part in PARTS)
"""Calls with which each arrangement is sent, if the answers of the cases alone are known."""


@dataclass(slots=True, kw_only=True)
class Company:
    """Requests beside others. alone: the answer to each case when it is sent alone.

    make: the case of a sample in a part of the test. sent: how often each case was sent in each arrangement. new:
    requests so far that were made to be new.
    """

    alone: dict[str, Judged]
    make: Make
    sent: Counter[str] = field(default_factory=Counter)
    new: int = 0

    def send(self, part: Arrangement, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """Send the cases in that arrangement and compare each answer with the one that the case gets alone."""
        if part is NEW:
            return (yield from self.send_new(cases))
        sent = self.round(part, cases)
        rows = yield sent
        seen = []
        for begin in range(0, len(rows), part.together):
            wave = [case.clean_twin for case, _ in sent.asks[begin : begin + part.together]]
            for clean_twin, row in zip(wave, rows[begin : begin + part.together], strict=True):
                beside = tuple(self.alone[other] for other in wave if other != clean_twin)
                seen.append(Observation(before=self.alone[clean_twin], now=row, beside=beside))
        return Contrast(tuple(seen))

    def send_new(
        self, cases: Sequence[Case], *, together: int = NEW.together
    ) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """Send variants of the cases that are new to the service, then others alone, whose answers are compared.

        The others have the same answer and other bytes: a service may keep a wrong answer under the first ones.
        together: of the first sending; 1 for the control.
        """
        pairs = [pair for clean in cases if (pair := self._variants(clean))[0].changed]
        first = yield Round(name=NEW.name, asks=tuple((case, 0) for case, _ in pairs), together=together)
        then = yield Round(name=f"{NEW.name} alone", asks=tuple((case, 0) for _, case in pairs))
        seen = []
        for k, (now, alone) in enumerate(zip(first, then, strict=True)):
            begin = k - k % together
            beside = (row for row in then[begin : begin + together] if row and row is not alone)
            if alone and answered(alone):  # what is refused alone, too, says nothing of company
                seen.append(Observation(before=alone, now=now, beside=tuple(beside)))
        return Contrast(tuple(seen))

    def _variants(self, clean: Case) -> tuple[Case, Case]:
        self.new += 1
        part, key = f"{NEW.name}_{self.new}", clean.tags["sample"]
        return self.make(part, key), self.make(f"{part}{BY_ITSELF}", key)

    def control(self, part: Arrangement, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """Send the cases as in that arrangement, but for the company."""
        return (yield from (self.send_new(cases, together=1) if part is NEW else self.send(ALONE, cases)))

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
