"""How answers are wrong under a fault: field by field, with one example."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harness.core.case import Scalar
from harness.core.finding import Count, Example, FailureMode, How
from harness.core.reply import Judged
from harness.diff.scoring.field_types import empty

Truths = Mapping[str, Mapping[str, Scalar]]
"""The truth of each case, by its address."""


def modes_of(rows: Sequence[Judged]) -> tuple[FailureMode, ...]:
    """How these wrong answers fail, the field that is wrong most often first.

    A field is CONSTANT if more than half of its wrong answers, and at least two, are one and the same value.
    """
    fields = Counter(name for row in rows for name in wrong_fields(row))
    return tuple(_mode(name, rows) for name, _ in fields.most_common())


def field_counts(rows: Sequence[Judged], modes: Sequence[FailureMode], n: int) -> dict[str, Count]:
    """Of n cases, those that fail in each mode, by `field:NAME`."""
    return {f"field:{mode.field}": Count(sum(_shows(row, mode) for row in rows), n) for mode in modes}


def example_of(rows: Sequence[Judged], modes: Sequence[FailureMode], truths: Truths) -> Example | None:
    """The first of these rows that fails in the first mode; None if there is no mode."""
    if not modes:
        return None
    name = modes[0].field
    row = next(row for row in rows if _shows(row, modes[0]))
    return Example(
        address=row.address,
        field=name,
        given=sample_of(row.address),
        expected=truths.get(row.address, {}).get(name),
        got=row.answer.get(name),
        confidence=row.confidence,
    )


def sample_of(address: str) -> str:
    """The sample of a case in the fault phase of a check; under load the address, as its cases are those of packs."""
    return address.partition("#")[2] if address.startswith("fault/") else address


def wrong_fields(row: Judged) -> list[str]:
    """The fields of the answer that are wrong."""
    return [scored.name for scored in row.fields if scored.verdict == "wrong"]


def _mode(name: str, rows: Sequence[Judged]) -> FailureMode:
    answers = Counter(_text(row.answer.get(name)) for row in rows if name in wrong_fields(row))
    value, times = answers.most_common(1)[0]
    if times < 2 or 2 * times <= answers.total():
        return FailureMode(name, How.OTHER_VALUE)
    return FailureMode(name, How.CONSTANT, value) if value else FailureMode(name, How.LEFT_EMPTY)


def _shows(row: Judged, mode: FailureMode) -> bool:
    """Whether the row fails in this mode."""
    if mode.field not in wrong_fields(row):
        return False
    return mode.how is How.OTHER_VALUE or _text(row.answer.get(mode.field)) == mode.value


def _text(value: Scalar) -> str:
    """The value on one line; "" for an empty one."""
    return "" if empty(value) else " ".join(str(value).split())
