"""The same case on both sides, and how it changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from harness.core.regression.arrays import Bools, Floats, Ints, alike, looked_up
from harness.core.regression.baseline import CaseResult, Change
from harness.core.regression.columns import Cases, Results
from harness.diff.regression.counts import Counts, counts_of, surest

CHANGES: tuple[Change, ...] = get_args(Change)
WORSE: Mapping[Change, int] = {
    "newly_failing": 0,
    "newly_silent": 1,
    "newly_handed_over": 2,
    "flaky": 3,
    "regressed": 4,
    "missing": 5,
}
"""The changes that a person should look at, with their rank; 0 is the most urgent."""


@dataclass(frozen=True, kw_only=True, eq=False)  # without slots: what follows from the columns is kept
class Pairs:
    """All cases of two sides: those of the side before, then new ones.

    places: of each pair on either side, -1 where it is not there. kind: of each pair, of few. sides: what is
    counted in each kind, before and after; sent: whether both have the case. change: of each pair, a place in
    CHANGES. base: a number for the sample, of those that the side before has; -1 for none. other_bytes: addresses that
    both sides have, with different bytes: not the same case, so counted as missing.
    """

    cases: tuple[Cases, Cases]
    places: tuple[Ints, Ints]
    kind: Ints
    sides: tuple[Counts, Counts]
    sent: Bools
    change: Ints
    base: Ints
    other_bytes: tuple[str, ...] = field(default_factory=tuple)

    @cached_property
    def surest(self) -> Floats:
        """The highest confidence of a silent error for each case on the side after, 0 if there is none."""
        return _at(surest(self.cases[1]), self.places[1])

    def inside(self, name: str) -> Ints:
        """The pairs in that slice, according to the side before if it has the case."""
        return np.flatnonzero(self._inside(lambda cases: cases.inside(name)))

    def of_pack(self, pack: str) -> Bools:
        """Which pairs are of that pack."""
        return self._inside(lambda cases: cases.of_pack(pack))

    def _inside(self, which: Callable[[Cases], Bools]) -> Bools:
        """The condition by the side before for its cases, and by the side after for new ones."""
        before, after = self.cases
        new = self.places[1][len(before) :]
        return np.concatenate([which(before), which(after)[new]]) if len(new) else which(before)

    def look(self, place: int) -> tuple[CaseResult | None, CaseResult | None]:
        """Both cases of one pair."""
        old, new = (
            cases.look(int(at[place])) if at[place] >= 0 else None
            for cases, at in zip(self.cases, self.places, strict=True)
        )
        return old, new

    def addresses(self, chosen: Ints) -> list[str]:
        """The addresses of these pairs."""
        old, new = (at[chosen] for at in self.places)
        before, after = (
            iter(cases.addresses.at(at)) for cases, at in zip(self.cases, (old[old >= 0], new[old < 0]), strict=True)
        )
        return [next(before if there else after) for there in (old >= 0).tolist()]


def pair_up(before: Results, after: Results) -> Pairs:
    """All cases of both sides, paired by address if their bytes are the same."""
    cases = before.cases, after.cases
    old, new, other = _matched(*cases)
    kind, sides, there = _counted((old, new), *map(counts_of, cases))
    return Pairs(
        cases=cases,
        places=(old, new),
        kind=kind,
        sides=sides,
        sent=there[0] & there[1],
        change=classify(there, *sides)[kind],
        base=_bases(cases[0], old),
        other_bytes=tuple(other),
    )


def _counted(
    places: tuple[Ints, Ints], before: tuple[Ints, Counts], after: tuple[Ints, Counts]
) -> tuple[Ints, tuple[Counts, Counts], tuple[Bools, Bools]]:
    """The kind of each pair, and for each kind the counts on both sides, and whether each side has the case."""
    old, new = (_at(kind + 1, at) for (kind, _), at in zip((before, after), places, strict=True))
    kind, one_of_each = alike(old, new)
    old, new = old[one_of_each], new[one_of_each]
    return kind, (before[1].of(old - 1), after[1].of(new - 1)), (old > 0, new > 0)


def _bases(before: Cases, old: Ints) -> Ints:
    """A number for the sample of each pair that exists on the side before."""
    numbers: dict[str, int] = {"": -1}
    table = [numbers.setdefault(tags.get("sample", ""), len(numbers) - 1) for tags in before.tags]
    return _at(looked_up(np.array(table, np.int64), before.tag), old)


def _matched(before: Cases, after: Cases) -> tuple[Ints, Ints, list[str]]:
    """The index on both sides for each pair, and the addresses whose bytes differ."""
    new = after.addresses.places_of(before.addresses)
    both = new >= 0
    left = np.ones(len(after), bool)
    left[new[both]] = False
    other = np.flatnonzero(both & (before.digests != _at(after.digests, new)))
    new[other] = -1
    added = np.flatnonzero(left)
    old = np.concatenate([np.arange(len(before)), np.full(len(added), -1)])
    return old, np.concatenate([new, added]), sorted(before.addresses.at(other))


def _at(column: NDArray[Any], places: Ints) -> NDArray[Any]:
    """The column at these indexes; 0 for index -1."""
    padded = np.concatenate([column, np.zeros(1, column.dtype)])
    return padded[places]


def classify(there: tuple[Bools, Bools], before: Counts, after: Counts) -> Ints:
    """The change of the cases of each kind, as an index in CHANGES. there: whether each side has them.

    missing: it was not sent again (or not with the same bytes). unanswered: a side has no reply that counts for
    quality. flaky: its repeats disagree on a side. newly_silent: it never passed, and only the side after accepted a
    wrong answer. Other newly_*: it passed on only one side. If neither or both passed, fewer silent errors are better,
    then more right fields.
    """
    disagree = [(side.passed > 0) & (side.passed < side.known) for side in (before, after)]
    fell, rose = (before.passed > 0) & (after.passed == 0), (before.passed == 0) & (after.passed > 0)
    better = _compared(after.silent * before.rows, before.silent * after.rows, worse=True)
    better = np.where(better, better, _compared(after.right * _some(before), before.right * _some(after), worse=False))
    of: list[tuple[Bools, Change]] = [
        (~there[0], "new"),
        (~there[1], "missing"),
        ((before.known == 0) | (after.known == 0), "unanswered"),
        (disagree[0] | disagree[1], "flaky"),
        (fell & (after.handed == after.rows), "newly_handed_over"),
        (fell, "newly_failing"),
        (rose, "newly_passing"),
        ((before.passed + after.passed == 0) & (before.silent == 0) & (after.silent > 0), "newly_silent"),
        (better > 0, "improved"),
        (better < 0, "regressed"),
    ]
    chosen = np.select([which for which, _ in of], [CHANGES.index(name) for _, name in of], CHANGES.index("same"))
    return chosen.astype(np.int8)


def _some(side: Counts) -> Ints:
    return np.maximum(side.fields, 1)


def _compared(one: Ints, other: Ints, *, worse: bool) -> Ints:
    """1 if `one` is better than `other`, -1 if it is worse, 0 if they are equal. worse: less is better."""
    sign: Ints = np.sign(other - one) if worse else np.sign(one - other)
    return sign


def counted(pairs: Pairs, inside: Ints | None = None) -> dict[Change, int]:
    """The number of cases with each change, the most frequent first; changes without a case are left out."""
    counts = np.bincount(pairs.change if inside is None else pairs.change[inside], minlength=len(CHANGES)).tolist()
    order = sorted(range(len(CHANGES)), key=lambda place: -counts[place])
    return {CHANGES[place]: counts[place] for place in order if counts[place]}


def worst(pairs: Pairs, inside: Ints, most: int) -> tuple[str, ...]:
    """Addresses of the cases that became worse: by rank, then silent errors first, then the most confident."""
    before, after = pairs.sides
    drop = before.passed * after.known - after.passed * before.known
    change = pairs.change[inside]
    fell = (ranks(WORSE) < len(WORSE))[change] & ((change != CHANGES.index("flaky")) | (drop > 0)[pairs.kind[inside]])
    chosen = inside[fell]
    keys = ranks(WORSE)[pairs.change[chosen]], -after.silent[pairs.kind[chosen]], -pairs.surest[chosen]
    return tuple(pairs.addresses(most_urgent(pairs, chosen, keys, most)))


def newly_silent(pairs: Pairs, inside: Ints) -> Ints:
    """The pairs whose share of silent errors rose, the most confident error first."""
    before, after = pairs.sides
    rose = after.silent * before.known > before.silent * after.known
    chosen = inside[rose[pairs.kind[inside]]]
    return most_urgent(pairs, chosen, (-pairs.surest[chosen],), None)


def ranks(order: Mapping[Change, int]) -> Ints:
    """The rank of each change; those without a rank come last."""
    return np.array([order.get(change, len(order)) for change in CHANGES])


def most_urgent(pairs: Pairs, chosen: Ints, keys: Sequence[NDArray[Any]], most: int | None) -> Ints:
    """The chosen pairs in the order of their keys, then of their addresses; the first `most` of them."""
    order = np.lexsort(keys[::-1])
    if most is not None and len(order) > most:
        order = order[: _end_of_tie(keys, order, most)]
    named = pairs.addresses(chosen[order])
    order = order[sorted(range(len(named)), key=named.__getitem__)]
    return chosen[order[np.lexsort([key[order] for key in keys[::-1]])]][:most]


def _end_of_tie(columns: Sequence[NDArray[Any]], order: Ints, most: int) -> int:
    """The end of the tie that contains the last of the first `most`; its order depends on addresses."""
    if not most:
        return 0
    last = order[most - 1]
    alike = np.all([column[order] == column[last] for column in columns], axis=0)
    return int(np.flatnonzero(alike)[-1]) + 1
