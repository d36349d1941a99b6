"""The content of the sample files, before their truth is known."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from heapq import heappush, heapreplace
from pathlib import Path, PurePosixPath
from typing import Any

from harness.core.case import Kind, Scalar
from harness.core.errors import SampleError
from harness.core.sample import Sample
from harness.generate.samples.text_lines import read_cells, read_lines, read_text
from harness.generate.samples.truth import parse_object

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

MAX_DIGITS = 300
"""Maximum number of digits; a longer number does not fit into a float."""

Make = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A sample without its truth. make: reads the columns of a record; empty for files."""

    sample: Sample
    make: Make
    where: str


def read_raw(path: Path, key: str) -> Iterator[Raw]:
    """The samples of one file. key: its path below the samples' folder."""
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
    for number, make in _rows(path):
        own = key if number is None else f"{key}#{number}"
        name = f"{path.stem}.json"
        yield Raw(
            sample=Sample(key=own, kind=kind, content=b"", media_type=media_type, filename=name),
            make=make,
            where=str(path) if number is None else f"{path}{item}{number}",
        )


def _rows(path: Path) -> Iterator[tuple[int | None, Make]]:
    """Each record of the file with its line (CSV, JSONL) or index (JSON array); no number for a single object."""
    by_suffix = {".csv": _csv_rows, ".json": _json_items}
    yield from by_suffix.get(path.suffix.lower(), _json_lines)(path)


def _csv_rows(path: Path) -> Iterator[tuple[int, Make]]:
    lines = read_cells(path)
    header = next(lines, (1, []))[1]
    for number, cells in lines:
        if len(cells) != len(header):
            raise SampleError(f"{path}:{number}: number of cells differs from the number of columns in the header")
        yield number, partial(_csv_record, header, cells)


def _csv_record(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any]:
    return {name: _csv_value(cell) for name, cell in zip(header, cells, strict=True)}


def _json_items(path: Path) -> Iterator[tuple[int | None, Make]]:
    value = _parse(read_text(path), path)
    if isinstance(value, dict):
        yield None, partial(dict, value)
        return
    for number, item in enumerate(value, 1):
        yield number, partial(parse_object, json.dumps(item), f"{path}: item {number}")


def _json_lines(path: Path) -> Iterator[tuple[int, Make]]:
    for number, line in enumerate(read_lines(path), 1):
        if line.strip():
            yield number, partial(parse_object, line, f"{path}:{number}")


def _parse(text: str, path: Path) -> dict[str, Any] | list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as reason:
        raise SampleError(f"{path}: is not JSON: {reason}") from None
    if not isinstance(value, dict | list):
        raise SampleError(f"{path}: expected a JSON object or a list of them, got {type(value).__name__}")
    return value


def _csv_value(cell: str) -> Scalar:
    """A cell as a JSON value: numbers (not with leading zeros, which are ids), true, false; an empty cell is null.

    NaN, infinities and numbers too long for a JSON reader stay texts.
    """
    if cell == "":
        return None
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    digits = cell.removeprefix("-")
    if (
        not digits.isascii()
        or len(digits) > MAX_DIGITS
        or (digits.startswith("0") and digits not in ("0",) and not digits.startswith("0."))
    ):
        return cell
    if digits.isdigit():
        return int(cell)
    whole, dot, part = digits.partition(".")
    return float(cell) if dot and whole.isdigit() and part.isdigit() else cell


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
