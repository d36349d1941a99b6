"""Texts on which one system wrote what the next one reads otherwise: code pages, escapes, bytes that are no UTF-8."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import entities
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import Row, rows
from harness.generate.text.sites import WORDS, respell, respell_by

_BEHIND_A_MARK = r"(?<=[.,;:!?] )(?=\S)"
"""What holds behind a blank that stands between a mark and a word."""

_SEEN = re.compile(rf"([ '\"\x80-\U0010ffff](?:(?<! )|{_BEHIND_A_MARK}))")
"""What wrong code pages show: letters beyond ASCII, and the marks and blanks that a word processor makes such."""

_WORD_PROCESSOR = MappingProxyType({"'": "’", '"': "“", " ": "\N{NO-BREAK SPACE}"})
_ESCAPED = re.compile(rf"([ .'\"&<>=;,:!?\x80-\U0010ffff](?:(?<![ .])|(?<=\.)(?!\d)|{_BEHIND_A_MARK}))")


@op("text.mojibake", layer="field", kind="sites")
def mojibake(text: str, severity: int, draw: Stream) -> str:
    """Read letters in another code page than they were written in, once or twice: Ã¼ for ü, â€™ for an apostrophe.

    One pair of code pages a text. In plain ASCII, quotes and blanks after marks are written as word processors do
    before they are misread; so English has such sites too.
    severity: share of what the code page shows otherwise, 10 to 100 % in ten steps, rounded up; nested (only the parts
    of a text that took another way are misread at the low end).
    Source: the code pages' own tables; the commonest pairs of rspeer/python-ftfy's documentation; table
    fixtures/tables/code_pages.tsv; our own range.
    """
    known = rows("code_pages", "text")
    first = draw.below(len(known))
    return respell_by(text, _SEEN, 10 * severity, draw, map(_misreader, (*known[first:], *known[:first])))


@lru_cache(maxsize=64)
def _misreader(row: Row) -> Callable[[str], str]:
    """What is read where a character was written; one that is read as it was written stays as it is in the text."""
    written, read, passes = row.cells

    @lru_cache(maxsize=4096)
    def misread(char: str) -> str:
        meant = seen = _WORD_PROCESSOR.get(char, char)
        for _ in range(int(passes)):
            seen = _read_as(seen.encode(written, "ignore"), read) or seen
        return char if seen == meant else seen

    return misread


def _read_as(content: bytes, code_page: str) -> str:
    """The bytes in a code page; what it has no letter for as in ISO 8859-1 or, in one of several bytes, U+FFFD."""
    if code_page in ("cp1252", "cp1251", "iso8859_9"):
        letters = _letters(code_page)
        return "".join([letters[one] for one in content])
    return content.decode(code_page, "replace")


@lru_cache(maxsize=8)
def _letters(code_page: str) -> tuple[str, ...]:
    return tuple(bytes((one,)).decode(code_page, "ignore") or chr(one) for one in range(256))


@op("text.raw_bytes", layer="field", kind="sites", effect="destroyed")
def raw_bytes(text: str, severity: int, draw: Stream) -> str:
    """Put bytes that are no UTF-8 into words: letters of a code page, sequences cut in half, overlong forms.

    They are held as lone surrogates (surrogateescape) and go out as the bytes they stand for. Whether a service refuses
    the text, or reads what is left, is its own affair; it must not crash, nor answer with another value.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: RFC 3629, section 10; table fixtures/tables/code_pages.tsv; our own range.
    """
    escaped = bytes.fromhex(draw.choice(rows("code_pages", "bytes")).cells[0]).decode("utf-8", "surrogateescape")
    return respell(text, WORDS, 5 * severity, draw, lambda word: f"{word[:1]}{escaped}{word[1:]}")


@op("text.escaped", layer="field", kind="sites")
def escaped(text: str, severity: int, draw: Stream) -> str:
    """Leave the escapes of another format in: entities of HTML once or twice, quoted-printable, percent and JSON codes.

    One format a text. Sites are letters beyond ASCII, marks, and blanks after marks.
    severity: share of the sites, 10 to 100 % in ten steps, rounded up; nested.
    Source: HTML Living Standard 13.5, RFC 2045 6.7, RFC 3986 2.1, RFC 8259 7; table fixtures/tables/escapes.tsv; our
    own range.
    """
    row = draw.choice(rows("escapes"))
    return respell(text, _ESCAPED, 10 * severity, draw, _escaper(row))


@lru_cache(maxsize=64)
def _escaper(row: Row) -> Callable[[str], str]:
    once, passes = ESCAPES[row.kind], int(row.cells[0])

    @lru_cache(maxsize=4096)
    def escape(char: str) -> str:
        char = once(char)
        for _ in range(passes - 1):
            char = _AGAIN[row.kind](char)
        return char

    return escape


def _named(char: str) -> str:
    return _NAMES.get(char) or _decimal(char)


def _decimal(char: str) -> str:
    return f"&#{ord(char)};"


def _hexadecimal(char: str) -> str:
    return f"&#x{ord(char):X};"


def _by_byte(mark: str) -> Callable[[str], str]:
    return lambda char: "".join(f"{mark}{one:02X}" for one in char.encode("utf-8", "surrogatepass"))


def _json(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


_NAMES: Mapping[str, str] = MappingProxyType(
    {chr(code): f"&{name};" for code, name in sorted(entities.codepoint2name.items())} | {" ": "&nbsp;", "'": "&apos;"}
)
ESCAPES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "named": _named,
        "decimal": _decimal,
        "hexadecimal": _hexadecimal,
        "quoted_printable": _by_byte("="),
        "percent": _by_byte("%"),
        "json": _json,
    }
)
_AGAIN: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "named": lambda text: text.replace("&", "&amp;"),
        "decimal": lambda text: text.replace("&", "&#38;"),
        "quoted_printable": lambda text: text.replace("=", "=3D"),
        "percent": lambda text: text.replace("%", "%25"),
        "json": lambda text: text.replace("\\", "\\\\"),
    }
)
