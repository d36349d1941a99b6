"""`--against`: another service gets the same cases at the same time, and the run is compared with its answers.

Its replies form a run of their own in the subfolder `against`, which can be shown, compared and promoted.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from harness.core.case import Case
from harness.diff.regression.drop_power import estimate_drop_power
from harness.diff.regression.kinds import Paired
from harness.generate.recipes.packs import PILOT
from harness.report.price import describe_drop_power
from harness.run.baseline.results import results_of, slices_of
from harness.run.baseline.status import ReferenceRun
from harness.run.events import Emit, Noted, emit_nothing
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import circumstances, conclude
from harness.run.outcome.reporting import write_reports
from harness.run.sending.permission import without_password, without_secrets
from harness.run.sending.sender import Ask, Sender
from harness.run.sending.target_profile import TargetProfile
from harness.run.setup.budget import Allotment
from harness.run.setup.configure import RunRequest
from harness.run.setup.prepare import Run
from harness.run.setup.run_folder import open_folder
from harness.store.files import case_line

FOLDER = "against"


def open_beside(run: Run, asked: RunRequest, emit: Emit) -> Run | None:
    """The run of the other service, with nothing sent yet; None without `--against`. Raises ConfigError."""
    if not asked.against:
        return None
    settings = replace(run.settings, target=replace(run.settings.target, url=asked.against))
    own = run.sender.folder
    head = replace(own.head, settings=without_secrets(settings), baseline="")
    folder = open_folder(replace(asked, out=str(own.path / FOLDER)), head)
    sender = Sender(
        settings=settings,
        seed=run.sender.seed,
        headers=run.sender.headers,
        folder=folder,
        clock=run.sender.clock,
        emit=emit_nothing,  # one progress bar is enough: both services get the same cases
    )
    notes = f"held against {without_password(asked.against)}, which gets the same cases at the same moments"
    calls = _calls(run.allotment)
    cost = f", cost {calls * run.settings.budget.price:.2f}" if run.settings.budget.price else ""
    emit(Noted(about="against", text=f"{notes}: {calls} calls more{cost}; a promoted baseline is not used"))
    emit(Noted(about="against", text="; ".join(_sights(run))))
    return replace(run, settings=settings, sender=sender, cases={}, profile=None, baseline_status=None, save="")


def slower(one: TargetProfile, other: TargetProfile) -> float:
    """The rate for both services: as declared, or the lower of the two derived rates."""
    return min(one.rate, other.rate)


def _calls(allotment: Allotment) -> int:
    return allotment.pilot_calls + sum(allotment.packs.values()) + allotment.controls


def _sights(run: Run) -> list[str]:
    """The drop that can be detected in each critical pack, if the other service is always right."""
    critical, _ = slices_of(run.settings)
    counts = {PILOT: run.allotment.pilot, **run.allotment.packs}
    complete = run.allotment.pilot == len(run.samples.items)
    notes = []
    for name in critical:
        times = run.allotment.repeats if name == PILOT else 1
        steady = Paired(before=times, before_passed=times, after=times, after_passed=times)
        if name in counts:
            exact = complete and name == PILOT
            sight = estimate_drop_power(
                name, [steady] * counts[name], len(critical), run.settings.gate.regress, exact=exact
            )
            notes.append(describe_drop_power(sight))
    return notes


def ask_both(run: Run, other: Run | None, phase: str, asks: Sequence[Ask], rate: float) -> None:
    """Send the same cases to both services at the same time; only to the first if there is no other."""
    if other is None:
        run.sender.ask(phase, asks, rate)
        return
    with ThreadPoolExecutor(max_workers=1) as aside:
        there = aside.submit(other.sender.ask, phase, asks, rate)
        try:
            run.sender.ask(phase, asks, rate)
        except BaseException:
            other.sender.breaker.open = True
            raise
        if run.sender.stopped:
            other.sender.breaker.open = True
        there.result()


def conclude_beside(other: Run, judge: Judge, cases: Mapping[str, Case]) -> ReferenceRun:
    """Judge the other service's replies by the same rules and finish its run."""
    folder, settings = other.sender.folder, other.settings
    judged = judge.judge(cases)
    complete = other.allotment.pilot == len(other.samples.items)
    about = circumstances(
        settings,
        folder.replies.values(),
        run=str(folder.path),
        samples=len(other.samples.items),
        untimed=f"it is what {folder.path.parent} was held against",
        pilot_complete=complete,
    )
    problems = (other.sender.stopped,) if other.sender.stopped else ()
    end = conclude(judge, cases, judged, (), about, problems)
    folder.write_cases(cases.values())
    folder.write_judged(judged)
    folder.conclude(end.findings, end.verdict)
    folder.update(replace(folder.head, state="stopped" if problems else "complete", problems=problems))
    write_reports(folder, untimed=about.untimed)
    label = without_password(settings.target.url)
    results = results_of(map(case_line, cases.values()), judged, settings, label, complete=complete)
    stopped = f"{label}: {other.sender.stopped}" if other.sender.stopped else ""
    return ReferenceRun(url=label, folder=str(folder.path), results=results, stopped=stopped)
