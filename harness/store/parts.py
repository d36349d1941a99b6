"""The compared values of a part of a file, as columns. Any process may do this work.

Lines are read in batches, with only the compared values. All attributes are then converted to columns at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Literal

import msgspec
import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from harness.core.regression.addresses import Addresses
from harness.core.regression.arrays import Ints
from harness.core.regression.gathering import Coding, digests_of
from harness.core.reply import Disposition
from harness.store.lines import FilePart, read_batches

_NOTHING = msgspec.Raw(b"{}")
_NO_FIELDS = msgspec.Raw(b"[]")


class _Repeat(msgspec.Struct, gc=False):
    """The compared values of a baseline's repeat."""

    disposition: Disposition
    judgement: Literal["right", "wrong", "unscored"]
    cause: str = ""
    crashed: bool = False
    confidence: float | None = None
    fields: msgspec.Raw = _NOTHING


class _Result(msgspec.Struct, gc=False):
    """The compared values of a baseline's case."""

    address: str
    sha256: str
    asks: bool = True
    tags: msgspec.Raw = _NOTHING
    repeats: tuple[_Repeat, ...] = ()


class _Line(msgspec.Struct, gc=False):
    """The compared values of a run's case."""

    address: str
    sha256: str
    asks: bool = True
    tags: msgspec.Raw = _NOTHING
    changed: bool = True


class _Judged(msgspec.Struct, gc=False):
    """The compared values of a judged reply."""

    address: str
    repeat: int
    disposition: Disposition
    judgement: Literal["right", "wrong", "unscored"]
    cause: str = ""
    confidence: float | None = None
    fields: msgspec.Raw = _NO_FIELDS
    crashed_on_input: bool = False
    latency: float = 0.0


Columns = dict[str, Any]
"""Columns of some lines by name: addresses, byte offsets, values, or distinct keys with each row's index into them."""

_CASES: Mapping[str, type[Any] | None] = {
    "digests": np.int64,
    "asks": bool,
    "packs": None,
    "tags": None,
}
_REPLIES: Mapping[str, type[Any] | None] = {"outcomes": None, "verdicts": None, "confidence": float}
_RESULTS = {**_CASES, **_REPLIES, "sent": np.int32}
_LINES = {**_CASES, "changed": bool}
_ROWS = {**_REPLIES, "latency": float, "numbers": np.int32}


def results_of(part: FilePart) -> Columns:
    """The compared values of the cases in a part of a baseline's file."""
    made = _Made(_RESULTS)
    for rows, at in read_batches(part, _Result):
        addresses, digests, asks, tags, of_each = _across(rows, _Result)
        made.cases(addresses, at, digests, asks, tags)
        made.column("sent", list(map(len, of_each)))
        dispositions, judgements, causes, crashed, confidence, fields = _across(
            list(chain.from_iterable(of_each)), _Repeat
        )
        made.replies(zip(dispositions, judgements, causes, crashed, strict=True), confidence, fields)
    return made.columns(keyed=True)


def lines_of(part: FilePart) -> Columns:
    """The compared values of the cases in a part of a run's file."""
    made = _Made(_LINES)
    for rows, at in read_batches(part, _Line):
        addresses, digests, asks, tags, changed = _across(rows, _Line)
        made.cases(addresses, at, digests, asks, tags)
        made.column("changed", changed)
    return made.columns(keyed=True)


def judged_of(part: FilePart) -> Columns:
    """The compared values of the judgements in a part of a run's file."""
    made = _Made(_ROWS)
    for rows, at in read_batches(part, _Judged):
        addresses, numbers, dispositions, judgements, causes, confidence, fields, crashed, latency = _across(
            rows, _Judged
        )
        made.batch(addresses, at)
        made.column("numbers", numbers)
        made.column("latency", latency)
        made.replies(zip(dispositions, judgements, causes, crashed, strict=True), confidence, fields)
    return made.columns()


def _across(rows: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> Sequence[Sequence[Any]]:
    """Each attribute of all rows, in the order of the kinds."""
    return tuple(zip(*map(astuple, rows), strict=True)) or ((),) * len(kind.__struct_fields__)


class _Made:
    """Columns of a part under construction, batch by batch."""

    def __init__(self, kinds: Mapping[str, type[Any] | None]) -> None:
        """kinds: the columns, None for those of keys."""
        self._kinds = kinds
        self._addresses: list[Addresses] = []
        self._lines: list[tuple[int, int]] = []
        self._batches: dict[str, list[NDArray[Any]]] = {name: [] for name in kinds}
        self._codings = {name: Coding() for name, kind in kinds.items() if kind is None}

    def batch(self, addresses: Sequence[str], at: int) -> None:
        """Add rows that begin at this byte of the file, by their addresses."""
        self._addresses.append(Addresses.of(addresses))
        self._lines.append((len(addresses), at))

    def column(self, name: str, values: Sequence[Any] | Ints) -> None:
        """Add rows to a column."""
        self._batches[name].append(np.asarray(values, self._kinds[name]))

    def keys(self, name: str, keys: Iterable[Any]) -> None:
        """Add rows to a column with few different keys."""
        self._batches[name].append(self._codings[name].of(keys))

    def cases(
        self,
        addresses: Sequence[str],
        at: int,
        digests: Sequence[str],
        asks: Sequence[bool],
        tags: Iterable[msgspec.Raw],
    ) -> None:
        """Add cases."""
        self.batch(addresses, at)
        self.column("digests", digests_of(digests))
        self.column("asks", asks)
        self._batches["packs"].append(_packs_of(addresses, self._codings["packs"]))
        self.keys("tags", map(bytes, tags))

    def replies(
        self, outcomes: Iterable[tuple[Any, ...]], confidence: Sequence[float | None], fields: Iterable[msgspec.Raw]
    ) -> None:
        """Add replies. outcomes: disposition, judgement, cause, crashed."""
        self.keys("outcomes", outcomes)
        self.column("confidence", confidence)
        self.keys("verdicts", map(bytes, fields))

    def columns(self, *, keyed: bool = False) -> Columns:
        """All rows; a part may have no line. keyed: compute the keys of addresses here, for a later look-up."""
        addresses = Addresses.joined(self._addresses)
        columns: Columns = {"addresses": addresses.keyed() if keyed else addresses, "lines": self._lines}
        for name, kind in self._kinds.items():
            whole = np.concatenate([np.zeros(0, kind or np.int32), *self._batches.pop(name)])
            columns[name] = whole if kind else (list(self._codings[name]), whole)
        return columns


def _packs_of(addresses: Sequence[str], coding: Coding) -> Ints:
    """The number of each pack. If the first and the last in order have one pack, all have it."""
    first = min(addresses, default="").partition("/")[0]
    if max(addresses, default="").startswith(f"{first}/"):
        return np.full(len(addresses), coding[first], np.int32)
    return coding.of(one.partition("/")[0] for one in addresses)
