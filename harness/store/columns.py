"""Cases on disk as columns: a baseline's, and those of a run with what its replies were judged to be.

Lines are read by the batch, and only what is compared of them; a case that is shown is read again as a whole.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, repeat
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from harness.core.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.columns import Cases, Ints
from harness.core.errors import RunError
from harness.core.gathering import Coding, Gathering, Twice, digests_of
from harness.core.reply import Disposition, FieldScore, Judged
from harness.store.files import CaseLine
from harness.store.jsonl import Part, parts_of, read_batches, read_line, size_of, storable
from harness.store.spread import Task, spread

_NOTHING = msgspec.Raw(b"{}")
_NO_FIELDS = msgspec.Raw(b"[]")


class _Repeat(msgspec.Struct, gc=False):
    """What is compared of a baseline's repeat."""

    disposition: Disposition
    judgement: Literal["right", "wrong", "unscored"]
    cause: str = ""
    crashed: bool = False
    confidence: float | None = None
    fields: msgspec.Raw = _NOTHING


class _Result(msgspec.Struct, gc=False):
    """What is compared of a baseline's case."""

    address: str
    sha256: str
    asks: bool = True
    tags: msgspec.Raw = _NOTHING
    repeats: tuple[_Repeat, ...] = ()


class _Line(msgspec.Struct, gc=False):
    """What is compared of a run's case."""

    address: str
    sha256: str
    asks: bool = True
    changed: bool = True
    tags: msgspec.Raw = _NOTHING


class _Judged(msgspec.Struct, gc=False):
    """What is compared of a judged reply."""

    address: str
    repeat: int
    disposition: Disposition
    judgement: Literal["right", "wrong", "unscored"]
    cause: str = ""
    confidence: float | None = None
    fields: msgspec.Raw = _NO_FIELDS
    crashed_on_input: bool = False
    latency: float = 0.0


_TAGS = msgspec.json.Decoder(dict[str, str])
_VERDICTS = msgspec.json.Decoder(dict[str, FieldVerdict])
_SCORES = msgspec.json.Decoder(tuple[FieldScore, ...])
_ADDRESS, _SHA256, _ASKS, _TAGS_OF = map(attrgetter, ("address", "sha256", "asks", "tags"))
_FIELDS, _CONFIDENCE, _LATENCY, _NUMBER = map(attrgetter, ("fields", "confidence", "latency", "repeat"))
_REPEATS, _CHANGED = map(attrgetter, ("repeats", "changed"))
_OUTCOME = attrgetter("disposition", "judgement", "cause", "crashed")
_JUDGED_OUTCOME = attrgetter("disposition", "judgement", "cause", "crashed_on_input")

Columns = dict[str, Any]
"""Of some lines of a file: a list, a column, or keys with the place of each row's key, by name."""


def read_results(path: Path) -> Cases:
    """The cases of a baseline's file; RunError for a damaged line, and for an address that stands twice."""
    return read_results_beside(path)[0]


def read_results_beside(path: Path, *others: Task) -> tuple[Cases, list[Any]]:
    """The same, and what tasks gave that were done at the same time."""
    parts: list[Task] = [(_results_of, (part,)) for part in parts_of(path)]
    found = spread([*others, *parts], size_of(path))
    gathering, starts = Gathering(_TAGS.decode, _VERDICTS.decode), []
    for part in _let_go(found, len(others)):
        at = len(gathering.addresses)
        starts.append(part["starts"])
        _add_cases(gathering, part, part["addresses"])
        owner = np.repeat(np.arange(at, len(gathering.addresses)), part["sent"])
        gathering.replies(owner, part["outcomes"], part["confidence"], part["verdicts"])
    where = np.concatenate(starts)
    try:
        cases = gathering.done(lambda place, _: read_line(path, int(where[place]), CaseResult))
    except Twice as twice:
        raise _refused(path, twice) from None
    return cases, found


def _let_go(found: list[Any], first: int) -> Iterator[Columns]:
    """What was found, from the first part on; each is let go once it was used."""
    while len(found) > first:
        yield found.pop(first)


