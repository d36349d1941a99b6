"""Columns in the making: what comes again and again is kept once, and told apart by a number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, repeat
from operator import lt
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.core.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.columns import Cases, Ints

V = TypeVar("V")
Columns = tuple[NDArray[Any], ...]
IN_ORDER = -1


class Codes(dict[Any, int], Generic[V]):
    """A number for each key, in the order in which they are met; `met` holds what was read of each."""

    def __init__(self, read: Callable[[Any], V]) -> None:
        """`read` makes the value of a key."""
        super().__init__()
        self.met: list[V] = []
        self._read = read

    def __missing__(self, key: Any) -> int:
        """A key that was not met before."""
        self.met.append(self._read(key))
        number = self[key] = len(self.met) - 1
        return number

    def of(self, keys: Iterable[Any]) -> Ints:
        """The number of each key."""
        return np.fromiter(map(self.__getitem__, keys), np.int32)


class Twice(Exception):
    """A case, or a repeat of a case (else None), that stands twice."""

    def __init__(self, address: str, repeat: int | None = None) -> None:
        """Which one."""
        super().__init__(address)
        self.what = address if repeat is None else f"{address} repeat {repeat}"


class Gathering:
    """Takes cases and replies batch by batch."""

    def __init__(
        self, read_tags: Callable[[Any], Mapping[str, str]], read_verdicts: Callable[[Any], Mapping[str, FieldVerdict]]
    ) -> None:
        """How tags and verdicts are read of what stands for them in a batch."""
        self.addresses: list[str] = []
        self._place: dict[str, int] = {}
        self._packs: Codes[str] = Codes(str)
        self._tags: Codes[Mapping[str, str]] = Codes(read_tags)
        self._outcomes: Codes[Repeat] = Codes(_outcome)
        self._verdicts: Codes[Mapping[str, FieldVerdict]] = Codes(read_verdicts)
        self._cases: list[Columns] = []
        self._replies: list[Columns] = []

    def cases(self, addresses: Sequence[str], sha256: Iterable[str], asks: Iterable[bool], tags: Iterable[Any]) -> None:
        """Add cases."""
        self.addresses += addresses
        self._cases.append(
            (
                np.fromiter(map(hash, sha256), np.int64),
                np.fromiter(asks, bool),
                self._pack(addresses),
                self._tags.of(tags),
            )
        )

    def place(self) -> Mapping[str, int]:
        """The place of each case, by its address. Twice where an address has several."""
        if len(self._place) < len(self.addresses):
            self._place = dict(zip(self.addresses, range(len(self.addresses)), strict=True))
            if len(self._place) < len(self.addresses):
                raise Twice(next(one for i, one in enumerate(self.addresses) if self._place[one] != i))
        return self._place

    def replies(
        self,
        cases: Ints,
        outcomes: Iterable[tuple[str, str, str, bool]],
        confidence: Sequence[float | None],
        verdicts: Iterable[Any],
        *,
        latency: Iterable[float] = repeat(np.nan),
        repeats: Iterable[int] = repeat(IN_ORDER),
        marks: Iterable[int] = repeat(0),
    ) -> None:
        """Add replies to the cases at these places; -1 is none of them and left out.

        outcomes: disposition, judgement, cause, crashed. repeats: their numbers, else they are taken as they come.
        marks: what `done` gives back in the order of the replies.
        """
        count = len(cases)
        columns = (
            cases.astype(np.int32),
            np.fromiter(repeats, np.int32, count),
            self._outcomes.of(outcomes),
            np.array(confidence, float),
            np.fromiter(latency, float, count),
            self._verdicts.of(verdicts),
            np.fromiter(marks, np.int64, count),
        )
        kept = cases >= 0
        self._replies.append(columns if kept.all() else tuple(column[kept] for column in columns))

    def done(self, look: Callable[[int, Ints], CaseResult]) -> Cases:
        """The columns; Twice for a case or a repeat that is there twice.

        look: one case, of its place and the marks of its replies.
        """
        if not _ascending(self.addresses):
            self.place()
        digests, asks, pack, tag = _joined(self._cases, (np.int64, bool, np.int32, np.int32))
        kinds = (np.int32, np.int32, np.int32, float, float, np.int32, np.int64)
        owner, number, outcome, confidence, latency, verdict, marks = _in_order(_joined(self._replies, kinds))
        again = np.flatnonzero((np.diff(owner) == 0) & (np.diff(number) == 0) & (number[1:] != IN_ORDER))
        if len(again):
            raise Twice(self.addresses[owner[again[0]]], int(number[again[0]]))
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(self.addresses)))])
        return Cases(
            addresses=self.addresses,
            place=self.place,
            digests=digests,
            asks=asks,
            pack=pack,
            packs=self._packs.met,
            tag=tag,
            tags=self._tags.met,
            starts=starts,
            outcome=outcome,
            outcomes=self._outcomes.met,
            confidence=confidence,
            latency=latency,
            verdict=verdict,
            verdicts=self._verdicts.met,
            look=lambda place: look(place, marks[starts[place] : starts[place + 1]]),
        )

    def _pack(self, addresses: Sequence[str]) -> Ints:
        """Most batches are of one pack."""
        first = addresses[0].partition("/")[0] if addresses else ""
        if all(map(str.startswith, addresses, repeat(f"{first}/"))):
            return np.full(len(addresses), self._packs[first], np.int32)
        return self._packs.of([one.partition("/")[0] for one in addresses])


def _ascending(addresses: Sequence[str]) -> bool:
    """Files in the order of the addresses, as baselines are, hold none twice and need no look-up to show it."""
    return all(map(lt, addresses, islice(addresses, 1, None)))


def _outcome(key: tuple[Any, Any, str, bool]) -> Repeat:
    disposition, judgement, cause, crashed = key
    return Repeat(disposition=disposition, judgement=judgement, cause=cause, crashed=crashed)


def _joined(batches: list[Columns], kinds: Sequence[type[Any]]) -> Columns:
    """The batches one after the other; they are let go."""
    columns = tuple(
        np.concatenate([batch[i] for batch in batches]) if batches else np.zeros(0, kind)
        for i, kind in enumerate(kinds)
    )
    batches.clear()
    return columns


def _in_order(columns: Columns) -> Columns:
    """Replies by case and repeat, wherever they stood."""
    owner, number = columns[:2]
    key = (owner.astype(np.int64) << 32) + number
    if (np.diff(key) >= 0).all():
        return columns
    order = np.argsort(key, kind="stable")
    return tuple(column[order] for column in columns)


def columns_of(cases: Iterable[CaseResult], latency: Mapping[str, Sequence[float]] | None = None) -> Cases:
    """Whole cases as columns. latency: seconds of the replies to each, by address."""
    whole = list(cases)
    gathering = Gathering(dict, dict)
    gathering.cases(
        [case.address for case in whole],
        [case.sha256 for case in whole],
        [case.asks for case in whole],
        [tuple(case.tags.items()) for case in whole],
    )
    rows = [row for case in whole for row in case.repeats]
    gathering.replies(
        np.repeat(np.arange(len(whole)), [len(case.repeats) for case in whole]),
        [(row.disposition, row.judgement, row.cause, row.crashed) for row in rows],
        [row.confidence for row in rows],
        [tuple(row.fields.items()) for row in rows],
        latency=repeat(np.nan) if latency is None else [one for case in whole for one in latency[case.address]],
    )
    return gathering.done(lambda place, _: whole[place])
