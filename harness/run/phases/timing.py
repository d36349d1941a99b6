"""How long a run takes: told when the speed of the service is known. A budget that nobody wrote down ends in time."""

from collections.abc import Mapping
from dataclasses import replace

from harness.core.integration.fault import TARGET, Fault
from harness.diff.gate.counted import needed_samples
from harness.replay.pace import parse_seconds
from harness.report.words import duration
from harness.run.events import Emit, Noted
from harness.run.sending.target_profile import MAX_CASES
from harness.run.setup.budget import MIN_FAULT_CASES, Allotment
from harness.run.setup.prepare import Run

USUAL_SECONDS = 600.0
"""Longest check whose calls nobody wrote down."""

SHARE_OF_SECONDS = 0.85
"""Share of `[budget] seconds` that is planned, because a service may become slower, and a run must not be cut off."""

WORTH_TELLING = 10.0
"""Seconds from which on a run tells how long it takes."""

MIN_CALLS = 30
"""Calls that even the slowest service gets."""

STEPS = 20
"""Calls are cut to a multiple of this, so that two runs of equal speed are equal."""


def fit_to_time(run: Run, rate: float, emit: Emit) -> None:
    """Tell how long the run will take. If nobody wrote down its calls, cut them to what ten minutes allow.

    rate: requests per second of the pilot, the packs and the probes. A promoted baseline needs the calls that it had.
    """
    canary = run.sender.canary
    usual = canary.usual if canary else 0.0
    wanted, full = run.settings.budget.calls, _seconds(run, run.allotment, rate, usual)
    seconds = run.settings.budget.seconds
    limit = SHARE_OF_SECONDS * seconds - run.sender.clock.now() if seconds else USUAL_SECONDS
    resumed = run.sender.folder.head.worked_out.calls > 0
    if not run.calls_assumed or run.partial or (full <= limit and not resumed):
        if full >= WORTH_TELLING:
            emit(Noted(about="time", text=_describe(run, rate, usual)))
        return
    calls = _cut(run, rate, usual, limit)
    run.allotment = run.allotted(calls)
    run.settings = replace(run.settings, budget=replace(run.settings.budget, calls=calls))
    head = run.sender.folder.head
    found = replace(head.worked_out, calls=calls)
    run.sender.folder.update(replace(head, worked_out=found, planned=run.allotment.calls))
    text = (
        f"{wanted} calls would take {duration(full)}; this run is cut to {calls}, {_describe(run, rate, usual)}"
        f" (--calls {wanted} sends all)"
    )
    emit(Noted(about="time", text=text))
    if advice := _to_decide(run, rate, usual):
        emit(Noted(about="time", text=advice))


def _describe(run: Run, rate: float, usual: float) -> str:
    seconds = _seconds(run, run.allotment, rate, usual)
    return f"about {duration(seconds)} in all at {duration_of_one(usual)} an answer"


def duration_of_one(seconds: float) -> str:
    """As "80 ms" or "2.5 s"."""
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _seconds(run: Run, allotment: Allotment, rate: float, usual: float) -> float:
    """The rest of the run: what is sent at the rate, what is sent one at a time, and what faults hold up."""
    paced = allotment.pilot_calls + sum(allotment.packs.values()) + allotment.controls + allotment.probes
    single = sum(allotment.robustness.values()) + allotment.faults
    deadline = parse_seconds(run.settings.target.deadline)
    held = sum(_held(fault, allotment, deadline) for fault in run.faults) if allotment.faults else 0.0
    looked = min(MAX_CASES, allotment.pilot)
    return max(0, paced - looked) / rate + single * usual + held


def _held(fault: Fault, allotment: Allotment, deadline: float) -> float:
    """Seconds that the cases under one fault take because of it."""
    if fault.kind == "hang":
        return MIN_FAULT_CASES * deadline if fault.where == TARGET else 0.0
    return allotment.each * min(fault.seconds, deadline) if fault.kind == "latency" else 0.0


def _cut(run: Run, rate: float, usual: float, limit: float) -> int:
    """The most calls, in steps, that end within the limit; a resumed run keeps what it was cut to."""
    if before := run.sender.folder.head.worked_out.calls:
        return before
    least = max(MIN_CALLS, run.baseline_status.baseline.head.calls if run.baseline_status else 0)
    calls = run.settings.budget.calls
    while calls > least and _seconds(run, run.allotted(calls), rate, usual) > limit:
        calls = max(least, (calls - 1) // STEPS * STEPS)
    return calls


def _to_decide(run: Run, rate: float, usual: float) -> str:
    """The smallest budget with which each pack can pass; "" if this one is large enough."""
    gate = run.settings.gate
    needed = needed_samples(0, gate.silent_errors_pack)
    if not _fewest(run.allotment.packs, needed):
        return ""
    calls = run.settings.budget.calls
    while _fewest(run.allotted(calls).packs, needed) and calls < 100 * run.settings.budget.calls:
        calls += STEPS
    few = ", ".join(_fewest(run.allotment.packs, needed))
    allotment = run.allotted(calls)
    return (
        f"{few}: fewer than the {needed} cases with which a pack can pass; --calls {calls} sends them,"
        f" {duration(_seconds(run, allotment, rate, usual))}"
    )


def _fewest(packs: Mapping[str, int], needed: int) -> list[str]:
    return [f"{name} {count}" for name, count in packs.items() if count < needed]
