"""What readers make of a JSON body: which value it holds, and whether they agree.

`valid`: every reader accepts it and finds the same value. `invalid`: none accepts it. `depends`: anything between. The
result comes from the standard library, strict and lax, from msgspec, and from the known behaviour of other readers.
Installed packages have no influence. tests/generate/records/test_decodes.py compares it with five readers.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

Decodes = Literal["valid", "invalid", "depends"]

DEPTH = 64
"""Nesting depth that every reader accepts; System.Text.Json refuses more by default, others 500, 1000 or 1024."""

SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""Range of integers that every reader can hold; outside it some convert to a double and some refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What readers make of a body. value: the value that all of them find if it is valid, else None."""

    decodes: Decodes
    value: Any = None


class _Differs(ValueError):
    """It is JSON, but readers disagree about it."""


def read_again(content: bytes) -> Decoded:
    """What readers make of the body."""
    try:
        value = _STRICT.decode(content.decode("utf-8"))
        if _depth(content, value) <= DEPTH and msgspec.json.decode(content) == value:
            return Decoded(decodes="valid", value=value)
    except _Differs:
        return Decoded(decodes="depends")
    except (ValueError, RecursionError):
        pass
    return Decoded(decodes="depends" if any(map(_takes(content), _LAX)) else "invalid")


def same_value(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    return bool(one == other)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Differs("a key appears twice")  # RFC 8259, section 4: names should be unique, so a reader may refuse it
    return found


def _whole(digits: str) -> int:
    if len(digits) > 18 and not SMALLEST <= int(digits[:40]) <= LARGEST:
        raise _Differs("more than 64 bits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Differs("more than a double holds")
    return number


def _constant(name: str) -> float:
    raise _Differs(f"{name} is not a number")


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole, parse_float=_finite, parse_constant=_constant)


def _depth(content: bytes, value: Any) -> int:
    """The depth of lists and objects, at most the number of brackets. For most bodies this bound is enough."""
    most = content.count(b"[") + content.count(b"{")
    if most <= DEPTH:
        return most
    level, depth = [value], 0
    while level := [one for held in level for one in _items(held)]:
        depth += 1
    return depth + 1


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [one for one in value.values() if isinstance(one, dict | list)]
    return [one for one in value if isinstance(one, dict | list)] if isinstance(value, list) else []


def _takes(content: bytes) -> Callable[[Callable[[bytes], object]], bool]:
    def takes(read: Callable[[bytes], object]) -> bool:
        try:
            read(content)
        except (ValueError, RecursionError):
            return False
        return True

    return takes


def _standard_library(content: bytes) -> object:
    """The value as Python's json reads bytes: UTF-16 and UTF-32, a BOM, NaN. Raw controls in texts are accepted too."""
    return json.loads(content, strict=False)


_TEXT = re.compile(r'("(?:[^"\\]|\\.)*")', re.DOTALL)
_LENIENT_NUMBER = re.compile(
    r"(?<![\w.+-])(?:"
    r"-?(?:Infinity|Inf|NaN)"
    r"|-?0+\d+(?:\.\d*)?(?:[eE][+-]?\d+)?"
    r"|-?\d+\.(?:[eE][+-]?\d+)?"
    r"|-\.\d+(?:[eE][+-]?\d+)?"
    r"|-"
    r")(?![\w.+-])"
)


def _lenient(content: bytes) -> object:
    """The value as the laxest readers find it (ujson, RapidJSON): 012, 1., -.5, a lone minus, Inf, text after NUL."""
    text = content.decode("utf-8", "surrogatepass")
    parts = _TEXT.split(text)
    for k in range(0, len(parts), 2):
        before, nul, _ = parts[k].partition("\0")
        parts[k] = _LENIENT_NUMBER.sub("0", before)
        if nul:
            del parts[k + 1 :]
            break
    return json.loads("".join(parts), strict=False)


_LAX: tuple[Callable[[bytes], object], ...] = (msgspec.json.decode, _standard_library, _lenient)
