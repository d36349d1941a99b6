"""A record as CSV, a header and one row by RFC 4180, and variants by other programs."""

import csv
import io
from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.payloads import File, Record
from harness.generate.records.forms.flat import Cells, cells_of
from harness.generate.records.forms.rows import run_row
from harness.generate.records.forms.table_ways import ROWS, csv_text, in_bytes
from harness.generate.registry import op


def write_table(record: Record) -> bytes:
    """The record as CSV in UTF-8: names, values, CR LF after each line, quotes only if needed."""
    return in_bytes(csv_text(cells_of(record)))


def read_table(content: bytes) -> Cells | None:
    """The cells of a file from `write_table`; None for any other file."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8", "surrogateescape"), newline=""), strict=True))
    except (ValueError, csv.Error):
        return None
    if len(lines) != 2 or len(lines[0]) != len(lines[1]):
        return None
    return list(zip(*lines, strict=True))


@op("record.csv_form", layer="serialise", kind="binary", form="csv", sited=True)
def csv_form(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Write a CSV as other programs do, with the same cells: other separators, quotes, line ends, a BOM, a blank line.

    severity: binary, 0 or 10. The site is a row of the table; without one it is drawn.
    Source: RFC 4180, which allows or ignores all of these; fixtures/tables/record_forms.tsv, each row with its source.
    """
    return _changed(file, "csv_form", draw, site)


@op(
    "record.csv_broken",
    layer="serialise",
    kind="binary",
    effect="destroyed",
    form="csv",
    sited=True,
)
def csv_broken(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Write a CSV with shifted or changed cells.

    severity: binary, 0 or 10. The site is a row of the table; without one it is drawn.
    Source: RFC 4180; fixtures/tables/record_forms.tsv, each row with its source.
    """
    return _changed(file, "csv_broken", draw, site)


def _changed(file: File, kind: str, draw: Stream, site: str) -> File:
    cells = read_table(file.content)
    written = None if cells is None else run_row(ROWS, kind, cells, draw, site)
    return file if written is None else replace(file, content=written)
