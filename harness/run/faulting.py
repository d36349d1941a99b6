"""The phase of faults: samples that were answered right are sent again while one fault at a time is in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.fault import NO_FAULT, TARGET, Fault
from harness.core.reply import Judged
from harness.core.verdict import Finding
from harness.diff.under_fault import Arm, beyond_budget, fault_findings, unused
from harness.generate.draw import draw_under_fault
from harness.generate.packs import PILOT
from harness.replay.send import Breaker
from harness.run.budget import LEAST_FAULT_CASES
from harness.run.events import Emit, Noted
from harness.run.injection import Injection
from harness.run.judging import Judge
from harness.run.prepare import Run
from harness.run.probing import answered_right


@dataclass(slots=True, kw_only=True)
class _Phase:
    """What the sendings under each fault share. keys: of the samples, in the order in which they are taken."""

    run: Run
    judge: Judge
    injection: Injection
    keys: Sequence[str]

    def clean(self) -> Arm:
        """The samples once more without a fault: what chance alone does to them."""
        return self._arm(NO_FAULT, self._cases(NO_FAULT, len(self.keys)))

    def under(self, fault: Fault) -> Arm:
        """The samples under one fault. Who is left hanging costs a deadline each, so those are few."""
        cases = self._cases(fault.name, LEAST_FAULT_CASES if fault.kind == "hang" else len(self.keys))
        # Under a fault that is what no reply means: it says nothing against the target, and does not end the run.
        asker, breaker = self.run.asker, self.run.asker.breaker
        asker.breaker = Breaker(limit=len(cases) + 1)
        try:
            with self.injection.active.only(fault):
                return self._arm(fault.name, cases)
        finally:
            asker.breaker = breaker
            asker.drain_after([(case, 0) for case in cases])

    def _cases(self, name: str, most: int) -> list[Case]:
        return self.run.make(draw_under_fault(name, key) for key in self.keys[:most])

    def _arm(self, name: str, cases: Sequence[Case]) -> Arm:
        """One at a time: whatever fails behind the service then belongs to the only case in flight."""
        replies = self.run.asker.ask(f"fault {name}", [(case, 0) for case in cases], 0.0)
        rows = self.judge.judge({case.address: case for case in cases})
        met = {reply.address: reply.faults for reply in replies if reply is not None}
        return Arm(name=name, rows=tuple(rows), met=met)


def under_faults(run: Run, judge: Judge, judged: Sequence[Judged], emit: Emit) -> tuple[Finding, ...]:
    """What the service did under each fault of the run, as findings; the silent ones first.

    Only samples that were accepted and right whenever they were sent clean take part, and none of it is in a rate.
    """
    injection, label = run.asker.injection, str(run.asker.folder.path)
    if injection is None:
        return ()
    faults = injection.faults
    if not faults or run.asker.stopped:
        return (*unused(_unused(run, injection), label), *beyond_budget(faults, run.asker.stopped, label))
    clean = {case.address: case.tags["sample"] for case in run.cases.values() if case.pack == PILOT}
    each = run.allotment.each
    keys = answered_right(judged, clean, run.bases.seed)[:each]
    tried = faults[: run.allotment.faults // each - 1] if each else ()
    why = "the budget of calls is too small" if len(keys) >= LEAST_FAULT_CASES else "too few samples are answered right"
    tried = tried if len(keys) >= LEAST_FAULT_CASES else ()
    if tried:
        emit(Noted(about="faults", text=_plan(tried, len(keys))))
    phase = _Phase(run=run, judge=judge, injection=injection, keys=keys)
    control = phase.clean() if tried else Arm(name=NO_FAULT)
    arms = [(fault, phase.under(fault)) for fault in tried]
    return (
        *fault_findings(arms, control, label),
        *unused(_unused(run, injection), label),
        *beyond_budget(faults[len(tried) :], why, label),
    )


def _unused(run: Run, injection: Injection) -> list[tuple[str, str]]:
    """Upstreams that nobody called, with their relay's address; a run that sent nothing cannot tell."""
    if not run.asker.sent:
        return []
    listen = {one.name: one.listen for one in run.settings.upstream}
    return [(name, listen[name]) for name in injection.silent_upstreams(run.settings)]


def _plan(faults: Sequence[Fault], each: int) -> str:
    names = ", ".join(fault.name for fault in faults)
    hanging = any(fault.kind == "hang" and fault.where == TARGET for fault in faults)
    more = "; a hang waits for the whole deadline" if hanging else ""
    return f"{names}: {each} right samples again under each, and without any, one at a time{more}"
