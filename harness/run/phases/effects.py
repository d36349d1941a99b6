"""What the service wrote to its upstreams in this run: each write with its case, and the criterion of each upstream."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.case import Scalar
from harness.core.integration.fault import TARGET
from harness.core.integration.write import Write
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.diff.faults.effects import Sending, effects_criterion
from harness.diff.scoring.field_types import FieldType, field_type
from harness.run.outcome.judge import Judge
from harness.run.sending.injection import Injection
from harness.run.setup.effects import columns_of
from harness.run.setup.prepare import Run
from harness.store.rows import Key, note_writes


def result_of_effects(run: Run, judge: Judge, judged: Sequence[Judged]) -> RobustnessResult:
    """A criterion for each upstream to which the service writes, or should write; the writes stand in the run folder.

    judged: every reply. What an earlier process of a resumed run saw is lost with it, so those replies do not count.
    """
    injection, folder = run.sender.injection, run.sender.folder
    if injection is None or not run.settings.upstream:
        return RobustnessResult()
    writes, unknown = _with_cases(run, injection)
    note_writes(folder.path, writes)
    columns = {sample.key: columns_of(sample) for sample in run.samples.items}
    by_case: defaultdict[Key, list[Write]] = defaultdict(list)
    for one in writes:
        by_case[(one.address, one.repeat)].append(one)
    sendings = [
        Sending(
            row=row,
            case=run.cases[row.address],
            columns=columns.get(run.cases[row.address].tags.get("sample", ""), {}),
            writes=tuple(by_case[key]),
            known=key not in unknown and folder.replies[key].sent >= injection.clock.zero - run.sender.clock.zero,
            disturbed=any(name in _of_target(injection) for name in folder.replies[key].faults),
        )
        for row in sorted(judged, key=lambda row: row.due)
        if (key := (row.address, row.repeat)) in folder.replies
    ]
    found = []
    for upstream in run.settings.upstream:
        effects = {k: one for k, one in enumerate(run.settings.effect) if one.upstream == upstream.name}
        types = {name: _type(name, judge, columns) for one in effects.values() for name in one.fields}
        faults = {one.name: one for one in injection.faults}
        found.append(effects_criterion(upstream, effects, sendings, faults, types, str(folder.path)))
    return RobustnessResult(criteria=tuple(one for one in found if one))


def _of_target(injection: Injection) -> set[str]:
    return {one.name for one in injection.faults if one.where == TARGET}


def _type(name: str, judge: Judge, columns: Mapping[str, Mapping[str, Scalar]]) -> FieldType:
    """The type of a column, also if no answer has it."""
    return judge.types.get(name) or field_type([own[name] for own in columns.values() if name in own])


def _with_cases(run: Run, injection: Injection) -> tuple[list[Write], set[Key]]:
    """Each write with its case, if that is certain; and the cases to which one more may belong."""
    shift = run.sender.clock.zero - injection.clock.zero
    writes, unknown = list[Write](), set[Key]()
    for write, may_be in injection.written(run.sender.folder.replies.values(), shift):
        keys = may_be if len(may_be) < 2 else _by_key(run, write, may_be)
        if len(keys) == 1:
            address, repeat = keys[0]
            writes.append(replace(write, started=write.started - shift, address=address, repeat=repeat))
        else:
            writes.append(replace(write, started=write.started - shift))
            unknown.update(may_be)
    return writes, unknown


def _by_key(run: Run, write: Write, may_be: Sequence[Key]) -> Sequence[Key]:
    """Those of the cases whose truth has the key of the write."""
    name = run.settings.effect[write.effect].key if write.effect is not None else ""
    if not name or (value := write.values.get(name)) is None:
        return may_be
    samples = {sample.key for sample in run.samples.items if str(columns_of(sample).get(name)) == str(value)}
    return [key for key in may_be if run.cases[key[0]].tags.get("sample") in samples]
