"""Cases on disk as columns: those of a baseline, and those of a run with its judged replies.

The columns are joined from the parts of the files (`parts.py`). A case that is shown is read again in full.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from harness.core.errors import RunError
from harness.core.regression.addresses import Addresses, Twice
from harness.core.regression.arrays import Bools, Ints
from harness.core.regression.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.regression.columns import Cases
from harness.core.regression.gathering import Coding, Gathering, starts_of
from harness.core.reply import FieldScore, Judged
from harness.store.files import CaseLine
from harness.store.jsonl import storable
from harness.store.lines import Lines, parts_of, size_of
from harness.store.parts import Columns, judged_of, lines_of, results_of
from harness.store.spread import ReadPlan, Task

_TAGS = msgspec.json.Decoder(dict[str, str])
_VERDICTS = msgspec.json.Decoder(dict[str, FieldVerdict])
_SCORES = msgspec.json.Decoder(tuple[FieldScore, ...])

Keep = Callable[[str, bool], bool]
"""Whether a case is compared, given its pack and whether its steps changed the bytes."""


def results_reading(path: Path) -> ReadPlan[Cases]:
    """How the cases of a baseline's file are read.

    RunError for a damaged line, and for a duplicate address.
    """
    tasks: list[Task] = [(results_of, (part,)) for part in parts_of(path)]
    return ReadPlan(tasks=tasks, size=size_of(path), made=lambda found: _results(path, found))


def _results(path: Path, found: Iterator[Columns]) -> Cases:
    gathering, addresses, lines, sent = Gathering(_TAGS.decode, _VERDICTS.decode), [], [], []
    for part in found:
        addresses.append(part["addresses"])
        lines += part["lines"]
        sent.append(part["sent"])
        gathering.cases(part["digests"], part["asks"], part["packs"], part["tags"])
        gathering.replies(part["outcomes"], part["confidence"], part["verdicts"])
    whole = Lines(path, CaseResult, lines)
    return gathering.done(_once(path, addresses), starts_of(np.concatenate(sent)), whole.__getitem__)


def _once(path: Path, parts: list[Addresses]) -> Addresses:
    """All addresses. RunError if one of them appears twice in the file."""
    addresses = Addresses.joined(parts)
    try:
        addresses.refuse_doubles()
    except Twice as twice:
        raise _refused(path, twice) from None
    return addresses


def run_reading(folder: Path, keep: Keep) -> ReadPlan[Cases]:
    """How the compared cases of a run's folder are read.

    RunError for a damaged line, a duplicate address, and a repeat that was judged twice.
    """
    cases, judged = folder / "cases.jsonl", folder / "judged.jsonl"
    lines: list[Task] = [(lines_of, (part,)) for part in parts_of(cases)]
    rows: list[Task] = [(judged_of, (part,)) for part in parts_of(judged)] if judged.exists() else []

    def made(found: Iterator[Columns]) -> Cases:
        return _run(cases, judged, keep, islice(found, len(lines)), found)

    return ReadPlan(tasks=[*lines, *rows], size=size_of(cases) + size_of(judged), made=made)


def _run(cases: Path, judged: Path, keep: Keep, found: Iterator[Columns], later: Iterator[Columns]) -> Cases:
    gathering = Gathering(_TAGS.decode, _scored)
    addresses, kept, lines = _add_lines(gathering, cases, keep, found)
    owner, order, replies = _add_judged(gathering, addresses, judged, later)
    rows = order[np.append(kept, False)[owner[order]]]
    starts = starts_of(np.bincount(owner[rows], minlength=len(kept))[kept])
    places = np.flatnonzero(kept)

    def look(place: int) -> CaseResult:
        replies_of_row = rows[starts[place] : starts[place + 1]].tolist()
        return result_of(lines[int(places[place])], [replies[row] for row in replies_of_row])

    return gathering.done(addresses.chosen(kept), starts, look, rows)


def _add_lines(
    gathering: Gathering, path: Path, keep: Keep, found: Iterator[Columns]
) -> tuple[Addresses, Bools, Lines[CaseLine]]:
    """The addresses of all cases, which of them are kept, and their lines."""
    addresses, chosen, lines = [], [], []
    for part in found:
        packs, of = part["packs"]
        table = np.array([[keep(pack, changed) for changed in (False, True)] for pack in packs], bool).reshape(-1, 2)
        kept = table[of, part["changed"].astype(np.int8)]
        addresses.append(part["addresses"])
        chosen.append(kept)
        lines += part["lines"]
        coded = [(keys, numbers[kept]) for keys, numbers in (part["packs"], part["tags"])]
        gathering.cases(part["digests"][kept], part["asks"][kept], *coded)
    return _once(path, addresses), np.concatenate(chosen), Lines(path, CaseLine, lines)


def _add_judged(
    gathering: Gathering, addresses: Addresses, path: Path, found: Iterator[Columns]
) -> tuple[Ints, Ints, Lines[Judged]]:
    """The index of each row's case, -1 if there is none; the rows by case and repeat; and their lines."""
    parts, numbers, lines = [], [np.zeros(0, np.int32)], []
    for part in found:
        parts.append(part["addresses"])
        numbers.append(part["numbers"])
        lines += part["lines"]
        gathering.replies(part["outcomes"], part["confidence"], part["verdicts"], part["latency"])
    named = Addresses.joined(parts)
    owner = addresses.places_of(named)
    try:
        order = _in_order(named, owner, np.concatenate(numbers))
    except Twice as twice:
        raise _refused(path, twice) from None
    return owner, order, Lines(path, Judged, lines)


def _in_order(named: Addresses, owner: Ints, numbers: Ints) -> Ints:
    """The rows by case and repeat, those without a case first; Twice for a repeat that was judged twice."""
    strange = np.flatnonzero(owner < 0)
    case = owner.copy()
    case[strange] = -1 - Coding().of(named.at(strange))
    key = (case << 32) + numbers
    if (key[1:] > key[:-1]).all():
        return np.arange(len(key))
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    if len(again):
        row = int(order[again[0]])
        raise Twice(named[row], int(numbers[row]))
    return order


def _scored(fields: bytes) -> dict[str, FieldVerdict]:
    return {scored.name: scored.verdict for scored in _SCORES.decode(fields)}


def _refused(path: Path, twice: Twice) -> RunError:
    return RunError(
        f"{path}: {twice.what} appears twice\n"
        "  a run is evidence: restore the file, or start a new run in another folder"
    )


def result_of(line: CaseLine, judged: Iterable[Judged]) -> CaseResult:
    """One case with its judged replies, in the order of their repeats."""
    rows = tuple(_repeat(row) for row in sorted(judged, key=lambda row: row.repeat))
    return CaseResult(address=line.address, sha256=line.sha256, asks=line.asks, tags=line.tags, repeats=rows)


def _repeat(row: Judged) -> Repeat:
    fields = {scored.name: scored.verdict for scored in row.fields}
    replies_of_row = {name: value for name, value in row.answer.items() if fields.get(name, "right") != "right"}
    return Repeat(
        disposition=row.disposition,
        judgement=row.judgement,
        cause=row.cause,
        crashed=row.crashed_on_input,
        confidence=row.confidence,
        fields=fields,
        answer=storable(replies_of_row),
    )
