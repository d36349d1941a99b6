"""The same cases in two circumstances: which answers changed, to what, and whether chance explains it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TypeVar

from harness.core.case import Case, Scalar
from harness.core.finding import Count, Example
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.diff.explain.noticed import writable

P = TypeVar("P")

LOOKED_AT = ("accepted", "handed_over", "rejected")
"""Dispositions that depend on the content of a case; the others depend on the load of the service."""

MAX_ANSWER = 40
"""Maximum number of characters of an answer as text."""

REFUSAL, EMPTY = "a refusal", "nothing"
"""The text for a refused case, and the text for an empty answer."""

WITHOUT_VALUE = {REFUSAL: "refused", EMPTY: "empty"}
"""The kind of change if answers become one of these texts."""


def answered(row: Judged) -> bool:
    """Whether the service looked at the case and replied."""
    return row.disposition in LOOKED_AT


def differs(before: Judged, now: Judged) -> bool:
    """Whether the service did or answered something else; confidences are left out."""
    names = {*before.answer, *now.answer}
    return before.disposition != now.disposition or any(not _same(*_both(before, now, name)) for name in names)


def _both(before: Judged, now: Judged, name: str) -> tuple[Scalar, Scalar]:
    return before.answer.get(name), now.answer.get(name)


def _same(one: Scalar, other: Scalar) -> bool:
    """Whether two values are equal: 1 equals 1.0, and NaN equals NaN."""
    return one == other or (one != one and other != other)


def answer_text(row: Judged) -> str:
    """The answer as one short text: its values, or `REFUSAL`."""
    if row.disposition == "rejected":
        return REFUSAL
    values = " / ".join(EMPTY if value in (None, "") else str(value) for value in row.answer.values())
    text = " ".join(values.split())
    return (text if len(text) <= MAX_ANSWER else f"{text[:MAX_ANSWER]}...") or EMPTY


def mixed(cases: Iterable[Case], alone: Mapping[str, Judged]) -> list[Case]:
    """The cases in an order in which neighbours have different answers: a swap of two equal answers is not seen.

    alone: the answer to each case when it is sent alone, by its address.
    """
    by_answer: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_answer[answer_text(alone[case.address])].append(case)
    groups = sorted(by_answer.values(), key=lambda group: (-len(group), group[0].address))
    return [case for case in chain.from_iterable(zip_longest(*groups)) if case is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One sending, and the answer that the same case gets without the circumstance.

    now: None if it could not be sent. beside: the usual answers of the other cases that were sent with it.
    """

    before: Judged
    now: Judged | None
    beside: tuple[Judged, ...] = ()

    @property
    def compared(self) -> bool:
        """Whether there is an answer to compare."""
        return self.now is not None and answered(self.now)

    @property
    def changed(self) -> bool:
        """Whether it is another answer."""
        return self.now is not None and answered(self.now) and differs(self.before, self.now)

    def neighbour(self) -> Judged | None:
        """The case that was sent with this one and whose answer came instead of its own."""
        if self.now is None or not self.changed or self.now.disposition == "rejected":
            return None
        return next((other for other in self.beside if not differs(other, self.now)), None)

    def example(self) -> Example | None:
        """An example: the first value that changed, or both answers as text if one is a refusal."""
        if self.now is None:
            return None
        values = "rejected" not in (self.before.disposition, self.now.disposition)
        names = dict.fromkeys([*self.before.answer, *self.now.answer]) if values else ()
        field = next((name for name in names if not _same(*_both(self.before, self.now, name))), "")
        texts = answer_text(self.before), answer_text(self.now)
        expected, got = _both(self.before, self.now, field) if field else texts
        other = self.neighbour()
        return Example(
            address=self.now.address,
            field=field,
            expected=writable(expected),
            got=writable(got),
            confidence=self.now.confidence,
            other=other.address if other else "",
        )


