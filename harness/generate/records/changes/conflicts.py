"""One key, two values: which of them counts depends on who reads the record."""

from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.fields import hit_keys
from harness.generate.records.changes.sites import derived
from harness.generate.records.schema.numbers import is_number
from harness.generate.registry import op

Typed = tuple[object, Any]
"""A value behind its type."""


@op("record.conflicting_key", layer="structure", kind="sites", effect="destroyed", borrows=True)
def conflicting_key(record: Record, severity: int, draw: Stream) -> Record:
    """Write fields twice: first with the value of another sample, and at the end with their own.

    The own value stands last, since last is what counts for JavaScript, Python and eleven of twelve measured servers:
    a service that reads as they do answers the truth and is right, one that refuses is right too, and one that takes
    the first value, or one value here and the other there, has scored another record than its neighbours see.
    Another value is one of the same JSON type that the field has in another sample; a field that has none stays as
    it is.
    severity: share of the fields with another value that stand twice, 10 to 100 % in ten steps, rounded up; nested.
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
    """What each field holds in the first sample beside it in which it is of the same type and not the same."""
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
