"""The phase of faults: samples that were answered right are sent again while one fault at a time is in force."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.fault import NO_FAULT, TARGET, Fault
from harness.core.reply import Judged, Reply
from harness.core.robustness import RobustnessResult
from harness.diff.faults.under_fault import Arm, Recovery, Trial, beyond_budget, fault_findings, sample_of, unused
from harness.diff.faults.upstream import upstream_line
from harness.generate.draw_robustness import draw_under_fault
from harness.generate.packs import PILOT
from harness.replay.send import Breaker
from harness.run.events import Emit, Noted
from harness.run.outcome.judging import Judge
from harness.run.phases.probing import answered_right
from harness.run.sending.injection import Injection
from harness.run.setup.budget import MIN_FAULT_CASES, MIN_UPSTREAM_CASES
from harness.run.setup.prepare import Run

FIRST_WAIT = 0.5
"""Seconds before cases that are not right after a fault are sent once more; twice as long before each next time."""

POLLED = 4
"""As many of them at a time, so that the calls last for a while; the others follow once these are right."""

AGAIN = 2
"""How many calls may go into the recovery from one fault, in cases of that fault."""

TOO_SMALL = "the budget of calls is too small"
TOO_FEW = "too few samples are answered right"
TOO_FEW_LEFT = "too few samples are left that came right again after the faults before"


@dataclass(slots=True, kw_only=True)
class _Phase:
    """What the sendings under each fault share.

    keys: of the samples, in the order in which they are taken. left: calls. clean: samples without a fault. lost: those
    that did not come right again after a fault; under the next one they would be laid at its door.
    """

    run: Run
    judge: Judge
    injection: Injection
    keys: Sequence[str]
    left: int
    clean: Arm = field(default_factory=lambda: Arm(name=NO_FAULT))
    lost: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """The samples once more without a fault: what chance alone does to them."""
        self._clean_too(self.keys[: self.run.allotment.clean])

    def kept_from(self, fault: Fault) -> str:
        """Why the fault cannot be tried any more, "" when it can."""
        if len(self.keys) - len(self.lost) < MIN_FAULT_CASES:
            return TOO_FEW_LEFT
        return "" if self._keys_for(fault) else TOO_SMALL

    def under(self, fault: Fault) -> Trial:
        """The samples under one fault, and after it where it is one that a service recovers from."""
        keys = self._keys_for(fault)
        self._clean_too(self._fresh(keys))
        cases = self._cases(fault.name, keys)
        # Under a fault that is what no reply means: it says nothing against the target, and does not end the run.
        asker, breaker = self.run.asker, self.run.asker.breaker
        asker.breaker = Breaker(limit=len(cases) + 1)
        try:
            with self.injection.active.only(fault):
                arm = self._arm(fault.name, cases)
        finally:
            asker.breaker = breaker
            asker.drain_after([(case, 0) for case in cases])
        arm = replace(arm, after=self._recovery(fault, arm, cases)) if _recovers(fault) else arm
        return Trial(fault=fault, arm=arm, clean=self.clean)

    def _keys_for(self, fault: Fault) -> list[str]:
        """The samples that are sent under the fault: as many as the calls that are left hold, or none.

        Who is left hanging costs a deadline each, so those are few.
        """
        few = MIN_UPSTREAM_CASES if _recovers(fault) else MIN_FAULT_CASES
        keys = [key for key in self.keys if key not in self.lost]
        for most in range(few if fault.kind == "hang" else self.run.allotment.each, few - 1, -1):
            chosen = keys[:most]
            if len(chosen) * (1 + _recovers(fault)) + len(self._fresh(chosen)) <= self.left:
                return chosen
        return []

    def _fresh(self, keys: Sequence[str]) -> list[str]:
        """Those of the samples that were not sent clean yet: they stand in for lost ones."""
        sent = {sample_of(row.address) for row in self.clean.rows}
        return [key for key in keys if key not in sent]

    def _clean_too(self, keys: Sequence[str]) -> None:
        if keys:
            rows = self._arm(NO_FAULT, self._cases(NO_FAULT, keys)).rows
            self.clean = replace(self.clean, rows=(*self.clean.rows, *rows))

    def _cases(self, name: str, keys: Sequence[str]) -> list[Case]:
        return self.run.make(draw_under_fault(name, key) for key in keys)

    def _arm(self, name: str, cases: Sequence[Case]) -> Arm:
        replies, rows = self._send(f"fault {name}", cases, 0)
        met = {reply.address: reply.faults for reply in replies}
        return Arm(name=name, rows=tuple(rows), met=met)

    def _send(self, phase: str, cases: Sequence[Case], repeat: int) -> tuple[list[Reply], list[Judged]]:
        """One at a time: whatever fails behind the service then belongs to the only case in flight."""
        self.left -= len(cases)
        replies = self.run.asker.ask(phase, [(case, repeat) for case in cases], 0.0)
        rows = self.judge.judge({case.address: case for case in cases})
        return [one for one in replies if one is not None], [row for row in rows if row.repeat == repeat]

    def _recovery(self, fault: Fault, arm: Arm, cases: Sequence[Case]) -> Recovery:
        """The cases that met the fault and were not right, again until they are: the repeats of their addresses."""
        ended = self._done(cases)
        met = {row.address for row in arm.surely() if not row.straight_through}
        open_ = [case for case in cases if case.address in met]
        last: dict[str, Judged] = {}
        spare, repeat, wait, right_after, tried = AGAIN * len(cases), 1, 0.0, 0.0, 0.0
        while open_ and (now := open_[: min(spare, self.left, POLLED if last else spare)]):
            self._wait(wait, now, repeat)
            replies, rows = self._send(f"after {fault.name}", now, repeat)
            if not replies:
                break
            spare, repeat, tried = spare - len(now), repeat + 1, max(one.done for one in replies) - ended
            last |= {row.address: row for row in rows}
            right = {row.address for row in rows if row.straight_through}
            # Who is right at the first asking was so at once, however long the others before it took.
            right_after = max(
                (one.sent - ended for one in replies if one.address in right and one.repeat > 1), default=right_after
            )
            open_ = [case for case in open_ if case.address not in right]
            wait = max(FIRST_WAIT, 2 * wait) if len(right) < len(now) else 0.0
        self.lost |= {sample_of(case.address) for case in open_}
        return Recovery(rows=tuple(last.values()), right_after=right_after, tried=tried)

    def _done(self, cases: Sequence[Case]) -> float:
        """When the last of the cases under the fault was over, in seconds of the run's clock."""
        replies = self.run.asker.folder.replies
        return max((replies[key].done for case in cases if (key := (case.address, 0)) in replies), default=0.0)

    def _wait(self, seconds: float, cases: Sequence[Case], repeat: int) -> None:
        """Only where something is still to be sent: a run that goes on from its folder has waited before."""
        if any((case.address, repeat) not in self.run.asker.folder.replies for case in cases):
            time.sleep(seconds)


