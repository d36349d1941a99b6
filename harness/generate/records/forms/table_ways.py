"""Variants of a CSV with one row, one function for each row of the table: the same cells, or other cells."""

import csv
import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.records.forms.flat import Cells, kind_of

END = "\r\n"


def csv_text(cells: Cells, sep: str = ",", end: str = END, quote: str = '"', quoting: int = csv.QUOTE_MINIMAL) -> str:
    """The header and the row as CSV, by default as in RFC 4180."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sep, lineterminator=end, quotechar=quote, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([name for name, _ in cells])
    writer.writerow([text for _, text in cells])
    return out.getvalue()


def in_bytes(text: str) -> bytes:
    """The text in UTF-8. Sample bytes that were not UTF-8 stay as they were."""
    return text.encode("utf-8", "surrogateescape" if _escaped(text) else "backslashreplace")


def _escaped(text: str) -> bool:
    """Whether all lone surrogates of the text are bytes that were not UTF-8."""
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")


def _with(cells: Cells, place: int, text: str) -> Cells:
    return [(name, text if k == place else old) for k, (name, old) in enumerate(cells)]


def _one(cells: Cells, draw: Stream, *kinds: str) -> int | None:
    """The index of a cell of one of these kinds; None if there is none."""
    places = [k for k, (_, text) in enumerate(cells) if kind_of(text) in kinds]
    return draw.choice(places) if places else None


def _formula(mark: str) -> Callable[[Cells, Stream], bytes | None]:
    """A sign before a text that makes spreadsheets read it as a formula. It calls and fetches nothing."""

    def write(cells: Cells, draw: Stream) -> bytes | None:
        place = _one(cells, draw, "text")
        return None if place is None else in_bytes(csv_text(_with(cells, place, mark + cells[place][1])))

    return write


def _line_end_in_cell(cells: Cells, draw: Stream) -> bytes | None:
    place = _one(cells, draw, "text")
    return None if place is None else in_bytes(csv_text(_with(cells, place, cells[place][1].replace(" ", "\n", 1))))


def _backslash_quotes(cells: Cells, draw: Stream) -> bytes | None:
    if not any('"' in text for _, text in cells):
        return None
    inside = [[text.replace('"', '\\"') for text in line] for line in zip(*cells, strict=True)]
    return in_bytes("".join(",".join(f'"{text}"' for text in line) + END for line in inside))


def _padded(cells: Cells, draw: Stream) -> bytes:
    return in_bytes(
        "".join(", ".join(f'"{_doubled(text)}"' for text in line) + END for line in zip(*cells, strict=True))
    )


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _declared_separator(cells: Cells, draw: Stream) -> bytes:
    return in_bytes("sep=;\r\n" + csv_text(cells, sep=";"))


def _decimal_comma(cells: Cells, draw: Stream) -> bytes | None:
    """Numbers with a decimal comma, separated by semicolons, as in half of Europe's spreadsheets."""
    numbers = [(name, text.replace(".", ",") if kind_of(text) == "number" else text) for name, text in cells]
    return in_bytes(csv_text(numbers, sep=";")) if numbers != cells else None


def _naked_separator(cells: Cells, draw: Stream) -> bytes | None:
    """A comma in a text without quotes."""
    place = _one(cells, draw, "text")
    return None if place is None else _naked(cells, place, cells[place][1].replace(" ", ", ", 1))


def _naked_decimal_comma(cells: Cells, draw: Stream) -> bytes | None:
    """A decimal comma in a number, in a file that separates by commas."""
    places = [k for k, (_, text) in enumerate(cells) if kind_of(text) == "number" and "." in text]
    place = draw.choice(places) if places else None
    return None if place is None else _naked(cells, place, cells[place][1].replace(".", ","))


def _open_quote(cells: Cells, draw: Stream) -> bytes | None:
    """A quote that is never closed, so that a reader treats the rest of the file as one cell."""
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
    return in_bytes("".join(line + END for line in lines))


def _dropped_cell(cells: Cells, draw: Stream) -> bytes | None:
    return _lines(_names(cells), _values(cells[:-1])) if len(cells) > 1 else None


