"""Whether a change of one field leads to an accepted wrong answer: each field alone, each change alone.

First, which fields the answers depend on: another valid value changes the answer. Then each change once for each of
these fields. What was accepted with a wrong answer is tried on further samples, and compared with unchanged ones.
"""

from collections.abc import Iterable, Mapping, Sequence

from harness.core.finding import Count, Example, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import SENT, WAS, CoveredField, RobustnessResult, RobustnessTest, robustness_criterion
from harness.core.verdict import Criterion, Status
from harness.diff.gate.worst import WORST, show
from harness.diff.robustness.fields.lists import try_lists
from harness.diff.robustness.fields.rounds import CONTROLS, COVERAGE, Coverage, Make
from harness.diff.robustness.fields.tried import Tried

NEEDED = ("presence", "type")
"""Kinds of changes that every field needs; presence counts for a missing and a null value."""


def coverage(
    fields: Sequence[CoveredField],
    order: Sequence[str],
    make: Make,
    clean: Mapping[str, Judged],
    *,
    calls: int,
    spare: int,
    run: str,
) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its criterion and findings.

    order: the names of all changes, in the order in which they are tried. clean: accepted right answers to unchanged
    samples by key, in the order in which samples are used. calls: requests for the fields. spare: further ones, to try
    suspects again. run: label, for the commands.
    """
    if not fields:
        return RobustnessResult()
    if not clean or calls < 1:
        why = Why.TOO_FEW_CALLS if clean else Why.NO_ANSWERS
        finding = Finding(kind=FindingKind.NOT_TESTED, test=COVERAGE, numbers={"calls": calls}, why=why)
        return RobustnessResult(criteria=(robustness_criterion(COVERAGE, finding, "undecided", run=show((), run)),))
    state = Coverage(fields=fields, make=make, clean=clean, left=calls, spare=spare, order=order)
    yield from state.control([*clean][: min(CONTROLS, calls)], 0)
    yield from state.find_sensitive()
    yield from state.screen()
    yield from try_lists(state)
    yield from state.confirm()
    yield from state.find_unseen()
    untested = [one.path for one in fields if one.path not in {*state.sensitive, *state.not_reached}]
    findings = (
        *_not_tested(FindingKind.FIELDS_WITHOUT_EFFECT, untested, run),
        *_not_tested(FindingKind.ANY_ID_ACCEPTED, state.open_ids, run),
        *_not_tested(FindingKind.UNSEEN_VALUES, [_told(path, state) for path in state.unseen], run),
    )
    if not state.sensitive and not state.not_reached:
        return RobustnessResult(findings=findings)
    failed = state.failed()
    more = [_finding(state, group, run) for group in _by_field(failed)[1:]]
    more += [_finding(state, [one], run, why=Why.MAY_BE_CHANCE) for one in state.tried if state.stray(one)]
    return RobustnessResult(criteria=(_criterion(state, failed, run),), findings=(*findings, *more))


def _criterion(state: Coverage, failed: Sequence[Tried], run: str) -> Criterion:
    n = len(state.tried)
    share = 1 / max(1, n)
    if failed:
        finding = _finding(state, _by_field(failed)[0], run)
        return _as_criterion(finding, "failed", len(failed) * share, n, run)
    suspects = [one for one in state.tried if one.wrong and not state.stray(one)]
    if suspects:
        finding = _finding(state, [suspects[0]], run, why=Why.MAY_BE_CHANCE)
        return _as_criterion(finding, "undecided", len(suspects) * share, n, run)
    if missing := _incomplete(state):
        finding = Finding(
            kind=FindingKind.FIELDS_NOT_COVERED,
            count=Count(len(missing), len({*state.sensitive, *state.not_reached})),
            names=tuple(missing),
            numbers={"calls": _calls_missing(state)},
            show=show((), run),
        )
        return _as_criterion(finding, "undecided", 0.0, n, run)
    finding = Finding(
        kind=FindingKind.FIELDS_COVERED,
        count=Count(0, n),
        names=tuple(_with_size(state, path) for path in state.sensitive),
        show=show((), run),
    )
    return _as_criterion(finding, "passed", 0.0, n, run)


def _with_size(state: Coverage, path: str) -> str:
    """The field, with the largest size that was sent if it is a text or a list."""
    own = [one for one in state.tried if one.field.path == path and one.kind == "size"]
    sizes = [case.tags[SENT] for one in own for case in one.cases.values() if WAS in case.tags]
    return f"{path} (up to {max(sizes, key=_number)})" if sizes else path


def _number(size: str) -> int:
    """8000 of "8,000 characters"."""
    return int(size.partition(" ")[0].replace(",", ""))


def _as_criterion(finding: Finding, outcome: Status, value: float, n: int, run: str) -> Criterion:
    return robustness_criterion(
        COVERAGE,
        finding,
        outcome,
        value=value,
        high=1.0 if outcome == "undecided" else None,
        n=n,
        worst=finding.cases,
        run=finding.show,
    )


def _incomplete(state: Coverage) -> list[str]:
    """The fields without an answer to a missing value, a null, another type and one change of their own type."""
    short = [path for path in state.sensitive if not _complete([one for one in state.tried if one.field.path == path])]
    return [*short, *sorted(state.not_reached - state.sensitive.keys())]


def _calls_missing(state: Coverage) -> int:
    """For changes that were not tried, and for fields that were not: whether they matter, then each change."""
    later = [one for one in state.fields if one.path in state.not_reached - state.sensitive.keys()]
    return sum(not one.cases for one in state.tried) + sum(1 + len(one.changes) for one in later)


def _complete(changes: Sequence[Tried]) -> bool:
    done = [one for one in changes if one.rows]
    absent = all(one.rows for one in changes if one.change in ("missing", "null"))
    typed = any(one.kind == "type" for one in done) or not any(one.kind == "type" for one in changes)
    own = any(one.kind not in NEEDED for one in done) or all(one.kind in NEEDED for one in changes)
    return absent and typed and own


def _by_field(tried: Iterable[Tried]) -> list[list[Tried]]:
    """The changes by field, the field with the most changes first."""
    groups: dict[str, list[Tried]] = {}
    for one in tried:
        groups.setdefault(one.field.path, []).append(one)
    return sorted(groups.values(), key=lambda group: -len(group))


def _finding(state: Coverage, group: Sequence[Tried], run: str, why: Why | None = None) -> Finding:
    """What becomes of one field: its changes, the most frequent first, with an example of the first."""
    first = group[0]
    key = first.wrong[0]
    case, row = first.cases[key], first.rows[key]
    wrong = next((one.name for one in row.fields if one.verdict == "wrong"), "")
    addresses = tuple(one.cases[key].address for one in group for key in one.wrong)[:WORST]
    return Finding(
        kind=FindingKind.FIELD_ANSWERED_WRONG,
        subject=first.field.path,
        names=tuple(one.change for one in group),
        count=Count(len(first.wrong), len(first.rows)),
        control=state.counted(),
        example=Example(
            address=case.address,
            field=wrong,
            given=f"{case.tags.get(WAS, first.field.values[key])} -> {case.tags[SENT] or 'absent'}",
            expected=case.truth.get(wrong),
            got=row.answer.get(wrong),
            confidence=row.confidence,
        ),
        why=why,
        cases=addresses,
        show=show(addresses, run),
    )


def _told(path: str, state: Coverage) -> str:
    """As "currency GBP, JPY"."""
    return f"{path} {', '.join(text.strip(chr(34)) for text in state.unseen[path])}"


def _not_tested(kind: FindingKind, paths: Sequence[str], run: str) -> tuple[Finding, ...]:
    return (Finding(kind=kind, test=COVERAGE, names=tuple(paths), show=show((), run)),) if paths else ()
