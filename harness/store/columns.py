"""Cases on disk as columns: a baseline's, and those of a run with what its replies were judged to be.

Lines are read by the batch, and only what is compared of them; a case that is shown is read again as a whole.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, repeat
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from harness.core.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.columns import Cases, Ints
from harness.core.errors import RunError
from harness.core.gathering import Gathering, Twice
from harness.core.reply import Disposition, FieldScore, Judged
from harness.store.files import CaseLine
from harness.store.jsonl import read_batches, read_line, storable

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
_REPEATS = attrgetter("repeats")
_OUTCOME = attrgetter("disposition", "judgement", "cause", "crashed")
_JUDGED_OUTCOME = attrgetter("disposition", "judgement", "cause", "crashed_on_input")


def read_results(path: Path) -> Cases:
    """The cases of a baseline's file; RunError for a damaged line, and for an address that stands twice."""
    gathering = Gathering(_TAGS.decode, _VERDICTS.decode)
    starts: list[Ints] = []
    try:
        for rows, places in read_batches(path, _Result):
            starts.append(places)
            at = len(gathering.addresses)
            _add_cases(gathering, rows)
            of_each = list(map(_REPEATS, rows))
            repeats = list(chain.from_iterable(of_each))
            gathering.replies(
                np.repeat(np.arange(at, at + len(rows)), np.fromiter(map(len, of_each), np.int64, len(rows))),
                map(_OUTCOME, repeats),
                list(map(_CONFIDENCE, repeats)),
                map(bytes, map(_FIELDS, repeats)),
            )
        where = _joined(starts)
        return gathering.done(lambda place, _: read_line(path, int(where[place]), CaseResult))
    except Twice as twice:
        raise _refused(path, twice) from None


def read_run(folder: Path, keep: Callable[[str, bool], bool]) -> Cases:
    """The cases of a run's folder. keep: whether a case is compared, of its address and whether it changed anything.

    RunError for a damaged line, an address that stands twice, and a repeat that was judged twice.
    """
    gathering = Gathering(_TAGS.decode, _scored)
    cases, judged = folder / "cases.jsonl", folder / "judged.jsonl"
    path = cases
    try:
        starts = _read_lines(gathering, cases, keep)
        path = judged
        _read_judged(gathering, judged)
        return gathering.done(
            lambda place, marks: result_of(
                read_line(cases, int(starts[place]), CaseLine), [read_line(judged, int(at), Judged) for at in marks]
            )
        )
    except Twice as twice:
        raise _refused(path, twice) from None


def _read_lines(gathering: Gathering, path: Path, keep: Callable[[str, bool], bool]) -> Ints:
    """Where the lines of the cases begin that are kept."""
    starts: list[Ints] = []
    others: set[str] = set()
    for rows, places in read_batches(path, _Line):
        kept = np.fromiter((keep(row.address, row.changed) for row in rows), bool, len(rows))
        for row in () if kept.all() else (row for row, here in zip(rows, kept, strict=True) if not here):
            if row.address in others:
                raise Twice(row.address)
            others.add(row.address)
        _add_cases(gathering, rows if kept.all() else [row for row, here in zip(rows, kept, strict=True) if here])
        starts.append(places[kept])
    place = gathering.place()
    both = next((address for address in others if address in place), None)
    if both is not None:
        raise Twice(both)
    return _joined(starts)


def _read_judged(gathering: Gathering, path: Path) -> None:
    place = gathering.place()
    beside: set[tuple[str, int]] = set()
    for rows, places in read_batches(path, _Judged) if path.exists() else ():
        of = np.fromiter(map(place.get, map(_ADDRESS, rows), repeat(-1)), np.int64, len(rows))
        for at in np.flatnonzero(of < 0).tolist():
            key = rows[at].address, rows[at].repeat
            if key in beside:
                raise Twice(*key)
            beside.add(key)
        gathering.replies(
            of,
            map(_JUDGED_OUTCOME, rows),
            list(map(_CONFIDENCE, rows)),
            map(bytes, map(_FIELDS, rows)),
            latency=map(_LATENCY, rows),
            repeats=map(_NUMBER, rows),
            marks=places,
        )


def _add_cases(gathering: Gathering, rows: list[Any]) -> None:
    gathering.cases(list(map(_ADDRESS, rows)), map(_SHA256, rows), map(_ASKS, rows), map(bytes, map(_TAGS_OF, rows)))


def _joined(places: list[Ints]) -> Ints:
    return np.concatenate(places) if places else np.zeros(0, np.int64)


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
