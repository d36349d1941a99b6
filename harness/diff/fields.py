"""The same field on both sides: how often it was right, in how many cases it moved, and how much it moves by itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.core.arrays import Floats, Ints, looked_up
from harness.core.columns import Cases
from harness.core.comparison import FieldChange
from harness.diff.pairs import Pairs


@dataclass(frozen=True, slots=True)
class _Told:
    """Of each pair on one side: replies in which the field was judged, and in which it was right."""

    known: Floats
    right: Floats

    @property
    def share(self) -> Floats:
        return self.right / np.maximum(self.known, 1)

    @property
    def unlike(self) -> tuple[float, float]:
        """Pairs of replies to one case that disagree, and all pairs."""
        pairs = self.known * (self.known - 1) / 2
        return float((self.right * (self.known - self.right)).sum()), float(pairs.sum())


def field_changes(pairs: Pairs) -> tuple[FieldChange, ...]:
    """Every field that was judged on both sides, over the cases in which it was; those that fell most come first."""
    names = dict.fromkeys(name for cases in pairs.cases for one in cases.verdicts for name in one)
    found = [_change(pairs, name) for name in names]
    changes = [change for change in found if change is not None]
    return tuple(sorted(changes, key=lambda one: (one.after - one.before, one.name)))


def _change(pairs: Pairs, name: str) -> FieldChange | None:
    before, after = (_told(cases, at, name) for cases, at in zip(pairs.cases, pairs.places, strict=True))
    both = (before.known > 0) & (after.known > 0)
    if not both.any():
        return None
    moved = after.share[both] - before.share[both]
    unlike, all_pairs = (sum(counts) for counts in zip(before.unlike, after.unlike, strict=True))
    return FieldChange(
        name=name,
        cases=int(both.sum()),
        before=float(before.share[both].mean()),
        after=float(after.share[both].mean()),
        fell=int((moved < 0).sum()),
        rose=int((moved > 0).sum()),
        noise=unlike / all_pairs if all_pairs else None,
    )


def _told(cases: Cases, places: Ints, name: str) -> _Told:
    return _Told(
        _counted(cases, places, lambda verdict: verdict in ("right", "wrong"), name),
        _counted(cases, places, lambda verdict: verdict == "right", name),
    )


def _counted(cases: Cases, places: Ints, holds: Callable[[str], bool], name: str) -> Floats:
    """In how many replies of each pair that holds for the field's verdict; 0 where the side has no such case."""
    table = np.array([holds(one.get(name, "")) for one in cases.verdicts], float)
    return np.append(cases.of_cases(looked_up(table, cases.verdict)), 0.0)[places]
