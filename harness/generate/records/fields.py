"""What happens to a record's fields between two systems: dropped, null, of another type, written twice."""

from dataclasses import replace
from math import ceil
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.numbers import is_number, write_number
from harness.generate.records.write import write_json
from harness.generate.registry import op


@op("record.drop", layer="structure", kind="sites", effect="destroyed")
def drop(record: Record, severity: int, draw: Stream) -> Record:
    """Leave fields out, as a sender does that writes no empty columns or follows an older schema.

    severity: share of the fields that are left out, 10 to 100 % in ten steps, rounded up; nested.
    Source: the operator Drop of RESTler's body schema fuzzer; our own range.
    """
    hit = hit_keys(record.keys(), severity, draw)
    return replace(record, pairs=tuple((key, value) for key, value in record.pairs if key not in hit))


@op("record.null", layer="structure", kind="sites", effect="destroyed")
def null(record: Record, severity: int, draw: Stream) -> Record:
    """Set fields to null, as an outer join or an export does that found nothing.

    severity: share of the fields holding a value that become null, 10 to 100 % in ten steps, rounded up; nested.
    Source: missing values, the first corruption of Jenga and the first check of pandera and Great Expectations;
    our own range.
    """
    holding = dict.fromkeys(key for key, value in record.pairs if value is not None)
    hit = hit_keys(tuple(holding), severity, draw)
    return replace(record, pairs=tuple((key, None if key in hit else value) for key, value in record.pairs))


@op("record.retype", layer="structure", kind="sites", effect="destroyed")
def retype(record: Record, severity: int, draw: Stream) -> Record:
    """Give fields another JSON type: 12.5 becomes "12.5" or "12,5", "A7" becomes ["A7"], true becomes "true".

    A number becomes a string as people write it: one of the forms of a table, drawn for each field; among them its
    JSON text, other decimal and thousands marks, an exponent, a currency behind it, and nothing at all. True, false,
    null and an array become a string of their JSON text, a string and an object the only element of an array: what
    CSV on the way, a loosely typed language or XML turned into JSON makes of them.
    severity: share of the fields that change type, 10 to 100 % in ten steps, rounded up; nested.
    Source: the operator Type of RESTler's body schema fuzzer; the forms of numbers: table
    fixtures/tables/written_numbers.tsv, with where each comes from, all drawn alike; our own range.
    """
    hit = hit_keys(record.keys(), severity, draw)
    pairs = ((key, _retyped(value, draw.child("form", key)) if key in hit else value) for key, value in record.pairs)
    return replace(record, pairs=tuple(pairs))


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
    return replace(record, pairs=record.pairs + again)


def hit_keys(keys: tuple[str, ...], severity: int, draw: Stream) -> frozenset[str]:
    """The first so many tenths of the keys, in an order that depends on the stream alone."""
    return frozenset(keys[i] for i in draw.order(len(keys))[: ceil(severity * len(keys) / 10)])


def _retyped(value: Any, draw: Stream) -> Any:
    if is_number(value):
        return write_number(value, draw)
    if isinstance(value, str | tuple | dict):
        return [value]
    # The array or scalar as it would stand in the record: written as the value of a nameless field, without its name.
    return write_json(Record(pairs=(("", value),)))[len(b'{"": ') : -1].decode()
