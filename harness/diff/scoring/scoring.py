"""The score of one field: right, wrong, or unscored with the reason."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from harness.core.case import Scalar
from harness.core.figures.amounts import not_finite, read_amount, same_currency, same_number
from harness.core.figures.dates import read_dates
from harness.core.reply import FieldScore
from harness.core.values import as_scalar, as_structure
from harness.diff.scoring.field_types import FieldKind, FieldType, empty
from harness.diff.scoring.structures import (
    Row,
    Verdict,
    compare_json,
    compare_ranked,
    compare_sets,
    compare_tables,
    has_not_finite,
)
from harness.diff.scoring.texts import error_rate, longer_rate, plain

Score = tuple[Literal["right", "wrong", "unscored"], str]

NO_TRUTH = "no truth"
MISSING = "missing"
NON_FINITE = "non_finite"
MAX_EXTRA_ITEMS = 50
"""An answer with more than twice as many items as the truth, plus this number, is wrong without a comparison."""

BOOLEANS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def score(name: str, truth: Scalar, answer: Scalar, kind: FieldType) -> FieldScore:
    """The field `name` with this truth, this answer and the type of its column."""
    verdict, reason = _score(truth, answer, kind)
    return FieldScore(name=name, verdict=verdict, reason=reason)


def _score(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    if empty(truth):
        return "unscored", NO_TRUTH
    if isinstance(answer, float) and not_finite(answer):
        return "unscored", NON_FINITE
    if kind.kind in _STRUCTURED:
        return _structure(truth, answer, kind)
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
    if not same_number(wanted.number, got.number, kind.tolerance):
        return "wrong", ""
    if kind.kind == "money" and not same_currency(wanted.currency, got.currency):
        return "wrong", "another currency"
    return "right", ""


def _date(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    """Wrong if no reading fits, right if both have only one reading and it fits; else unscored."""
    wanted, got = read_dates(truth, kind.day_first), read_dates(answer, kind.day_first)
    if not wanted or plain(truth) == plain(answer):
        return _exact(truth, answer, kind)
    if not got:
        return "wrong", "not a date"
    if not wanted & got:
        return "wrong", ""
    return ("right", "") if len(wanted) == len(got) == 1 else ("unscored", f"ambiguous date {plain(answer)[:20]}")


def _text(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    measure, name = (longer_rate, "ANLS distance") if kind.measure == "anls" else (error_rate, "character error rate")
    rate = measure(plain(truth), plain(answer))
    return ("right", "") if rate <= kind.errors else ("wrong", f"{name} {rate:.2f}")


def _structure(truth: Scalar, answer: Scalar, kind: FieldType) -> Score:
    """Lists, tables and objects. An empty list is a valid truth, and an empty answer is then right."""
    wanted, got = as_structure(truth), as_structure(answer)
    if wanted is None:
        return ("wrong", MISSING) if empty(answer) else _exact(truth, answer, kind)
    if not wanted and empty(answer):
        return "right", ""
    if empty(answer):
        return "wrong", MISSING
    if got is None or type(got) is not type(wanted):
        return "wrong", f"not a {'list' if isinstance(wanted, list) else 'JSON object'}"
    if has_not_finite(got):
        return "unscored", NON_FINITE
    if isinstance(wanted, list) and isinstance(got, list) and kind.kind != "json":
        return _lists(wanted, got, kind)
    where = compare_json(wanted, got)
    return ("wrong", where) if where else ("right", "")


def _lists(wanted: list[Any], got: list[Any], kind: FieldType) -> Score:
    # Pairing grows with both lengths, and a model may answer anything.
    if len(got) > 2 * len(wanted) + MAX_EXTRA_ITEMS:
        return "wrong", f"{len(got)} items, not {len(wanted)}"
    if kind.kind == "table" and all(isinstance(row, dict) for row in (*wanted, *got)):
        return _rows(wanted, got, kind)
    item = kind.item or FieldType()
    if kind.kind == "ranked":
        wrong = compare_ranked(wanted, got, partial(_part, item), kind.top)
    else:
        wrong = compare_sets(wanted, got, partial(_part, item))
    return ("wrong", wrong) if wrong else ("right", "")


def _rows(wanted: Sequence[Row], got: Sequence[Row], kind: FieldType) -> Score:
    columns = tuple(dict.fromkeys(name for row in wanted for name in row))
    types = {name: kind.columns.get(name, FieldType()) for name in columns}
    rows = compare_tables(wanted, got, columns, lambda name, t, a: _part(types[name], t, a))
    if rows.wrong:
        return "wrong", rows.wrong
    return ("unscored", rows.unsure) if rows.unsure else ("right", "")


def _part(kind: FieldType, truth: Any, answer: Any) -> Verdict:
    """The verdict on one item or cell; any answer is right if the truth is empty."""
    wanted, got = as_scalar(truth), as_scalar(answer)
    return "right" if empty(wanted) else _score(wanted, got, kind)[0]


_BY_KIND: dict[FieldKind, Callable[[Scalar, Scalar, FieldType], Score]] = {
    "exact": _exact,
    "number": _number,
    "money": _number,
    "date": _date,
    "text": _text,
}
_STRUCTURED = frozenset({"set", "ranked", "table", "json"})
