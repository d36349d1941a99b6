"""A record as CSV: a header and one row, as RFC 4180 has it, and what other programs make of that."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.payloads import File, Record
from harness.generate.records.forms.flat import Cells, cells_of, kind_of
from harness.generate.records.forms.rows import run_row
from harness.generate.registry import op

END = "\r\n"


def write_table(record: Record) -> bytes:
    """The record as CSV in UTF-8: names, values, CR LF behind each line, quotes where they are needed."""
    return _bytes(_csv(cells_of(record)))


def read_table(content: bytes) -> Cells | None:
    """The cells of a file as `write_table` writes it; None for any other."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8", "surrogateescape"), newline=""), strict=True))
    except (ValueError, csv.Error):
        return None
    if len(lines) != 2 or len(lines[0]) != len(lines[1]):
        return None
    return list(zip(*lines, strict=True))


@op("record.csv_form", layer="serialise", kind="switch", form="csv", sited=True)
def csv_form(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Write a CSV as other programs do, with the same cells: other separators, quotes, line ends, a mark, a blank line.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 4180, which leaves all of it open; fixtures/tables/record_forms.tsv, each row with its source.
    """
    return _changed(file, "csv_form", draw, site)


@op(
    "record.csv_broken",
    layer="serialise",
    kind="switch",
    effect="destroyed",
    form="csv",
    sited=True,
)
def csv_broken(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Write a CSV whose cells no longer stand under their names, or no longer say what they said.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 4180; fixtures/tables/record_forms.tsv, each row with its source.
    """
    return _changed(file, "csv_broken", draw, site)


def _changed(file: File, kind: str, draw: Stream, site: str) -> File:
    cells = read_table(file.content)
    written = None if cells is None else run_row(ROWS, kind, cells, draw, site)
    return file if written is None else replace(file, content=written)


def _csv(cells: Cells, sep: str = ",", end: str = END, quote: str = '"', quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sep, lineterminator=end, quotechar=quote, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([name for name, _ in cells])
    writer.writerow([text for _, text in cells])
    return out.getvalue()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape" if _escaped(text) else "backslashreplace")


def _escaped(text: str) -> bool:
    """Whether all lone surrogates of the text are bytes that were no UTF-8."""
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")


def _with(cells: Cells, place: int, text: str) -> Cells:
    return [(name, text if k == place else old) for k, (name, old) in enumerate(cells)]


def _one(cells: Cells, draw: Stream, *kinds: str) -> int | None:
    """The place of a cell of one of these kinds, None where there is none."""
    places = [k for k, (_, text) in enumerate(cells) if kind_of(text) in kinds]
    return draw.choice(places) if places else None


def _formula(mark: str) -> Callable[[Cells, Stream], bytes | None]:
    """A mark before a text, by which spreadsheets take it for a formula; it calls and fetches nothing."""

    def write(cells: Cells, draw: Stream) -> bytes | None:
        place = _one(cells, draw, "text")
        return None if place is None else _bytes(_csv(_with(cells, place, mark + cells[place][1])))

    return write


def _line_end_in_cell(cells: Cells, draw: Stream) -> bytes | None:
    place = _one(cells, draw, "text")
    return None if place is None else _bytes(_csv(_with(cells, place, cells[place][1].replace(" ", "\n", 1))))


def _backslash_quotes(cells: Cells, draw: Stream) -> bytes | None:
    if not any('"' in text for _, text in cells):
        return None
    inside = [[text.replace('"', '\\"') for text in line] for line in zip(*cells, strict=True)]
    return _bytes("".join(",".join(f'"{text}"' for text in line) + END for line in inside))


def _padded(cells: Cells, draw: Stream) -> bytes:
    return _bytes("".join(", ".join(f'"{_doubled(text)}"' for text in line) + END for line in zip(*cells, strict=True)))


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _told_separator(cells: Cells, draw: Stream) -> bytes:
    return _bytes("sep=;\r\n" + _csv(cells, sep=";"))


def _decimal_comma(cells: Cells, draw: Stream) -> bytes | None:
    """Numbers with a comma in a file that separates by semicolons, as half of Europe's spreadsheets write it."""
    numbers = [(name, text.replace(".", ",") if kind_of(text) == "number" else text) for name, text in cells]
    return _bytes(_csv(numbers, sep=";")) if numbers != cells else None


def _naked_separator(cells: Cells, draw: Stream) -> bytes | None:
    """A comma in a text, and no quotes about it."""
    place = _one(cells, draw, "text")
    return None if place is None else _naked(cells, place, cells[place][1].replace(" ", ", ", 1))


def _naked_decimal_comma(cells: Cells, draw: Stream) -> bytes | None:
    """A comma between whole and part of a number, in a file that separates by commas."""
    places = [k for k, (_, text) in enumerate(cells) if kind_of(text) == "number" and "." in text]
    place = draw.choice(places) if places else None
    return None if place is None else _naked(cells, place, cells[place][1].replace(".", ","))


def _open_quote(cells: Cells, draw: Stream) -> bytes | None:
    """A quote that opens and never closes, so that a reader takes the rest of the file for one cell."""
    place = _one(cells, draw, "text", "word", "number")
    return None if place is None else _naked(cells, place, f'"{cells[place][1]}')


def _naked(cells: Cells, place: int, text: str) -> bytes:
    values = [text if k == place else _quoted(old) for k, (_, old) in enumerate(cells)]
    return _lines(_names(cells), ",".join(values))


def _quoted(text: str) -> str:
    return f'"{_doubled(text)}"' if any(char in text for char in ',"\r\n') else text


def _names(cells: Cells) -> str:
    return ",".join(_quoted(name) for name, _ in cells)


def _values(cells: Cells) -> str:
    return ",".join(_quoted(text) for _, text in cells)


def _lines(*lines: str) -> bytes:
    return _bytes("".join(line + END for line in lines))


def _dropped_cell(cells: Cells, draw: Stream) -> bytes | None:
    return _lines(_names(cells), _values(cells[:-1])) if len(cells) > 1 else None


def _shifted(cells: Cells, draw: Stream) -> bytes | None:
    """Every value under its neighbour's name: a cell was inserted at the left, and the last one cut off."""
    if len(cells) < 2:
        return None
    moved = ["", *(text for _, text in cells[:-1])]
    return _bytes(_csv([(name, text) for (name, _), text in zip(cells, moved, strict=True)]))


def _renamed(cells: Cells, draw: Stream) -> bytes | None:
    place = draw.below(len(cells)) if cells else 0
    return _bytes(_csv([(f"Column{k + 1}" if k == place else name, text) for k, (name, text) in enumerate(cells)]))


def _name_twice(cells: Cells, draw: Stream) -> bytes | None:
    if len(cells) < 2:
        return None
    place = 1 + draw.below(len(cells) - 1)
    return _bytes(_csv([(cells[0][0] if k == place else name, text) for k, (name, text) in enumerate(cells)]))


def _exponent(cells: Cells, draw: Stream) -> bytes | None:
    """A long number as a spreadsheet shows it: 417233 becomes 4.17E+05."""
    long = [k for k, (_, text) in enumerate(cells) if text.isascii() and text.isdigit() and len(text) >= 5]
    if not long:
        return None
    place = draw.choice(long)
    digits = cells[place][1].lstrip("0") or "0"
    return _bytes(_csv(_with(cells, place, f"{digits[0]}.{digits[1:3].ljust(2, '0')}E+{len(digits) - 1:02d}")))


def _lost_zeros(cells: Cells, draw: Stream) -> bytes | None:
    digits = [(k, text) for k, (_, text) in enumerate(cells) if text.isascii() and text.isdigit()]
    zeros = [k for k, text in digits if text.startswith("0") and text != "0"]
    place = draw.choice(zeros) if zeros else None
    return None if place is None else _bytes(_csv(_with(cells, place, cells[place][1].lstrip("0") or "0")))


def _titled(cells: Cells, draw: Stream) -> bytes:
    return _lines("Export" + "," * (len(cells) - 1), _names(cells), _values(cells))


def _other_bytes(codec: str) -> Callable[[Cells, Stream], bytes | None]:
    """The file in another code page, which it does not say; None where that changes no byte."""

    def write(cells: Cells, draw: Stream) -> bytes | None:
        text = _csv(cells)
        written = text.encode(codec, "replace")
        return None if written == _bytes(text) else written

    return write


ROWS: Mapping[str, Callable[[Cells, Stream], bytes | None]] = MappingProxyType(
    {
        "semicolons": lambda cells, draw: _bytes(_csv(cells, sep=";")),
        "tabs": lambda cells, draw: _bytes(_csv(cells, sep="\t")),
        "bars": lambda cells, draw: _bytes(_csv(cells, sep="|")),
        "separator_told": _told_separator,
        "all_quoted": lambda cells, draw: _bytes(_csv(cells, quoting=csv.QUOTE_ALL)),
        "blank_behind_separator": _padded,
        "backslash_quotes": _backslash_quotes,
        "mark": lambda cells, draw: _bytes("\ufeff" + _csv(cells)),
        "line_feeds": lambda cells, draw: _bytes(_csv(cells, end="\n")),
        "returns": lambda cells, draw: _bytes(_csv(cells, end="\r")),
        "mixed_line_ends": lambda cells, draw: _bytes(f"{_names(cells)}\n{_values(cells)}{END}"),
        "no_last_line_end": lambda cells, draw: _bytes(_csv(cells).removesuffix(END)),
        "blank_lines": lambda cells, draw: _lines(_names(cells), "", _values(cells), "", ""),
        "separators_alone": lambda cells, draw: _lines(_names(cells), _values(cells), "," * (len(cells) - 1), ""),
        "line_end_in_cell": _line_end_in_cell,
        "trailing_separator": lambda cells, draw: _lines(_names(cells) + ",", _values(cells) + ","),
        "columns_turned": lambda cells, draw: _bytes(_csv(cells[::-1])) if len(cells) > 1 else None,
        "equals_before_text": _formula("="),
        "plus_before_text": _formula("+"),
        "minus_before_text": _formula("-"),
        "at_before_text": _formula("@"),
        "decimal_comma": _decimal_comma,
        "naked_separator": _naked_separator,
        "naked_decimal_comma": _naked_decimal_comma,
        "open_quote": _open_quote,
        "cell_missing": _dropped_cell,
        "cell_too_many": lambda cells, draw: _lines(_names(cells), _values(cells) + ",x"),
        "shifted": _shifted,
        "no_header": lambda cells, draw: _lines(_values(cells)),
        "header_alone": lambda cells, draw: _lines(_names(cells)),
        "header_twice": lambda cells, draw: _lines(_names(cells), _names(cells), _values(cells)),
        "name_changed": _renamed,
        "name_twice": _name_twice,
        "title_before_header": _titled,
        "exponent": _exponent,
        "zeros_lost": _lost_zeros,
        "latin_1": _other_bytes("latin-1"),
        "utf_16": _other_bytes("utf-16-le"),
        "cut_in_row": lambda cells, draw: _bytes(f"{_names(cells)}{END}{_values(cells)[: len(_values(cells)) // 2]}"),
    }
)
"""What each row of the table does, by its name; None where the record has nothing for it."""
