"""Write records as bytes, also odd ones: duplicate keys, NaN and Infinity, lone surrogates."""

import json
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from types import NoneType
from typing import Any

import msgspec

from harness.generate.payloads import Record, Verbatim
from harness.generate.records.json_text.numbers import WrittenFloat

_LONG = 256
"""Length in characters from which msgspec is faster, with the same bytes: 20 against 140 us for 65,536 characters."""

_encode = msgspec.json.Encoder().encode
_other = json.JSONEncoder(ensure_ascii=False).encode
_MIN_FLOAT, _MAX_FLOAT = float("-inf"), float("inf")


def write_json(record: Record) -> bytes:
    r"""The record as UTF-8 JSON. Pairs keep their order, and a repeated key is written each time.

    Inner objects are tuples of pairs (or mappings), arrays are lists. NaN and Infinity are written as these bare words,
    which are not JSON but accepted by many parsers. A lone surrogate becomes an escape (`\ud800`), which is valid JSON
    but not a valid text. Verbatim is written as it is. Raises TypeError for a value without a form in JSON.
    """
    # Only ASCII is written outside strings, so an escape for what UTF-8 cannot hold is always inside a string.
    return _object(record.pairs).encode("utf-8", "backslashreplace")


def write_value(value: Any) -> str:
    """One value as JSON, with numbers as they were written."""
    return _writer_of(type(value), _unusual)(value)


def _object(pairs: Iterable[tuple[str, Any]]) -> str:
    written = [_KEYS[key] + _writer_of(type(value), _unusual)(value) for key, value in pairs]
    return f"{{{', '.join(written)}}}"


class _Keys(dict[str, str]):
    """Keys as written, with the following sign. Some are cached, because all samples of a run have the same keys."""

    def __missing__(self, key: str) -> str:
        written = f"{_text(key)}: "
        if len(self) < MAX_KEYS and len(key) <= MAX_KEY_CHARACTERS:
            self[key] = written
        return written


_KEYS = _Keys()
MAX_KEYS, MAX_KEY_CHARACTERS = 1024, 64


def _text(text: str) -> str:
    return encode_basestring(text) if len(text) < _LONG or not text.isascii() else _encode(text).decode("ascii")


def _array(items: Iterable[Any]) -> str:
    return f"[{', '.join([_writer_of(type(item), _unusual)(item) for item in items])}]"


def _float(value: float) -> str:
    return repr(value) if _MIN_FLOAT < value < _MAX_FLOAT else _other(value)


def _unusual(value: Any) -> str:
    """A value of an unusual type, which may be derived from a usual one."""
    for kind, write in _WRITERS.items():
        if kind not in (int, float, str, bool) and isinstance(value, kind):
            return write(value)
    return value.text if isinstance(value, Verbatim) else _other(value)


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: repr,
    float: _float,
    WrittenFloat: lambda value: value.text,
    bool: lambda value: "true" if value else "false",
    NoneType: lambda _: "null",
    tuple: _object,
    dict: lambda value: _object(value.items()),
    list: _array,
}
_writer_of = _WRITERS.get
"""Writes the usual types without the encoder, which takes two microseconds per value."""
