"""The same cases in two circumstances: which answers changed, to what, and whether chance does as much."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TypeVar

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance

P = TypeVar("P")

ANSWERED = ("accepted", "handed_over", "rejected")
"""What a service does with a case that it has looked at; all else says something about its load, not its answers."""

NAMED = 40
"""Letters of an answer that stand in a sentence."""


def answered(row: Judged) -> bool:
    """Whether the service looked at the case and said something."""
    return row.disposition in ANSWERED


def differs(before: Judged, now: Judged) -> bool:
    """Whether the service did or answered something else; confidences are left out."""
    names = {*before.answer, *now.answer}
    return before.disposition != now.disposition or any(
        not _same(before.answer.get(name), now.answer.get(name)) for name in names
    )


def _same(one: Scalar, other: Scalar) -> bool:
    """1 and 1.0 are the same, and so are two values that are no number."""
    return one == other or (one != one and other != other)


def told(row: Judged) -> str:
    """The answer in a sentence: its values, or what was done instead of answering."""
    if row.disposition == "rejected":
        return "a refusal"
    values = " / ".join("nothing" if value in (None, "") else str(value) for value in row.answer.values())
    text = " ".join(values.split())
    return (text if len(text) <= NAMED else f"{text[:NAMED]}...") or "nothing"


def mixed(cases: Iterable[Case], alone: Mapping[str, Judged]) -> list[Case]:
    """Neighbours with other answers where there are any: an exchange of two that say the same is not seen.

    alone: what each is answered alone, by its address.
    """
    by_answer: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_answer[told(alone[case.address])].append(case)
    groups = sorted(by_answer.values(), key=lambda group: (-len(group), group[0].address))
    return [case for case in chain.from_iterable(zip_longest(*groups)) if case is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One sending beside what the same case gets otherwise.

    now: None where it could not be sent. beside: what the other cases of its wave get otherwise, by their samples.
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
        """The case of the same wave whose answer came instead of its own."""
        if self.now is None or not self.changed or self.now.disposition == "rejected":
            return None
        return next((other for other in self.beside if not differs(other, self.now)), None)


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
        """Sendings that were answered otherwise."""
        return len(self.changes())

    @property
    def share(self) -> float:
        """Changed of compared, 0..1."""
        return self.changed / self.compared if self.compared else 0.0

    def changes(self) -> list[Observation]:
        """Those that changed."""
        return [seen for seen in self.sendings if seen.changed]

    def cases(self) -> tuple[str, ...]:
        """Addresses of those that changed, each once."""
        return tuple(dict.fromkeys(seen.now.address for seen in self.changes() if seen.now))

    def samples(self) -> int:
        """How many cases those are of, whichever way they were sent."""
        return len({seen.before.address for seen in self.changes()})

    def unusual(self) -> tuple[list[Judged], int]:
        """The answers that are not those which their cases mostly get, and of how many.

        Beside one odd first answer all later ones changed; only that one is unusual.
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
        """How likely at least so many of all changes fall on this side by chance alone (Fisher's exact test)."""
        return by_chance(self.changed, self.compared, usual.changed, usual.compared) if self.compared else 1.0

    def short(self) -> str:
        """As "3 of 16 changed"."""
        return f"{self.changed} of {self.compared} changed"

    def what(self) -> str:
        """What happens to the answers, as the beginning of a sentence."""
        changes = self.changes()
        if self._exchanged(changes):
            return "answers are exchanged"
        to, times = self._commonest(changes)
        if 2 * times > len(changes) and len({told(seen.before) for seen in changes}) > 1:
            return f"answers become {to}"
        if 2 * sum(seen.now is not None and seen.now.disposition == "handed_over" for seen in changes) > len(changes):
            return "answers are handed over"
        return "answers change"

    def counted(self) -> str:
        """How many changed, and to what."""
        changes = self.changes()
        if self._exchanged(changes):
            pairs = [(seen.before.address, other.address) for seen in changes if (other := seen.neighbour())]
            got, of = (address.partition("#")[2] for address in pairs[0])
            theirs = f"{_of(len(pairs), changes)} to the answer of a request beside it"
            return f"{self.short()}, {theirs}" + (f" ({got} got that of {of})" if got != of else "")
        to, times = self._commonest(changes)
        return f"{self.short()}, {_of(times, changes)} to {to}"

    @staticmethod
    def _exchanged(changes: Sequence[Observation]) -> bool:
        """Whether most are a neighbour's; one answer for all is a default, even where a neighbour has it too."""
        theirs = [seen for seen in changes if seen.neighbour()]
        return 2 * len(theirs) > len(changes) and len({told(seen.now) for seen in theirs if seen.now}) > 1

    @staticmethod
    def _commonest(changes: Iterable[Observation]) -> tuple[str, int]:
        return Counter(told(seen.now) for seen in changes if seen.now).most_common(1)[0]


def _of(count: int, changes: Sequence[Observation]) -> str:
    return "all of them" if count == len(changes) else f"{count} of them"


def suspect(seen: Mapping[P, Contrast]) -> P | None:
    """The first circumstance in which several cases changed; else the first in which one did; None where none did."""
    several = [part for part in seen if seen[part].samples() > 1]
    return next(iter([*several, *(part for part in seen if seen[part].changed)]), None)


def _unlike_most(rows: Sequence[Judged]) -> list[Judged]:
    """Those that differ from the answer which most of them are."""
    likest = max(rows, key=lambda one: sum(not differs(one, other) for other in rows))
    return [row for row in rows if differs(likest, row)]
