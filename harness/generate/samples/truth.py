"""The truth table of the samples: one row per file, one column per field."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from harness.core.case import Scalar
from harness.core.errors import SampleError, did_you_mean
from harness.core.values import as_scalar
from harness.generate.records.json_text.numbers import read_value
from harness.generate.samples.text_lines import read_cells, read_lines

FILE_COLUMN = "file"

MAX_CHARACTERS = 60
"""Maximum number of characters of a value that an error shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthTable:
    """Rows by the name in their `file` column. lines: their line numbers, for messages."""

    path: Path
    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Scalar]]
    lines: Mapping[str, int]


def read_truth(path: Path) -> TruthTable:
    """The table at `path` (CSV with a header, or JSON Lines). A table without a column `file` is an error."""
    numbered = list(_json_lines(path) if path.suffix.lower() in (".jsonl", ".ndjson") else _csv_rows(path))
    if not numbered:
        raise SampleError(
            f"{path}: contains no row of truth\n  write a header with `file` and one column per field,"
            " then one row per sample"
        )
    columns = tuple(dict.fromkeys(name for _, row in numbered for name in row))
    if FILE_COLUMN not in columns:
        raise SampleError(
            f'{path}:1: no column "{FILE_COLUMN}"; columns: {", ".join(columns)}\n'
            f"{did_you_mean(FILE_COLUMN, columns)}  each row names its sample in the column `file`".lstrip("\n")
        )
    return _table(path, columns, numbered)


def names_in(table: TruthTable) -> frozenset[str]:
    """The sample names in its rows: paths below the samples' folder, or bare names."""
    return frozenset(map(_plain, table.rows))


def assign(table: TruthTable, keys: Iterable[str]) -> tuple[dict[str, Mapping[str, Scalar]], tuple[str, ...]]:
    """Rows by sample key, and the names in the table that fit no sample.

    A row's name is the path below the samples' folder, or a bare file name that only one sample has.
    """
    by_name: dict[str, list[str]] = {}
    for key in keys:
        by_name.setdefault(key, []).append(key)
        bare = PurePosixPath(key).name
        if bare != key:
            by_name.setdefault(bare, []).append(key)
    found: dict[str, Mapping[str, Scalar]] = {}
    strays = []
    for name, row in table.rows.items():
        fits = by_name.get(_plain(name), [])
        if len(fits) > 1:
            where = f"{table.path}:{table.lines[name]}"
            raise SampleError(
                f'{where}: "{name}" is ambiguous: {", ".join(fits)}\n  write the path below the samples\' folder'
            )
        if fits:
            found[fits[0]] = row
        else:
            strays.append(name)
    return found, tuple(strays)


def _plain(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _table(path: Path, columns: tuple[str, ...], numbered: list[tuple[int, dict[str, Scalar]]]) -> TruthTable:
    rows: dict[str, Mapping[str, Scalar]] = {}
    lines: dict[str, int] = {}
    for line, row in numbered:
        name = str(row.get(FILE_COLUMN) or "")
        if not name:
            raise SampleError(f"{path}:{line}: the column `file` is empty\n  name the sample that this row belongs to")
        if name in rows:
            raise SampleError(f'{path}:{line}: "{name}" is already on line {lines[name]}\n  keep one row per sample')
        rows[name] = {key: value for key, value in row.items() if key != FILE_COLUMN}
        lines[name] = line
    return TruthTable(path=path, columns=tuple(c for c in columns if c != FILE_COLUMN), rows=rows, lines=lines)


def _csv_rows(path: Path) -> Iterable[tuple[int, dict[str, Scalar]]]:
    lines = read_cells(path)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise SampleError(
                f"{path}:{number}: {len(cells)} cells under {len(header)} columns\n"
                "  quote cells that contain the separator"
            )
        yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _json_lines(path: Path) -> Iterable[tuple[int, dict[str, Scalar]]]:
    for number, line in enumerate(read_lines(path), 1):
        if line.strip():
            row = parse_object(line, f"{path}:{number}")
            yield number, {key: as_truth(value, key, f"{path}:{number}") for key, value in row.items()}


def as_truth(value: object, column: str, where: str) -> Scalar:
    """The truth in this column. SampleError if it is NaN or infinite, or contains such a number.

    NaN equals nothing. It would make every answer of the column wrong, or silently count as missing truth.
    """
    found = as_scalar(float(value) if isinstance(value, float) else value)
    if isinstance(value, float | list | dict) and not _finite(value):
        raise SampleError(
            f'{where}: the truth of "{column}" is {json.dumps(value)[:MAX_CHARACTERS]}, and no answer can equal it\n'
            '  write null (None in Python) if the answer is unknown, or the text "NaN" if it is the word'
        )
    return found


def _finite(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def once(where: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. SampleError for a key that appears twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        what = f'"{twice}" appears twice, and only one of its values could be sent'
        raise SampleError(f"{where}: {what}\n  keep one of them")
    return found


def parse_object(text: str, where: str) -> dict[str, object]:
    """`text` as one JSON object. SampleError with its position otherwise."""
    try:
        value = read_value(text, partial(once, where))
    except (ValueError, RecursionError) as reason:
        raise SampleError(f"{where}: is not JSON: {reason}") from None
    if not isinstance(value, dict):
        raise SampleError(f"{where}: expected a JSON object, got {type(value).__name__}")
    return value
