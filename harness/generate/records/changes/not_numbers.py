"""Values that are not numbers: the result of a division by zero or of an overflow."""

from harness.core.seed import Stream
from harness.generate.payloads import JSON, Record, Verbatim
from harness.generate.records.changes.fields import hit_keys
from harness.generate.records.changes.sites import derived
from harness.generate.records.schema.numbers import is_number
from harness.generate.registry import op

SPELT = ("NaN", "Infinity", "-Infinity", "1e400")


@op("record.not_a_number", layer="structure", kind="nested", effect="destroyed", form=JSON)
def not_a_number(record: Record, severity: int, draw: Stream) -> Record:
    """Write NaN, Infinity, -Infinity or 1e400 in place of a number.

    The first three are not JSON, but many parsers accept them. 1e400 is JSON, but too large for a double: most parsers
    silently read infinity. Comparisons with NaN are false, so a rule takes its last branch. The value is drawn for each
    field. A record without numbers stays unchanged.
    severity: share of the fields with a number that change, 10 to 100 % in ten steps, rounded up; nested.
    Source: RFC 8259, section 6; fastapi/fastapi#459; our own range.
    """
    numbers = derived(record, "numbers", _numbers)
    hit = hit_keys(numbers, severity, draw)
    spelt = {key: Verbatim(draw.child("spelt", key).choice(SPELT)) for key in hit}
    # A duplicate key may hold a number only once: then only that value changes.
    pairs = [(key, spelt[key]) if key in hit and is_number(value) else (key, value) for key, value in record.pairs]
    return record.with_pairs(tuple(pairs))


def _numbers(record: Record) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key, value in record.pairs if is_number(value)))
