"""A record as an interchange of segments, after UN/EDIFACT: a minimal message of our own, and variants by partners.

UNA:+.? '                                    the separators: component, element, decimal mark, release, segment
UNB+UNOC:3+SENDER+RECEIVER+000101:0000+1'    the interchange: control number 1, a fixed date
UNH+1+RECORD:1'                              the message
FLD+amount+1250.5'                           one segment per field: name and text, empty for null
UNT+3+1'                                     number of segments since UNH, number of the message
UNZ+1+1'                                     number of messages, number of the interchange
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.forms.flat import Cells, cells_of, kind_of
from harness.generate.records.forms.rows import register_ops

USUAL = ":+.? '"
"""Separators: component, element, decimal mark, release character, reserved blank, segment terminator."""


def write_edi(record: Record) -> bytes:
    """The record as an interchange in UTF-8, one segment per line."""
    return _interchange(cells_of(record)).encode("utf-8", "backslashreplace")


def read_edi(content: bytes) -> Cells | None:
    """The fields of an interchange from `write_edi`; None for any other file."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not text.startswith(f"UNA{USUAL}"):
        return None
    fields = [_parts(line) for line in _split(text, "'")]
    cells = [(part[1], part[2]) for part in fields if part[0] == "FLD" and len(part) == 3]
    return cells if _interchange(cells) == text else None


def _interchange(
    cells: Cells,
    marks: str = USUAL,
    end: str = "\n",
    *,
    advice: bool = True,
    count: int = 0,
    closing: str = "1",
    messages: int = 1,
    released: bool = True,
) -> str:
    """The interchange. count: error in the number of segments. closing: the message number at the end."""
    component, element, stop = marks[0], marks[1], marks[5]

    def segment(*elements: str) -> str:
        return element.join(elements) + stop + end

    def escaped(text: str) -> str:
        return _released(text, marks) if released else text

    fields = "".join(segment("FLD", escaped(name), escaped(text)) for name, text in cells)
    return (
        (f"UNA{marks}{end}" if advice else "")
        + segment("UNB", f"UNOC{component}3", "SENDER", "RECEIVER", f"000101{component}0000", "1")
        + segment("UNH", "1", f"RECORD{component}1")
        + fields
        + segment("UNT", str(len(cells) + 2 + count), closing)
        + segment("UNZ", str(messages), "1")
    )


def _released(text: str, marks: str) -> str:
    special = {marks[0], marks[1], marks[3], marks[5]}
    return "".join(f"{marks[3]}{char}" if char in special else char for char in text)


def _split(text: str, mark: str) -> list[str]:
    """The parts between separators. A released separator is part of the text."""
    parts, part, kept = [], "", False
    for char in text.removeprefix(f"UNA{USUAL}"):
        if char == mark and not kept:
            parts.append(part)
            part = ""
        else:
            part += char
        kept = char == USUAL[3] and not kept
    return [*parts, part]


def _parts(segment: str) -> list[str]:
    return [_plain(part) for part in _split(segment.removeprefix("\n"), "+")]


def _plain(text: str) -> str:
    out, kept = "", False
    for char in text:
        kept = char == USUAL[3] and not kept
        out += "" if kept else char
    return out


Way = Callable[[Cells, Stream], bytes | None]


def _simply(made: Callable[[Cells], str]) -> Way:
    return lambda cells, draw: made(cells).encode("utf-8", "backslashreplace")


def _on_text(change: Callable[[str], str]) -> Way:
    """A change of the text of the usual interchange; None if it changes nothing."""

    def write(cells: Cells, draw: Stream) -> bytes | None:
        text = _interchange(cells)
        after = change(text)
        return None if after == text else after.encode("utf-8", "backslashreplace")

    return write


def _without_release(cells: Cells, draw: Stream) -> bytes | None:
    """Separators in the text of a field without a release character; None if no text has a separator."""
    bare = _interchange(cells, released=False)
    return None if bare == _interchange(cells) else bare.encode("utf-8", "backslashreplace")


def _decimal_comma(cells: Cells, draw: Stream) -> bytes | None:
    """Numbers with a decimal comma, declared in the service string advice."""
    numbers = [(name, text.replace(".", ",") if kind_of(text) == "number" else text) for name, text in cells]
    return None if numbers == cells else _interchange(numbers, ":+,? '").encode("utf-8", "backslashreplace")


def _other_code_page(cells: Cells, draw: Stream) -> bytes | None:
    """The interchange in ISO 8859-1, as UNOC declares; None if it changes no byte."""
    text = _interchange(cells)
    written = text.encode("latin-1", "replace")
    return None if written == text.encode("utf-8", "backslashreplace") else written


def _message_twice(text: str) -> str:
    message = text[text.index("UNH+") : text.index("UNZ+")]
    return text.replace(message, message * 2)


ROWS: Mapping[str, Way] = MappingProxyType(
    {
        "one_line": _simply(lambda cells: _interchange(cells, end="")),
        "return_line_feeds": _simply(lambda cells: _interchange(cells, end="\r\n")),
        "no_advice": _simply(lambda cells: _interchange(cells, advice=False)),
        "told_separators": _simply(lambda cells: _interchange(cells, "/*.! ~")),
        "told_controls": _simply(lambda cells: _interchange(cells, "\x1f\x1d.\x19 \x1c", end="")),
        "told_decimal_comma": _decimal_comma,
        "needless_release": _on_text(lambda text: text.replace("FLD+", "FLD+?", 1)),
        "separators_not_told": _simply(lambda cells: _interchange(cells, "/*.! ~", advice=False)),
        "wrong_count": _simply(lambda cells: _interchange(cells, count=1)),
        "count_of_nothing": _simply(lambda cells: _interchange(cells, count=-len(cells) - 2)),
        "other_message_number": _simply(lambda cells: _interchange(cells, closing="2")),
        "wrong_message_count": _simply(lambda cells: _interchange(cells, messages=2)),
        "no_trailer": _on_text(lambda text: text.partition("UNZ+")[0]),
        "no_message_end": _on_text(lambda text: text.partition("UNT+")[0] + "UNZ+1+1'\n"),
        "no_header": _on_text(lambda text: text.partition("\n")[0] + "\nUNH" + text.partition("UNH")[2]),
        "no_release": _without_release,
        "unknown_segment": _on_text(lambda text: text.replace("FLD+", "XXX+", 1)),
        "small_tags": _on_text(lambda text: text.replace("FLD+", "fld+")),
        "element_missing": _on_text(lambda text: text.replace("FLD+", "FLD'\nFLD+", 1)),
        "message_twice": _on_text(_message_twice),
        "cut_in_segment": _on_text(lambda text: text[: text.index("UNT") - 3]),
        "line_end_for_stop": _on_text(lambda text: text[:9] + text[9:].replace("'\n", "\n")),
        "latin_1": _other_code_page,
    }
)
"""Writers by row name of the table; a writer returns None if it does not apply to the record."""


register_ops(
    "edi",
    read_edi,
    ROWS,
    {
        "form": (
            "kept",
            "Write an interchange as other partners do, with the same fields: other separators, one "
            "line, no line ends.",
            "ISO 9735-1, section 7 (service string advice) and annex A; fixtures/tables/record_forms.tsv.",
        ),
        "broken": (
            "destroyed",
            "Write an interchange with counts, numbers, separators or segments that do not match.",
            "ISO 9735-1, sections 7 to 10; fixtures/tables/record_forms.tsv.",
        ),
    },
)