@dataclass(frozen=True, slots=True)
class Contrast:
    """Sendings in one circumstance."""

    sendings: tuple[Observation, ...] = ()

    def __add__(self, other: "Contrast") -> "Contrast":
        return Contrast(self.sendings + other.sendings)

    @property
    def compared(self) -> int:
        """Sendings that were answered."""
        return sum(seen.compared for seen in self.sendings)

    @property
    def changed(self) -> int:
        """Sendings that got another answer."""
        return len(self.changes())

    @property
    def count(self) -> Count:
        """Changed of compared."""
        return Count(self.changed, self.compared)

    @property
    def share(self) -> float:
        """Changed of compared, 0..1."""
        return self.count.share

    def changes(self) -> list[Observation]:
        """The sendings that got another answer."""
        return [seen for seen in self.sendings if seen.changed]

    def cases(self) -> tuple[str, ...]:
        """Addresses of the changed sendings, each once."""
        return tuple(dict.fromkeys(seen.now.address for seen in self.changes() if seen.now))

    def samples(self) -> int:
        """How many different cases changed, however they were sent."""
        return len({seen.before.address for seen in self.changes()})

    def unusual(self) -> tuple[list[Judged], int]:
        """The answers that differ from the most frequent one of their case, and the number of all answers.

        If the first answer was the odd one, all later ones changed; only the first is unusual.
        """
        by_case: dict[str, list[Judged]] = {}
        for seen in self.sendings:
            rows = by_case.setdefault(seen.before.address, [])
            rows += [row for row in (seen.before, seen.now) if row and answered(row) and row not in rows]
        odd = [row for rows in by_case.values() for row in _unlike_most(rows)]
        return odd, sum(map(len, by_case.values()))

    def lost(self) -> Counter[str]:
        """Sendings without an answer, by cause."""
        rows = [seen.now for seen in self.sendings if seen.now is not None and not answered(seen.now)]
        return Counter(row.cause or row.disposition for row in rows)

    def chance(self, usual: "Contrast") -> float:
        """The p-value of at least this many of all changes on this side (Fisher's exact test)."""
        return by_chance(self.changed, self.compared, usual.changed, usual.compared) if self.compared else 1.0

    def change(self) -> str:
        """What happens to more than half of the changed answers, in one word.

        `swapped`: they are a neighbour's. `refused`, `empty`, `constant`: they become that, or one value for all.
        `handed_over`: a person is asked. `changed`: nothing of these, or nothing changed.
        """
        changes, (text, times) = self.changes(), self.commonest()
        if self._are_swapped(changes):
            return "swapped"
        if 2 * times > len(changes) and (text in WITHOUT_VALUE or self._had_different_answers()):
            return WITHOUT_VALUE.get(text, "constant")
        over = sum(seen.now is not None and seen.now.disposition == "handed_over" for seen in changes)
        return "handed_over" if 2 * over > len(changes) else "changed"

    def example(self, change: str = "") -> Example | None:
        """One changed sending, preferably with `change` (by default that of most). None if nothing changed."""
        change = change or self.change()
        ranked = sorted(self.changes(), key=lambda seen: not self._shows(seen, change))
        return ranked[0].example() if ranked else None

    def commonest(self) -> tuple[str, int]:
        """The most frequent answer among the changed sendings, as text, and how many got it."""
        counts = Counter(answer_text(seen.now) for seen in self.changes() if seen.now)
        return counts.most_common(1)[0] if counts else ("", 0)

    def showing(self, change: str) -> Count:
        """The number of changed sendings with this kind of change, a word of `change`."""
        return Count(sum(self._shows(seen, change) for seen in self.changes()), self.changed)

    def _shows(self, seen: Observation, change: str) -> bool:
        if seen.now is not None and change in ("refused", "empty", "constant"):
            return answer_text(seen.now) == self.commonest()[0]
        if change == "handed_over":
            return seen.now is not None and seen.now.disposition == change
        return change == "swapped" and seen.neighbour() is not None

    @staticmethod
    def _are_swapped(changes: Sequence[Observation]) -> bool:
        """Whether most are a neighbour's answer; the same answer for all is a default, even if a neighbour has it."""
        theirs = [seen for seen in changes if seen.neighbour()]
        return 2 * len(theirs) > len(changes) and len({answer_text(seen.now) for seen in theirs if seen.now}) > 1

    def _had_different_answers(self) -> bool:
        """Whether the changed sendings have more than one answer without the circumstance."""
        return len({answer_text(seen.before) for seen in self.changes()}) > 1


def suspect(seen: Mapping[P, Contrast]) -> P | None:
    """The first circumstance in which several cases changed, else the first in which one changed, else None."""
    several = [part for part in seen if seen[part].samples() > 1]
    return next(iter([*several, *(part for part in seen if seen[part].changed)]), None)


def _unlike_most(rows: Sequence[Judged]) -> list[Judged]:
    """Those that differ from the most frequent answer."""
    likest = max(rows, key=lambda one: sum(not differs(one, other) for other in rows))
    return [row for row in rows if differs(likest, row)]
