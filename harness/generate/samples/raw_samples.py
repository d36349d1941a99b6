"""The content of the sample files, before their truth is known."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from heapq import heappush, heapreplace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from harness.core.case import Kind, Scalar
from harness.core.errors import SampleError
from harness.core.sample import Sample
from harness.generate.records.json_text.numbers import read_float, read_value
from harness.generate.samples.text_lines import read_cells, read_lines, read_text
from harness.generate.samples.truth import once, parse_object

MEDIA_TYPES: Mapping[str, tuple[Kind, str]] = {
    ".pdf": ("page", "application/pdf"),
    ".png": ("page", "image/png"),
    ".jpg": ("page", "image/jpeg"),
    ".jpeg": ("page", "image/jpeg"),
    ".tif": ("page", "image/tiff"),
    ".tiff": ("page", "image/tiff"),
    ".txt": ("text", "text/plain; charset=utf-8"),
    ".json": ("record", "application/json"),
    ".jsonl": ("record", "application/json"),
    ".ndjson": ("record", "application/json"),
    ".csv": ("record", "application/json"),
}


MAX_RECORDS = 20_000
"""Maximum number of records that are kept: more than any run sends, and few enough to hold in memory."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})(?:\.[0-9]{1,999})?")
"""A number as spreadsheets and JSON write it; Python reads integers of at most 4,300 digits."""

Make = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A sample without its truth. make: reads the columns of a record; empty for files."""

    sample: Sample
    make: Make
    where: str


def read_raw(path: Path, key: str, texts: Collection[str] = ()) -> Iterator[Raw]:
    """The samples of one file. key: its path below the samples' folder. texts: columns of a CSV that hold texts."""
    kind, media_type = MEDIA_TYPES[path.suffix.lower()]
    if kind != "record":
        try:
            content = path.read_bytes()
        except OSError as reason:
            raise SampleError(f"{path}: cannot be read: {reason.strerror}") from None
        file = Sample(key=key, kind=kind, content=content, media_type=media_type, filename=path.name)
        yield Raw(sample=file, make=dict, where=str(path))
        return
    item = ": item " if path.suffix.lower() == ".json" else ":"
    rows = _csv_rows(path, texts) if path.suffix.lower() == ".csv" else _rows(path)
    for number, make in rows:
        own = key if number is None else f"{key}#{number}"
        name = f"{path.stem}.json"
        yield Raw(
            sample=Sample(key=own, kind=kind, content=b"", media_type=media_type, filename=name),
            make=make,
            where=str(path) if number is None else f"{path}{item}{number}",
        )


def _rows(path: Path) -> Iterator[tuple[int | None, Make]]:
    """Each record of the file with its line (JSONL) or index (JSON array); no number for a single object."""
    yield from (_json_items if path.suffix.lower() == ".json" else _json_lines)(path)


def _csv_rows(path: Path, texts: Collection[str]) -> Iterator[tuple[int, Make]]:
    readers = _column_readers(path, texts)
    for number, cells in islice(read_cells(path), 1, None):
        yield number, partial(_csv_record, readers, cells)


Column = tuple[str, Callable[[str], Scalar]]
"""A column's name, and how its cells are read."""


def _csv_record(columns: Sequence[Column], cells: Sequence[str]) -> Mapping[str, Any]:
    return {name: read(cell) if cell else None for (name, read), cell in zip(columns, cells, strict=True)}


def _column_readers(path: Path, texts: Collection[str]) -> list[Column]:
    """How each column is read: it has one type, the narrowest that fits all of its cells. Empty cells are null."""
    lines = read_cells(path)
    header = next(lines, (1, []))[1]
    left = {name: [text] if name in texts else [_truth_value, _number, text] for name in header}
    for number, cells in lines:
        if len(cells) != len(header):
            raise SampleError(f"{path}:{number}: number of cells differs from the number of columns in the header")
        for name, cell in zip(header, cells, strict=True):
            if cell:
                left[name] = [read for read in left[name] if read(cell) is not None]
    return [(name, readers[0]) for name, readers in left.items()]


def text(cell: str) -> Scalar:
    """The cell as it stands."""
    return cell


def _json_items(path: Path) -> Iterator[tuple[int | None, Make]]:
    value = _parse(read_text(path), path)
    if isinstance(value, dict):
        yield None, partial(dict, value)
        return
    for number, item in enumerate(value, 1):
        if not isinstance(item, dict):
            raise SampleError(f"{path}: item {number}: expected a JSON object, got {type(item).__name__}")
        yield number, partial(dict, item)


def _json_lines(path: Path) -> Iterator[tuple[int, Make]]:
    for number, line in enumerate(read_lines(path), 1):
        if line.strip():
            yield number, partial(parse_object, line, f"{path}:{number}")


def _parse(text: str, path: Path) -> dict[str, Any] | list[Any]:
    try:
        value = read_value(text, partial(once, str(path)))
    except (ValueError, RecursionError) as reason:
        raise SampleError(f"{path}: is not JSON: {reason}") from None
    if not isinstance(value, dict | list):
        raise SampleError(f"{path}: expected a JSON object or a list of them, got {type(value).__name__}")
    return value


def _truth_value(cell: str) -> Scalar:
    return {"true": True, "false": False}.get(cell.lower())


def _number(cell: str) -> Scalar:
    """The number; None for anything else. A leading zero makes an id, and an exponent may be part of one."""
    if not _NUMBER.fullmatch(cell):
        return None
    number = read_float(cell) if "." in cell else int(cell)
    return None if number in (math.inf, -math.inf) else number


def keep(found: Iterable[Raw], named: frozenset[str]) -> tuple[list[Raw], int]:
    """All files, the first MAX_RECORDS records in the order of their key digests, and the number left out.

    The selection depends only on the keys. A new record replaces at most one. Records that the truth names come first.
    """
    files: list[Raw] = []
    kept: list[tuple[bool, int, int, Raw]] = []
    count = 0
    for count, raw in enumerate(found, 1):
        if raw.sample.kind != "record":
            files.append(raw)
            continue
        key = raw.sample.key
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=b"kept").digest()
        first = not named or not named.isdisjoint((key, PurePosixPath(key).name))
        ranked = (first, -int.from_bytes(digest, "big"), -count, raw)
        if len(kept) < MAX_RECORDS:
            heappush(kept, ranked)
        elif ranked > kept[0]:
            heapreplace(kept, ranked)
    records = [raw for *_, raw in sorted(kept, key=lambda one: -one[2])]
    return [*files, *records], count - len(files) - len(records)
