"""The causes of criteria that did not pass: how answers fail, and what the failing cases have in common."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.core.case import CHANGED_FIELD, Case
from harness.core.decide import status_of
from harness.core.finding import Count, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.verdict import Criterion
from harness.diff.explain.failure_modes import SELF_EXPLAINING, Pairs, may_fail, modes_of, with_constants
from harness.diff.explain.noticed import example_of, noticed, value
from harness.diff.explain.splits import SURE, Setting, setting_of
from harness.diff.gate.evidence import Evidence, vacuous
from harness.diff.scoring.field_types import FieldType

MIN_CASES = 3
"""Minimum number of cases, and of samples, that fail in the same way; fewer may do so by chance."""

ALIKE = 0.5
"""Minimum overlap at which two modes are one pattern: an unreadable page loses several fields."""

EXPLAINING = ("concurrency", "state", "unanswerable")
"""Robustness tests that can explain criteria of the mix. The round-trip test judges a repeated value, not the answer,
so it never explains a wrong answer."""

COVERAGE = "coverage"

EXPLAINS = 0.5
"""Minimum share of a criterion's worst cases that its cause must cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """Cases that fail in the same ways. pairs: the replies that fail in the first mode.

    finding: None if nothing sets the cases apart.
    """

    modes: tuple[FailureMode, ...]
    cases: frozenset[str]
    pairs: Pairs
    finding: Finding | None = None


def with_causes(
    criteria: Sequence[Criterion],
    evidence: Evidence,
    judged: Iterable[Judged],
    cases: Mapping[str, Case],
    types: Mapping[str, FieldType],
    run: str = "",
    *,
    beside: Iterable[Finding] = (),
) -> tuple[Criterion, ...]:
    """The criteria; each that did not pass with the finding that explains its worst cases, if there is one.

    evidence: of the mix, which is searched for patterns. judged, cases: also of the robustness tests. The finding of
    a robustness test that failed is the cause of what fails in the same way in the mix; that of the coverage test, of
    what fails where the same fields were changed. run: label, for the commands. beside: other findings of these tests.
    """
    if all(status_of(one) == "passed" for one in criteria):
        return tuple(criteria)
    found, rows = _patterns(evidence, types, run), list(judged)
    for test in criteria:
        if _robustness(test) and status_of(test) == "failed":
            modes = _modes_at(test.worst, rows, cases, types)
            found = [replace(one, finding=test.finding) if _fails_as(one, modes) else one for one in found]
        elif test.name == COVERAGE and test.finding and status_of(test) == "failed":
            fields = _fields_of(test.finding, beside)
            found = [replace(one, finding=test.finding) if _in_fields(one, cases, fields) else one for one in found]
    return tuple(_with_cause(one, found) for one in criteria)


def _fields_of(finding: Finding, others: Iterable[Finding]) -> set[str]:
    """The fields that the coverage test found to be read by guessing."""
    wrong = FindingKind.FIELD_ANSWERED_WRONG
    return {one.subject for one in (finding, *others) if one.kind is wrong and one.why is None}


def _in_fields(pattern: _Pattern, cases: Mapping[str, Case], fields: Collection[str]) -> bool:
    """Whether most of its cases are records of which only one of these fields was changed.

    In the others several fields are changed at once, or one for which the test had too few calls.
    """
    inside = sum(cases[address].tags.get(CHANGED_FIELD) in fields for address in pattern.cases)
    return inside > EXPLAINS * len(pattern.cases)


def _robustness(criterion: Criterion) -> bool:
    """Whether it is the criterion of a robustness test that can explain failures in the mix."""
    return criterion.finding is not None and criterion.name in EXPLAINING


def _with_cause(criterion: Criterion, found: Sequence[_Pattern]) -> Criterion:
    if status_of(criterion) == "passed":
        return criterion
    if _robustness(criterion) or criterion.name == COVERAGE:
        own = any(one.finding == criterion.finding for one in found)
        return replace(criterion, cause=criterion.finding) if own else criterion
    if not criterion.worst or criterion.unit == "seconds":
        return criterion
    share, cause = max(((_share(criterion, one), one) for one in found), key=lambda pair: pair[0], default=(0.0, None))
    return replace(criterion, cause=cause.finding) if cause and share >= EXPLAINS else criterion


def _share(criterion: Criterion, pattern: _Pattern) -> float:
    return sum(address in pattern.cases for address in criterion.worst) / len(criterion.worst)


def _fails_as(pattern: _Pattern, modes: Collection[FailureMode]) -> bool:
    """Whether its cases fail as those of the test do; any other wrong value counts only if no setting was found."""
    alike = [mode for mode in pattern.modes if mode in modes]
    return any(mode.how is not How.OTHER_VALUE for mode in alike) or bool(alike and not pattern.finding)


def _modes_at(
    addresses: Collection[str], judged: Sequence[Judged], cases: Mapping[str, Case], types: Mapping[str, FieldType]
) -> set[FailureMode]:
    """How the cases of a robustness test fail; each silently wrong value is also a mode of its own."""
    rows = [row for row in judged if row.address in addresses and row.address in cases]
    found = {mode for row in rows for mode in modes_of(row, cases[row.address], types)}
    given = {
        FailureMode(name, How.CONSTANT, value(one))
        for row in rows
        if row.silent_error
        for name, one in row.answer.items()
    }
    return found | given


def _patterns(evidence: Evidence, types: Mapping[str, FieldType], run: str) -> list[_Pattern]:
    """The patterns, those of most cases first."""
    replied = {
        address: rows for address, rows in evidence.rows.items() if rows and not vacuous(evidence.cases[address])
    }
    pairs: defaultdict[FailureMode, list[tuple[Judged, Case]]] = defaultdict(list)
    for address, rows in replied.items():
        for row in rows:
            for mode in modes_of(row, evidence.cases[address], types):
                pairs[mode].append((row, evidence.cases[address]))
    sent = [evidence.cases[address] for address in replied]
    return [_explained(one, sent, types, run) for one in _merged(with_constants(pairs))]


def _merged(by_mode: Mapping[FailureMode, Pairs]) -> list[_Pattern]:
    found: list[_Pattern] = []
    single = [
        _Pattern(modes=(mode,), cases=frozenset(row.address for row, _ in pairs), pairs=pairs)
        for mode, pairs in by_mode.items()
        if len({case.plan.base for _, case in pairs}) >= MIN_CASES
    ]
    for new in sorted(single, key=lambda one: (-len(one.cases), one.modes)):
        at = next((k for k, one in enumerate(found) if _alike(one.cases, new.cases)), None)
        if at is None:
            found.append(new)
        else:
            found[at] = replace(found[at], modes=found[at].modes + new.modes, cases=found[at].cases | new.cases)
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _explained(pattern: _Pattern, sent: Sequence[Case], types: Mapping[str, FieldType], run: str) -> _Pattern:
    """The pattern with its finding: what sets its cases apart, or the number of failing cases if nearly all fail."""
    mode = pattern.modes[0]
    able = [case for case in sent if case.address in pattern.cases or may_fail(case, mode)]
    hits = np.array([case.address in pattern.cases for case in able])
    setting = setting_of(able, hits, mode.field, types.get(mode.field))
    if setting is None:
        if hits.mean() < SURE and mode.how not in SELF_EXPLAINING:
            return pattern
        return replace(pattern, finding=_finding(pattern, Count(int(hits.sum()), len(able)), None, run))
    # A case that fails in the same way outside has another reason, and so has a criterion of such cases.
    inside = frozenset(case.address for case, here in zip(able, setting.inside & hits, strict=True) if here)
    pattern = replace(pattern, cases=inside)
    return replace(pattern, finding=_finding(pattern, setting.count, setting, run))


def _finding(pattern: _Pattern, count: Count, setting: Setting | None, run: str) -> Finding:
    """The facts of a pattern, the most confident of its wrong answers first."""
    pairs = [(row, case) for row, case in pattern.pairs if row.address in pattern.cases]
    pairs.sort(key=lambda pair: (-(pair[0].confidence or 0.0), pair[0].address))
    first = example_of(*pairs[0], pattern.modes[0].field) if pairs else None
    worst = [row.address for row, _ in pairs] or sorted(pattern.cases)
    return noticed(
        FindingKind.FAILURE_PATTERN,
        worst,
        run,
        n=count.n,
        modes=pattern.modes,
        circumstances=setting.circumstances if setting else (),
        count=count,
        control=setting.control if setting else None,
        example=first,
    )
