"""Numbers that are none: what a division by zero, or a number too large, leaves in a record."""

from harness.core.seed import Stream
from harness.generate.payloads import JSON, Record, Verbatim
from harness.generate.records.changes.fields import hit_keys
from harness.generate.records.changes.sites import derived
from harness.generate.records.schema.numbers import is_number
from harness.generate.registry import op

SPELT = ("NaN", "Infinity", "-Infinity", "1e400")


@op("record.not_a_number", layer="structure", kind="sites", effect="destroyed", form=JSON)
def not_a_number(record: Record, severity: int, draw: Stream) -> Record:
    """Write NaN, Infinity, -Infinity or 1e400 where the record has a number.

    The first three are no JSON, and many parsers take them; 1e400 is JSON, and beyond what a double holds: most
    parsers make an infinity of it in silence. Comparisons with NaN are false, so a rule falls through to its last
    branch. Which of them it is, is drawn for each field; a record without numbers stays as it is.
    severity: share of the fields with a number that are hit, 10 to 100 % in ten steps, rounded up; nested.
    Source: RFC 8259, section 6; fastapi/fastapi#459; our own range.
    """
    numbers = derived(record, "numbers", _numbers)
    hit = hit_keys(numbers, severity, draw)
    spelt = {key: Verbatim(draw.child("spelt", key).choice(SPELT)) for key in hit}
    # A key that stands twice may hold a number once: only that one is hit.
    pairs = [(key, spelt[key]) if key in hit and is_number(value) else (key, value) for key, value in record.pairs]
    return record.with_pairs(tuple(pairs))


def _numbers(record: Record) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key, value in record.pairs if is_number(value)))
