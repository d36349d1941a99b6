"""The same field on both sides: how often it was right, in how many cases it changed, and its noise."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.core.regression.arrays import Floats, Ints, alike, looked_up
from harness.core.regression.columns import Cases
from harness.core.regression.comparison import FieldChange
from harness.diff.regression.pairs import Pairs


@dataclass(frozen=True, slots=True)
class _Answers:
    """For each kind of pair on one side: replies in which the field was judged, and in which it was right."""

    known: Floats
    right: Floats

    @property
    def share(self) -> Floats:
        return self.right / np.maximum(self.known, 1)

    def unlike(self, count: Ints) -> tuple[float, float]:
        """Pairs of replies to one case that disagree, and all pairs. count: cases of each kind."""
        pairs = self.known * (self.known - 1) / 2
        return float((self.right * (self.known - self.right) * count).sum()), float((pairs * count).sum())


def field_changes(pairs: Pairs) -> tuple[FieldChange, ...]:
    """Every field that was judged on both sides, over these cases; the largest drop first."""
    names = dict.fromkeys(name for cases in pairs.cases for one in cases.verdicts for name in one)
    kinds, count = _kinds(pairs)
    found = [_change(pairs, kinds, count, name) for name in names]
    changes = [change for change in found if change is not None]
    return tuple(sorted(changes, key=lambda one: (one.after - one.before, one.name)))


def _kinds(pairs: Pairs) -> tuple[Ints, Ints]:
    """One pair of each kind, and the number of pairs of that kind.

    If each case was sent once, pairs with the same verdicts are of one kind.
    """
    if not all(cases.sent_once for cases in pairs.cases):
        return np.arange(len(pairs.change)), np.ones(len(pairs.change), np.int64)
    kind, one_of_each = alike(
        *(np.append(cases.verdict + 1, 0)[at] for cases, at in zip(pairs.cases, pairs.places, strict=True))
    )
    return one_of_each, np.bincount(kind, minlength=len(one_of_each))


def _change(pairs: Pairs, kinds: Ints, count: Ints, name: str) -> FieldChange | None:
    before, after = (_answers_of(cases, at[kinds], name) for cases, at in zip(pairs.cases, pairs.places, strict=True))
    both = (before.known > 0) & (after.known > 0)
    cases = int(count[both].sum())
    if not cases:
        return None
    moved = after.share[both] - before.share[both]
    unlike, all_pairs = (sum(counts) for counts in zip(before.unlike(count), after.unlike(count), strict=True))
    return FieldChange(
        name=name,
        cases=cases,
        before=float((before.share * count)[both].sum()) / cases,
        after=float((after.share * count)[both].sum()) / cases,
        fell=int(count[both][moved < 0].sum()),
        rose=int(count[both][moved > 0].sum()),
        noise=unlike / all_pairs if all_pairs else None,
    )


def _answers_of(cases: Cases, places: Ints, name: str) -> _Answers:
    return _Answers(
        _counted(cases, places, lambda verdict: verdict in ("right", "wrong"), name),
        _counted(cases, places, lambda verdict: verdict == "right", name),
    )


def _counted(cases: Cases, places: Ints, holds: Callable[[str], bool], name: str) -> Floats:
    """The number of replies at each index whose verdict on the field meets the condition; 0 without the case."""
    table = np.array([holds(one.get(name, "")) for one in cases.verdicts], float)
    if not cases.sent_once:
        return np.append(cases.of_cases(looked_up(table, cases.verdict)), 0.0)[places]
    counts = np.zeros(len(places))
    counts[places >= 0] = looked_up(table, cases.verdict[places[places >= 0]])
    return counts
