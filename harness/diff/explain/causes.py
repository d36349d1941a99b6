"""Which lines that are not go have one cause: the way in which answers fail, and what sets those cases apart."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.core.case import Case
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.verdict import Criterion
from harness.diff.explain.failure_modes import OTHER, FailureMode, may_fail, ways_of, with_one_answer
from harness.diff.explain.noticed import of_all, value
from harness.diff.explain.splits import SURE, setting_of
from harness.diff.gate.rates import Evidence, vacuous
from harness.diff.scoring.field_types import FieldType

MIN_CASES = 3
"""Cases, of as many samples, that fail in one way; fewer may be alike by accident."""

ALIKE = 0.5
"""The share of cases that two ways have in common from which on they are one: a broken page loses several fields."""

EXPLAINS = 0.5
"""The share of the cases that a line names which have to be among those of its cause."""

NAMED = 2
"""Ways that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cause:
    """Cases that fail in the same ways. says: the circumstance with its contrast, "" where nothing sets them apart."""

    ways: tuple[FailureMode, ...]
    cases: frozenset[str]
    says: str = ""


def with_causes(
    lines: Sequence[Criterion],
    evidence: Evidence,
    judged: Iterable[Judged],
    cases: Mapping[str, Case],
    types: Mapping[str, FieldType],
) -> tuple[Criterion, ...]:
    """The lines; each that is not go with the circumstance that its cases share, where there is one.

    evidence: the mix, on which the circumstances are looked for. judged, cases: of the robustness tests too. A
    robustness test says its circumstance itself; what fails in the same way in the mix is put under it.
    """
    if all(judge_line(line) == "go" for line in lines):
        return tuple(lines)
    found = _causes(evidence, types)
    robustness = [line for line in lines if line.says and judge_line(line) == "no-go"]
    for line in robustness:
        named = _ways_at(line.worst, judged, cases, types)
        found = [replace(one, says=line.says) if _of_stage(one, named) else one for one in found]
    said = {one.says for one in found}
    return tuple(_with_cause(line, found, said) for line in lines)


def _with_cause(line: Criterion, found: Sequence[_Cause], said: Collection[str]) -> Criterion:
    if judge_line(line) == "go":
        return line
    if line.says:
        return replace(line, cause=line.says) if line.says in said else line
    if not line.worst or line.unit == "seconds":
        return line
    share, cause = max(((_share(line, one), one) for one in found), key=lambda pair: pair[0], default=(0.0, None))
    return replace(line, cause=cause.says) if cause and share >= EXPLAINS else line


def _share(line: Criterion, cause: _Cause) -> float:
    return sum(address in cause.cases for address in line.worst) / len(line.worst)


def _of_stage(cause: _Cause, named: Collection[FailureMode]) -> bool:
    """Whether the cases fail as those of the test do, and that way says enough; else that nothing sets them apart."""
    alike = [way for way in cause.ways if way in named]
    return any(way.words != OTHER for way in alike) or bool(alike and not cause.says)


def _ways_at(
    addresses: Collection[str], judged: Iterable[Judged], cases: Mapping[str, Case], types: Mapping[str, FieldType]
) -> set[FailureMode]:
    """How the cases of a robustness test fail; what was filled in by itself is named by its value."""
    rows = [row for row in judged if row.address in addresses and row.address in cases]
    found = {way for row in rows for way in ways_of(row, cases[row.address], types)}
    filled = {
        FailureMode(name, f"becomes {value(one)}")
        for row in rows
        if row.silent_error
        for name, one in row.answer.items()
    }
    return found | filled


def _causes(evidence: Evidence, types: Mapping[str, FieldType]) -> list[_Cause]:
    """The causes, those of most cases first."""
    told = {address: rows for address, rows in evidence.rows.items() if rows and not vacuous(evidence.cases[address])}
    pairs: defaultdict[FailureMode, list[tuple[Judged, Case]]] = defaultdict(list)
    for address, rows in told.items():
        for row in rows:
            for way in ways_of(row, evidence.cases[address], types):
                pairs[way].append((row, evidence.cases[address]))
    by_way = {way: frozenset(row.address for row, _ in rows) for way, rows in with_one_answer(pairs).items()}
    return [_told(cause, told, evidence.cases, types) for cause in _merged(by_way, evidence.cases)]


def _merged(by_way: Mapping[FailureMode, frozenset[str]], cases: Mapping[str, Case]) -> list[_Cause]:
    found: list[_Cause] = []
    for way, addresses in sorted(by_way.items(), key=lambda one: (-len(one[1]), one[0])):
        if len({cases[address].plan.base for address in addresses}) < MIN_CASES:
            continue
        at = next((k for k, one in enumerate(found) if _alike(one.cases, addresses)), None)
        if at is None:
            found.append(_Cause(ways=(way,), cases=addresses))
        else:
            found[at] = _Cause(ways=(*found[at].ways, way), cases=found[at].cases | addresses)
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _told(
    cause: _Cause, told: Mapping[str, Sequence[Judged]], cases: Mapping[str, Case], types: Mapping[str, FieldType]
) -> _Cause:
    """The cause with its sentence: what sets its cases apart, or how many fail so where nothing does."""
    way = cause.ways[0]
    asked = [cases[address] for address in told if address in cause.cases or may_fail(cases[address], way)]
    hits = np.array([case.address in cause.cases for case in asked])
    at = setting_of(asked, hits, way.field, types.get(way.field))
    if at is None and hits.mean() < SURE and not way.own:
        return cause
    where = f"{of_all(int(hits.sum()), len(asked))} {way.whole}"
    cases_of = cause.cases
    if at:
        where = f"{of_all(at.hit, at.n)} {at.words}, in {at.other_hit} of {at.other_n} {at.others}"
        # What fails so elsewhere has another reason, and a line of such cases another cause.
        cases_of = frozenset(case.address for case, here in zip(asked, at.inside & hits, strict=True) if here)
    return replace(cause, cases=cases_of, says=f"{_what(cause.ways)} in {where}")


def _what(ways: Sequence[FailureMode]) -> str:
    """What happens to the answers, as the beginning of a sentence."""
    more = len(ways) - NAMED
    rest = f" and {more} more field{'' if more == 1 else 's'}" if more > 0 else ""
    return ", ".join(way.told() for way in ways[:NAMED]) + rest
