"""The cases of one side of a comparison, column by column. A million are compared in seconds and shown one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.regression.addresses import Addresses
from harness.core.regression.arrays import Bools, Floats, Ints, looked_up
from harness.core.regression.baseline import BaselineHead, CaseResult, FieldVerdict, Repeat, Sketch, in_slice


@dataclass(frozen=True, kw_only=True, eq=False)  # without slots, because derived values are cached
class Cases:
    """Cases and their replies. A column has one entry per case, or one per reply in the order of the cases and repeats.

    digests: 64 bits of each digest, enough to tell whether bytes differ. pack, tag, outcome,
    verdict: indexes into packs, tags, outcomes, verdicts. starts: the first reply of each case, and finally the end.
    outcomes: the results of replies, without what differs from one to the next. confidence, latency (seconds):
    NaN if there is none. look: one whole case, by its index.
    """

    addresses: Addresses
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
    look: Callable[[int], CaseResult]

    def __len__(self) -> int:
        """The number of cases."""
        return len(self.addresses)

    def __iter__(self) -> Iterator[CaseResult]:
        """Each case as a whole."""
        return map(self.look, range(len(self)))

    @property
    def sent(self) -> Ints:
        """How often each case was sent."""
        return np.diff(self.starts)

    @cached_property
    def sent_once(self) -> bool:
        """Whether each case has one reply, so that a column of the cases is also one of the replies."""
        return len(self.outcome) == len(self) and bool((self.sent == 1).all())

    def of_replies(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of the cases, repeated for each reply."""
        return column if self.sent_once else np.repeat(column, self.sent)

    def of_cases(self, column: NDArray[Any]) -> NDArray[Any]:
        """The sum of a column of the replies over each case. True counts as 1."""
        if self.sent_once:
            return column.astype(np.int64) if column.dtype == bool else column
        sums = np.concatenate([[0], np.cumsum(column, dtype=np.result_type(column, np.int64))])
        return np.diff(sums[self.starts])

    def inside(self, name: str) -> Bools:
        """The cases in that slice: a pack, a tag's value, or `column=value`."""
        found = self.of_pack(name)
        tags = [in_slice(tags, name) for tags in self.tags]
        if any(tags):
            found |= looked_up(np.array(tags, bool), self.tag)
        return found

    def of_pack(self, name: str) -> Bools:
        """The cases of that pack."""
        return looked_up(np.array([pack == name for pack in self.packs], bool), self.pack)

    def where(self, holds: Callable[[Repeat], bool]) -> Bools:
        """The replies that meet the condition, which is evaluated once for each existing outcome."""
        return looked_up(np.array([holds(one) for one in self.outcomes], bool), self.outcome)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """One side of a comparison: its label, its cases, its sketches.

    complete: pack `pilot` sent every sample, so that only its own variation is an error.
    """

    label: str
    cases: Cases
    sketches: tuple[Sketch, ...] = field(default_factory=tuple)
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Promoted:
    """A baseline as read. digest: of the present content of its files; `head.content` unless edited."""

    path: str
    head: BaselineHead
    cases: Cases
    sketches: tuple[Sketch, ...]
    digest: str

    @property
    def edited(self) -> bool:
        """Whether its files differ from those that were promoted."""
        return self.digest != self.head.content