def under_faults(run: Run, judge: Judge, judged: Sequence[Judged], emit: Emit) -> RobustnessResult:
    """What the service did under each fault of the run: findings, the silent ones first, and a line an upstream.

    Only samples that were accepted and right whenever they were sent clean take part, and none of it is in a rate.
    """
    injection = run.asker.injection
    if injection is None or not injection.faults:
        return RobustnessResult()
    clean = {case.address: case.tags["sample"] for case in run.cases.values() if case.pack == PILOT}
    keys = answered_right(judged, clean, run.bases.seed)
    phase = _Phase(run=run, judge=judge, injection=injection, keys=keys, left=run.allotment.faults)
    why = run.asker.stopped or _kept_from_all(run, keys)
    trials, missed = (list[Trial](), {why: list(injection.faults)}) if why else _try(phase, emit)
    return _concluded(run, injection, trials, missed)


def _kept_from_all(run: Run, keys: Sequence[str]) -> str:
    if not run.allotment.faults:
        return TOO_SMALL
    return TOO_FEW if len(keys) < MIN_FAULT_CASES else ""


def _try(phase: _Phase, emit: Emit) -> tuple[list[Trial], dict[str, list[Fault]]]:
    """Fault after fault as far as the calls go; those that were not tried by the reason why."""
    faults = phase.injection.faults
    emit(Noted(about="faults", text=_plan(faults, phase.run.allotment.each)))
    phase.begin()
    trials, missed = list[Trial](), dict[str, list[Fault]]()
    for fault in faults:
        why = phase.run.asker.stopped or phase.kept_from(fault)
        if why:
            missed.setdefault(why, []).append(fault)
        else:
            trials.append(phase.under(fault))
    return trials, missed


def _concluded(
    run: Run, injection: Injection, trials: Sequence[Trial], missed: dict[str, list[Fault]]
) -> RobustnessResult:
    label, silent = str(run.asker.folder.path), dict(_unused(run, injection))
    why = {fault.where: reason for reason, faults in missed.items() for fault in faults}
    lines = []
    for name in dict.fromkeys(fault.where for fault in injection.faults if fault.where != TARGET):
        own = [trial for trial in trials if trial.fault.where == name]
        reason = f"nothing came through its relay at {silent[name]}" if name in silent else ""
        reason = reason or ("" if own else f"none of its faults was tried: {why.get(name, '')}")
        lines.append(upstream_line(name, own, label, reason))
    findings = (
        *fault_findings(trials, label),
        *unused(silent.items(), label),
        *(finding for reason, faults in missed.items() for finding in beyond_budget(faults, reason, label)),
    )
    return RobustnessResult(findings=findings, lines=tuple(lines))


def _unused(run: Run, injection: Injection) -> list[tuple[str, str]]:
    """Upstreams that nobody called, with their relay's address; a run that sent nothing cannot tell."""
    if not run.asker.sent:
        return []
    listen = {one.name: one.listen for one in run.settings.upstream}
    return [(name, listen[name]) for name in injection.silent_upstreams(run.settings)]


def _recovers(fault: Fault) -> bool:
    return fault.where != TARGET


def _plan(faults: Sequence[Fault], each: int) -> str:
    names = ", ".join(fault.name for fault in faults)
    hanging = any(fault.kind == "hang" and fault.where == TARGET for fault in faults)
    after = ", and after it until they are right" if any(map(_recovers, faults)) else ""
    more = "; a hang waits for the whole deadline" if hanging else ""
    return f"{names}: {each} right samples again under each{after}, and without any, one at a time{more}"
