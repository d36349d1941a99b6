"""One check, from settings to verdict: draw, send, judge, probe, decide. Events report the progress."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.core.case import Case
from harness.core.errors import Interrupted
from harness.core.finding import Finding
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.core.settings import Settings, Target
from harness.core.verdict import BreakingPoint, Criterion, Verdict
from harness.diff.faults.under_fault import with_faults
from harness.generate.drawn import Drawn
from harness.generate.recipes.packs import PILOT
from harness.run.baseline.status import ReferenceRun, seed_of
from harness.run.events import Emit, Finished, Noted, emit_nothing
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import circumstances, conclude
from harness.run.outcome.reporting import write_reports
from harness.run.phases.discovery import first_look
from harness.run.phases.faulting import under_faults
from harness.run.phases.mixing import mix_of
from harness.run.phases.probing import answered_right, by_failures, find_all
from harness.run.phases.robustness.driver import run_robustness_tests
from harness.run.phases.side_by_side import ask_both, conclude_beside, open_beside, slower
from harness.run.phases.timing import fit_to_time
from harness.run.phases.upstream_calls import result_of_calls
from harness.run.sending.injection import injecting
from harness.run.sending.target_profile import TargetProfile
from harness.run.setup.check_request import check_request
from harness.run.setup.configure import RunRequest, configure, save
from harness.run.setup.fill_in import packs_left_out
from harness.run.setup.inputs import values_left_out
from harness.run.setup.plan import more_calls
from harness.run.setup.prepare import Run, baseline_for, prepare
from harness.run.setup.price import announce_writes
from harness.run.setup.probeable import probeable
from harness.run.setup.published import allowed_refusals
from harness.run.setup.robustness_tests import costs_of, robustness_asked


def run_check(request: RunRequest, emit: Emit = emit_nothing, settings: Settings | None = None) -> Verdict:
    """Check the target as requested and return the verdict. All results are in the run folder that `Finished` names.

    emit: gets each event of the run as it happens. settings: used instead of those from the request
    and its configuration file. Raises HarnessError when the harness cannot do its work, Interrupted on Ctrl-C;
    the replies so far are kept.
    """
    check_request(request)
    settings = settings or configure(request)
    seed = seed_of(request.seed, baseline_for(request, settings)[0])
    with injecting(request.faults, seed, settings) as injection:
        run = prepare(request, settings, emit, injection=injection)
        return _run(run, open_beside(run, request, emit), emit)


def _run(run: Run, other: Run | None, emit: Emit) -> Verdict:
    folder = run.sender.folder
    try:
        return _carry_out(run, other, emit)
    except KeyboardInterrupt:
        folder.update(replace(folder.head, state="stopped"))
        rows = len(folder.replies)
        raise Interrupted(
            f"stopped: {rows} of {folder.head.planned} planned replies are kept in {folder.path}\n"
            f"  go on: the same command with --resume --out {folder.path}"
        ) from None
    finally:
        folder.close()
        if other:
            other.sender.folder.close()


def _carry_out(run: Run, other: Run | None, emit: Emit) -> Verdict:
    folder = run.sender.folder
    profile, judge = first_look(run, emit)
    _announce_writes(run, emit)
    profile_there, judge_there = first_look(other, emit_nothing) if other else (profile, judge)
    rate = slower(profile, profile_there)
    fit_to_time(run, rate, emit)
    if other:
        other.allotment = run.allotment
    ask_both(run, other, "pilot and packs", mix_of(run), rate)
    _save(run, profile, emit)
    beside = conclude_beside(other, judge_there, dict(run.cases)) if other else None
    judged = judge.judge(run.cases)
    robustness, spent = run_robustness_tests(run, judge, judged)
    noticed, more = under_faults(run, judge, judged, emit)
    points = _probe(run, judge, judged, profile.rate, max(0, run.allotment.probes - spent - more))
    judged = judge.judge(run.cases)
    noticed = noticed.plus(result_of_calls(run, judge, judged))
    folder.write_cases(run.cases.values())
    folder.write_judged(judged)
    return _finish(run, judge, judged, points, noticed, profile, beside, robustness, emit)


def _announce_writes(run: Run, emit: Emit) -> None:
    """Say what the first cases made the service write, before all others follow. A resumed run has said so."""
    if (injection := run.sender.injection) is not None:
        left = max(0, run.allotment.calls - run.sender.folder.calls)
        announce_writes(run.settings, left, injection.exchanges, run.sender.sent, emit)


def _save(run: Run, profile: TargetProfile, emit: Emit) -> None:
    """Write the derived settings to the file of `--save`, if it was given."""
    if not run.save:
        return
    target = replace(
        run.settings.target,
        answer=dict(profile.paths.fields),
        hand_over=profile.paths.hand_over,
        confidence=profile.paths.confidence,
        flag_below=_written_threshold(run.settings.target, profile),
        rate=float(f"{run.sender.quota.limited(profile.rate):.3g}"),
    )
    packs = run.sender.folder.head.packs
    mix = tuple(replace(part, pack=packs.get(part.pack, part.pack)) for part in run.settings.mix)
    save(replace(run.settings, target=target, mix=mix), Path(run.save))
    emit(Noted(about="run", text=f"{run.save} written: what was worked out; read it, then commit it"))


def _written_threshold(target: Target, profile: TargetProfile) -> float | None:
    """What applied: as configured, none beside a flag, and nothing to write down if the team has to decide."""
    return 0.0 if target.flag_below is None and profile.paths.hand_over else target.flag_below


def _probe(run: Run, judge: Judge, judged: Sequence[Judged], rate: float, budget: int) -> list[BreakingPoint]:
    ops = probeable(s for one in run.playable.values() for s in one.scenarios)
    clean = {case.address: case.tags["sample"] for case in run.cases.values() if case.pack == PILOT}
    right = answered_right(judged, clean, run.bases.seed)

    def ask(op: str, drawn: Sequence[Drawn]) -> list[tuple[Case, Judged | None]]:
        cases = run.make(drawn)
        run.sender.ask(f"probing {op}", [(case, 0) for case in cases if run.legible(case)], rate)
        twins = {case.clean_twin: run.cases[case.clean_twin] for case in cases if case.clean_twin in run.cases}
        rows = {row.address: row for row in judge.judge({**twins, **{case.address: case for case in cases}})}
        return [(case, rows.get(case.address)) for case in cases]

    return find_all(by_failures(ops, run.cases, judged), right, budget, ask)


def _more_calls(run: Run, criteria: Sequence[Criterion]) -> tuple[Finding, ...]:
    packs = {PILOT: run.allotment.pilot, **run.allotment.packs}
    asked = robustness_asked(run.settings, run.samples)
    tests = {one.name: one.whole for one in costs_of(asked, run.settings.target)}
    tests |= {"coverage": run.coverage_calls} if "coverage" in asked else {}
    seconds = run.sender.folder.seconds
    return more_calls(criteria, packs, run.settings.budget.calls, run.allotted, tests=tests, seconds=seconds)


def _finish(
    run: Run,
    judge: Judge,
    judged: Sequence[Judged],
    points: Sequence[BreakingPoint],
    noticed: RobustnessResult,
    profile: TargetProfile,
    beside: ReferenceRun | None,
    robustness: RobustnessResult,
    emit: Emit,
) -> Verdict:
    """noticed: the results of the fault phase. beside: the other service, if there is one."""
    folder, sender = run.sender.folder, run.sender
    untimed = "the rate was worked out, not declared in [target] rate" if profile.rate_worked_out else ""
    if sender.sent < len(folder.replies):
        untimed = "the run was resumed"
    about = circumstances(
        run.settings,
        folder.replies.values(),
        run=str(folder.path),
        samples=len(run.samples.items),
        untimed=untimed,
        pilot_complete=run.allotment.pilot == len(run.samples.items),
    )
    robustness = replace(robustness, criteria=(*robustness.criteria, *noticed.criteria))
    refused = sender.quota.problem(run.settings.target.rate)
    problems = tuple(why for why in (run.partial, sender.stopped, refused, beside.stopped if beside else "") if why)
    end = conclude(judge, run.cases, judged, points, about, problems, beside or run.baseline_status, robustness)
    more = () if problems or end.verdict.verdict != "undecided" else _more_calls(run, end.criteria)
    left_out = packs_left_out(run.playable, run.samples, run.settings) + allowed_refusals(run.excused, judged)
    left_out += values_left_out(run.located.missing, run.unread)
    end = replace(end, findings=(*more, *with_faults((*end.findings, *left_out), noticed.findings)))
    folder.conclude(end.findings, end.verdict)
    folder.update(replace(folder.head, state="stopped" if problems else "complete", problems=problems))
    write_reports(folder, untimed=untimed)
    emit(
        Finished(
            verdict=end.verdict,
            findings=end.findings,
            folder=folder.path,
            calls=folder.calls,
            seconds=folder.seconds,
            cases=run.cases,
            judged=tuple(judged),
        )
    )
    return end.verdict
