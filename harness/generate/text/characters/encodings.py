"""Texts that one system wrote and the next one misreads: code pages, escapes, bytes that are not UTF-8."""

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
"""Matches after a blank between a punctuation mark and a word."""

_SEEN = re.compile(rf"([ '\"\x80-\U0010ffff](?:(?<! )|{_BEHIND_A_MARK}))")
"""What wrong code pages garble: non-ASCII letters, and the quotes and blanks that word processors replace."""

_WORD_PROCESSOR = MappingProxyType({"'": "’", '"': "“", " ": "\N{NO-BREAK SPACE}"})
_ESCAPED = re.compile(rf"([ .'\"&<>=;,:!?\x80-\U0010ffff](?:(?<![ .])|(?<=\.)(?!\d)|{_BEHIND_A_MARK}))")


@op("text.mojibake", layer="field", kind="nested")
def mojibake(text: str, severity: int, draw: Stream) -> str:
    """Read letters in a wrong code page, once or twice: Ã¼ for ü, â€™ for an apostrophe.

    One pair of code pages per text. In plain ASCII, quotes and blanks after marks first become those of a word
    processor, so English texts have such sites too.
    severity: share of what the code page shows differently, 10 to 100 % in ten steps, rounded up; nested (only the
    parts of a text that took another path are misread at the low end).
    Source: the code pages' own tables; the most common pairs of rspeer/python-ftfy's documentation; table
    fixtures/tables/code_pages.tsv; our own range.
    """
    known = rows("code_pages", "text")
    first = draw.below(len(known))
    return respell_by(text, _SEEN, 10 * severity, draw, map(_misreader, (*known[first:], *known[:first])))


@lru_cache(maxsize=64)
def _misreader(row: Row) -> Callable[[str], str]:
    """The characters that are misread. Characters that are read correctly stay in the text."""
    written, read, passes = row.cells

    @lru_cache(maxsize=4096)
    def misread(char: str) -> str:
        meant = seen = _WORD_PROCESSOR.get(char, char)
        for _ in range(int(passes)):
            seen = _read_as(seen.encode(written, "ignore"), read) or seen
        return char if seen == meant else seen

    return misread


def _read_as(content: bytes, code_page: str) -> str:
    """The bytes in a code page. Missing letters are as in ISO 8859-1 or, in a multi-byte code page, U+FFFD."""
    if code_page in ("cp1252", "cp1251", "iso8859_9"):
        letters = _letters(code_page)
        return "".join([letters[one] for one in content])
    return content.decode(code_page, "replace")


@lru_cache(maxsize=8)
def _letters(code_page: str) -> tuple[str, ...]:
    return tuple(bytes((one,)).decode(code_page, "ignore") or chr(one) for one in range(256))


@op("text.raw_bytes", layer="field", kind="nested", effect="destroyed")
def raw_bytes(text: str, severity: int, draw: Stream) -> str:
    """Put bytes that are not UTF-8 into words: letters of a code page, sequences cut in half, overlong forms.

    They are lone surrogates (surrogateescape) in memory and raw bytes on the wire. The service may reject the text or
    read the rest. It must not crash or return another value.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: RFC 3629, section 10; table fixtures/tables/code_pages.tsv; our own range.
    """
    escaped = bytes.fromhex(draw.choice(rows("code_pages", "bytes")).cells[0]).decode("utf-8", "surrogateescape")
    return respell(text, WORDS, 5 * severity, draw, lambda word: f"{word[:1]}{escaped}{word[1:]}")


@op("text.escaped", layer="field", kind="nested")
def escaped(text: str, severity: int, draw: Stream) -> str:
    """Leave escapes of another format in the text: HTML entities once or twice, quoted-printable, percent, JSON codes.

    One format per text. Sites are letters beyond ASCII, marks, and blanks after marks.
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
