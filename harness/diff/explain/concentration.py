"""One answer to many inputs, in a slice or for a while: a default, a fallback, shed load.

Only answers that do not follow from the input count, so that a slice of one rare class is no such place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.core.case import Case
from harness.core.regression.arrays import Bools, Ints
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.core.verdict import Finding
from harness.diff.explain.noticed import noticed, of_all
from harness.diff.explain.places import MIN_REPLIES, Moments, Place, bursts_of, slices_of, windows_of
from harness.diff.explain.readings import NOTHING, AnswerColumn, readings, shortened
from harness.diff.gate.rates import Evidence, vacuous
from harness.diff.scoring.judge import ANSWERED

ALPHA = 0.01
"""Over all answers and places that were looked at (Bonferroni), slices and windows of time each."""

SHARE = 0.2
"""Of the replies of a place: below, one answer among others does not make up the place."""

MANY = 10
"""Different answers to the clean samples from which on one and the same stands out; of a few labels it would not."""

MAX_SLICES = 3
"""Slices that are told; more of them have one cause."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Jump:
    """One answer in one place. hit, n: in it; other_hit, other_n: elsewhere. rows: of the replies that are hit."""

    said: str
    place: Place
    hit: int
    n: int
    other_hit: int
    other_n: int
    p: float
    rows: frozenset[int]


def concentration_findings(evidence: Evidence, moments: Moments, run: str) -> Iterator[Finding]:
    """Where one answer makes up more than chance explains. moments: when each reply was due, in seconds of the run."""
    rows = [
        row
        for address, rows in evidence.rows.items()
        if not vacuous(evidence.cases[address])
        for row in rows
        if row.disposition in ANSWERED
    ]
    if not rows:
        return
    told = readings(rows, evidence.cases)
    for jump in (*_in_slices(rows, told, evidence.cases), *_in_windows(rows, told, moments)):
        yield _finding(jump, rows, run)


def _finding(jump: _Jump, rows: Sequence[Judged], run: str) -> Finding:
    text = (
        f"one answer to many inputs: {shortened(jump.said)} makes up {of_all(jump.hit, jump.n)} replies"
        f" {jump.place.words}, where it does not follow from the input, and {jump.other_hit} of {jump.other_n}"
        f" {jump.place.others}"
    )
    worst = sorted((rows[k] for k in jump.rows), key=lambda row: (not row.silent_error, row.address))
    return noticed("one_answer", text, [row.address for row in worst], run, jump.place.slice)


def _in_slices(rows: Sequence[Judged], told: Sequence[AnswerColumn], cases: Mapping[str, Case]) -> list[_Jump]:
    """The clearest slices, none for replies that another one has named already."""
    units = _units(rows, cases)
    clean = np.array([k for k in units if not cases[rows[k].address].plan.steps], np.int64)
    places = slices_of([cases[rows[k].address] for k in units])
    samples = [_sample(cases[rows[k].address]) for k in units]
    found: list[_Jump] = []
    for jump in _jumps([one for one in told if _varied(one, clean)], units, places):
        several = len({samples[k] for k in jump.rows}) >= MIN_REPLIES
        if several and not any(_same_cause(jump, one) for one in found):
            found.append(jump)
    return [_of_rows(jump, units) for jump in found[:MAX_SLICES]]


def _same_cause(one: _Jump, other: _Jump) -> bool:
    """Whether most of what the smaller of the two says is in the other."""
    return 2 * len(one.rows & other.rows) > min(len(one.rows), len(other.rows))


def _units(rows: Sequence[Judged], cases: Mapping[str, Case]) -> Ints:
    """The first reply to each sample of each scenario: the same sample answered alike again is one fact."""
    first: dict[tuple[str, str], int] = {}
    for k, row in enumerate(rows):
        first.setdefault((row.address.partition("#")[0], _sample(cases[row.address])), k)
    return np.array(list(first.values()), np.int64)


def _sample(case: Case) -> str:
    return case.tags.get("sample", case.address)


def _varied(reading: AnswerColumn, clean: Ints) -> bool:
    """Whether clean samples are answered in so many ways that one and the same answer stands out."""
    different = len(np.unique(reading.answer[clean]))
    return different >= max(MANY, len(clean) / 2)


def _in_windows(rows: Sequence[Judged], told: Sequence[AnswerColumn], moments: Moments) -> list[_Jump]:
    """The clearest window of time or rate. Requests leave in a random order: by chance no window is like a slice."""
    timed = [k for k, row in enumerate(rows) if (row.address, row.repeat) in moments]
    when = np.array([moments[rows[k].address, rows[k].repeat] for k in timed])
    order = np.array(timed, np.int64)[np.argsort(when, kind="stable")] if timed else np.array([], np.int64)
    when = np.sort(when)
    jumps = _jumps(told, order, [*windows_of(when), *bursts_of(when, moments)])
    return [_of_rows(jump, order) for jump in jumps[:1]]


def _jumps(told: Sequence[AnswerColumn], chosen: Ints, places: Sequence[Place]) -> list[_Jump]:
    """Every answer and place beyond chance, the clearest first; `rows` are places in `chosen`."""
    found, looks = [], 0
    for reading in told:
        answer, free = reading.answer[chosen], reading.free[chosen]
        for code in _often(answer[free], len(reading.said)):
            if reading.said[code] == NOTHING:
                continue
            looks += len(places)
            found += [_jump(reading.said[code], place, (answer == code) & free) for place in places]
    beyond = [jump for jump in found if jump and jump.p * looks <= ALPHA]
    return sorted(beyond, key=lambda jump: jump.p)


def _often(codes: Ints, count: int) -> list[int]:
    times = np.bincount(codes, minlength=count)
    return [int(code) for code in np.flatnonzero(times >= MIN_REPLIES)]


def _jump(said: str, place: Place, hits: Bools) -> _Jump | None:
    hit, n, total = int((hits & place.rows).sum()), int(place.rows.sum()), int(hits.sum())
    if hit < MIN_REPLIES or hit < SHARE * n:
        return None
    other_hit, other_n = total - hit, len(hits) - n
    p = by_chance(hit, n, other_hit, other_n)
    inside = frozenset(np.flatnonzero(hits & place.rows).tolist())
    return _Jump(said=said, place=place, hit=hit, n=n, other_hit=other_hit, other_n=other_n, p=p, rows=inside)


def _of_rows(jump: _Jump, chosen: Ints) -> _Jump:
    """The jump with its replies by their places among all."""
    return replace(jump, rows=frozenset(int(chosen[k]) for k in jump.rows))
