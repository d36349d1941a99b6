"""The situations of JSON that a reader can meet: each is a row of a frozen table, written into a valid text."""

import base64
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from harness.core.errors import PackError, did_you_mean
from harness.core.seed import Stream
from harness.generate.records.json_text.json_tokens import Token, tokens
from harness.generate.text.rows import Row, rows

TABLE = "json_situations"
DRAWN = 3
STORED, WITH_HEADER = 0, 31
"""zlib level and window: data are stored without compression, so that every zlib version writes the same bytes."""


def names(kind: str) -> tuple[str, ...]:
    """The situations of that kind, by name."""
    return tuple(row.name for row in rows(TABLE, kind))


@lru_cache(maxsize=16)
def drawn_names(kind: str) -> tuple[str, ...]:
    """The situations that cases draw. They exclude plain numbers and texts that differ from the original.

    No true answer is known for such a record, so an answer could not be judged. They are available by name.
    """
    return tuple(row.name for row in _drawn(kind))


@lru_cache(maxsize=16)
def _drawn(kind: str) -> tuple[Row, ...]:
    return tuple(row for row in rows(TABLE, kind) if row.cells[DRAWN] == "yes")


def write_situation(content: bytes, kind: str, draw: Stream, name: str = "") -> bytes:
    """The JSON text with one situation of this kind, at a drawn position.

    name: the situation; "" for the next one in turn that changes the text, from a drawn one on. A text that is not JSON
    in UTF-8, or has no such position, is returned unchanged. Raises PackError for a name that is not in the table.
    """
    chosen = [_named(kind, name)] if name else _drawn(kind)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    places = tokens(text)
    first = draw.below(len(chosen))
    for row in (*chosen[first:], *chosen[:first]) if places else ():
        written = _with(text, places, row, draw)
        if written != content:
            return written
    return content


def _with(text: str, places: Mapping[str, tuple[Token, ...]], row: Row, draw: Stream) -> bytes:
    place, written, times, _ = row.cells
    if place == "codec":
        return _CODECS[written](text)
    if place not in places:
        return text.encode()
    return _bytes(_written(text, draw.choice(places[place]), written, int(times)))


def _named(kind: str, name: str) -> Row:
    for row in rows(TABLE, kind, name):
        return row
    known = names(kind)
    hint = did_you_mean(name, known, f"situations: {', '.join(known)}")
    raise PackError(f'no situation "{name}" of JSON\n{hint}')


def _written(text: str, token: Token, template: str, times: int) -> str:
    """The text with the token replaced by the template; cut off after it if the template says <cut>."""
    before, cut, _ = _repeated(template, times).partition("<cut>")
    filled = _filled(before, token, text[token.begin : token.end])
    return text[: token.begin] + filled + ("" if cut else text[token.end :])


def _repeated(template: str, times: int) -> str:
    """The template with the text between <*> and </*> repeated `times` times."""
    while "<*>" in template:
        head, _, rest = template.partition("<*>")
        body, _, tail = rest.partition("</*>")
        template = head + body * times + tail
    return template


def _filled(template: str, token: Token, part: str) -> str:
    """The template with the parts of the token in place of its markers."""
    if "<" not in template:
        return template
    inside = part[1:-1] if part[:1] == '"' else part
    minus, digits = ("-", part[1:]) if part[:1] == "-" else ("", part)
    marks: Mapping[str, Callable[[], str]] = {
        "<t>": lambda: part,
        "<s>": lambda: inside,
        "<h>": lambda: _plain_start(inside),
        "<u>": lambda: _first_escaped(inside),
        "<e>": lambda: "".join(map(_escape, inside)),
        "<m>": lambda: minus,
        "<d>": lambda: digits,
        "<i>": lambda: digits.partition(".")[0].lower().partition("e")[0],
        "<k>": lambda: token.key,
        "<v>": lambda: token.value,
    }
    for mark, made in marks.items():
        if mark in template:
            template = template.replace(mark, made())
    return template


def _plain_start(inside: str) -> str:
    """The first half of a string, never ending inside an escape."""
    half = inside[: (len(inside) + 1) // 2]
    return half.partition("\\")[0]


def _first_escaped(inside: str) -> str:
    """The string with its first character as an escape; unchanged if it is empty or begins with an escape."""
    return inside if inside[:1] in ("", "\\") else _escape(inside[0]) + inside[1:]


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _bytes(text: str) -> bytes:
    """The text in UTF-8. Lone surrogates of a template stand for raw bytes."""
    return text.encode("utf-8", "surrogateescape")


def _marked(codec: str) -> Callable[[str], bytes]:
    return lambda text: ("\ufeff" + text).encode(codec)


def _code_page(codec: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(codec, "replace")


def _gzip(text: str) -> bytes:
    packer = zlib.compressobj(STORED, zlib.DEFLATED, WITH_HEADER)
    return packer.compress(text.encode()) + packer.flush()


_PAGES = (*("utf-16-le", "utf-16-be", "utf-32-le", "cp037", "utf-7", "latin-1", "cp1252", "shift_jis", "gb18030"),)
_CODECS: Mapping[str, Callable[[str], bytes]] = MappingProxyType(
    {
        **{page: _code_page(page) for page in _PAGES},
        **{f"{page}+mark": _marked(page) for page in ("utf-16-le", "utf-16-be", "utf-32-le")},
        "gzip": _gzip,
        "base64": lambda text: base64.b64encode(text.encode()),
        "percent": lambda text: "".join(f"%{one:02X}" for one in text.encode()).encode(),
    }
)
"""Codecs by value of the column `written`, for rows that change the encoding of the whole text."""
