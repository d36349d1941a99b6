"""Truth against answer, character by character, in a form that is safe to print."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from harness.core.case import Scalar
from harness.core.reply import FieldScore, Judged
from harness.report.view import Excerpt, Row
from harness.report.words import visible

LONGEST = 300
"""Maximum number of characters of a value on a page; an answer may be very long."""

ALIKE = 0.25
"""Minimum similarity (0 to 1) for marking single characters; below it, both values are marked as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of a value, and whether the other value differs there."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPair:
    """One field: truth and answer in parts. verdict: right, wrong or unscored; "" if nothing was compared."""

    name: str
    truth: tuple[Fragment, ...]
    answer: tuple[Fragment, ...]
    verdict: str = ""
    reason: str = ""


def field_pairs(row: Row, judged: Judged) -> tuple[FieldPair, ...]:
    """Every field of the truth and of the answer; the wrong ones first, then in the order of the truth.

    Where a refusal was expected no field is compared: the answer stands alone.
    """
    scores = {score.name: score for score in judged.fields}
    names = list(dict.fromkeys([*row.truth, *judged.answer]))
    pairs = [_pair(name, row, judged, scores.get(name)) for name in names]
    return tuple(sorted(pairs, key=lambda pair: pair.verdict != "wrong"))


def _pair(name: str, row: Row, judged: Judged, score: FieldScore | None) -> FieldPair:
    truth, answer = row.truth.get(name), judged.answer.get(name)
    verdict, reason = (score.verdict, score.reason) if score else ("", "")
    left, right = mark(truth, answer) if verdict == "wrong" else (_whole(truth), _whole(answer))
    return FieldPair(name=short(name), truth=left, answer=right, verdict=verdict, reason=short(reason))


def mark(truth: Scalar, answer: Scalar) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Both values in parts, with the edited parts marked on each side.

    >>> mark("12.50", "12.80")[1]
    (Fragment(text='12.', differs=False), Fragment(text='8', differs=True), Fragment(text='0', differs=False))
    """
    left, right = _edited(text_of(truth)[:LONGEST], text_of(answer)[:LONGEST], visible)
    return left + _more(truth), right + _more(answer)


def mark_excerpts(clean: Excerpt, sent: Excerpt) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Both inputs in parts, with their lines kept."""
    return _edited(clean.text, sent.text, lines_of)


def lines_of(text: str) -> str:
    """The text with its line breaks; other invisible characters are shown as code points."""
    return "\n".join(map(visible, text.split("\n")))


def _edited(left: str, right: str, shown: Callable[[str], str]) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    if left != right and Levenshtein.normalized_similarity(left, right) < ALIKE:
        before, after = ((Fragment(text=shown(text), differs=True),) if text else () for text in (left, right))
        return before, after
    edits = Levenshtein.opcodes(left, right)
    olds = (Fragment(text=shown(left[e.src_start : e.src_end]), differs=e.tag != "equal") for e in edits)
    news = (Fragment(text=shown(right[e.dest_start : e.dest_end]), differs=e.tag != "equal") for e in edits)
    return tuple(part for part in olds if part.text), tuple(part for part in news if part.text)


def text_of(value: Scalar) -> str:
    """The value as readable text; "" for none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def short(value: Scalar, longest: int = 60) -> str:
    """The value on one line."""
    text = text_of(value)
    return visible(text) if len(text) <= longest else f"{visible(text[:longest])}…"


def wrong_fields(row: Row) -> Iterator[FieldPair]:
    """The fields that a wrong answer got wrong."""
    if row.judged is not None:
        yield from (pair for pair in field_pairs(row, row.judged) if pair.verdict == "wrong")


def _whole(value: Scalar) -> tuple[Fragment, ...]:
    text = text_of(value)
    return ((Fragment(text=visible(text[:LONGEST])),) if text else ()) + _more(value)


def _more(value: Scalar) -> tuple[Fragment, ...]:
    beyond = len(text_of(value)) - LONGEST
    return (Fragment(text=f"… and {beyond} more characters"),) if beyond > 0 else ()
