"""In which way a case fails: what the answer is to the truth, or what was done instead of answering."""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.diff.explain.noticed import value
from harness.diff.scoring.amounts import read_amount
from harness.diff.scoring.dates import read_dates
from harness.diff.scoring.field_types import FieldType, empty
from harness.diff.scoring.texts import plain

OTHER = "is another value"
UNLIKE = "is answered where it should be refused or handed over"
MADE_UP = "is filled in wrongly where it may be left empty"

FACTORS = (10, 100, 1000, 10_000, 100_000, 1_000_000)
CUT = 0.005
"""What is lost of an amount whose last digits fell off: 1,234.56 read as 1.23."""

MIN_CUT_CHARACTERS = 3
"""Characters that are left of a value that was cut off; fewer are the beginning of many values."""

MIN_SAME_CASES, MIN_SAME_SHARE = 3, 0.5
"""Cases, and the share of those with another value, that get one and the same: then that is what it becomes."""


class FailureMode(NamedTuple):
    """What goes wrong in one field, "" for the whole answer. words: what follows the field's name in a sentence."""

    field: str
    words: str

    @property
    def own(self) -> bool:
        """Whether the way says already in which cases: those of which nothing can be read."""
        return self.words in (UNLIKE, MADE_UP)

    @property
    def whole(self) -> str:
        """All cases that may fail so, in a sentence."""
        return "such cases" if self.own else "cases" if self.field else "cases that ask for an answer"

    def told(self) -> str:
        """As the beginning of a sentence."""
        return f"{self.field} {self.words}" if self.field else f"it {self.words}"


def may_fail(case: Case, way: FailureMode) -> bool:
    """Whether a case can fail in that way at all: only these are what the failing ones are held against."""
    if way.words == UNLIKE:
        return not case.asks_for_answer()
    if not way.field:
        return case.asks_for_answer()
    return (case.effect(way.field) == "destroyed") is (way.words == MADE_UP)


def ways_of(row: Judged, case: Case, types: Mapping[str, FieldType]) -> list[FailureMode]:
    """The ways in which this reply fails; none where it does not, or where that is not known."""
    if row.disposition == "accepted":
        return _wrong(row, case, types) if row.judgement == "wrong" else []
    if not case.asks_for_answer():
        return []
    if row.disposition == "handed_over":
        return [FailureMode("", "is handed over")]
    done = "is refused" if row.disposition == "rejected" else "gets no answer"
    return [FailureMode("", f"{done} ({row.cause or row.disposition})")]


def _wrong(row: Judged, case: Case, types: Mapping[str, FieldType]) -> list[FailureMode]:
    wrong = [one.name for one in row.fields if one.verdict == "wrong"]
    found = [FailureMode(name, _way(case, name, row.answer.get(name), types.get(name, FieldType()))) for name in wrong]
    return found or [FailureMode("", UNLIKE)]


def _way(case: Case, name: str, answer: Scalar, type_: FieldType) -> str:
    if case.effect(name) == "destroyed":
        return MADE_UP
    truth = case.truth.get(name)
    if empty(answer):
        return "is left empty"
    if empty(truth):
        return "is filled in where there is nothing"
    told = (words for kinds, ask in _ASKED if type_.kind in kinds and (words := ask(truth, answer, type_)))
    return next(told, OTHER)


def _dates(truth: Scalar, answer: Scalar, type_: FieldType) -> str:
    right, given = read_dates(truth, type_.day_first), read_dates(answer, type_.day_first)
    pairs = [(one, other) for one in right for other in given]
    if any((one.day, one.month, one.year) == (other.month, other.day, other.year) for one, other in pairs):
        return "has day and month exchanged"
    if any((one.day, one.month) == (other.day, other.month) for one, other in pairs):
        return "has another year"
    return ""


def _numbers(truth: Scalar, answer: Scalar, type_: FieldType) -> str:
    right, given = read_amount(truth, type_.mark), read_amount(answer, type_.mark)
    if right is None or given is None or not float(right.number):
        return ""
    if right.number == given.number:
        return "has another currency" if right.currency != given.currency else ""
    if not given.number:
        return "becomes 0"
    return _ratio(right.number, given.number)


def _ratio(right: Decimal, given: Decimal) -> str:
    if given == -right:
        return "has lost its sign" if right < 0 else "has the other sign"
    ratio = float(given) / float(right)
    for factor in FACTORS:
        if math.isclose(ratio, factor, rel_tol=1e-6):
            return f"is {factor:,} times as much"
        if math.isclose(ratio * factor, 1.0, rel_tol=CUT):
            return f"is {factor:,} times too small"
    return "has lost its decimals" if given == right.to_integral_value(ROUND_DOWN) else ""


def _texts(truth: Scalar, answer: Scalar, type_: FieldType) -> str:
    right, given = plain(truth), plain(answer)
    if right.lstrip("0") == given.lstrip("0") and right[:1] == "0":
        return "has lost its leading zeros"
    if _letters(right) == _letters(given):
        return "has its letters in another form"
    if len(given) >= MIN_CUT_CHARACTERS and right.startswith(given):
        return "is cut off"
    return ""


def _letters(text: str) -> str:
    """Without accents and capitals."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


_ASKED: tuple[tuple[tuple[str, ...], Callable[[Scalar, Scalar, FieldType], str]], ...] = (
    (("date",), _dates),
    (("number", "money"), _numbers),
    (("exact", "number", "text"), _texts),
)


def with_one_answer(
    found: Mapping[FailureMode, Iterable[tuple[Judged, Case]]],
) -> dict[FailureMode, list[tuple[Judged, Case]]]:
    """The same ways; where another value is mostly one and the same one, whatever the truth, the way says which."""
    named: dict[FailureMode, list[tuple[Judged, Case]]] = {}
    for way, rows in found.items():
        pairs = list(rows)
        if way.words == OTHER and (one := _commonest(way.field, pairs)):
            is_it = [value(row.answer.get(way.field)) == one for row, _ in pairs]
            named[FailureMode(way.field, f"becomes {one}")] = [
                pair for pair, same in zip(pairs, is_it, strict=True) if same
            ]
            pairs = [pair for pair, same in zip(pairs, is_it, strict=True) if not same]
        if pairs:
            named[way] = pairs
    return named


def _commonest(field: str, pairs: Sequence[tuple[Judged, Case]]) -> str:
    """The answer that most of them get, though their truths differ; "" where there is none."""
    given = Counter(value(row.answer.get(field)) for row, _ in pairs)
    one, times = given.most_common(1)[0]
    truths = {value(case.truth.get(field)) for row, case in pairs if value(row.answer.get(field)) == one}
    return one if times >= max(MIN_SAME_CASES, MIN_SAME_SHARE * len(pairs)) and len(truths) > 1 else ""
