"""Replies by what they answer, so that one answer to many inputs is seen however many replies there are."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.core.case import Case, Scalar
from harness.core.regression.arrays import Bools, Ints
from harness.core.reply import Judged
from harness.diff.explain.noticed import value

DIGITS = 4
"""Of a confidence that is part of an answer."""

SHOWN = 3
"""Fields of an answer that a sentence names."""

NOTHING = "nothing"
Values = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerColumn:
    """What each of a number of replies answers, to everything or to one field.

    answer: the place in `said` of what each reply answers. free: whether it was accepted and follows neither from the
    truth nor, where nothing says what is right, from what the clean input is answered. said: each answer in words,
    "nothing" where it is empty.
    """

    answer: Ints
    free: Bools
    said: Sequence[str]


def readings(rows: Sequence[Judged], cases: Mapping[str, Case]) -> list[AnswerColumn]:
    """The whole answer with its confidence and without, and each field of it."""
    usual = _usual(rows)
    clean = [usual.get(cases[row.address].twin or row.address) for row in rows]
    free = [_accepted(row) and _free(row, answer) for row, answer in zip(rows, clean, strict=True)]
    names = dict.fromkeys(name for row in rows for name in row.answer)
    found = [_reading([_told(row.answer) for row in rows], free)]
    if any(row.confidence is not None for row in rows):
        found.append(_reading([with_confidence(row) for row in rows], free))
    return [*found, *(_of_field(name, rows, clean) for name in names if len(names) > 1)]


def _usual(rows: Sequence[Judged]) -> dict[str, Values]:
    """The commonest answer to each case."""
    given: dict[str, list[Values]] = {}
    for row in rows:
        given.setdefault(row.address, []).append(row.answer)
    return {address: _commonest(answers) for address, answers in given.items()}


def _commonest(answers: Sequence[Values]) -> Values:
    if len(answers) == 1:
        return answers[0]
    told = Counter(map(_told, answers)).most_common(1)[0][0]
    return next(answer for answer in answers if _told(answer) == told)


def _accepted(row: Judged) -> bool:
    """Whether somebody relies on it, and it was not right to do so; who hands a default over has said so."""
    return row.disposition == "accepted" and row.judgement != "right"


def _free(row: Judged, clean: Values | None) -> bool:
    if row.judgement != "unscored":
        return row.judgement == "wrong"
    return clean is not None and _told(row.answer) != _told(clean)


def _of_field(name: str, rows: Sequence[Judged], clean: Sequence[Values | None]) -> AnswerColumn:
    """One field; where its own verdict is missing, it is free when it is another than that of the clean input."""
    told = [f"{name} {value(row.answer.get(name))}" if not _empty(row.answer.get(name)) else NOTHING for row in rows]
    verdicts = [next((one.verdict for one in row.fields if one.name == name), "unscored") for row in rows]
    free = [
        _accepted(row)
        and verdict != "right"
        and (verdict == "wrong" or (answer is not None and value(answer.get(name)) != value(row.answer.get(name))))
        for row, verdict, answer in zip(rows, verdicts, clean, strict=True)
    ]
    return _reading(told, free)


def _told(answer: Values) -> str:
    return ", ".join(_parts(answer)) or NOTHING


def with_confidence(row: Judged) -> str:
    """The whole answer in words, with its confidence where there is one."""
    told = _told(row.answer)
    return (
        told if told == NOTHING or row.confidence is None else f"{told}, confidence {round(row.confidence, DIGITS):g}"
    )


def _parts(answer: Values) -> Iterator[str]:
    return (f"{name} {value(one)}" for name, one in answer.items() if not _empty(one))


def _empty(one: Scalar) -> bool:
    return value(one) == NOTHING


def _reading(told: Sequence[str], free: Sequence[bool]) -> AnswerColumn:
    places: dict[str, int] = {}
    answer = [places.setdefault(one, len(places)) for one in told]
    return AnswerColumn(answer=np.array(answer, np.int64), free=np.array(free, bool), said=list(places))


def shortened(said: str) -> str:
    """An answer as a sentence names it: its first fields."""
    parts = said.split(", ")
    return ", ".join(parts[:SHOWN]) + (f" and {len(parts) - SHOWN} more" if len(parts) > SHOWN else "")
