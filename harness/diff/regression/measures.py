"""What is compared over the pairs: how often a case passed, and how often its reply was no silent error."""

from collections.abc import Callable

import numpy as np

from harness.core.regression.arrays import Floats, Ints
from harness.diff.regression.counts import Counts
from harness.diff.regression.kinds import Compared, Paired
from harness.diff.regression.pairs import Pairs


def passed(side: Counts) -> Ints:
    """How often a case of each kind passed."""
    return side.passed


def not_silent(side: Counts) -> Ints:
    """How often the reply to a case of each kind was no silent error."""
    return side.known - side.silent


Measure = Callable[[Counts], Ints]
"""What is compared: how often each kind of case did well, at most as often as it is known."""


def paired(pairs: Pairs, inside: Ints, measure: Measure = passed) -> tuple[Compared, Floats]:
    """The pairs that can be compared, and the smallest and largest drop of each that was sent but cannot be."""
    before, after = pairs.sides
    both_known = (before.known > 0) & (after.known > 0)
    kind = pairs.kind[inside]
    chosen, unknown = inside[both_known[kind]], kind[(pairs.sent & ~both_known)[kind]]
    (old_low, old_high), (new_low, new_high) = (_reach(side, measure) for side in (before, after))
    drops = np.stack([old_low - new_high, old_high - new_low], axis=1)
    return _as_compared(pairs, chosen, measure), drops[unknown]


def _as_compared(pairs: Pairs, chosen: Ints, measure: Measure) -> Compared:
    """These pairs as columns; pairs with the same counts have one kind."""
    kind = pairs.kind[chosen]
    met = np.flatnonzero(np.bincount(kind, minlength=len(pairs.sent)))
    before, after = pairs.sides
    columns = before.known, measure(before), after.known, measure(after)
    rows = list(zip(*(column[met].tolist() for column in columns), strict=True))
    number = {row: place for place, row in enumerate(sorted({*rows}))}
    places = np.zeros(len(pairs.sent), np.int64)
    places[met] = [number[row] for row in rows]
    kinds = [Paired(before=b, before_passed=bh, after=a, after_passed=ah) for b, bh, a, ah in number]
    return Compared(kinds=kinds, kind=places[kind], base=pairs.base[chosen])


def _reach(side: Counts, measure: Measure) -> tuple[Floats, Floats]:
    """The smallest and the largest possible share that did well, for each kind."""
    share = measure(side) / np.maximum(side.known, 1)
    return np.where(side.known > 0, share, 0.0), np.where(side.known > 0, share, 1.0)