def _results_of(part: Part) -> Columns:
    """What is compared of the cases of a part of a baseline's file."""
    made = _Made()
    for rows, starts in read_batches(part, _Result):
        _cases_of(made, rows, starts)
        of_each = list(map(_REPEATS, rows))
        repeats = list(chain.from_iterable(of_each))
        made.column("sent", map(len, of_each), np.int64)
        made.keys("outcomes", map(_OUTCOME, repeats))
        made.keys("verdicts", map(bytes, map(_FIELDS, repeats)))
        made.add("confidence", np.array(list(map(_CONFIDENCE, repeats)), float))
    return made.columns(_RESULTS)


def read_run(folder: Path, keep: Callable[[str, bool], bool]) -> Cases:
    """The cases of a run's folder. keep: whether cases are compared, of their pack and whether they changed anything.

    RunError for a damaged line, an address that stands twice, and a repeat that was judged twice.
    """
    gathering = Gathering(_TAGS.decode, _scored)
    cases, judged = folder / "cases.jsonl", folder / "judged.jsonl"
    lines: list[Task] = [(_lines_of, (part,)) for part in parts_of(cases)]
    rows: list[Task] = [(_judged_of, (part,)) for part in parts_of(judged)] if judged.exists() else []
    found = spread([*lines, *rows], size_of(cases) + size_of(judged))
    later = found[len(lines) :]
    del found[len(lines) :]
    path = cases
    try:
        starts = _add_lines(gathering, found, keep)
        path = judged
        _add_judged(gathering, later)
        return gathering.done(
            lambda place, marks: result_of(
                read_line(cases, int(starts[place]), CaseLine), [read_line(judged, int(at), Judged) for at in marks]
            )
        )
    except Twice as twice:
        raise _refused(path, twice) from None


def _lines_of(part: Part) -> Columns:
    """What is compared of the cases of a part of a run's file."""
    made = _Made()
    for rows, starts in read_batches(part, _Line):
        _cases_of(made, rows, starts)
        made.column("changed", map(_CHANGED, rows), bool)
    return made.columns(_LINES)


def _judged_of(part: Part) -> Columns:
    """What is compared of the judgements of a part of a run's file."""
    made = _Made()
    for rows, starts in read_batches(part, _Judged):
        made.addresses += map(_ADDRESS, rows)
        made.add("starts", starts)
        made.keys("outcomes", map(_JUDGED_OUTCOME, rows))
        made.keys("verdicts", map(bytes, map(_FIELDS, rows)))
        made.add("confidence", np.array(list(map(_CONFIDENCE, rows)), float))
        made.column("latency", map(_LATENCY, rows), float)
        made.column("numbers", map(_NUMBER, rows), np.int32)
    return made.columns(_ROWS)


def _add_lines(gathering: Gathering, found: list[Any], keep: Callable[[str, bool], bool]) -> Ints:
    """Where the lines of the cases begin that are kept."""
    starts, others = [np.zeros(0, np.int64)], list[str]()
    for part in _let_go(found, 0):
        packs, of = part["packs"]
        table = np.array([[keep(pack, changed) for changed in (False, True)] for pack in packs], bool).reshape(-1, 2)
        kept = table[of, part["changed"].astype(np.int8)]
        others += compress(part["addresses"], ~kept)
        starts.append(part["starts"][kept])
        _add_cases(gathering, part, list(compress(part["addresses"], kept)), kept)
    place = gathering.place()
    if others:
        seen = set(place)
        for address in others:
            if address in seen:
                raise Twice(address)
            seen.add(address)
    return np.concatenate(starts)


def _add_judged(gathering: Gathering, found: list[Any]) -> None:
    """The judgements of the cases that are there; of the others it only counts that none stands twice."""
    beside: set[tuple[str, int]] = set()
    met = 0
    for part in _let_go(found, 0):
        addresses, numbers = part["addresses"], part["numbers"]
        owner = _owners(gathering, addresses, met)
        met += len(addresses)
        for row in np.flatnonzero(owner < 0).tolist():
            key = addresses[row], int(numbers[row])
            if key in beside:
                raise Twice(*key)
            beside.add(key)
        gathering.replies(
            owner,
            part["outcomes"],
            part["confidence"],
            part["verdicts"],
            latency=part["latency"],
            repeats=numbers,
            marks=part["starts"],
        )


def _owners(gathering: Gathering, addresses: list[str], met: int) -> Ints:
    """The place of each row's case. Most files have a row a case in one order, which is quicker seen than looked up."""
    if gathering.addresses[met : met + len(addresses)] == addresses:
        return np.arange(met, met + len(addresses))
    return np.fromiter(map(gathering.place().get, addresses, repeat(-1)), np.int64, len(addresses))


