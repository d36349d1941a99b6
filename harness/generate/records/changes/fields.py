"""Changes of a record's fields between two systems: dropped, null, another type, written twice."""

from math import ceil
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.sites import (
    Pairs,
    Site,
    changed,
    hit_sites,
    put_one,
    required,
    set_to,
    sites_where,
)
from harness.generate.records.json_text.write import write_json
from harness.generate.records.schema.numbers import is_number, written_numbers
from harness.generate.registry import op

LONGEST_NUMBER = 15
"""Maximum number of digits of an id that every system can hold exactly as a number."""


@op("record.drop", layer="structure", kind="nested", effect="destroyed")
def drop(record: Record, severity: int, draw: Stream) -> Record:
    """Drop required fields, as a sender with an older schema or without empty columns does.

    Only required fields: by the schema, or because every sample has them.
    severity: share of these fields, inner ones too, that are dropped: one at 1, then 20 to 100 % in nine
    steps, rounded up, those on one path with the first before others; nested.
    Source: the operator Drop of RESTler's body schema fuzzer, with its modes single, path and all; our own range.
    """
    return changed(record, {site.path: _left_out for site in hit_sites(required(record), severity, draw)})


@op("record.null", layer="structure", kind="nested", effect="destroyed")
def null(record: Record, severity: int, draw: Stream) -> Record:
    """Set fields to null, as an outer join or an export without a match does.

    Only fields that may not be null: by the schema, or because they are null in no sample.
    severity: share of these fields with a value, inner ones too, that become null: one at 1, then 20
    to 100 % in nine steps, rounded up; nested.
    Source: missing values, the first corruption of Jenga, the first check of pandera and Great Expectations;
    our own range.
    """
    holding = sites_where(record, "null", lambda site: site.value is not None and site.breaks(None))
    return changed(record, {site.path: _SET_TO_NULL for site in hit_sites(holding, severity, draw)})


@op("record.retype", layer="structure", kind="nested", effect="destroyed")
def retype(record: Record, severity: int, draw: Stream) -> Record:
    """Give fields another JSON type: 12.5 becomes "12.5" or "12,5", "A7" becomes ["A7"], true becomes "true" or 1.

    A number becomes a string in one of the forms of a table, drawn for each field: its JSON text, other decimal and
    thousands marks, an exponent, a currency after it, or an empty string. A string becomes the only element of an
    array, the only field of an object or, if it consists of digits, a number. true and false become a string, 1 or 0.
    null becomes a string of its JSON text. An array becomes a string or its first element, if it has one element. An
    object becomes the only element of an array, or a string. CSV, loosely typed languages and XML converted to JSON
    cause such changes. A type that the schema allows is never used.
    severity: share of the fields, inner ones too, that change type: one at 1, then 20 to 100 % in nine
    steps, rounded up; nested.
    Source: the operator Type of RESTler's body schema fuzzer; the forms of numbers, all equally likely, are in table
    fixtures/tables/written_numbers.tsv with their sources; our own range.
    """
    return put_one(record, "form", _other_types, severity, draw)


@op("record.duplicate_key", layer="structure", kind="nested")
def duplicate_key(record: Record, severity: int, draw: Stream) -> Record:
    """Write fields twice, the second time at the end with the same value.

    The value is the same because parsers differ: of twelve measured servers eleven take the last value, one takes the
    first and none rejects the record. With the same value every reading has the same right answer. The op tests whether
    gateway, validation, model and store accept the repeated key.
    severity: share of the fields that appear twice, 10 to 100 % in ten steps, rounded up; nested.
    Source: JSONTestSuite, object_same_key_same_value; the twelve servers are our own measurement.
    """
    hit = hit_keys(record.keys(), severity, draw)
    values = dict(record.pairs)
    again = tuple((key, value) for key, value in values.items() if key in hit)
    return record.with_pairs(record.pairs + again)


def hit_keys(keys: tuple[str, ...], severity: int, draw: Stream) -> frozenset[str]:
    """`severity` tenths of the keys, rounded up, in an order that depends only on the stream."""
    return frozenset(keys[i] for i in draw.order(len(keys))[: ceil(severity * len(keys) / 10)])


_SET_TO_NULL = set_to(None)


def _left_out(name: str, value: Any) -> Pairs:
    return ()


def _other_types(site: Site) -> list[Any]:
    """The value in the types that are not allowed there; a number in every text form."""
    if is_number(site.value):
        return [] if site.known and site.shape.takes("string") else written_numbers(site.value)
    return [way for way in _ways(site.value) if site.breaks(way)]


def _ways(value: Any) -> list[Any]:
    """The value in other types, the most common one first."""
    if isinstance(value, bool):
        return [_json(value), int(value)]
    if isinstance(value, str):
        number = [int(value)] if value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER else []
        return [[value], (("value", value),), *number]
    if isinstance(value, tuple | dict):
        return [[value], _json(value)]
    return [_json(value), *(value if isinstance(value, list) and len(value) == 1 else ())]


def _json(value: Any) -> str:
    """The value as written in the record, without the name of a field."""
    return write_json(Record(pairs=(("", value),)))[len(b'{"": ') : -1].decode()
