"""A record in fixed-width columns: names, a ruler of dashes as wide as each column, and values.

    customer   amount  channel
    --------  -------  -------
    C-00417    1250.5  web

Each column spans its dashes. Two blanks separate columns. Numbers are aligned right.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.forms.flat import Cells, cells_of, kind_of
from harness.generate.records.forms.rows import register_ops

GAP = "  "
ROOM = 4
"""Characters by which a column is wider than its longest content."""
OVERPUNCH = "}JKLMNOPQR"
"""Last digit of a negative number, 0 to 9, in zoned decimal."""

Widths = list[int]
Read = tuple[Cells, Widths]


def write_columns(record: Record) -> bytes:
    """The record in columns, in UTF-8. Line ends and tabs in a text become blanks."""
    cells = [(_one_line(name), _one_line(text)) for name, text in cells_of(record)]
    return _lines(cells, _widths(cells)).encode("utf-8", "backslashreplace")


def read_columns(content: bytes) -> Read | None:
    """The cells and widths of a file from `write_columns`; None for any other file."""
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    if len(lines) != 4 or lines[3] or not lines[1] or (set(lines[1]) != {"-", " "} and set(lines[1]) != {"-"}):
        return None
    widths = [len(dashes) for dashes in lines[1].split(GAP)]
    names, values = (_cut(line, widths) for line in (lines[0], lines[2]))
    cells = list(zip(names, values, strict=True))
    return (cells, widths) if _lines(cells, widths) == "\n".join(lines) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _widths(cells: Cells) -> Widths:
    return [max(len(name), len(text)) + ROOM for name, text in cells]


def _lines(cells: Cells, widths: Widths) -> str:
    names = GAP.join(_padded(name, width, text) for (name, text), width in zip(cells, widths, strict=True))
    return f"{names}\n{_ruler(widths)}\n{_values(cells, widths)}\n"


def _ruler(widths: Widths) -> str:
    return GAP.join("-" * width for width in widths)


def _values(cells: Cells, widths: Widths) -> str:
    return GAP.join(_padded(text, width, text) for (_, text), width in zip(cells, widths, strict=True))


def _padded(text: str, width: int, value: str) -> str:
    return text.rjust(width) if kind_of(value) == "number" else text.ljust(width)


def _cut(line: str, widths: Widths) -> list[str]:
    found, at = [], 0
    for width in widths:
        found.append(line[at : at + width].strip())
        at += width + len(GAP)
    return found


Way = Callable[[Read, Stream], bytes | None]


def _with_values(make: Callable[[str], str]) -> Way:
    """A change of the line of values; None if it changes nothing."""

    def write(read: Read, draw: Stream) -> bytes | None:
        names, ruler, values, _ = _lines(*read).split("\n")
        after = make(values)
        return None if after == values else f"{names}\n{ruler}\n{after}\n".encode("utf-8", "backslashreplace")

    return write


def _on_text(change: Callable[[str], str]) -> Way:
    return lambda read, draw: change(_lines(*read)).encode("utf-8", "backslashreplace")


def _counted_in_bytes(read: Read, draw: Stream) -> bytes | None:
    """Each value padded to as many bytes as its column has characters, so that the text after ü moves left."""
    cells, widths = read
    letters = [width - len(text.encode()) + len(text) for (_, text), width in zip(cells, widths, strict=True)]
    padded = [_padded(text, width, text) for (_, text), width in zip(cells, letters, strict=True)]
    after = GAP.join(padded)
    if after == _values(cells, widths) or after.rstrip() == _values(cells, widths).rstrip():
        return None
    names, ruler, _, _ = _lines(*read).split("\n")
    return f"{names}\n{ruler}\n{after}\n".encode()


def _wider(read: Read, draw: Stream) -> bytes:
    cells, widths = read
    return _lines(cells, [width + 4 for width in widths]).encode("utf-8", "backslashreplace")


def _number(read: Read, draw: Stream, make: Callable[[str], str]) -> bytes | None:
    """One number, with or without decimals, in another notation."""
    cells, _ = read
    places = [k for k, (_, text) in enumerate(cells) if kind_of(text) == "number"]
    if not places:
        return None
    place = draw.choice(places)
    after = [(name, make(text) if k == place else text) for k, (name, text) in enumerate(cells)]
    return _lines(after, _widths(after)).encode("utf-8", "backslashreplace")


def _overpunched(text: str) -> str:
    """The number as negative zoned decimal without its point: 125.5 becomes 125N."""
    digits = text.removeprefix("-").replace(".", "")
    return digits[:-1] + OVERPUNCH[int(digits[-1])]


def _packed(read: Read, draw: Stream) -> bytes | None:
    """One number as packed decimal: two digits per byte, and C for plus in the last half byte."""
    cells, widths = read
    places = [k for k, (_, text) in enumerate(cells) if kind_of(text) == "number"]
    if not places:
        return None
    place = draw.choice(places)
    digits = cells[place][1].removeprefix("-").replace(".", "") + "C"
    packed = bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0"))
    at = sum(widths[:place]) + len(GAP) * place
    names, ruler, values, _ = _lines(*read).split("\n")
    before, behind = values[:at].encode(), values[at + widths[place] :].encode()
    return f"{names}\n{ruler}\n".encode() + before + packed.ljust(widths[place], b"\x40") + behind + b"\n"


ROWS: Mapping[str, Way] = MappingProxyType(
    {
        "wider": _wider,
        "return_line_feeds": _on_text(lambda text: text.replace("\n", "\r\n")),
        "mark": _on_text(lambda text: "\ufeff" + text),
        "blank_lines": _on_text(lambda text: text + "\n\n"),
        "no_last_line_end": _on_text(lambda text: text.removesuffix("\n")),
        "shifted_left": _with_values(lambda line: line[1:]),
        "shifted_right": _with_values(lambda line: f" {line}"),
        "tabs": _with_values(lambda line: "\t".join(part for part in line.split(GAP) if part)),
        "one_blank": _with_values(lambda line: " ".join(line.split())),
        "counted_in_bytes": _counted_in_bytes,
        "cut": _with_values(lambda line: line[: 2 * len(line) // 3]),
        "broken_line": _with_values(lambda line: line[: len(line) // 2] + "\n" + line[len(line) // 2 :]),
        "no_ruler": lambda read, draw: _without_ruler(read),
        "overpunch": lambda read, draw: _number(read, draw, _overpunched),
        "implied_point": lambda read, draw: _implied(read, draw),
        "packed": _packed,
    }
)
"""Writers by row name of the table; a writer returns None if it does not apply to the record."""


def _without_ruler(read: Read) -> bytes:
    names, _, values, _ = _lines(*read).split("\n")
    return f"{names}\n{values}\n".encode("utf-8", "backslashreplace")


def _implied(read: Read, draw: Stream) -> bytes | None:
    """One number without its point, as in columns whose layout states the number of decimals."""
    cells, _ = read
    if not any(kind_of(text) == "number" and "." in text for _, text in cells):
        return None
    after = [(name, text.replace(".", "") if kind_of(text) == "number" else text) for name, text in cells]
    return _lines(after, _widths(after)).encode("utf-8", "backslashreplace")


register_ops(
    "fixed",
    read_columns,
    ROWS,
    {
        "broken": (
            "destroyed",
            "Write fixed-width columns with shifted values, or with numbers in mainframe notation.",
            "our own; fixtures/tables/record_forms.tsv, each row with its source.",
        ),
        "form": (
            "kept",
            "Write fixed-width columns as other programs do, with values in the right place: wider, "
            "other line ends, a BOM.",
            "our own; fixtures/tables/record_forms.tsv, each row with its source.",
        ),
    },
)
