"""What happens to a record's fields between two systems: dropped, null, of another type, written twice."""

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
"""Digits of an id that is still the same as a number everywhere."""


@op("record.drop", layer="structure", kind="sites", effect="destroyed")
def drop(record: Record, severity: int, draw: Stream) -> Record:
    """Leave fields out, as a sender does that writes no empty columns or follows an older schema.

    Only fields that have to be there: as the schema says, or as every sample has them.
    severity: share of these fields, those of inner objects too, that are left out: one at 1, then 20 to 100 % in nine
    steps, rounded up, those on one path with the first before others; nested.
    Source: the operator Drop of RESTler's body schema fuzzer, with its modes single, path and all; our own range.
    """
    return changed(record, {site.path: _left_out for site in hit_sites(required(record), severity, draw)})


@op("record.null", layer="structure", kind="sites", effect="destroyed")
def null(record: Record, severity: int, draw: Stream) -> Record:
    """Set fields to null, as an outer join or an export does that found nothing.

    Only fields that may not be null: as the schema says, or since no sample has it so.
    severity: share of these fields holding a value, those of inner objects too, that become null: one at 1, then 20
    to 100 % in nine steps, rounded up; nested.
    Source: missing values, the first corruption of Jenga and the first check of pandera and Great Expectations;
    our own range.
    """
    holding = sites_where(record, "null", lambda site: site.value is not None and site.breaks(None))
    return changed(record, {site.path: _SET_TO_NULL for site in hit_sites(holding, severity, draw)})


@op("record.retype", layer="structure", kind="sites", effect="destroyed")
def retype(record: Record, severity: int, draw: Stream) -> Record:
    """Give fields another JSON type: 12.5 becomes "12.5" or "12,5", "A7" becomes ["A7"], true becomes "true" or 1.

    A number becomes a string as people write it: one of the forms of a table, drawn for each field; among them its
    JSON text, other decimal and thousands marks, an exponent, a currency behind it, and nothing at all. A string
    becomes the only element of an array, the only field of an object, or, where it is of digits, a number; true and
    false a string, 1 and 0; null and an array a string of their JSON text, an array of one its element; an object the
    only element of an array, or a string: what CSV on the way, a loosely typed language or XML turned into JSON makes
    of them. A type that the schema allows is none of these.
    severity: share of the fields, those of inner objects too, that change type: one at 1, then 20 to 100 % in nine
    steps, rounded up; nested.
    Source: the operator Type of RESTler's body schema fuzzer; the forms of numbers: table
    fixtures/tables/written_numbers.tsv, with where each comes from, all drawn alike; our own range.
    """
    return put_one(record, "form", _other_types, severity, draw)


@op("record.duplicate_key", layer="structure", kind="sites")
def duplicate_key(record: Record, severity: int, draw: Stream) -> Record:
    """Write fields twice, the second time at the end and with the same value.

    The value is the same because parsers differ in which one they take: of twelve measured servers eleven take the
    last, one takes the first and none refuses. With the same value every reading has the same right answer, and what
    is tested is whether the whole way (gateway, validation, model, store) bears the repeated key.
    severity: share of the fields that stand twice, 10 to 100 % in ten steps, rounded up; nested.
    Source: JSONTestSuite, object_same_key_same_value; the twelve servers are our own measurement.
    """
    hit = hit_keys(record.keys(), severity, draw)
    values = dict(record.pairs)
    again = tuple((key, value) for key, value in values.items() if key in hit)
    return record.with_pairs(record.pairs + again)


def hit_keys(keys: tuple[str, ...], severity: int, draw: Stream) -> frozenset[str]:
    """The first so many tenths of the keys, in an order that depends on the stream alone."""
    return frozenset(keys[i] for i in draw.order(len(keys))[: ceil(severity * len(keys) / 10)])


_SET_TO_NULL = set_to(None)


def _left_out(name: str, value: Any) -> Pairs:
    return ()


def _other_types(site: Site) -> list[Any]:
    """The value in the types that are not allowed there; a number in every form in which it is written as a text."""
    if is_number(site.value):
        return [] if site.known and site.shape.takes("string") else written_numbers(site.value)
    return [way for way in _ways(site.value) if site.breaks(way)]


def _ways(value: Any) -> list[Any]:
    """The value in other types, the usual one first."""
    if isinstance(value, bool):
        return [_json(value), int(value)]
    if isinstance(value, str):
        number = [int(value)] if value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER else []
        return [[value], (("value", value),), *number]
    if isinstance(value, tuple | dict):
        return [[value], _json(value)]
    return [_json(value), *(value if isinstance(value, list) and len(value) == 1 else ())]


def _json(value: Any) -> str:
    """As it would stand in the record: written as the value of a nameless field, without its name."""
    return write_json(Record(pairs=(("", value),)))[len(b'{"": ') : -1].decode()
