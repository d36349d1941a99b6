"""The names of fields and their order: renamed, joined by others, written in another order."""

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
"""Fields that releases, databases and gateways add, and three names that mean something to those who read them."""


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+|\d+", name)


def _camel(name: str) -> str:
    first, *rest = _words(name) or [name]
    return first.lower() + "".join(word.capitalize() for word in rest)


def _typo(name: str) -> str:
    """Two letters in the middle exchanged."""
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
"""How another system writes a name."""


@op("record.rename", layer="structure", kind="sites", effect="destroyed")
def rename(record: Record, severity: int, draw: Stream) -> Record:
    """Rename fields as another system writes them: unit_price becomes unitPrice, UNIT_PRICE, unit-price, x_unit_price.

    One of ten ways, drawn for each field: capitals, snake, camel or kebab case, two letters exchanged, a prefix, a
    version, cut to three letters, a blank behind. Only fields that have to be there are renamed, and never to a name
    that stands beside them.
    severity: share of these fields, those of inner objects too, that are renamed: one at 1, then 20 to 100 % in nine
    steps, rounded up; nested.
    Source: a renamed column is what upstream releases break most often by (schema drift in dbt's and Airbyte's
    manuals); the ways are our own; our own range.
    """
    able = derived(record, "rename", _renamable)
    hit = hit_with_bits(able.sites, severity, draw)
    new = {site.path: one_of(able.ways[site.path], bits) for site, bits in hit}
    return changed(record, {path: lambda _, value, name=name: ((name, value),) for path, name in new.items()})  # type: ignore[misc]


@op("record.extra", layer="structure", kind="sites")
def extra(record: Record, severity: int, draw: Stream) -> Record:
    """Add fields that nobody asked for, as a sender's new release does; three of the names mean something to parsers.

    Nothing is added where a schema that is written down allows no other fields.
    severity: fields that are added, 1 to 10 in ten steps; nested.
    Source: Postel's law, and additive changes as the one kind that APIs call compatible (Google AIP-180); __proto__:
    CVE-2018-3721 (prototype pollution by a JSON key); our own list.
    """
    if not record.pairs or closed_at(record):
        return record
    free = derived(record, "extra", lambda one: [pair for pair in MORE if pair[0] not in one.keys()])  # noqa: SIM118
    chosen = [free[i] for i in draw.order(len(free))[:severity]]
    return record.with_pairs((*record.pairs, *chosen))


@op("record.key_order", layer="structure", kind="switch")
def key_order(record: Record, severity: int, draw: Stream) -> Record:
    """Write the fields in another order, which in JSON means nothing.

    severity: a switch, 10 alone.
    Source: RFC 8259, section 1: an object is an unordered collection; models on a frame of columns take them by place.
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
    """How the name is written elsewhere, each way once, and never as a name that is there."""
    ways = dict.fromkeys(way(name) for way in RENAMED.values())
    return [new for new in ways if new and new not in taken]
