"""A record as CSV, a header and one row by RFC 4180, and variants by other programs."""

import csv
import io

from harness.generate.payloads import Record
from harness.generate.records.forms.flat import Cells, cells_of
from harness.generate.records.forms.rows import register_ops
from harness.generate.records.forms.table_ways import ROWS, csv_text, in_bytes


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


register_ops(
    "csv",
    read_table,
    ROWS,
    {
        "form": (
            "kept",
            "Write a CSV as other programs do, with the same cells: other separators, quotes, line "
            "ends, a BOM, a blank line.",
            "RFC 4180, which allows or ignores all of these; fixtures/tables/record_forms.tsv, each "
            "row with its source.",
        ),
        "broken": (
            "destroyed",
            "Write a CSV with shifted or changed cells.",
            "RFC 4180; fixtures/tables/record_forms.tsv, each row with its source.",
        ),
    },
)
