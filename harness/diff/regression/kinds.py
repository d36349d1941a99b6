"""How cases were sent and held on two sides, many at once by the few kinds that there are.

The unit is a case: it was sent `before` times and held `before_held` times, then `after` times and `after_held`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.core.regression.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One case, sent `before` and `after` times (at least once each), and how often it held.

    base: what it was made of; cases of one base are variants of one thing ("" stands for a case by itself).
    """

    before: int
    before_passed: int
    after: int
    after_passed: int
    base: str = ""

    @property
    def drop(self) -> float:
        """By how much the share of repeats that held fell, -1 to 1."""
        return self.before_passed / self.before - self.after_passed / self.after

    def fell(self, unit: int) -> int:
        """The drop in parts of a case, of which `unit` make one; without the noise of fractions."""
        return self.before_passed * (unit // self.before) - self.after_passed * (unit // self.after)


@dataclass(frozen=True, kw_only=True, eq=False)  # without slots: what follows from the columns is kept
class Compared:
    """Many cases at once: each is of a kind, of which there are few however many cases there are.

    kinds: each way in which a case was sent and held; kind: that of each case, as a place there. base: a number for
    what a case was made of, -1 for a case by itself.
    """

    kinds: Sequence[Paired]
    kind: Ints
    base: Ints

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.kind)

    @cached_property
    def counted(self) -> list[tuple[Paired, int]]:
        """The kinds that there are, with how many cases are of each."""
        counts = np.bincount(self.kind, minlength=len(self.kinds)).tolist()
        return [(kind, count) for kind, count in zip(self.kinds, counts, strict=True) if count]

    @cached_property
    def variants(self) -> bool:
        """Whether any base has more cases than one."""
        named = self.base[self.base >= 0]
        return len(named) > 0 and int(np.bincount(_close(named)).max()) > 1

    def by_base(self, of_kind: Sequence[float]) -> Floats:
        """The sum over the cases of each base, of what is given for each kind."""
        alone = np.arange(len(self), 2 * len(self))
        base = np.where(self.base < 0, alone, _close(self.base))
        sums: Floats = np.bincount(base, weights=np.array(of_kind, float)[self.kind])  # type: ignore[assignment]
        return sums


def _close(base: Ints) -> Ints:
    """The numbers without the gaps of cases that are elsewhere, where these are many."""
    return base if base.max(initial=0) < len(base) else np.unique(base, return_inverse=True)[1] - int(base.min() < 0)


def compared(pairs: Sequence[Paired]) -> Compared:
    """The same cases at once."""
    kinds: dict[tuple[int, int, int, int], int] = {}
    bases: dict[str, int] = {"": -1}
    kind = [kinds.setdefault((p.before, p.before_passed, p.after, p.after_passed), len(kinds)) for p in pairs]
    base = [bases.setdefault(pair.base, len(bases) - 1) for pair in pairs]
    found = [Paired(before=b, before_passed=bh, after=a, after_passed=ah) for b, bh, a, ah in kinds]
    return Compared(kinds=found, kind=np.array(kind, np.int64), base=np.array(base, np.int64))


def unit_of(kinds: Sequence[Paired]) -> int:
    """In how many parts a case is cut so that every drop is a whole number of them."""
    return math.lcm(1, *{sent for kind in kinds for sent in (kind.before, kind.after)})


def at_once(pairs: Compared | Sequence[Paired]) -> Compared:
    """The cases at once, which they may be already."""
    return pairs if isinstance(pairs, Compared) else compared(pairs)
