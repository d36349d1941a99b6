"""The fault phase: samples that were answered right are sent again while one fault at a time is in force."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import NO_FAULT, TARGET, Fault
from harness.core.reply import Judged, Reply
from harness.core.robustness import RobustnessResult
from harness.diff.faults.trials import Arm, Recovery, Trial
from harness.diff.faults.upstream import upstream_criterion
from harness.diff.faults.wrong_answers import sample_of
from harness.generate.draw_robustness import draw_under_fault
from harness.generate.recipes.packs import PILOT
from harness.replay.send import Breaker
from harness.run.events import Emit, Noted
from harness.run.outcome.judge import Judge
from harness.run.phases.fault_results import concluded
from harness.run.phases.probing import answered_right
from harness.run.sending.injection import Injection
from harness.run.setup.budget import MIN_FAULT_CASES, MIN_UPSTREAM_CASES
from harness.run.setup.prepare import Run

FIRST_WAIT = 0.5
"""Seconds to wait before cases that are still not right after a fault are sent again; each further wait is twice as
long."""

MAX_POLLED = 4
"""Maximum cases of a round after the first one, while some are not right yet, to save calls; the others follow."""

MAX_RECOVERY = 2
"""Maximum calls to test the recovery from one fault, as a multiple of the cases under that fault."""


@dataclass(slots=True, kw_only=True)
class _Phase:
    """What the trials of all faults share.

    keys: of the samples, in the order in which they are taken. left: calls that are left. clean: the samples without a
    fault. each: samples under a fault. lost: samples that did not come right again after a fault; the next fault would
    be blamed for them.
    """

    run: Run
    judge: Judge
    injection: Injection
    keys: Sequence[str]
    left: int
    each: int
    clean: Arm = field(default_factory=lambda: Arm(name=NO_FAULT))
    lost: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Send the samples once more without a fault, as the control."""
        self._send_clean(self.keys[: self.run.allotment.clean])

    def why_not(self, fault: Fault) -> Why | None:
        """Why the fault cannot be tried any more; None if it can."""
        if self.run.sender.stopped:
            return Why.INTERRUPTED
        if len(self.keys) - len(self.lost) < MIN_FAULT_CASES:
            return Why.NOT_RECOVERED
        return None if self._keys_for(fault) else Why.TOO_FEW_CALLS

    def under(self, fault: Fault) -> Trial:
        """Send the samples under one fault; after a fault of an upstream, send them again until they are right."""
        keys = self._keys_for(fault)
        self._send_clean(self._not_yet_clean(keys))
        cases = self._cases(fault.name, keys)
        # Under a fault a missing reply is expected: it does not count against the target and does not end the run.
        sender, breaker = self.run.sender, self.run.sender.breaker
        sender.breaker = Breaker(limit=len(cases) + 1)
        try:
            with self.injection.active.only(fault):
                arm = self._arm(fault.name, cases)
        finally:
            sender.breaker = breaker
            sender.drain_after([(case, 0) for case in cases])
        arm = replace(arm, after=self._recovery(fault, arm, cases)) if _recovers(fault) else arm
        return Trial(fault=fault, arm=arm, clean=self.clean)

    def _keys_for(self, fault: Fault) -> list[str]:
        """The samples to send under the fault: as many as the calls that are left allow, or none.

        A case under a hang takes a whole deadline, so these are few.
        """
        least = MIN_UPSTREAM_CASES if _recovers(fault) else MIN_FAULT_CASES
        keys = [key for key in self.keys if key not in self.lost]
        for most in range(least if fault.kind == "hang" else self.each, least - 1, -1):
            chosen = keys[:most]
            if len(chosen) * (1 + _recovers(fault)) + len(self._not_yet_clean(chosen)) <= self.left:
                return chosen
        return []

    def _not_yet_clean(self, keys: Sequence[str]) -> list[str]:
        """The samples that were not sent clean yet, because they replace lost ones."""
        sent = {sample_of(row.address) for row in self.clean.rows}
        return [key for key in keys if key not in sent]

    def _send_clean(self, keys: Sequence[str]) -> None:
        """Send these samples without a fault and add them to the clean arm."""
        if keys:
            rows = self._arm(NO_FAULT, self._cases(NO_FAULT, keys)).rows
            self.clean = replace(self.clean, rows=(*self.clean.rows, *rows))

    def _cases(self, name: str, keys: Sequence[str]) -> list[Case]:
        return self.run.make(draw_under_fault(name, key) for key in keys)

    def _arm(self, name: str, cases: Sequence[Case]) -> Arm:
        replies, rows = self._send(f"fault {name}", cases, 0)
        met = {reply.address: reply.faults for reply in replies}
        return Arm(name=name, rows=tuple(rows), met=met, truths={case.address: case.truth for case in cases})

    def _send(self, phase: str, cases: Sequence[Case], repeat: int) -> tuple[list[Reply], list[Judged]]:
        """Send one case at a time: whatever fails behind the service then belongs to the only case in flight."""
        self.left -= len(cases)
        replies = self.run.sender.ask(phase, [(case, repeat) for case in cases], 0.0)
        rows = self.judge.judge({case.address: case for case in cases})
        return [one for one in replies if one is not None], [row for row in rows if row.repeat == repeat]

    def _recovery(self, fault: Fault, arm: Arm, cases: Sequence[Case]) -> Recovery:
        """Repeat the cases that met the fault and were not right, until they are right or the calls are used up."""
        ended = self._done(cases)
        met = {row.address for row in arm.surely_met() if not row.straight_through}
        open_ = [case for case in cases if case.address in met]
        last: dict[str, Judged] = {}
        spare, repeat, wait, right_after, tried = MAX_RECOVERY * len(cases), 1, 0.0, 0.0, 0.0
        while open_ and (now := open_[: min(spare, self.left, MAX_POLLED if last else spare)]):
            self._wait(wait, now, repeat)
            replies, rows = self._send(f"after {fault.name}", now, repeat)
            if not replies:
                break
            spare, repeat, tried = spare - len(now), repeat + 1, max(one.done for one in replies) - ended
            last |= {row.address: row for row in rows}
            right = {row.address for row in rows if row.straight_through}
            # A case that is right the first time was right at once, however long the cases before it took.
            right_after = max(
                (one.sent - ended for one in replies if one.address in right and one.repeat > 1), default=right_after
            )
            open_ = [case for case in open_ if case.address not in right]
            wait = max(FIRST_WAIT, 2 * wait) if len(right) < len(now) else 0.0
        self.lost |= {sample_of(case.address) for case in open_}
        return Recovery(rows=tuple(last.values()), right_after=right_after, tried=tried)

    def _done(self, cases: Sequence[Case]) -> float:
        """When the last case under the fault was done, in seconds on the clock of the run."""
        replies = self.run.sender.folder.replies
        return max((replies[key].done for case in cases if (key := (case.address, 0)) in replies), default=0.0)

    def _wait(self, seconds: float, cases: Sequence[Case], repeat: int) -> None:
        """Wait if any case must still be sent; a resumed run that already has these replies does not wait again."""
        if any((case.address, repeat) not in self.run.sender.folder.replies for case in cases):
            time.sleep(seconds)


