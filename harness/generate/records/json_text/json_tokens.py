"""The positions of the parts of a JSON text. One part can be replaced while the rest stays byte for byte."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_MARKS: Mapping[str, str] = MappingProxyType({"{": "open", "}": "close", "[": "", "]": "", ":": "colon", ",": "comma"})
_NUMBER = frozenset("-0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A part of a JSON text. key, value: the parts of a pair.

    place: key, string, number, integer, open, close, colon, comma, value, pair, start, end or all. Every value (string,
    number, object or list) is a `value` too, every integer a number.
    """

    place: str
    begin: int
    end: int
    key: str = ""
    value: str = ""


@lru_cache(maxsize=256)
def tokens(text: str) -> Mapping[str, tuple[Token, ...]]:
    """The parts of a JSON text by place; empty if it is not JSON. Cached, because many cases use one text."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, list[Token]] = {}
    for token in (*_whole(text), *_parts(text)):
        found.setdefault(token.place, []).append(token)
    return {place: tuple(several) for place, several in found.items()}


def _whole(text: str) -> Iterator[Token]:
    yield Token(place="all", begin=0, end=len(text))
    yield Token(place="start", begin=0, end=0)
    yield Token(place="end", begin=len(text), end=len(text))


def _parts(text: str) -> Iterator[Token]:
    """Tokens, keys and scalars at their positions; objects, lists and pairs when they end. Not the outermost value."""
    opened: list[int] = []
    keys: list[tuple[int, int]] = []
    matches = list(_PART.finditer(text))
    for here, after in zip(matches, [*matches[1:], None], strict=True):
        begin, end = here.span()
        part = here.group()
        if part in _MARKS:
            if _MARKS[part]:
                yield Token(place=_MARKS[part], begin=begin, end=end)
            if part in "{[":
                opened.append(begin)
            if part in ":,":
                continue
            if part in "}]":
                yield from _value(text, opened.pop(), end, keys if after else [])
        elif part.startswith('"') and after is not None and after.group() == ":":
            keys.append((begin, end))
            yield Token(place="key", begin=begin, end=end)
        else:
            yield from (Token(place=kind, begin=begin, end=end) for kind in _kinds(part))
            yield from _value(text, begin, end, keys if after else [])


def _kinds(part: str) -> tuple[str, ...]:
    if part.startswith('"'):
        return ("string",)
    if part[0] not in _NUMBER:
        return ()
    return ("number", "integer") if part.removeprefix("-").isdigit() else ("number",)


def _value(text: str, begin: int, end: int, keys: list[tuple[int, int]]) -> Iterator[Token]:
    """The value, and the pair that it ends if its key is the last open one."""
    if begin:
        yield Token(place="value", begin=begin, end=end)
    if keys and text[keys[-1][1] : begin].strip() == ":":
        first, last = keys.pop()
        yield Token(place="pair", begin=first, end=end, key=text[first:last], value=text[begin:end])