def _shifted(cells: Cells, draw: Stream) -> bytes | None:
    """Every value under the next name: a cell was inserted on the left, and the last one cut off."""
    if len(cells) < 2:
        return None
    moved = ["", *(text for _, text in cells[:-1])]
    return in_bytes(csv_text([(name, text) for (name, _), text in zip(cells, moved, strict=True)]))


def _renamed(cells: Cells, draw: Stream) -> bytes | None:
    place = draw.below(len(cells)) if cells else 0
    return in_bytes(
        csv_text([(f"Column{k + 1}" if k == place else name, text) for k, (name, text) in enumerate(cells)])
    )


def _name_twice(cells: Cells, draw: Stream) -> bytes | None:
    if len(cells) < 2:
        return None
    place = 1 + draw.below(len(cells) - 1)
    return in_bytes(csv_text([(cells[0][0] if k == place else name, text) for k, (name, text) in enumerate(cells)]))


def _exponent(cells: Cells, draw: Stream) -> bytes | None:
    """A long number as a spreadsheet shows it: 417233 becomes 4.17E+05."""
    long = [k for k, (_, text) in enumerate(cells) if text.isascii() and text.isdigit() and len(text) >= 5]
    if not long:
        return None
    place = draw.choice(long)
    digits = cells[place][1].lstrip("0") or "0"
    return in_bytes(csv_text(_with(cells, place, f"{digits[0]}.{digits[1:3].ljust(2, '0')}E+{len(digits) - 1:02d}")))


def _lost_zeros(cells: Cells, draw: Stream) -> bytes | None:
    digits = [(k, text) for k, (_, text) in enumerate(cells) if text.isascii() and text.isdigit()]
    zeros = [k for k, text in digits if text.startswith("0") and text != "0"]
    place = draw.choice(zeros) if zeros else None
    return None if place is None else in_bytes(csv_text(_with(cells, place, cells[place][1].lstrip("0") or "0")))


def _titled(cells: Cells, draw: Stream) -> bytes:
    return _lines("Export" + "," * (len(cells) - 1), _names(cells), _values(cells))


def _other_bytes(codec: str) -> Callable[[Cells, Stream], bytes | None]:
    """The file in another code page, which it does not declare; None if that changes no byte."""

    def write(cells: Cells, draw: Stream) -> bytes | None:
        text = csv_text(cells)
        written = text.encode(codec, "replace")
        return None if written == in_bytes(text) else written

    return write


ROWS: Mapping[str, Callable[[Cells, Stream], bytes | None]] = MappingProxyType(
    {
        "semicolons": lambda cells, draw: in_bytes(csv_text(cells, sep=";")),
        "tabs": lambda cells, draw: in_bytes(csv_text(cells, sep="\t")),
        "bars": lambda cells, draw: in_bytes(csv_text(cells, sep="|")),
        "separator_told": _declared_separator,
        "all_quoted": lambda cells, draw: in_bytes(csv_text(cells, quoting=csv.QUOTE_ALL)),
        "blank_behind_separator": _padded,
        "backslash_quotes": _backslash_quotes,
        "mark": lambda cells, draw: in_bytes("\ufeff" + csv_text(cells)),
        "line_feeds": lambda cells, draw: in_bytes(csv_text(cells, end="\n")),
        "returns": lambda cells, draw: in_bytes(csv_text(cells, end="\r")),
        "mixed_line_ends": lambda cells, draw: in_bytes(f"{_names(cells)}\n{_values(cells)}{END}"),
        "no_last_line_end": lambda cells, draw: in_bytes(csv_text(cells).removesuffix(END)),
        "blank_lines": lambda cells, draw: _lines(_names(cells), "", _values(cells), "", ""),
        "separators_alone": lambda cells, draw: _lines(_names(cells), _values(cells), "," * (len(cells) - 1), ""),
        "line_end_in_cell": _line_end_in_cell,
        "trailing_separator": lambda cells, draw: _lines(_names(cells) + ",", _values(cells) + ","),
        "columns_turned": lambda cells, draw: in_bytes(csv_text(cells[::-1])) if len(cells) > 1 else None,
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
        "cut_in_row": lambda cells, draw: in_bytes(f"{_names(cells)}{END}{_values(cells)[: len(_values(cells)) // 2]}"),
    }
)
"""Writers by row name of the table; a writer returns None if it does not apply to the record."""