def under_faults(run: Run, judge: Judge, judged: Sequence[Judged], emit: Emit) -> tuple[RobustnessResult, int]:
    """What the service did under each fault of the run, and the calls that were used beyond the planned ones.

    The result has findings, the worst first, and a criterion for each upstream. Only samples that were accepted and
    right each time they were sent clean take part. No rate counts these replies.
    """
    injection = run.sender.injection
    if injection is None or not injection.faults:
        return RobustnessResult(), 0
    clean = {case.address: case.tags["sample"] for case in run.cases.values() if case.pack == PILOT}
    keys = answered_right(judged, clean, run.bases.seed)
    planned = run.allotment
    phase = _Phase(run=run, judge=judge, injection=injection, keys=keys, left=planned.faults, each=planned.each)
    why = _why_none(run, keys)
    trials, missed = (list[Trial](), {why: list(injection.faults)}) if why else _try(phase, emit)
    before = run.sender.folder.calls
    _look_again(phase, trials)
    return concluded(run, injection, trials, missed), run.sender.folder.calls - before


def _why_none(run: Run, keys: Sequence[str]) -> Why | None:
    """Why no fault can be tried at all; None if some can."""
    if run.sender.stopped:
        return Why.INTERRUPTED
    if not run.allotment.faults:
        return Why.TOO_FEW_CALLS
    return Why.TOO_FEW_SAMPLES if len(keys) < MIN_FAULT_CASES else None


def _try(phase: _Phase, emit: Emit) -> tuple[list[Trial], dict[Why, list[Fault]]]:
    """Try the faults in order while calls are left. Returns the trials, and the faults not tried by reason."""
    faults = phase.injection.faults
    emit(Noted(about="faults", text=_plan(faults, phase.run.allotment.each)))
    phase.begin()
    trials, missed = list[Trial](), dict[Why, list[Fault]]()
    for fault in faults:
        if why := phase.why_not(fault):
            missed.setdefault(why, []).append(fault)
        else:
            trials.append(phase.under(fault))
    return trials, missed


def _look_again(phase: _Phase, trials: list[Trial]) -> None:
    """Spend what the run has left on faults that made answers wrong too rarely to tell it from chance.

    The worst fault of each such upstream gets twice the samples, again and again, each with a clean sending.
    """
    run = phase.run
    for name in dict.fromkeys(trial.fault.where for trial in trials if trial.fault.where != TARGET):
        while True:
            own = [trial for trial in trials if trial.fault.where == name]
            found = upstream_criterion(name, own, "", None).finding
            worst = next((trial for trial in own if found and trial.fault.name == found.subject), None)
            if found is None or worst is None or found.kind is not FindingKind.UPSTREAM_UNCONFIRMED:
                break
            phase.left = run.settings.budget.calls - run.sender.folder.calls
            phase.each = 2 * len(worst.arm.rows)
            again = phase.under(worst.fault) if phase.why_not(worst.fault) is None else worst
            if len(again.arm.rows) <= len(worst.arm.rows):
                break
            trials[trials.index(worst)] = again


def _recovers(fault: Fault) -> bool:
    """Whether the cases are sent again after the fault: only a fault of an upstream can leave traces in the service."""
    return fault.where != TARGET


def _plan(faults: Sequence[Fault], each: int) -> str:
    names = ", ".join(fault.name for fault in faults)
    hanging = any(fault.kind == "hang" and fault.where == TARGET for fault in faults)
    after = ", and again after it until they are right" if any(map(_recovers, faults)) else ""
    more = "; a hang takes a whole deadline" if hanging else ""
    return f"{names}: {each} samples under each fault{after}, and without a fault, one at a time{more}"
