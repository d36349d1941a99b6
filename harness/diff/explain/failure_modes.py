"""How a case fails: what the answer is in comparison with the truth, or what the service did instead of answering."""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from harness.core.case import Case, Scalar
from harness.core.figures.amounts import read_amount
from harness.core.figures.dates import read_dates
from harness.core.finding import FailureMode, How
from harness.core.reply import Judged
from harness.diff.explain.noticed import value
from harness.diff.scoring.field_types import FieldType, empty
from harness.diff.scoring.texts import plain

SELF_EXPLAINING = (How.NOT_REFUSED, How.INVENTED)
"""Failure modes that need no contrast with other cases: the inputs have nothing to read."""

FACTORS = (10, 100, 1000, 10_000, 100_000, 1_000_000)
CUT = 0.005
"""Maximum relative error of a ratio near a power of ten: digits may be lost too, as in 1,234.56 read as 1.23."""

MIN_CUT_CHARACTERS = 3
"""Minimum number of characters of a truncated value; many values share their first one or two."""

MIN_SAME_CASES, MIN_SAME_SHARE = 3, 0.5
"""Minimum number and share of wrong values that must be equal, so that the mode names the value."""

Pairs = Sequence[tuple[Judged, Case]]


def may_fail(case: Case, mode: FailureMode) -> bool:
    """Whether a case can fail in that way at all; only such cases are the control."""
    if mode.how is How.NOT_REFUSED:
        return not case.asks_for_answer()
    if not mode.field:
        return case.asks_for_answer()
    if case.expect not in ("answer", "same"):
        return False  # its fields are not scored, so it can never be a hit
    return (case.effect(mode.field) == "destroyed") is (mode.how is How.INVENTED)


def modes_of(row: Judged, case: Case, types: Mapping[str, FieldType]) -> list[FailureMode]:
    """How this reply fails; empty if it does not fail, or if that is unknown."""
    if row.disposition == "accepted":
        return _wrong(row, case, types) if row.judgement == "wrong" else []
    if not case.asks_for_answer():
        return []
    if row.disposition == "handed_over":
        return [FailureMode("", How.HANDED_OVER)]
    how = How.REFUSED if row.disposition == "rejected" else How.NO_ANSWER
    return [FailureMode("", how, row.cause or row.disposition)]


def _wrong(row: Judged, case: Case, types: Mapping[str, FieldType]) -> list[FailureMode]:
    wrong = [one.name for one in row.fields if one.verdict == "wrong"]
    found = [_mode(case, name, row.answer.get(name), types.get(name, FieldType())) for name in wrong]
    return found or [FailureMode("", How.NOT_REFUSED)]


def _mode(case: Case, name: str, answer: Scalar, type_: FieldType) -> FailureMode:
    if case.effect(name) == "destroyed":
        return FailureMode(name, How.INVENTED)
    truth = case.truth.get(name)
    if empty(answer):
        return FailureMode(name, How.LEFT_EMPTY)
    if empty(truth):
        return FailureMode(name, How.FILLED)
    compared = (
        found for kinds, compare in _COMPARED if type_.kind in kinds and (found := compare(truth, answer, type_))
    )
    return FailureMode(name, *next(compared, (How.OTHER_VALUE, "")))


Compared = tuple[How, str] | None
"""How the answer differs from the truth, with the value of the mode; None if it does not fit."""


def _dates(truth: Scalar, answer: Scalar, type_: FieldType) -> Compared:
    right, given = read_dates(truth, type_.day_first), read_dates(answer, type_.day_first)
    pairs = [(one, other) for one in right for other in given]
    if any((one.day, one.month, one.year) == (other.month, other.day, other.year) for one, other in pairs):
        return How.DAY_MONTH_SWAPPED, ""
    if any((one.day, one.month) == (other.day, other.month) for one, other in pairs):
        return How.OTHER_YEAR, ""
    return None


def _numbers(truth: Scalar, answer: Scalar, type_: FieldType) -> Compared:
    right, given = read_amount(truth, type_.mark), read_amount(answer, type_.mark)
    if right is None or given is None or not float(right.number):
        return None
    if right.number == given.number:
        return (How.OTHER_CURRENCY, "") if right.currency != given.currency else None
    if not given.number:
        return How.CONSTANT, "0"
    return _ratio(right.number, given.number)


def _ratio(right: Decimal, given: Decimal) -> Compared:
    if given == -right:
        return (How.SIGN_LOST if right < 0 else How.SIGN_ADDED), ""
    ratio = float(given) / float(right)
    for factor in FACTORS:
        if math.isclose(ratio, factor, rel_tol=1e-6):
            return How.TIMES, str(factor)
        if math.isclose(ratio * factor, 1.0, rel_tol=CUT):
            return How.DIVIDED, str(factor)
    return (How.DECIMALS_LOST, "") if given == right.to_integral_value(ROUND_DOWN) else None


def _texts(truth: Scalar, answer: Scalar, type_: FieldType) -> Compared:
    right, given = plain(truth), plain(answer)
    if right.lstrip("0") == given.lstrip("0") and right[:1] == "0":
        return How.LEADING_ZEROS_LOST, ""
    if _letters(right) == _letters(given):
        return How.OTHER_FORM, ""
    if len(given) >= MIN_CUT_CHARACTERS and right.startswith(given):
        return How.CUT_OFF, ""
    return None


def _letters(text: str) -> str:
    """Without accents and capitals."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


_COMPARED: tuple[tuple[tuple[str, ...], Callable[[Scalar, Scalar, FieldType], Compared]], ...] = (
    (("date",), _dates),
    (("number", "money"), _numbers),
    (("exact", "number", "text"), _texts),
)


def with_constants(found: Mapping[FailureMode, Iterable[tuple[Judged, Case]]]) -> dict[FailureMode, Pairs]:
    """The same modes; if most wrong values of a field are equal, whatever the truth, they are a mode of their own."""
    named: dict[FailureMode, Pairs] = {}
    for mode, rows in found.items():
        pairs = list(rows)
        if mode.how is How.OTHER_VALUE and (one := _commonest(mode.field, pairs)):
            same = [value(row.answer.get(mode.field)) == one for row, _ in pairs]
            named[FailureMode(mode.field, How.CONSTANT, one)] = [
                pair for pair, is_it in zip(pairs, same, strict=True) if is_it
            ]
            pairs = [pair for pair, is_it in zip(pairs, same, strict=True) if not is_it]
        if pairs:
            named[mode] = pairs
    return named


def _commonest(field: str, pairs: Pairs) -> str:
    """The answer that most of them get, though their truths differ; "" if there is none."""
    given = Counter(value(row.answer.get(field)) for row, _ in pairs)
    one, times = given.most_common(1)[0]
    truths = {value(case.truth.get(field)) for row, case in pairs if value(row.answer.get(field)) == one}
    return one if times >= max(MIN_SAME_CASES, MIN_SAME_SHARE * len(pairs)) and len(truths) > 1 else ""
