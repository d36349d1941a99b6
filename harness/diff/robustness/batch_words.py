"""What became of rows in a batch, as the beginning of a sentence."""

from collections.abc import Collection
from dataclasses import dataclass

from harness.core.robustness import ROW_MISSING
from harness.diff.explain.contrast import Contrast, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """words: what happens, and when. among: the rows that it happens to, with those beside them that it does not."""

    words: str
    among: Contrast


def changed_when(again: Contrast, words: str) -> Head:
    """What happens to rows when that is so."""
    return Head(words=f"{again.what()} when {words}", among=again)


def beside_bad(again: Contrast, after: Collection[tuple[str, int]]) -> Head:
    """What happens to the rows beside a bad one. after: addresses and repeats of those that come after it."""
    changes = again.changes()
    only_behind = all(_key(seen) in after for seen in changes)
    among = _of(again, after) if only_behind else again
    who = "rows after a bad one" if only_behind else "rows beside a bad one"
    theirs = [seen for seen in changes if seen.neighbour()]
    missing = [seen for seen in changes if seen.now is not None and seen.now.cause == ROW_MISSING]
    if theirs and len(theirs) + len(missing) == len(changes):
        return Head(words=f"{who} get their neighbour's answer", among=among)
    if len(missing) == len(changes):
        return Head(words=f"{who} get no answer", among=among)
    return Head(words=f"{who} are answered otherwise", among=among)


def _key(seen: Observation) -> tuple[str, int]:
    return (seen.now.address, seen.now.repeat) if seen.now else ("", 0)


def _of(again: Contrast, keys: Collection[tuple[str, int]]) -> Contrast:
    return Contrast(tuple(seen for seen in again.sendings if _key(seen) in keys))
