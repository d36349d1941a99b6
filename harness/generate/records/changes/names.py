"""The names of fields and their order: renamed fields, extra fields, another order."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.sites import (
    Choices,
    changed,
    choices,
    closed_at,
    derived,
    hit_with_bits,
    one_of,
    sites_of,
)
from harness.generate.registry import op

MORE: tuple[tuple[str, Any], ...] = (
    ("updated_at", "2026-02-14T08:12:44Z"),
    ("schema_version", 3),
    ("source_system", "crm-eu"),
    ("_id", "65cc7f1e9b1e8a0012ab34cd"),
    ("metadata", (("trace", "00-4bf92f"), ("retries", 0))),
    ("comment", None),
    ("labels", []),
    ("__proto__", ()),
    ("$ref", "#/definitions/record"),
    ("constructor", None),
)
"""Fields that releases, databases and gateways add, and three names with a special meaning to some readers."""


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+|\d+", name)


def _camel(name: str) -> str:
    first, *rest = _words(name) or [name]
    return first.lower() + "".join(word.capitalize() for word in rest)


def _typo(name: str) -> str:
    """The name with two letters in the middle exchanged."""
    at = len(name) // 2
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if len(name) > 1 else name * 2


RENAMED: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "capitals": str.upper,
        "capitalised": str.capitalize,
        "snake": lambda name: "_".join(_words(name)).lower(),
        "camel": _camel,
        "kebab": lambda name: "-".join(_words(name)).lower(),
        "typo": _typo,
        "prefix": lambda name: f"x_{name}",
        "version": lambda name: f"{name}_v2",
        "short": lambda name: name[:3],
        "blank": lambda name: f"{name} ",
    }
)
"""Naming conventions of other systems."""


@op("record.rename", layer="structure", kind="nested", effect="destroyed")
def rename(record: Record, severity: int, draw: Stream) -> Record:
    """Rename required fields as another system does: unit_price to unitPrice, UNIT_PRICE, unit-price, x_unit_price.

    One of ten forms, drawn for each field: capitals, snake, camel or kebab case, two letters exchanged, a prefix, a
    version, cut to three letters, a blank after it. Only required fields are renamed, and never to the name of another
    field.
    severity: share of these fields, inner ones too, that are renamed: one at 1, then 20 to 100 % in nine
    steps, rounded up; nested.
    Source: a renamed column is the most common breaking change of upstream releases (schema drift in the manuals of
    dbt and Airbyte); the forms are our own; our own range.
    """
    able = derived(record, "rename", _renamable)
    hit = hit_with_bits(able.sites, severity, draw)
    new = {site.path: one_of(able.ways[site.path], bits) for site, bits in hit}
    return changed(record, {path: lambda _, value, name=name: ((name, value),) for path, name in new.items()})  # type: ignore[misc]


@op("record.extra", layer="structure", kind="nested")
def extra(record: Record, severity: int, draw: Stream) -> Record:
    """Add extra fields, as a sender's new release does. Three of the names mean something to parsers.

    Nothing is added if the schema allows no other fields.
    severity: number of added fields, 1 to 10 in ten steps; nested.
    Source: Postel's law; additive changes are the one kind that APIs call compatible (Google AIP-180); __proto__:
    CVE-2018-3721 (prototype pollution by a JSON key); our own list.
    """
    if not record.pairs or closed_at(record):
        return record
    free = derived(record, "extra", lambda one: [pair for pair in MORE if pair[0] not in one.keys()])  # noqa: SIM118
    chosen = [free[i] for i in draw.order(len(free))[:severity]]
    return record.with_pairs((*record.pairs, *chosen))


@op("record.key_order", layer="structure", kind="binary")
def key_order(record: Record, severity: int, draw: Stream) -> Record:
    """Write the fields in another order, which has no meaning in JSON.

    severity: binary, 0 or 10.
    Source: RFC 8259, section 1: an object is an unordered collection; models with a column frame read by position.
    """
    pairs = record.pairs
    if len(pairs) < 2 or len(record.keys()) < len(pairs):
        return record
    order = draw.order(len(pairs))
    order = order if order != sorted(order) else order[::-1]
    return record.with_pairs(tuple(pairs[i] for i in order))


def _renamable(record: Record) -> Choices:
    names = {site.name for site in sites_of(record)}
    return choices(record, "names", lambda site: _others(site.name, names) if site.required else [])


def _others(name: str, taken: set[str]) -> list[str]:
    """Other forms of the name, each once, without the names of other fields."""
    ways = dict.fromkeys(way(name) for way in RENAMED.values())
    return [new for new in ways if new and new not in taken]
