"""Columns under construction: repeated values are stored once and referenced by a number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress, islice
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.core.regression.addresses import Addresses
from harness.core.regression.arrays import Bools, Floats, Ints, looked_up
from harness.core.regression.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.regression.columns import Cases

V = TypeVar("V")
Columns = tuple[NDArray[Any], ...]

DIGEST = 64
"""Hexadecimal digits of a SHA-256."""

ODD = np.random.default_rng(20_261_124).integers(-(2**62), 2**62, DIGEST // 8) * 2 + 1


Coded = tuple[list[Any], Ints]
"""The distinct keys, and for each row the index of its key among them."""


class Coding(dict[Any, int]):
    """A number for each key, in the order of their first appearance."""

    def __missing__(self, key: Any) -> int:
        """A key that was not seen before."""
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
    """The value of each key, read once however often the key appears."""

    def __init__(self, read: Callable[[Any], V]) -> None:
        """`read` makes the value of a key."""
        self.met: list[V] = []
        self._numbers = Coding()
        self._read = read

    def of(self, rows: Coded) -> Ints:
        """The number of each row's key, which is its index in `met`. Keys without a row are left out."""
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
        """How tags and verdicts are read from a batch."""
        self._packs: Codes[str] = Codes(str)
        self._tags: Codes[Mapping[str, str]] = Codes(read_tags)
        self._outcomes: Codes[Repeat] = Codes(_outcome)
        self._verdicts: Codes[Mapping[str, FieldVerdict]] = Codes(read_verdicts)
        self._cases: list[Columns] = []
        self._replies: list[Columns] = []

    def cases(self, digests: Ints, asks: Bools, packs: Coded, tags: Coded) -> None:
        """Add cases."""
        self._cases.append((digests, asks, self._packs.of(packs), self._tags.of(tags)))

    def replies(self, outcomes: Coded, confidence: Floats, verdicts: Coded, latency: Floats | None = None) -> None:
        """Add replies. outcomes: disposition, judgement, cause, crashed. latency: all batches have it, or none."""
        columns = self._outcomes.of(outcomes), confidence, self._verdicts.of(verdicts)
        self._replies.append(columns if latency is None else (*columns, latency))

    def done(
        self, addresses: Addresses, starts: Ints, look: Callable[[int], CaseResult], rows: Ints | None = None
    ) -> Cases:
        """The columns.

        addresses: of the cases, in the order of their addition, without duplicates. starts: the first reply of each
        case, and finally the end. look: one case, by its index. rows: the replies in the order of the cases, as indexes
        of the added ones; None if they were added in it.
        """
        digests, asks, pack, tag = _joined(self._cases, (np.int64, bool, np.int32, np.int32))
        columns = _joined(self._replies, (np.int32, float, np.int32))
        outcome, confidence, verdict, *timed = columns if rows is None else [column[rows] for column in columns]
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
            latency=timed[0] if timed else np.broadcast_to(np.nan, len(outcome)),
            verdict=verdict,
            verdicts=self._verdicts.met,
            look=look,
        )


def _outcome(key: tuple[Any, Any, str, bool]) -> Repeat:
    disposition, judgement, cause, crashed = key
    return Repeat(disposition=disposition, judgement=judgement, cause=cause, crashed=crashed)


def _joined(batches: list[Columns], kinds: Sequence[type[Any]]) -> Columns:
    """The batches one after the other. Frees them. kinds: the types of columns without a batch."""
    columns = tuple(map(np.concatenate, zip(*batches, strict=True))) or tuple(np.zeros(0, kind) for kind in kinds)
    batches.clear()
    return columns


def starts_of(sent: Ints) -> Ints:
    """The first reply of each case, and finally the end, from the number of replies of each case."""
    return np.concatenate([[0], np.cumsum(sent, dtype=np.int64)])


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
        coded((row.disposition, row.judgement, row.cause, row.crashed) for row in rows),
        np.array([row.confidence for row in rows], float),
        coded(tuple(row.fields.items()) for row in rows),
        None if latency is None else np.array([one for case in whole for one in latency[case.address]], float),
    )
    return gathering.done(addresses, starts_of(np.array([len(case.repeats) for case in whole], int)), whole.__getitem__)
