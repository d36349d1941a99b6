"""Five readers of JSON, none of which knows of the others: what each makes of a body."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
import orjson
import rapidjson
import ujson

from harness.generate.records.json_text.decodes import Decoded, same_value

READERS: Mapping[str, Callable[[bytes], Any]] = MappingProxyType(
    {
        "json": json.loads,
        "msgspec": msgspec.json.decode,
        "orjson": orjson.loads,
        "ujson": ujson.loads,
        "rapidjson": rapidjson.loads,
    }
)
REFUSED = object()


def asked(content: bytes) -> dict[str, Any]:
    """What each reader finds, REFUSED where it takes nothing."""
    return {name: _read(reader, content) for name, reader in READERS.items()}


def held(decoded: Decoded, content: bytes) -> bool:
    """Whether the readers do what was said of the body."""
    found = list(asked(content).values())
    if decoded.decodes == "valid":
        return all(one is not REFUSED and same_value(one, decoded.value) for one in found)
    return decoded.decodes == "depends" or all(one is REFUSED for one in found)


def _read(reader: Callable[[bytes], Any], content: bytes) -> Any:
    try:
        return reader(content)
    except (ValueError, RecursionError):
        return REFUSED
