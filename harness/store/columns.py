"""Cases on disk as columns: a baseline's, and those of a run with what its replies were judged to be.

They are put together of what was found in the parts of their files (`parts.py`); a case that is shown is read again as
a whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from harness.core.addresses import Addresses, Twice
from harness.core.arrays import Bools, Ints
from harness.core.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.columns import Cases
from harness.core.errors import RunError
from harness.core.gathering import Gathering
from harness.core.reply import FieldScore, Judged
from harness.store.files import CaseLine
from harness.store.jsonl import parts_of, read_line, size_of, storable
from harness.store.parts import Columns, judged_of, lines_of, results_of
from harness.store.spread import Reading, Task

_TAGS = msgspec.json.Decoder(dict[str, str])
_VERDICTS = msgspec.json.Decoder(dict[str, FieldVerdict])
_SCORES = msgspec.json.Decoder(tuple[FieldScore, ...])


def results_reading(path: Path) -> Reading[Cases]:
    """How the cases of a baseline's file are read.

    RunError for a damaged line, and for an address that stands twice.
    """
    tasks: list[Task] = [(results_of, (part,)) for part in parts_of(path)]
    return Reading(tasks=tasks, size=size_of(path), made=lambda found: _results(path, found))


def _results(path: Path, found: Iterator[Columns]) -> Cases:
    gathering, addresses, starts, met = Gathering(_TAGS.decode, _VERDICTS.decode), [], [], 0
    for part in found:
        addresses.append(part["addresses"])
        starts.append(part["starts"])
        gathering.cases(part["digests"], part["asks"], part["packs"], part["tags"])
        owner = np.repeat(np.arange(met, met + len(part["sent"])), part["sent"])
        gathering.replies(owner, part["outcomes"], part["confidence"], part["verdicts"])
        met += len(part["sent"])
    where = np.concatenate(starts)
    return gathering.done(
        _once(path, Addresses.joined(addresses)), lambda place, _: read_line(path, int(where[place]), CaseResult)
    )


def _once(path: Path, addresses: Addresses) -> Addresses:
    """The addresses; RunError when one of them stands twice in the file."""
    try:
        addresses.refuse_doubles()
    except Twice as twice:
        raise _refused(path, twice) from None
    return addresses


Keep = Callable[[str, bool], bool]
"""Whether cases are compared, of their pack and whether they changed anything."""


def run_reading(folder: Path, keep: Keep) -> Reading[Cases]:
    """How the cases of a run's folder are read that are compared.

    RunError for a damaged line, an address that stands twice, and a repeat that was judged twice.
    """
    cases, judged = folder / "cases.jsonl", folder / "judged.jsonl"
    lines: list[Task] = [(lines_of, (part,)) for part in parts_of(cases)]
    rows: list[Task] = [(judged_of, (part,)) for part in parts_of(judged)] if judged.exists() else []

    def made(found: Iterator[Columns]) -> Cases:
        return _run(cases, judged, keep, islice(found, len(lines)), found)

    return Reading(tasks=[*lines, *rows], size=size_of(cases) + size_of(judged), made=made)


def _run(cases: Path, judged: Path, keep: Keep, lines: Iterator[Columns], rows: Iterator[Columns]) -> Cases:
    gathering = Gathering(_TAGS.decode, _scored)
    addresses, kept, starts = _add_lines(gathering, cases, keep, lines)
    try:
        _add_judged(gathering, addresses, kept, list(rows))
        return gathering.done(
            addresses.chosen(kept),
            lambda place, marks: result_of(
                read_line(cases, int(starts[place]), CaseLine), [read_line(judged, int(at), Judged) for at in marks]
            ),
        )
    except Twice as twice:
        raise _refused(judged, twice) from None


def _add_lines(gathering: Gathering, path: Path, keep: Keep, found: Iterator[Columns]) -> tuple[Addresses, Bools, Ints]:
    """The addresses of all cases, which of them are kept, and where the lines of these begin."""
    addresses, chosen, starts = [], [], []
    for part in found:
        packs, of = part["packs"]
        table = np.array([[keep(pack, changed) for changed in (False, True)] for pack in packs], bool).reshape(-1, 2)
        kept = table[of, part["changed"].astype(np.int8)]
        addresses.append(part["addresses"])
        chosen.append(kept)
        starts.append(part["starts"][kept])
        coded = [(keys, numbers[kept]) for keys, numbers in (part["packs"], part["tags"])]
        gathering.cases(part["digests"][kept], part["asks"][kept], *coded)
    return _once(path, Addresses.joined(addresses)), np.concatenate(chosen), np.concatenate(starts)


def _add_judged(gathering: Gathering, addresses: Addresses, kept: Bools, parts: Sequence[Columns]) -> None:
    """The judgements of the cases that are kept; of the others it only counts that none stands twice."""
    named = Addresses.joined([part["addresses"] for part in parts])
    place = addresses.places_of(named)
    owner = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)[place]
    numbers = np.concatenate([np.zeros(0, np.int32), *(part["numbers"] for part in parts)])
    _refuse_doubles(named, place, numbers, np.flatnonzero(owner < 0))
    ends = np.cumsum([len(part["numbers"]) for part in parts]).tolist()
    for part, end in zip(parts, ends, strict=True):
        gathering.replies(
            owner[end - len(part["numbers"]) : end],
            part["outcomes"],
            part["confidence"],
            part["verdicts"],
            latency=part["latency"],
            repeats=part["numbers"],
            marks=part["starts"],
        )


def _refuse_doubles(named: Addresses, place: Ints, numbers: Ints, beside: Ints) -> None:
    """Twice where the judgements of cases that are not compared, in these rows, are not each of its own repeat."""
    met: set[tuple[int | str, int]] = set()
    for row in beside.tolist():
        case, number = int(place[row]), int(numbers[row])
        if (case if case >= 0 else named[row], number) in met:
            raise Twice(named[row], number)
        met.add((case if case >= 0 else named[row], number))


def _scored(fields: bytes) -> dict[str, FieldVerdict]:
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
