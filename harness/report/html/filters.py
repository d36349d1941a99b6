"""Filters of the templates: figures as words, bars, and pictures as data. All are pure functions."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence

from harness.core.verdict import BreakingPoint, Decision, Verdict
from harness.report.classes import population_lines
from harness.report.html.bars import bar_of
from harness.report.html.chart import seconds
from harness.report.marks import Fragment, field_pairs, lines_of, mark_excerpts, short, wrong_fields
from harness.report.tables import Cell, GridRow
from harness.report.view import Excerpt, Look, Picture, Row
from harness.report.words import broken, count, duration, heading, percent, points, span

LONGEST = 2_000
"""Maximum number of characters of a text on the page; a command may contain a long path."""

STEPS_OF_COLOUR = 5
TITLES: Mapping[Decision, str] = {"go": "Go", "no-go": "No-go", "undecided": "Undecided"}


def visible(text: str) -> str:
    """The text on one line, cut at LONGEST characters."""
    return short(text, LONGEST)


def heat(cell: Cell) -> int:
    """The step of colour of a share: 0 for none, then 1..5 in equal parts."""
    return 0 if not cell.hit else min(STEPS_OF_COLOUR, 1 + int(cell.share * STEPS_OF_COLOUR))


def data_uri(picture: Picture) -> str:
    """The picture within the page."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode('ascii')}"


def excerpts(clean: Look, sent: Look) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Two texts side by side with differences marked; a text beside another kind of input is unchanged."""
    texts = [look if isinstance(look, Excerpt) else Excerpt(text="", length=0) for look in (clean, sent)]
    if texts[0].text and texts[1].text:
        return mark_excerpts(*texts)
    left, right = (((Fragment(text=lines_of(one.text)),) if one.text else ()) for one in texts)
    return left, right


def gist(verdict: Verdict) -> str:
    """The answer in one line without its first word."""
    rest = heading(verdict).partition("   ")[2]
    return f"{rest[:1].upper()}{rest[1:]}."


def how(word: str) -> str:
    """A disposition or a way of failing in plain words."""
    return {"rejected": "refused", "handed_over": "handed over", "silent": "silently", "error": "error"}.get(word, word)


def sure(confidence: float) -> str:
    """A confidence in percent, with more digits above 99.9 %, so that it is not rounded to 100 %."""
    return percent(confidence, 1 if confidence <= 0.999 or confidence == 1 else 3)


def moment(stamp: str) -> str:
    """The stamp of a run (20261124-041500) as 2026-11-24 04:15 UTC."""
    if not re.fullmatch(r"\d{8}-\d{6}", stamp):
        return visible(stamp)
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[9:11]}:{stamp[11:13]} UTC"


def of_kind(found: Sequence[tuple[BreakingPoint, GridRow]], word: str) -> list[str]:
    """Names of the ops that `breaks`, `holds` or are `not probed`."""
    return [visible(p.op) for p, _ in found if (p.how if p.severity is None else "breaks") == word]


def values(rows: Sequence[Row], name: str) -> list[str]:
    """The dispositions or judgements in the rows."""
    return sorted({str(getattr(row.judged, name)) for row in rows if row.judged})


FILTERS: Sequence[Callable[..., object]] = (
    percent, points, span, broken, duration, visible, seconds, short, heat, data_uri, gist, how, moment, sure,
    of_kind, values,
)  # fmt: skip
FUNCTIONS: Sequence[Callable[..., object]] = (
    heading, count, bar_of, population_lines, field_pairs, wrong_fields, excerpts,
)  # fmt: skip
