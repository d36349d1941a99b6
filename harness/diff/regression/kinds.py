"""How often cases were sent and passed on two sides; equal cases are stored as one kind.

The unit is a case: it was sent `before` times and passed `before_passed` times, then `after` and `after_passed`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.core.regression.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One case, sent `before` and `after` times (at least once each), and how often it passed.

    base: the sample; cases of one base are variants of it ("" for a case without variants).
    """

    before: int
    before_passed: int
    after: int
    after_passed: int
    base: str = ""

    @property
    def drop(self) -> float:
        """The decrease of the share of repeats that passed, -1 to 1."""
        return self.before_passed / self.before - self.after_passed / self.after

    def fell(self, unit: int) -> int:
        """The drop as an integer in units of 1 / `unit`, without rounding errors."""
        return self.before_passed * (unit // self.before) - self.after_passed * (unit // self.after)


@dataclass(frozen=True, kw_only=True, eq=False)  # without slots: what follows from the columns is kept
class Compared:
    """Many cases as columns: each has a kind, and there are few kinds.

    kinds: the different counts of a case; kind: the index of each case there. base: a number for the sample of each
    case, -1 for a case without variants.
    """

    kinds: Sequence[Paired]
    kind: Ints
    base: Ints

    def __len__(self) -> int:
        """The number of cases."""
        return len(self.kind)

    @cached_property
    def counted(self) -> list[tuple[Paired, int]]:
        """Each kind that occurs, with its number of cases."""
        counts = np.bincount(self.kind, minlength=len(self.kinds)).tolist()
        return [(kind, count) for kind, count in zip(self.kinds, counts, strict=True) if count]

    @cached_property
    def variants(self) -> bool:
        """Whether any base has more than one case."""
        named = self.base[self.base >= 0]
        return len(named) > 0 and int(np.bincount(_close(named)).max()) > 1

    def by_base(self, of_kind: Sequence[float]) -> Floats:
        """The sum over the cases of each base. of_kind: the value of a case of each kind."""
        alone = np.arange(len(self), 2 * len(self))
        base = np.where(self.base < 0, alone, _close(self.base))
        sums: Floats = np.bincount(base, weights=np.array(of_kind, float)[self.kind])  # type: ignore[assignment]
        return sums


def _close(base: Ints) -> Ints:
    """The numbers without large gaps from cases that are not included."""
    return base if base.max(initial=0) < len(base) else np.unique(base, return_inverse=True)[1] - int(base.min() < 0)


def compared(pairs: Sequence[Paired]) -> Compared:
    """The same cases as columns."""
    kinds: dict[tuple[int, int, int, int], int] = {}
    bases: dict[str, int] = {"": -1}
    kind = [kinds.setdefault((p.before, p.before_passed, p.after, p.after_passed), len(kinds)) for p in pairs]
    base = [bases.setdefault(pair.base, len(bases) - 1) for pair in pairs]
    found = [Paired(before=b, before_passed=bh, after=a, after_passed=ah) for b, bh, a, ah in kinds]
    return Compared(kinds=found, kind=np.array(kind, np.int64), base=np.array(base, np.int64))


def unit_of(kinds: Sequence[Paired]) -> int:
    """The smallest unit count of a case at which every drop is a whole number of units."""
    return math.lcm(1, *{sent for kind in kinds for sent in (kind.before, kind.after)})


def at_once(pairs: Compared | Sequence[Paired]) -> Compared:
    """The cases as columns, unless they already are."""
    return pairs if isinstance(pairs, Compared) else compared(pairs)
