"""Replies grouped by their answer, to find one answer to many inputs in any number of replies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.core.case import Case, Scalar
from harness.core.regression.arrays import Bools, Ints
from harness.core.reply import Judged
from harness.diff.explain.noticed import NOTHING, value

DIGITS = 4
"""Digits of a confidence that is part of the compared answer."""

Values = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerColumn:
    """The answers of some replies: the whole answer, or one field.

    answer: the place in `texts` of what each reply answers. free: whether the reply was accepted and its answer follows
    neither from the truth nor, without truth, from the answer to the clean input. texts: each different answer; NOTHING
    if it is empty. field: "" for the whole answer. with_confidence: the confidence is part of the answer.
    """

    answer: Ints
    free: Bools
    texts: Sequence[str]
    field: str = ""
    with_confidence: bool = False


def readings(rows: Sequence[Judged], cases: Mapping[str, Case]) -> list[AnswerColumn]:
    """The whole answer without its confidence and with it, and each field of it."""
    usual = _usual(rows)
    clean = [usual.get(cases[row.address].clean_twin or row.address) for row in rows]
    free = [_relied_on(row) and _free(row, answer) for row, answer in zip(rows, clean, strict=True)]
    names = dict.fromkeys(name for row in rows for name in row.answer)
    found = [_column([_text(row.answer) for row in rows], free)]
    if any(row.confidence is not None for row in rows):
        found.append(replace(_column([with_confidence(row) for row in rows], free), with_confidence=True))
    return [*found, *(_of_field(name, rows, clean) for name in names if len(names) > 1)]


def nonempty(answer: Values) -> dict[str, str]:
    """The fields that have a value, each with its text."""
    return {name: value(one) for name, one in answer.items() if not _empty(one)}


def _usual(rows: Sequence[Judged]) -> dict[str, Values]:
    """The most frequent answer to each case."""
    given: dict[str, list[Values]] = {}
    for row in rows:
        given.setdefault(row.address, []).append(row.answer)
    return {address: _commonest(answers) for address, answers in given.items()}


def _commonest(answers: Sequence[Values]) -> Values:
    if len(answers) == 1:
        return answers[0]
    text = Counter(map(_text, answers)).most_common(1)[0][0]
    return next(answer for answer in answers if _text(answer) == text)


def _relied_on(row: Judged) -> bool:
    """Whether the answer was accepted without being right; a default that is handed over does no harm."""
    return row.disposition == "accepted" and row.judgement != "right"


def _free(row: Judged, clean: Values | None) -> bool:
    if row.judgement != "unscored":
        return row.judgement == "wrong"
    return clean is not None and _text(row.answer) != _text(clean)


def _of_field(name: str, rows: Sequence[Judged], clean: Sequence[Values | None]) -> AnswerColumn:
    """One field; without a verdict of its own it is free if it differs from that of the clean input."""
    texts = [value(row.answer.get(name)) for row in rows]
    verdicts = [next((one.verdict for one in row.fields if one.name == name), "unscored") for row in rows]
    free = [
        _relied_on(row)
        and verdict != "right"
        and (verdict == "wrong" or (answer is not None and value(answer.get(name)) != text))
        for row, verdict, answer, text in zip(rows, verdicts, clean, texts, strict=True)
    ]
    return replace(_column(texts, free), field=name)


def _text(answer: Values) -> str:
    return ", ".join(f"{name} {text}" for name, text in nonempty(answer).items()) or NOTHING


def with_confidence(row: Judged) -> str:
    """The whole answer as text, with its confidence if there is one."""
    text = _text(row.answer)
    return (
        text if text == NOTHING or row.confidence is None else f"{text}, confidence {round(row.confidence, DIGITS):g}"
    )


def _empty(one: Scalar) -> bool:
    return value(one) == NOTHING


def _column(texts: Sequence[str], free: Sequence[bool]) -> AnswerColumn:
    places: dict[str, int] = {}
    answer = [places.setdefault(one, len(places)) for one in texts]
    return AnswerColumn(answer=np.array(answer, np.int64), free=np.array(free, bool), texts=list(places))
