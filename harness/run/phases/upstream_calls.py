"""What the service asked its upstreams in this run: each request with its case, what it wrote, how it was repeated."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.case import Scalar
from harness.core.finding import Finding
from harness.core.integration.exchange import Exchange
from harness.core.integration.fault import TARGET
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.core.verdict import Criterion
from harness.diff.faults.effects import effects_criterion
from harness.diff.faults.retries import retry_findings
from harness.diff.faults.sendings import Sending
from harness.diff.scoring.field_types import FieldType, field_type
from harness.run.outcome.judge import Judge
from harness.run.sending.injection import Injection
from harness.run.setup.effects import columns_of
from harness.run.setup.prepare import Run
from harness.store.rows import Key, note_exchanges


def result_of_calls(run: Run, judge: Judge, judged: Sequence[Judged]) -> RobustnessResult:
    """A criterion for each upstream to which the service writes, or should write, and findings about its retries.

    judged: every reply. What an earlier process of a resumed run saw is lost with it, so those replies do not count.
    """
    injection, folder = run.sender.injection, run.sender.folder
    if injection is None or not run.settings.upstream:
        return RobustnessResult()
    calls, unknown = _with_cases(run, injection)
    note_exchanges(folder.path, calls)
    columns = {sample.key: columns_of(sample) for sample in run.samples.items}
    sendings = _sendings(run, injection, judged, calls, unknown, columns)
    faults, label = {one.name: one for one in injection.faults}, str(folder.path)
    criteria, findings = list[Criterion](), list[Finding]()
    for upstream in run.settings.upstream:
        effects = {k: one for k, one in enumerate(run.settings.effect) if one.upstream == upstream.name}
        types = {name: _type(name, judge, columns) for one in effects.values() for name in one.fields}
        if criterion := effects_criterion(upstream, effects, sendings, faults, types, label):
            criteria.append(criterion)
        findings += retry_findings(upstream, sendings, faults, label)
    return RobustnessResult(criteria=tuple(criteria), findings=tuple(findings))


def _sendings(
    run: Run,
    injection: Injection,
    judged: Sequence[Judged],
    calls: Sequence[Exchange],
    unknown: set[Key],
    columns: Mapping[str, Mapping[str, Scalar]],
) -> list[Sending]:
    """The sendings of all cases, in the order of time."""
    replies, began = run.sender.folder.replies, injection.clock.zero - run.sender.clock.zero
    on_target = {one.name for one in injection.faults if one.where == TARGET}
    by_case: defaultdict[Key, list[Exchange]] = defaultdict(list)
    for one in calls:
        by_case[(one.address, one.repeat)].append(one)
    return [
        Sending(
            row=row,
            case=run.cases[row.address],
            columns=columns.get(run.cases[row.address].tags.get("sample", ""), {}),
            calls=tuple(by_case[key]),
            known=key not in unknown and replies[key].sent >= began,
            disturbed=any(name in on_target for name in replies[key].faults),
        )
        for row in sorted(judged, key=lambda row: row.due)
        if (key := (row.address, row.repeat)) in replies
    ]


def _type(name: str, judge: Judge, columns: Mapping[str, Mapping[str, Scalar]]) -> FieldType:
    """The type of a column, also if no answer has it."""
    return judge.types.get(name) or field_type([own[name] for own in columns.values() if name in own])


def _with_cases(run: Run, injection: Injection) -> tuple[list[Exchange], set[Key]]:
    """Each request with its case, if that is certain, on the clock of the run; and the cases that may have one more."""
    shift = run.sender.clock.zero - injection.clock.zero
    calls, unknown = list[Exchange](), set[Key]()
    for call, may_be in injection.asked(run.sender.folder.replies.values(), shift):
        keys = may_be if len(may_be) < 2 else _by_key(run, call, may_be)
        address, repeat = keys[0] if len(keys) == 1 else ("", 0)
        unknown.update(() if address else may_be)
        ended = None if call.ended is None else call.ended - shift
        calls.append(replace(call, started=call.started - shift, ended=ended, address=address, repeat=repeat))
    return calls, unknown


def _by_key(run: Run, call: Exchange, may_be: Sequence[Key]) -> Sequence[Key]:
    """Those of the cases whose sample has the key of the effect."""
    name = run.settings.effect[call.effect].key if call.effect is not None else ""
    if not name or (value := call.values.get(name)) is None:
        return may_be
    samples = {sample.key for sample in run.samples.items if str(columns_of(sample).get(name)) == str(value)}
    return [key for key in may_be if run.cases[key[0]].tags.get("sample") in samples]
