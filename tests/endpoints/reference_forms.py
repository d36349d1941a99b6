"""Strict readers of records in CSV, XML, EDI and columns: they accept every valid notation and refuse errors."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from xml.etree import ElementTree

Fields = dict[str, str]
COMMA = re.compile(r"-?\d+,\d+")
RULER = re.compile(r"-+(?:  -+)*")


class Unreadable(ValueError):
    """Raised for a record that is not valid."""


def read_csv(content: bytes) -> Fields:
    """One header, one row of as many cells; separators, quotes, line ends and a mark as the writer liked them."""
    text = _text(content)
    told = re.match(r"sep=(.)\r?\n", text)
    text = text[told.end() :] if told else text
    separator = told[1] if told else max(",;\t|", key=text.splitlines()[0].count if text else "".count)
    escaped = '\\"' in text
    rows = [row for row in _rows(text, separator, escaped) if any(row)]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        raise Unreadable("not a header and a row of as many cells")
    cells = zip(*rows, strict=True)
    read = _once((name, text) for name, text in cells if name or text)
    return {name: _with_point(text) for name, text in read.items()} if separator == ";" else read


def _rows(text: str, separator: str, escaped: bool) -> list[list[str]]:
    lines, escape = io.StringIO(text, newline=""), "\\" if escaped else None
    try:
        return list(
            csv.reader(
                lines,
                delimiter=separator,
                strict=True,
                skipinitialspace=True,
                doublequote=not escaped,
                escapechar=escape,
            )
        )
    except csv.Error as reason:
        raise Unreadable(str(reason)) from None


def read_xml(content: bytes) -> Fields:
    """One element a field, in any namespace; a document that declares entities is not read at all."""
    if b"<!ENTITY" in content or re.search(rb"<!DOCTYPE[^>]*(SYSTEM|PUBLIC)", content):
        raise Unreadable("entities and external subsets are not read")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as reason:
        raise Unreadable(str(reason)) from None
    if _local(root) != "record" or root.attrib or (root.text or "").strip():
        raise Unreadable("no record")
    return _once(_elements("", root))


def _elements(prefix: str, parent: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in parent:
        name = child.get("name", "") if _local(child) == "field" else _local(child)
        if len(child):
            yield from _elements(f"{prefix}{name}.", child)
        else:
            yield f"{prefix}{name}", child.text or ""


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def read_edi(content: bytes) -> Fields:
    """One message of FLD segments; every count and every number has to be right."""
    text = _text(content)
    marks = text[3:9] if text.startswith("UNA") else ":+.? '"
    text = text.removeprefix(f"UNA{marks}")
    segments = [_split(part.lstrip("\r\n"), marks[1], marks[3]) for part in _split(text, marks[5], marks[3], keep=True)]
    if len(segments) < 6 or segments.pop() != [""] or [segments[k][0] for k in (0, 1, -2, -1)] != _FRAME:
        raise Unreadable("no interchange of one message")
    opened, message, closed, end = segments[0], segments[1:-1], segments[-2], segments[-1]
    if closed != ["UNT", str(len(message)), message[0][1]] or end != ["UNZ", "1", opened[-1]]:
        raise Unreadable("counts and numbers do not add up")
    fields = message[1:-1]
    if any(field[0] != "FLD" or len(field) != 3 for field in fields):
        raise Unreadable("a segment that nobody knows")
    point = _with_point if marks[2] == "," else str
    return {name: point(value) for name, value in _once((field[1], field[2]) for field in fields).items()}


_FRAME = ["UNB", "UNH", "UNT", "UNZ"]


def _split(text: str, mark: str, release: str, *, keep: bool = False) -> list[str]:
    """The parts between marks that are not released. keep: whether release characters stay."""
    parts, released = [""], False
    for char in text:
        if char == release and not released:
            released = True
            parts[-1] += char if keep else ""
            continue
        if char == mark and not released:
            parts.append("")
        else:
            parts[-1] += char
        released = False
    return parts


def read_columns(content: bytes) -> Fields:
    """Names, ruler, values; every cell stands at one end of its column, and between columns stands nothing."""
    lines = [line.removesuffix("\r") for line in _text(content).split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) != 3 or not RULER.fullmatch(lines[1]) or {len(line) for line in lines} != {len(lines[1])}:
        raise Unreadable("no names, ruler and values of one width")
    spans = [dashes.span() for dashes in re.finditer("-+", lines[1])]
    between = [k for k, char in enumerate(lines[1]) if char == " "]
    if any(line[k] != " " for line in (lines[0], lines[2]) for k in between):
        raise Unreadable("something stands between two columns")
    return _once((_cell(lines[0][begin:end]), _cell(lines[2][begin:end])) for begin, end in spans)


def _cell(text: str) -> str:
    if text.strip() and text[0] == text[-1] == " ":
        raise Unreadable("a cell that stands at no end of its column")
    return text.strip()


def _text(content: bytes) -> str:
    """UTF-8 with or without a mark, and no control but line ends and separators."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("no UTF-8") from None
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x18\x1a\x1b\x1e\x7f]", text):
        raise Unreadable("a control")
    return text


def _once(pairs: Iterable[tuple[str, str]]) -> Fields:
    listed = list(pairs)
    found = dict(listed)
    if len(found) < len(listed):
        raise Unreadable("a name stands twice")
    return found


def _with_point(text: str) -> str:
    return text.replace(",", ".") if COMMA.fullmatch(text) else text


FORMS: Mapping[str, Callable[[bytes], Fields]] = MappingProxyType(
    {"csv": read_csv, "xml": read_xml, "edi": read_edi, "fixed": read_columns}
)
