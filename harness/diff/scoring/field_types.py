"""The type of the values of a column, inferred from its truth. It decides how answers are compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Literal

from harness.core.answer_settings import FieldRule
from harness.core.case import Scalar
from harness.core.figures.amounts import Mark, column_mark, read_amount
from harness.core.figures.dates import column_day_first, read_dates
from harness.core.values import as_scalar, as_structure
from harness.diff.scoring.texts import plain

FieldKind = Literal["exact", "number", "money", "date", "text", "set", "ranked", "table", "json"]

TEXT_FROM = 40
"""A column whose median length is above this number of characters is free text."""

MAX_ERROR_RATE = 0.10
"""Maximum character error rate of a right free text."""

ANLS_ERRORS = 0.50
"""The same for the measure ANLS, unless the configuration sets another value."""

MIN_TYPED_SHARE = 0.9
"""Minimum share of a column's values that must parse as its type; the others are compared as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """How a column's values are compared, worked out from its truth.

    mark: the decimal mark the column uses. day_first: the order of its slash dates, None when it does not show.
    fold: capital letters make no difference. boolean: yes, true and 1 are one answer. tolerance: of numbers. errors,
    measure: of texts. top: places of a ranked list that count, 0 for all. item: the type of a list's items. columns:
    the types of a table's columns.
    """

    kind: FieldKind = "exact"
    mark: Mark = ""
    day_first: bool | None = None
    fold: bool = False
    boolean: bool = False
    tolerance: float = 0.0
    errors: float = MAX_ERROR_RATE
    measure: Literal["cer", "anls"] = "cer"
    top: int = 0
    item: "FieldType | None" = None
    columns: "Mapping[str, FieldType]" = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The type in the words of `[answer.fields]`."""
        return "label" if self.fold else "yes or no" if self.boolean else self.kind


def field_type(values: Sequence[Scalar], rule: FieldRule | None = None) -> FieldType:
    """The type of a column with the truth `values`, which `rule` may set; empty values are ignored.

    Numbers with leading zeros or a plus sign (`00123`, `+4930...`) are codes and compared exactly. Names and labels
    (letters only, at least four of them, or several words) are compared without regard to capitals unless two values
    of the column differ by nothing else; codes (`EUR`, `INV-7`) are compared with regard to them. Lists of
    plain values are sets, lists of objects tables, objects JSON.
    """
    seen = [value for value in values if not empty(value)]
    if rule and rule.type:
        return _ruled(seen, rule)
    found = _structured(seen) or _worked_out(seen)
    if rule is None:
        return found
    return replace(found, tolerance=rule.tolerance, errors=rule.errors, measure=rule.measure, top=rule.top)


def _worked_out(seen: Sequence[Scalar]) -> FieldType:
    if not seen:
        return FieldType()
    if all(isinstance(value, bool) or plain(value).casefold() in ("true", "false", "yes", "no") for value in seen):
        return FieldType(boolean=True)
    if _mostly(seen, lambda value: bool(read_dates(value))):
        return FieldType(kind="date", day_first=column_day_first(seen))
    if _mostly(seen, _is_number):
        with_currency = sum(bool(_currency(value)) for value in seen)
        return FieldType(kind="money" if 2 * with_currency >= len(seen) else "number", mark=column_mark(seen))
    if median(len(plain(value)) for value in seen) > TEXT_FROM:
        return FieldType(kind="text")
    return FieldType(fold=_folds(seen))


def _structured(seen: Sequence[Scalar]) -> FieldType | None:
    """The type of a column of lists or objects; None if too few values are."""
    if not seen or not _mostly(seen, lambda value: as_structure(value) is not None):
        return None
    found = [as_structure(value) for value in seen]
    if all(isinstance(value, dict) for value in found if value is not None):
        return FieldType(kind="json")
    items = [item for value in found if isinstance(value, list) for item in value]
    rows = [item for item in items if isinstance(item, dict)]
    if items and len(rows) == len(items):
        return _table(rows)
    return FieldType(kind="set", item=field_type([as_scalar(item) for item in items]))


def _table(rows: Sequence[Mapping[str, Any]]) -> FieldType:
    names = dict.fromkeys(name for row in rows for name in row)
    return FieldType(
        kind="table", columns={name: field_type([as_scalar(row.get(name)) for row in rows]) for name in names}
    )


def _ruled(seen: Sequence[Scalar], rule: FieldRule) -> FieldType:
    """The type that the rule names, with the details that the truth shows."""
    given: FieldKind = "exact" if rule.type in ("", "label") else rule.type  # type: ignore[assignment]
    shown = _structured(seen) or FieldType()
    errors = ANLS_ERRORS if rule.measure == "anls" and rule.errors == MAX_ERROR_RATE else rule.errors
    return FieldType(
        kind=given,
        mark=column_mark(seen),
        day_first=column_day_first(seen),
        fold=rule.type == "label",
        tolerance=rule.tolerance,
        errors=errors,
        measure=rule.measure,
        top=rule.top,
        item=shown.item,
        columns=shown.columns,
    )


def misfit(values: Sequence[Scalar], rule: FieldRule) -> Scalar:
    """A value of the truth that does not fit the type of the rule, if too many do not; else None."""
    holds = _READS_AS.get(rule.type)
    seen = [value for value in values if not empty(value)]
    if holds is None or _mostly(seen, holds):
        return None
    return next(value for value in seen if not holds(value))


_READS_AS: Mapping[str, Callable[[Scalar], bool]] = {
    "number": lambda value: read_amount(value, "") is not None,
    "money": lambda value: read_amount(value, "") is not None,
    "date": lambda value: bool(read_dates(value)),
    "set": lambda value: isinstance(as_structure(value), list),
    "ranked": lambda value: isinstance(as_structure(value), list),
    "table": lambda value: isinstance(as_structure(value), list),
    "json": lambda value: as_structure(value) is not None,
}


def empty(value: Scalar) -> bool:
    """Whether a truth has no label, or an answer is missing."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def _mostly(values: Sequence[Scalar], holds: Callable[[Scalar], bool]) -> bool:
    return sum(map(holds, values)) >= MIN_TYPED_SHARE * len(values)


def _is_number(value: Scalar) -> bool:
    text = plain(value)
    code = text.startswith("+") or (text[:1] == "0" and text[1:2].isdigit())
    return not code and read_amount(value, "") is not None


def _currency(value: Scalar) -> str:
    amount = read_amount(value, "")
    return amount.currency if amount else ""


def _folds(values: Sequence[Scalar]) -> bool:
    texts = {plain(value) for value in values}
    return _mostly(values, _is_name) and len({text.casefold() for text in texts}) == len(texts)


def _is_name(value: Scalar) -> bool:
    text = plain(value)
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return letters > digits if " " in text else letters >= 4 and not digits
