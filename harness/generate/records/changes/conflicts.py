"""Duplicate keys with two values: readers differ on which value counts."""

from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.fields import hit_keys
from harness.generate.records.changes.sites import derived
from harness.generate.records.schema.numbers import is_number
from harness.generate.registry import op

Typed = tuple[object, Any]
"""A value's type and the value."""


@op("record.conflicting_key", layer="structure", kind="nested", effect="destroyed", borrows=True)
def conflicting_key(record: Record, severity: int, draw: Stream) -> Record:
    """Write fields twice: first with the value of another sample, and at the end with their own.

    The own value is last, because JavaScript, Python and eleven of twelve measured servers use the last one. A service
    that reads as they do answers the truth and is right; a service that rejects the record is right too. A service that
    takes the first value, or different values in different places, has scored another record.
    The other value has the same JSON type and comes from another sample. A field without such a value stays unchanged.
    severity: share of the fields with another value that appear twice, 10 to 100 % in ten steps, rounded up; nested.
    Source: RFC 8259, section 4; ECMA-262, JSON.parse; JSONTestSuite, object_same_key_different_values; the twelve
    servers are our own measurement; our own range.
    """
    own = dict(record.pairs)
    others = _others(record)
    hit = hit_keys(tuple(others), severity, draw)
    first = tuple((key, others[key] if key in hit else value) for key, value in record.pairs)
    return record.with_pairs(first + tuple((key, value) for key, value in own.items() if key in hit))


def _typed(record: Record) -> dict[str, Typed]:
    return {key: (_type(value), value) for key, value in record.pairs}


def _others(record: Record) -> dict[str, Any]:
    """The other value of each field: the first one among the next samples with the same type and another value."""
    beside, found = [derived(other, "typed", _typed) for other in record.beside], dict[str, Any]()
    for key, (kind, value) in derived(record, "typed", _typed).items():
        for other in beside:
            if key in other and (theirs := other[key])[0] is kind and theirs[1] != value:
                found[key] = theirs[1]
                break
    return found


def _type(value: Any) -> object:
    """Its JSON type."""
    return "number" if is_number(value) else type(value)
