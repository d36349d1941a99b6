"""What the service asked its upstreams in this run: each request with its case, what it wrote, how it was repeated."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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
from harness.run.sending.effects import columns_of
from harness.run.sending.injection import Injection
from harness.run.setup.prepare import Run
from harness.store.rows import Key, note_exchanges

if TYPE_CHECKING:
    from harness.inject.attribution import Flight

AFTERWARDS = 0.02
"""Seconds after the reply from which a write is one of a service that answers first."""


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
        stray = any(one.effect in effects and not one.address for one in calls)
        if criterion := effects_criterion(upstream, effects, sendings, faults, types, label, stray=stray):
            criteria.append(criterion)
            findings += criterion.notes
        findings += retry_findings(upstream, sendings, faults, label)
    return RobustnessResult(criteria=tuple(criteria), findings=tuple(findings))


def _sendings(
    run: Run,
    injection: Injection,
    judged: Sequence[Judged],
    calls: Sequence[Exchange],
    unknown: Mapping[Key, set[str]],
    columns: Mapping[str, Mapping[str, Scalar]],
) -> list[Sending]:
    """The sendings of all cases, in the order of time."""
    replies, began = run.sender.folder.replies, injection.clock.zero - run.sender.clock.zero
    everywhere = frozenset(one.name for one in run.settings.upstream)
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
            unknown=frozenset(unknown.get(key, ())) if replies[key].sent >= began else everywhere,
            disturbed=any(name in on_target for name in replies[key].faults),
        )
        for row in sorted(judged, key=lambda row: row.due)
        if (key := (row.address, row.repeat)) in replies
    ]


def _type(name: str, judge: Judge, columns: Mapping[str, Mapping[str, Scalar]]) -> FieldType:
    """The type of a column, also if no answer has it."""
    return judge.types.get(name) or field_type([own[name] for own in columns.values() if name in own])


def _with_cases(run: Run, injection: Injection) -> tuple[list[Exchange], Mapping[Key, set[str]]]:
    """Each request with its case, if that is certain, on the clock of the run; and where cases may have written more.

    Certain is: by the trace id; by the key of the effect, if one request alone may have it; by the time, if one request
    alone was under way and the service writes before it answers. A key that is not that of the case proves the time
    wrong.
    """
    shift = run.sender.clock.zero - injection.clock.zero
    replies = run.sender.folder.replies.values()
    asked = list(injection.asked(replies, shift))
    if late := any(_after_the_reply(call, flights) for call, flights in asked):
        asked = list(injection.asked(replies, shift, late=True))
    keys = _Keys.of(run)
    calls, unknown = list[Exchange](), defaultdict[Key, set[str]](set)
    for call, flights in asked:
        able = flights if call.effect is not None else _under_way(call, flights)
        owners = keys.narrowed(call, able, late=late)
        address, repeat = (owners[0].address, owners[0].repeat) if len(owners) == 1 else ("", 0)
        for one in able if call.writes and not address else ():
            unknown[(one.address, one.repeat)].add(call.upstream)
        ended = None if call.ended is None else call.ended - shift
        calls.append(replace(call, started=call.started - shift, ended=ended, address=address, repeat=repeat))
    return calls, unknown


def _under_way(call: Exchange, flights: "Sequence[Flight]") -> "Sequence[Flight]":
    """The flights under way when the call came. A call without an effect may belong to no case."""
    return [one for one in flights if one.trace == call.trace or one.in_flight_at(call.started)]


def _after_the_reply(call: Exchange, flights: "Sequence[Flight]") -> bool:
    """Whether the service wrote after it had answered, which makes the time no evidence of whose the write is."""
    if call.effect is None or call.fault or any(one.trace == call.trace for one in flights):
        return False
    ends = [one.ended for one in flights if one.ended is not None and not one.abandoned]
    return call.ended is not None and bool(ends) and call.ended > max(ends) + AFTERWARDS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """The value of each column by which an effect names its case, as text, by sample."""

    run: Run
    values: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, run: Run) -> "_Keys":
        names = {one.key for one in run.settings.effect if one.key}
        columns = {sample.key: columns_of(sample) for sample in run.samples.items if names}
        return cls(run=run, values={name: {k: _plain(own.get(name)) for k, own in columns.items()} for name in names})

    def narrowed(self, call: Exchange, flights: "Sequence[Flight]", *, late: bool) -> "Sequence[Flight]":
        """Those of the flights to which the call can belong. late: the service writes after it has answered."""
        by_trace = any(one.trace == call.trace for one in flights)
        if by_trace and len(flights) == 1:
            return flights
        name = self.run.settings.effect[call.effect].key if call.effect is not None else ""
        value = call.values.get(name)
        if not name or value is None:
            return () if late and call.writes and not by_trace else flights
        return [one for one in flights if self.values[name].get(self._sample(one)) == _plain(value)]

    def _sample(self, flight: "Flight") -> str:
        return self.run.cases[flight.address].tags.get("sample", "")


def _plain(value: Scalar) -> str:
    """A document number as text, without what systems add or drop: blanks, leading zeros, capitals."""
    return str(value).strip().lstrip("0").casefold()
