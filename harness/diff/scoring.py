"""One field: truth against answer. Right, wrong, or unscored with the reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from harness.core.case import Scalar
from harness.core.reply import FieldScore
from harness.diff.amounts import Mark, column_mark, not_finite, read_amount, same_currency, same_number
from harness.diff.dates import column_day_first, read_dates
from harness.diff.texts import error_rate, plain

FieldKind = Literal["exact", "number", "money", "date", "text"]
Score = tuple[Literal["right", "wrong", "unscored"], str]

NO_TRUTH = "no truth"
MISSING = "missing"
NON_FINITE = "non_finite"
TEXT_FROM = 40
"""A column whose median is longer than this many characters is free text."""

MOST_ERRORS = 0.10
"""The character error rate up to which a free text is right."""

MOSTLY = 0.9
"""The share of a column's values that must read as its type; the others are compared as they are written."""

BOOLEANS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """How a column's values are compared, worked out from its truth.

    mark: the decimal mark the column uses. day_first: the order of its slash dates, None when it does not show.
    fold: capital letters make no difference. boolean: yes, true and 1 are one answer.
    """

    kind: FieldKind = "exact"
    mark: Mark = ""
    day_first: bool | None = None
    fold: bool = False
    boolean: bool = False


def field_type(values: Sequence[Scalar]) -> FieldType:
    """The type of a column with the truth `values`; empty values say nothing.

    Numbers with leading zeros or a plus sign (`00123`, `+4930...`) are codes and compared exactly. Names and labels
    (letters only, at least four of them, or several words) compare without regard to capitals unless two values of
    the column differ by nothing else; codes (`EUR`, `INV-7`) compare with it.
    """
    seen = [value for value in values if not empty(value)]
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


def empty(value: Scalar) -> bool:
    """Whether a truth is not labelled, or an answer is not there."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def _mostly(values: Sequence[Scalar], holds: Callable[[Scalar], bool]) -> bool:
    return sum(map(holds, values)) >= MOSTLY * len(values)


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


def score(name: str, truth: Scalar, answer: Scalar, kind: FieldType) -> FieldScore:
    """The field `name` with this truth, this answer and the type of its column."""
    verdict, reason = _score(truth, answer, kind)
    return FieldScore(name=name, verdict=verdict, reason=reason)


def _score(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    if empty(truth):
        return "unscored", NO_TRUTH
    if isinstance(answer, float) and not_finite(answer):
        return "unscored", NON_FINITE
    if empty(answer):
        return "wrong", MISSING
    return _BY_KIND[kind.kind](truth, answer, kind)


def _exact(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    texts = [plain(value) for value in (truth, answer)]
    if kind.fold or kind.boolean:
        texts = [text.casefold() for text in texts]
    if kind.boolean:
        texts = [BOOLEANS.get(text, text) for text in texts]
    return ("right", "") if texts[0] == texts[1] else ("wrong", "")


def _number(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    wanted, got = read_amount(truth, kind.mark), read_amount(answer, kind.mark)
    if wanted is None:
        return _exact(truth, answer, kind)
    if got is None:
        return ("unscored", NON_FINITE) if not_finite(answer) else ("wrong", "not a number")
    if not same_number(wanted.number, got.number):
        return "wrong", ""
    if kind.kind == "money" and not same_currency(wanted.currency, got.currency):
        return "wrong", "another currency"
    return "right", ""


def _date(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    """Wrong when no reading fits, right when one reading each fits; else nobody can say."""
    wanted, got = read_dates(truth, kind.day_first), read_dates(answer, kind.day_first)
    if not wanted or plain(truth) == plain(answer):
        return _exact(truth, answer, kind)
    if not got:
        return "wrong", "not a date"
    if not wanted & got:
        return "wrong", ""
    return ("right", "") if len(wanted) == len(got) == 1 else ("unscored", f"ambiguous date {plain(answer)[:20]}")


def _text(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    rate = error_rate(plain(truth), plain(answer))
    return ("right", "") if rate <= MOST_ERRORS else ("wrong", f"character error rate {rate:.2f}")


_BY_KIND: dict[FieldKind, Callable[[Scalar, Scalar, FieldType], Score]] = {
    "exact": _exact,
    "number": _number,
    "money": _number,
    "date": _date,
    "text": _text,
}
