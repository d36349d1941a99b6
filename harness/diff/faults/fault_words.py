"""Faults, and what answers become under them, in words."""

from collections import Counter
from collections.abc import Sequence

from harness.core.case import Scalar
from harness.core.fault import TARGET, Fault
from harness.core.reply import Judged


def changes(rows: Sequence[Judged]) -> str:
    """Which fields are wrong in these rows and what they became, the commonest first."""
    fields = Counter(scored.name for row in rows for scored in row.fields if scored.verdict == "wrong")
    parts = []
    for name, wrong in fields.most_common(2):
        answers = Counter(_shown(row.answer.get(name)) for row in rows if name in _wrong_fields(row))
        answer, times = answers.most_common(1)[0]
        same = f"became {answer} in {times}" if times > 1 or wrong == 1 else f"is another one in {wrong}"
        parts.append(f"{name} {same} of {len(rows)} cases")
    return ", ".join(parts) + (f" and {len(fields) - 2} more fields changed" if len(fields) > 2 else "")


def _wrong_fields(row: Judged) -> set[str]:
    return {scored.name for scored in row.fields if scored.verdict == "wrong"}


def _shown(value: Scalar) -> str:
    text = "nothing" if value is None or value == "" else str(value)
    return " ".join(text.split())[:40] or "nothing"


def head_of(fault: Fault) -> str:
    """The fault by its name, and what it does."""
    side = "the target" if fault.where == TARGET else fault.where
    before = f"before {side} sees the request" if fault.at == "request" else f"when {side} has replied"
    does = {
        "latency": f"{fault.seconds:g} s late",
        "hang": f"hangs {before}",
        "reset": f"connection reset {before}",
        "status": f"{side} answers {fault.status}",
        "too_many_requests": f"{side} answers 429",
        "truncated": f"half of the reply of {side}",
        "corrupt": f"other bytes in the reply of {side}",
        "wrong_type": f"a page instead of the reply of {side}",
        "error_in_200": f"{side} answers 200 with an error in it",
        "field_missing": f"{_field(fault)} is missing from the reply of {side}",
        "field_renamed": f"{_field(fault)} has another name in the reply of {side}",
        "field_stale": f"{_field(fault)} in the reply of {side} is that of an earlier one",
    }[fault.kind]
    return f"{fault.name} ({does})"


def _field(fault: Fault) -> str:
    return fault.field or "a field"
