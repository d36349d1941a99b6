"""Columns in the making: what comes again and again is kept once, and told apart by a number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress, islice
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.core.addresses import Addresses, Twice
from harness.core.arrays import Bools, Floats, Ints, looked_up
from harness.core.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.columns import Cases

V = TypeVar("V")
Columns = tuple[NDArray[Any], ...]
IN_ORDER = -1

DIGEST = 64
"""Letters of a SHA-256."""

ODD = np.random.default_rng(20_261_124).integers(-(2**62), 2**62, DIGEST // 8) * 2 + 1


Coded = tuple[list[Any], Ints]
"""Keys that are there, and for each row the place of its key among them."""


class Coding(dict[Any, int]):
    """A number for each key, in the order in which they are met."""

    def __missing__(self, key: Any) -> int:
        """A key that was not met before."""
        number = self[key] = len(self)
        return number

    def of(self, keys: Iterable[Any]) -> Ints:
        """The number of each key."""
        return np.fromiter(map(self.__getitem__, keys), np.int32)


def coded(keys: Iterable[Any]) -> Coded:
    """The keys of all rows at once."""
    coding = Coding()
    numbers = coding.of(keys)
    return list(coding), numbers


class Codes(Generic[V]):
    """What is read of each key, once however often it comes."""

    def __init__(self, read: Callable[[Any], V]) -> None:
        """`read` makes the value of a key."""
        self.met: list[V] = []
        self._numbers = Coding()
        self._read = read

    def of(self, rows: Coded) -> Ints:
        """The number of each row's key, which is its place in `met`; keys of no row are left out."""
        keys, places = rows
        used = np.bincount(places, minlength=len(keys)) > 0
        numbers = np.zeros(len(keys), np.int32)
        numbers[used] = self._numbers.of(compress(keys, used))
        self.met += map(self._read, islice(self._numbers, len(self.met), None))
        return looked_up(numbers, places)


def digests_of(texts: Sequence[str]) -> Ints:
    """64 bits of each digest, the same in every process: the sum of its words, each times an odd number."""
    whole = "".join(texts)
    if len(whole) != DIGEST * len(texts) or not whole.isascii() or {*map(len, texts)} != {DIGEST}:
        whole = "".join(f"{text.encode('ascii', 'replace').decode():{DIGEST}.{DIGEST}}" for text in texts)
    words = np.frombuffer(whole.encode(), np.int64).reshape(len(texts), DIGEST // 8)
    return words @ ODD


class Gathering:
    """Takes cases and replies batch by batch."""

    def __init__(
        self, read_tags: Callable[[Any], Mapping[str, str]], read_verdicts: Callable[[Any], Mapping[str, FieldVerdict]]
    ) -> None:
        """How tags and verdicts are read of what stands for them in a batch."""
        self._packs: Codes[str] = Codes(str)
        self._tags: Codes[Mapping[str, str]] = Codes(read_tags)
        self._outcomes: Codes[Repeat] = Codes(_outcome)
        self._verdicts: Codes[Mapping[str, FieldVerdict]] = Codes(read_verdicts)
        self._cases: list[Columns] = []
        self._replies: list[Columns] = []

    def cases(self, digests: Ints, asks: Bools, packs: Coded, tags: Coded) -> None:
        """Add cases."""
        self._cases.append((digests, asks, self._packs.of(packs), self._tags.of(tags)))

    def replies(
        self,
        owner: Ints,
        outcomes: Coded,
        confidence: Floats,
        verdicts: Coded,
        *,
        latency: Floats | None = None,
        repeats: Ints | None = None,
        marks: Ints | None = None,
    ) -> None:
        """Add replies to the cases at the places in `owner`; -1 is none of them and left out.

        outcomes: disposition, judgement, cause, crashed. repeats: their numbers, else they are taken as they come.
        marks: what `done` gives back in the order of the replies.
        """
        count = len(owner)
        columns = (
            owner.astype(np.int32),
            np.full(count, IN_ORDER, np.int32) if repeats is None else repeats,
            self._outcomes.of(outcomes),
            confidence,
            np.full(count, np.nan) if latency is None else latency,
            self._verdicts.of(verdicts),
            np.zeros(count, np.int64) if marks is None else marks,
        )
        kept = owner >= 0
        self._replies.append(columns if kept.all() else tuple(column[kept] for column in columns))

    def done(self, addresses: Addresses, look: Callable[[int, Ints], CaseResult]) -> Cases:
        """The columns; Twice for a repeat that is there twice.

        addresses: of the cases, in the order in which they were added; none twice. look: one case, of its place, and
        the marks of its replies.
        """
        digests, asks, pack, tag = _joined(self._cases, (np.int64, bool, np.int32, np.int32))
        kinds = (np.int32, np.int32, np.int32, float, float, np.int32, np.int64)
        columns = _joined(self._replies, kinds)
        if not (columns[0][1:] > columns[0][:-1]).all():
            columns = _in_order(columns, addresses)
        owner, _, outcome, confidence, latency, verdict, marks = columns
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(addresses)))])
        return Cases(
            addresses=addresses,
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


def _in_order(columns: Columns, addresses: Addresses) -> Columns:
    """Replies by case and repeat, wherever they stood; Twice for a repeat that is there twice."""
    owner, number = columns[:2]
    key = (owner.astype(np.int64) << 32) + number
    order = np.argsort(key, kind="stable")
    key = key[order]
    again = np.flatnonzero((key[1:] == key[:-1]) & (number[order[1:]] != IN_ORDER))
    if len(again):
        place = order[again[0]]
        raise Twice(addresses[owner[place]], int(number[place]))
    return tuple(column[order] for column in columns)


def columns_of(cases: Iterable[CaseResult], latency: Mapping[str, Sequence[float]] | None = None) -> Cases:
    """Whole cases as columns. latency: seconds of the replies to each, by address."""
    whole = list(cases)
    addresses = Addresses.of([case.address for case in whole])
    addresses.refuse_doubles()
    gathering = Gathering(dict, dict)
    gathering.cases(
        digests_of([case.sha256 for case in whole]),
        np.array([case.asks for case in whole], bool),
        coded(case.address.partition("/")[0] for case in whole),
        coded(tuple(case.tags.items()) for case in whole),
    )
    rows = [row for case in whole for row in case.repeats]
    gathering.replies(
        np.repeat(np.arange(len(whole)), [len(case.repeats) for case in whole]),
        coded((row.disposition, row.judgement, row.cause, row.crashed) for row in rows),
        np.array([row.confidence for row in rows], float),
        coded(tuple(row.fields.items()) for row in rows),
        latency=None if latency is None else np.array([one for case in whole for one in latency[case.address]], float),
    )
    return gathering.done(addresses, lambda place, _: whole[place])
