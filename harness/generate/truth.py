"""The truth table beside the samples: one row a file, one column a field."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.core.case import Scalar
from harness.core.errors import SampleError, did_you_mean
from harness.core.values import as_scalar

FILE_COLUMN = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthTable:
    """Rows by the name in their `file` column. lines: where each stands, for messages."""

    path: Path
    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Scalar]]
    lines: Mapping[str, int]


def read_truth(path: Path) -> TruthTable:
    """The table at `path` (CSV with a header, or JSON Lines); a table without a column `file` is an error."""
    numbered = list(_json_lines(path) if path.suffix.lower() in (".jsonl", ".ndjson") else _csv_rows(path))
    if not numbered:
        raise SampleError(
            f"{path}: holds no row of truth\n  write a header with `file` and one column a field, then one row a sample"
        )
    columns = tuple(dict.fromkeys(name for _, row in numbered for name in row))
    if FILE_COLUMN not in columns:
        raise SampleError(
            f'{path}:1: no column "{FILE_COLUMN}"; columns: {", ".join(columns)}\n'
            f"{did_you_mean(FILE_COLUMN, columns)}  each row names its sample in the column `file`".lstrip("\n")
        )
    return _table(path, columns, numbered)


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
        fits = by_name.get(name.replace("\\", "/").removeprefix("./"), [])
        if len(fits) > 1:
            where = f"{table.path}:{table.lines[name]}"
            raise SampleError(
                f'{where}: "{name}" may be any of {", ".join(fits)}\n  write the path below the samples\' folder'
            )
        if fits:
            found[fits[0]] = row
        else:
            strays.append(name)
    return found, tuple(strays)


def _table(path: Path, columns: tuple[str, ...], numbered: list[tuple[int, dict[str, Scalar]]]) -> TruthTable:
    rows: dict[str, Mapping[str, Scalar]] = {}
    lines: dict[str, int] = {}
    for line, row in numbered:
        name = str(row.get(FILE_COLUMN) or "")
        if not name:
            raise SampleError(f"{path}:{line}: the column `file` is empty\n  name the sample that this row belongs to")
        if name in rows:
            raise SampleError(f'{path}:{line}: "{name}" stands on line {lines[name]} already\n  keep one row a sample')
        rows[name] = {key: value for key, value in row.items() if key != FILE_COLUMN}
        lines[name] = line
    return TruthTable(path=path, columns=tuple(c for c in columns if c != FILE_COLUMN), rows=rows, lines=lines)


def _csv_rows(path: Path) -> Iterable[tuple[int, dict[str, Scalar]]]:
    reader = csv.reader(read_text(path).splitlines(keepends=True), dialect=_dialect(path))
    header = [name.strip() for name in next(reader, [])]
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise SampleError(
                f"{path}:{reader.line_num}: {len(cells)} cells under {len(header)} columns\n"
                "  quote a cell that holds the separator"
            )
        yield reader.line_num, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _json_lines(path: Path) -> Iterable[tuple[int, dict[str, Scalar]]]:
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if line.strip():
            row = parse_object(line, f"{path}:{number}")
            yield number, {key: as_scalar(value) for key, value in row.items()}


def read_text(path: Path) -> str:
    """The file as text (UTF-8, with or without a mark); SampleError otherwise."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as reason:
        raise SampleError(f"{path}: is not UTF-8 (byte {reason.start})\n  save it as UTF-8") from None
    except OSError as reason:
        raise SampleError(f"{path}: cannot be read: {reason.strerror}") from None


def parse_object(text: str, where: str) -> dict[str, object]:
    """`text` as one JSON object; SampleError with its place otherwise."""
    try:
        value = json.loads(text)
    except ValueError as reason:
        raise SampleError(f"{where}: is not JSON: {reason}") from None
    if not isinstance(value, dict):
        raise SampleError(f"{where}: expected a JSON object, got {type(value).__name__}")
    return value


def _dialect(path: Path) -> type[csv.Dialect]:
    """Comma, semicolon or tab: whichever the header has most of."""
    first = read_text(path).partition("\n")[0]
    delimiter = max(",;\t", key=first.count)

    class Table(csv.excel):
        pass

    Table.delimiter = delimiter
    return Table