class _Texts(list[str]):
    """Texts that are handed to another process in a quarter of the time that pickle takes, which looks for doubles."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again of what marshal wrote."""
        return _texts, (marshal.dumps(list(self), 2),)


def _texts(written: bytes) -> list[str]:
    texts: list[str] = marshal.loads(written)
    return texts


class _Made:
    """Columns of a part in the making, batch by batch."""

    def __init__(self) -> None:
        self.addresses = _Texts()
        self._batches: dict[str, list[NDArray[Any]]] = {}
        self._codings: dict[str, Coding] = {}

    def add(self, name: str, batch: NDArray[Any]) -> None:
        """The next rows of a column."""
        self._batches.setdefault(name, []).append(batch)

    def column(self, name: str, values: Iterable[Any], kind: type[Any]) -> None:
        """The same, of plain values."""
        self.add(name, np.fromiter(values, kind))

    def keys(self, name: str, keys: Iterable[Any]) -> None:
        """The same, of a column with few different keys."""
        self.add(name, self._codings.setdefault(name, Coding()).of(keys))

    def columns(self, empty: Mapping[str, type[Any] | None]) -> Columns:
        """All rows. empty: the columns there are, None for those of keys; a part may be without a line."""
        columns: Columns = {"addresses": self.addresses}
        for name, kind in empty.items():
            whole = np.concatenate(self._batches.pop(name, [np.zeros(0, kind or np.int32)]))
            columns[name] = whole if kind else (list(self._codings.get(name, ())), whole)
        return columns


_CASES: Mapping[str, type[Any] | None] = {
    "starts": np.int64,
    "digests": np.int64,
    "asks": bool,
    "packs": None,
    "tags": None,
}
_REPLIES: Mapping[str, type[Any] | None] = {"outcomes": None, "verdicts": None, "confidence": float}
_RESULTS = {**_CASES, **_REPLIES, "sent": np.int64}
_LINES = {**_CASES, "changed": bool}
_ROWS = {**_REPLIES, "starts": np.int64, "latency": float, "numbers": np.int32}


def _cases_of(made: _Made, rows: list[Any], starts: Ints) -> None:
    addresses = list(map(_ADDRESS, rows))
    made.addresses += addresses
    made.add("starts", starts)
    made.add("digests", digests_of(list(map(_SHA256, rows))))
    made.column("asks", map(_ASKS, rows), bool)
    made.keys("packs", _packs_of(addresses))
    made.keys("tags", map(bytes, map(_TAGS_OF, rows)))


def _packs_of(addresses: Sequence[str]) -> Iterable[str]:
    """Most batches are of one pack: then the first and the last in order are, and all that lie between them."""
    first = min(addresses, default="").partition("/")[0]
    if max(addresses, default="").startswith(f"{first}/"):
        return repeat(first, len(addresses))
    return [one.partition("/")[0] for one in addresses]


def _add_cases(gathering: Gathering, part: Columns, addresses: list[str], kept: Any = slice(None)) -> None:
    packs, tags = ((keys, numbers[kept]) for keys, numbers in (part["packs"], part["tags"]))
    gathering.cases(addresses, part["digests"][kept], part["asks"][kept], packs, tags)


def _scored(fields: bytes) -> Mapping[str, FieldVerdict]:
    return {scored.name: scored.verdict for scored in _SCORES.decode(fields)}


def _refused(path: Path, twice: Twice) -> RunError:
    return RunError(
        f"{path}: {twice.what} stands twice\n  a run is evidence: restore the file, or start anew in another folder"
    )


def result_of(line: CaseLine, judged: Iterable[Judged]) -> CaseResult:
    """One case with the judged replies to it, in the order of their repeats."""
    rows = tuple(_repeat(row) for row in sorted(judged, key=lambda row: row.repeat))
    return CaseResult(address=line.address, sha256=line.sha256, asks=line.asks, tags=line.tags, repeats=rows)


def _repeat(row: Judged) -> Repeat:
    fields = {scored.name: scored.verdict for scored in row.fields}
    said = {name: value for name, value in row.answer.items() if fields.get(name, "right") != "right"}
    return Repeat(
        disposition=row.disposition,
        judgement=row.judgement,
        cause=row.cause,
        crashed=row.crashed_on_input,
        confidence=row.confidence,
        fields=fields,
        answer=storable(said),
    )
