"""Objects and arrays with another structure: flattened, nested deeper, in an envelope, emptied, doubled."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.sites import Pairs, Site, changed, hit_with_bits, one_of, put_one, sites_where
from harness.generate.registry import op

ENVELOPES = ("data", "payload", "record", "body")
MARKS = (".", "_", "__")

OTHERWISE: Mapping[str, Callable[[list[Any]], list[Any]]] = MappingProxyType(
    {
        "emptied": lambda items: [],
        "doubled": lambda items: [*items, *items],
        "first twice": lambda items: [items[0], *items],
        "without the last": lambda items: items[:-1],
        "turned round": lambda items: items[::-1],
        "with a null": lambda items: [*items, None],
    }
)
"""Changes to the items of an array."""


@op("record.reshape", layer="structure", kind="nested", effect="destroyed")
def reshape(record: Record, severity: int, draw: Stream) -> Record:
    """Move required fields one level up or down: {address: {city}} becomes address.city, {city: x} {city: {city: x}}.

    The fields of an object move up and get its name as a prefix, with a dot or underscores. Any other field moves into
    a new object. Only required fields.
    severity: share of these fields, inner ones too, that move: one at 1, then 20 to 100 %
    in nine steps, rounded up; nested.
    Source: flat and nested are the two structures that exporters offer (pandas.json_normalize, record prefixes of
    BigQuery); our own range.
    """
    able = sites_where(record, "reshape", lambda site: site.required and _built(site))
    marks = {site.path: one_of(MARKS, bits) for site, bits in hit_with_bits(able, severity, draw)}

    def moved(mark: str) -> Callable[[str, Any], Pairs]:
        return lambda name, value: _flat(name, value, mark) or ((name, ((name, value),)),)

    return changed(record, {path: moved(mark) for path, mark in marks.items()})


@op("record.envelope", layer="structure", kind="binary", effect="destroyed")
def envelope(record: Record, severity: int, draw: Stream) -> Record:
    """Put the whole record into an envelope: {"data": {...}}, as a queue or a newer interface does.

    severity: binary, 0 or 10.
    Source: data is the top level of a document in JSON:API 1.1; the other three names are our own.
    """
    name = draw.choice(ENVELOPES)
    return record.with_pairs(((name, record.pairs),)) if record.pairs and record.keys() != (name,) else record


@op("record.items", layer="structure", kind="nested", effect="destroyed")
def items(record: Record, severity: int, draw: Stream) -> Record:
    """Change the items of arrays: none, each twice, the first twice, the last missing, reversed, a null among them.

    severity: share of the arrays with items, inner ones too, that change: one at 1, then 20 to 100 % in nine steps,
    rounded up; nested.
    Source: the operator Duplicate of RESTler's body schema fuzzer; the other changes are our own; our own range.
    """
    return put_one(record, "items", _ways, severity, draw)


def _ways(site: Site) -> list[list[Any]]:
    value = site.value
    if not isinstance(value, list) or not value:
        return []
    made = (way(value) for way in OTHERWISE.values())
    return [one for one in made if one != value]


def _built(site: Site) -> bool:
    """Whether the field can move: an object must have fields, and another value must not be allowed to be an object."""
    return bool(site.value) if isinstance(site.value, tuple) else site.breaks(((site.name, site.value),))


def _flat(name: str, value: Any, mark: str) -> Pairs:
    return tuple((f"{name}{mark}{inner}", one) for inner, one in value) if isinstance(value, tuple) else ()
