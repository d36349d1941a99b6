"""One answer to many inputs, in a slice or a time window: a default, a fallback, load shedding.

Only answers that do not follow from the input count, so a slice of one rare class is no finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.core.case import Case
from harness.core.finding import Count, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind
from harness.core.regression.arrays import Bools, Ints
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.diff.explain.noticed import NOTHING, example_of, noticed
from harness.diff.explain.places import MIN_REPLIES, Moments, Place, bursts_of, slices_of, windows_of
from harness.diff.explain.readings import DIGITS, AnswerColumn, nonempty, readings
from harness.diff.gate.evidence import Evidence, vacuous
from harness.diff.scoring.judge import ANSWERED

ALPHA = 0.01
"""Significance level, corrected for all answers and groups compared (Bonferroni); slices and windows separately."""

SHARE = 0.2
"""Minimum share of the replies in a group that must have the same answer."""

MANY = 10
"""Minimum number of different answers to clean samples; with only a few labels, equal answers prove nothing."""

MAX_SLICES = 3
"""Maximum number of slices to report; if there are more, they probably have one cause."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Concentration:
    """One answer in one place. count: in it; control: elsewhere. rows: positions of the replies that have it."""

    column: AnswerColumn
    place: Place
    count: Count
    control: Count
    p: float
    rows: frozenset[int]


def concentration_findings(evidence: Evidence, moments: Moments, run: str) -> Iterator[Finding]:
    """Where one answer is significantly frequent. moments: when each reply was due, in seconds of the run."""
    rows = [
        row
        for address, rows in evidence.rows.items()
        if not vacuous(evidence.cases[address])
        for row in rows
        if row.disposition in ANSWERED
    ]
    if not rows:
        return
    columns = readings(rows, evidence.cases)
    for one in (*_in_slices(rows, columns, evidence.cases), *_in_windows(rows, columns, moments)):
        yield _finding(one, rows, evidence.cases, run)


def _finding(found: _Concentration, rows: Sequence[Judged], cases: Mapping[str, Case], run: str) -> Finding:
    worst = sorted((rows[k] for k in found.rows), key=lambda row: (not row.silent_error, row.address))
    first = worst[0]
    with_confidence = found.column.with_confidence and first.confidence is not None
    return noticed(
        FindingKind.ONE_ANSWER,
        [row.address for row in worst],
        run,
        n=found.count.n,
        slice=found.place.slice,
        circumstances=(found.place.circumstance,),
        modes=_modes(found.column.field, first),
        count=found.count,
        control=found.control,
        numbers={"confidence": round(first.confidence or 0.0, DIGITS)} if with_confidence else {},
        example=example_of(first, cases[first.address], found.column.field),
    )


def _modes(field: str, row: Judged) -> tuple[FailureMode, ...]:
    """The one answer, field by field, or the one field."""
    given = nonempty(row.answer)
    return tuple(FailureMode(name, How.CONSTANT, given[name]) for name in ([field] if field else given))


def _in_slices(
    rows: Sequence[Judged], columns: Sequence[AnswerColumn], cases: Mapping[str, Case]
) -> list[_Concentration]:
    """The most significant slices, each with replies of its own."""
    units = _units(rows, cases)
    clean = np.array([k for k in units if not cases[rows[k].address].plan.steps], np.int64)
    places = slices_of([cases[rows[k].address] for k in units])
    samples = [_sample(cases[rows[k].address]) for k in units]
    found: list[_Concentration] = []
    for one in _concentrations([column for column in columns if _varied(column, clean)], units, places):
        several = len({samples[k] for k in one.rows}) >= MIN_REPLIES
        if several and not any(_same_cause(one, other) for other in found):
            found.append(one)
    return [_of_rows(one, units) for one in found[:MAX_SLICES]]


def _same_cause(one: _Concentration, other: _Concentration) -> bool:
    """Whether more than half of the replies of the smaller one are in the other."""
    return 2 * len(one.rows & other.rows) > min(len(one.rows), len(other.rows))


def _units(rows: Sequence[Judged], cases: Mapping[str, Case]) -> Ints:
    """The first reply to each sample of each scenario; a repeated answer to the same sample is no new evidence."""
    first: dict[tuple[str, str], int] = {}
    for k, row in enumerate(rows):
        first.setdefault((row.address.partition("#")[0], _sample(cases[row.address])), k)
    return np.array(list(first.values()), np.int64)


def _sample(case: Case) -> str:
    return case.tags.get("sample", case.address)


def _varied(column: AnswerColumn, clean: Ints) -> bool:
    """Whether clean samples get enough different answers, so that equal answers are suspicious."""
    different = len(np.unique(column.answer[clean]))
    return different >= max(MANY, len(clean) / 2)


def _in_windows(rows: Sequence[Judged], columns: Sequence[AnswerColumn], moments: Moments) -> list[_Concentration]:
    """The most significant window of time or rate. The order of requests is random, so no window matches a slice."""
    timed = [k for k, row in enumerate(rows) if (row.address, row.repeat) in moments]
    when = np.array([moments[rows[k].address, rows[k].repeat] for k in timed])
    order = np.array(timed, np.int64)[np.argsort(when, kind="stable")] if timed else np.array([], np.int64)
    when = np.sort(when)
    found = _concentrations(columns, order, [*windows_of(when), *bursts_of(when, moments)])
    return [_of_rows(one, order) for one in found[:1]]


def _concentrations(columns: Sequence[AnswerColumn], chosen: Ints, places: Sequence[Place]) -> list[_Concentration]:
    """Every significant answer and place, the most significant first; `rows` are indexes into `chosen`."""
    found, looks = [], 0
    for column in columns:
        answer, free = column.answer[chosen], column.free[chosen]
        for code in _often(answer[free], len(column.texts)):
            if column.texts[code] == NOTHING:
                continue
            looks += len(places)
            found += [_concentration(column, place, (answer == code) & free) for place in places]
    beyond = [one for one in found if one and one.p * looks <= ALPHA]
    return sorted(beyond, key=lambda one: one.p)


def _often(codes: Ints, count: int) -> list[int]:
    times = np.bincount(codes, minlength=count)
    return [int(code) for code in np.flatnonzero(times >= MIN_REPLIES)]


def _concentration(column: AnswerColumn, place: Place, hits: Bools) -> _Concentration | None:
    inside = hits & place.rows
    count = Count(int(inside.sum()), int(place.rows.sum()))
    if count.hits < MIN_REPLIES or count.hits < SHARE * count.n:
        return None
    control = Count(int(hits.sum()) - count.hits, len(hits) - count.n)
    p = by_chance(count.hits, count.n, control.hits, control.n)
    positions = frozenset(np.flatnonzero(inside).tolist())
    return _Concentration(column=column, place=place, count=count, control=control, p=p, rows=positions)


def _of_rows(found: _Concentration, chosen: Ints) -> _Concentration:
    """The same with indexes into all replies."""
    return replace(found, rows=frozenset(int(chosen[k]) for k in found.rows))
