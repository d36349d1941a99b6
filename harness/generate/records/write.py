"""Records become bytes, the odd ones too: duplicate keys, NaN and Infinity, lone surrogates."""

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any

from harness.generate.payloads import Record, Verbatim

_other = json.JSONEncoder(ensure_ascii=False).encode
_text = encode_basestring

_WORDS = {None: "null", True: "true", False: "false"}
_LEAST, _MOST = float("-inf"), float("inf")


def write_json(record: Record) -> bytes:
    r"""The record as UTF-8 JSON, its pairs in order and a repeated key written as often as it stands.

    Objects inside it are tuples of pairs (or mappings), arrays are lists. NaN and Infinity are written as these bare
    words, which JSON does not know and many parsers take; a lone surrogate as its escape (`\ud800`), which is valid
    JSON and no valid text; Verbatim as it stands. Raises TypeError for a value that JSON has no form for.
    """
    # Outside strings nothing but ASCII is written, so the escape for what UTF-8 cannot hold always lands in a string.
    return _object(record.pairs).encode("utf-8", "backslashreplace")


def _object(pairs: Iterable[tuple[str, Any]]) -> str:
    return "{" + ", ".join([f"{_text(key)}: {_value(value)}" for key, value in pairs]) + "}"


def _value(value: Any) -> str:
    # The encoder takes two microseconds a value, whatever it is; the common types are written without it.
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is int or (kind is float and _LEAST < value < _MOST):
        return repr(value)
    if value is None or kind is bool:
        return _WORDS[value]
    if isinstance(value, tuple):
        return _object(value)
    if isinstance(value, dict):
        return _object(value.items())
    if isinstance(value, list):
        return "[" + ", ".join([_value(item) for item in value]) + "]"
    if isinstance(value, Verbatim):
        return value.text
    return _other(value)
