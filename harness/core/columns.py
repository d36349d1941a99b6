"""The cases of one side of a comparison, column by column: a million are compared in seconds, and shown one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.baseline import BaselineHead, CaseResult, FieldVerdict, Repeat, Sketch, in_slice

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cases:
    """Cases and their replies. A column holds one entry a case, or one a reply in the order of the cases and repeats.

    digests: 64 bits drawn from the digest of the bytes, enough to tell other bytes from the same. pack, tag, outcome,
    verdict: places in packs, tags, outcomes, verdicts. starts: where the replies of each case begin, and at last where
    they end. outcomes: what replies came to, without what differs from one to the next. confidence, latency (seconds):
    NaN where there is none. place: of each case, by its address. look: one case as a whole, by its place.
    """

    addresses: Sequence[str]
    digests: Ints
    asks: Bools
    pack: Ints
    packs: Sequence[str]
    tag: Ints
    tags: Sequence[Mapping[str, str]]
    starts: Ints
    outcome: Ints
    outcomes: Sequence[Repeat]
    confidence: Floats
    latency: Floats
    verdict: Ints
    verdicts: Sequence[Mapping[str, FieldVerdict]]
    place: Callable[[], Mapping[str, int]]
    look: Callable[[int], CaseResult]

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.addresses)

    def __iter__(self) -> Iterator[CaseResult]:
        """Each case as a whole."""
        return map(self.look, range(len(self)))

    @property
    def sent(self) -> Ints:
        """How often each case was sent."""
        return np.diff(self.starts)

    @property
    def owner(self) -> Ints:
        """The place of each reply's case."""
        return np.repeat(np.arange(len(self)), self.sent)

    def inside(self, name: str) -> Bools:
        """Which cases are in that slice: a pack, a tag's value, or `column=value`."""
        found = self.of_pack(name)
        tags = [in_slice(tags, name) for tags in self.tags]
        if any(tags):
            found |= looked_up(np.array(tags, bool), self.tag)
        return found

    def of_pack(self, name: str) -> Bools:
        """Which cases are of that pack."""
        return looked_up(np.array([pack == name for pack in self.packs], bool), self.pack)

    def where(self, holds: Callable[[Repeat], bool]) -> Bools:
        """Of which replies that holds; asked once for each outcome that there is."""
        return looked_up(np.array([holds(one) for one in self.outcomes], bool), self.outcome)


def looked_up(table: NDArray[Any], places: Ints) -> NDArray[Any]:
    """The table's value at each place; nothing of nothing."""
    return table[places] if len(places) else table[:0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """One side of a comparison: its label, its cases, its sketches.

    complete: pack `pilot` sent every sample, so that only its own unsteadiness is an error.
    """

    label: str
    cases: Cases
    sketches: tuple[Sketch, ...] = field(default_factory=tuple)
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Promoted:
    """A baseline as it was read. digest: of what its files hold now; `head.content` unless edited."""

    path: str
    head: BaselineHead
    cases: Cases
    sketches: tuple[Sketch, ...]
    digest: str

    @property
    def edited(self) -> bool:
        """Whether its files are not those that were promoted."""
        return self.digest != self.head.content
