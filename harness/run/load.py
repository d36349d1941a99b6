"""One load run, from settings to verdict: the cases of a check at a declared rate, open loop, sent by Locust."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.core.case import Case
from harness.core.errors import ConfigError, Interrupted
from harness.core.load import Arrivals, Load
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.core.settings import Settings
from harness.core.verdict import Verdict
from harness.diff.faults.under_fault import with_faults
from harness.diff.faults.windows import Windows
from harness.diff.gate.sustained import rate_criterion
from harness.diff.gate.worst import RunContext
from harness.generate.recipes.packs import PILOT
from harness.replay.pace import parse_seconds
from harness.replay.schedules.grammar import read_schedule
from harness.replay.schedules.trace import Trace
from harness.report.under_load import timeline_text
from harness.run.baseline.status import seed_of
from harness.run.events import Emit, Finished, Noted, PhaseStarted, Progressed, emit_nothing
from harness.run.outcome.judging import Judge, circumstances, conclude
from harness.run.outcome.measuring import held_back, measure_load, problems_of, untimed
from harness.run.outcome.reporting import write_reports
from harness.run.phases.arriving import arrivals_of, send_unloaded
from harness.run.phases.discovery import first_look
from harness.run.phases.load_faults import begin_faults, in_windows, note_faults, result_of_faults
from harness.run.phases.mixing import mix_of
from harness.run.sending.injection import faults_of, injecting
from harness.run.setup.check_request import check_load_request
from harness.run.setup.configure import RunRequest, configure
from harness.run.setup.prepare import Run, baseline_for, prepare
from harness.run.setup.published import allowed_refusals
from harness.run.tools.locust import Ended, Handed, require_locust, run_locust
from harness.store.files import FORMAT

PHASE = "load"


def run_load(
    request: RunRequest,
    emit: Emit = emit_nothing,
    *,
    duration: float | None = None,
    schedule: str | None = None,
    workers: int = 1,
) -> Verdict:
    """Send the mix at the declared rate for `duration` seconds from `workers` processes, judge it, return the verdict.

    duration, schedule: None for those of `[load]`. emit: gets each event of the run as it happens. Raises HarnessError
    when the harness cannot do its work, Interrupted on Ctrl-C; the replies so far are kept.
    """
    check_load_request(request, duration, schedule, workers)
    require_locust()
    settings = configure(request)
    load = _wanted(settings, duration, schedule, workers)
    seed = seed_of(request.seed, baseline_for(request, settings)[0])
    with injecting(request.faults, seed, settings, defaults=False) as injection:
        return _run(prepare(request, settings, emit, injection=injection, load=load), load, emit)


def timeline(
    request: RunRequest, *, duration: float | None = None, schedule: str | None = None, workers: int = 1
) -> tuple[str, ...]:
    """The plan of the load and of each fault, one line each. Nothing is sent, and no port is taken."""
    check_load_request(request, duration, schedule, workers)
    settings = configure(request)
    load = _wanted(settings, duration, schedule, workers)
    return tuple(timeline_text(load, faults_of(request.faults, settings, defaults=False)))


def _run(run: Run, load: Load, emit: Emit) -> Verdict:
    folder = run.sender.folder
    try:
        return _carry_out(run, load, emit)
    except KeyboardInterrupt:
        folder.gather()
        folder.update(replace(folder.head, state="stopped"))
        kept = sum(reply.worker > 0 for reply in folder.replies.values())
        raise Interrupted(
            f"stopped: {kept} of {load.planned} planned requests are on record in {folder.path}\n"
            "  a load run is not resumed: start it anew in another folder"
        ) from None
    finally:
        folder.close()


def _wanted(settings: Settings, duration: float | None, schedule: str | None, workers: int) -> Load:
    """The requested load; ConfigError if it is impossible."""
    target, seconds = settings.target, settings.budget.seconds
    duration, written = duration or parse_seconds(settings.load.duration), schedule or settings.load.schedule
    arrivals = read_schedule(written)
    if not target.rate and not isinstance(arrivals, Trace):
        raise ConfigError(
            "no rate given, and load is what the service must sustain\n"
            "  name it: --rate 20, or [target] rate in harness.toml"
        )
    if target.protocol == "python" or "://" not in target.url:
        raise ConfigError(
            f"{target.url}: is a function, not a service\n  load is for services; check it: harness check"
        )
    if seconds and duration > seconds:
        raise ConfigError(f"{duration:g} s of load are more than [budget] seconds = {seconds:g} allows")
    highest = arrivals.highest(target.rate, duration)
    if target.max_rate and highest > target.max_rate:
        raise ConfigError(
            f"{written} reaches {highest:.4g}/s, above the declared ceiling [target] max_rate = {target.max_rate:g}/s"
        )
    count = arrivals.planned(target.rate, duration)
    if count < workers:
        raise ConfigError(
            f"{written} at {target.rate:g}/s for {duration:g} s: {count} requests for {workers} processes\n"
            "  give each one at least: a higher --rate, a longer --duration or fewer --processes"
        )
    return Load(schedule=written, rate=count / duration, duration=duration, workers=workers, planned=count)


def _carry_out(run: Run, load: Load, emit: Emit) -> Verdict:
    folder = run.sender.folder
    _, judge = first_look(run, emit)
    packs = read_schedule(load.schedule).packs
    arrivals = arrivals_of([case for case, _ in mix_of(run)], run.settings.mix, load.planned, run.bases.seed, packs)
    if not run.settings.gate.p95:
        send_unloaded(run, arrivals, load.duration)
    judge = replace(judge, before=frozenset(folder.replies))
    sent = _record_arrivals(run, load, arrivals)
    ended = _send(run, load, emit)
    folder.gather()
    note_faults(run)
    judged = judge.judge(run.cases)
    folder.write_judged(judged)
    return _finish(run, judge, load, judged, sent, ended, emit)


def _finish(
    run: Run, judge: Judge, load: Load, judged: Sequence[Judged], sent: Mapping[str, Case], ended: Ended, emit: Emit
) -> Verdict:
    """Measure and decide. Before the load one request is sent at a time, without a rate: no figure counts these.

    What was due in the window of a fault counts for that fault alone.
    """
    folder, windows = run.sender.folder, Windows(faults=tuple(run.faults), until=load.duration)
    faults, tested = result_of_faults(run, judge, windows, judge.under_load(judged), run.cases)
    judge = replace(judge, in_windows=in_windows(run, windows))
    under_load = judge.under_load(judged)
    measured, reached = measure_load(replace(load, faults=faults), judge, judged, run.cases)
    ends = folder.read_ends()
    problems = (*problems_of(measured, ends, ended), *held_back(measured, reached, judge))
    late = untimed(measured, judge, under_load, run.cases)
    about = _about(run, sent, measured, late)
    rate = rate_criterion(reached, measured, gone=any(end.gone for end in ends), run=about.run)
    robustness = RobustnessResult(criteria=(rate, *tested.criteria))
    end = conclude(judge, sent, under_load, (), about, problems, run.baseline_status, robustness)
    found = (*with_faults(end.findings, tested.findings), *allowed_refusals(run.excused, under_load))
    folder.conclude(found, end.verdict)
    state = "stopped" if problems else "complete"
    folder.update(replace(folder.head, state=state, problems=tuple(problems), load=measured))
    write_reports(folder, kind="load", untimed=late)
    emit(
        Finished(
            verdict=end.verdict,
            findings=found,
            folder=folder.path,
            calls=len(folder.replies),
            seconds=folder.seconds,
            load=measured,
        )
    )
    return end.verdict


def _record_arrivals(run: Run, load: Load, arrivals: Sequence[Case]) -> dict[str, Case]:
    """Record the case of each arrival and return the cases by address. They are made by now, so that errors show early.

    The workers make the same bytes again and compare them with these.
    """
    folder = run.sender.folder
    folder.write_cases(run.cases.values())
    folder.write_arrivals(
        Arrivals(
            format=FORMAT,
            schedule=load.schedule,
            rate=load.rate,
            duration=load.duration,
            workers=load.workers,
            cycle=tuple(case.address for case in arrivals),
            faults=tuple(run.faults),
            sent=Counter(address for address, _ in folder.replies),
        )
    )
    return {case.address: case for case in arrivals}


def _send(run: Run, load: Load, emit: Emit) -> Ended:
    emit(Noted(about="load", text=f"{load.workers} worker{'s' * (load.workers > 1)} of Locust: requests are made"))
    emit(PhaseStarted(phase=f"{PHASE}, {load.schedule}", cases=load.planned, rate=load.rate))
    given = Handed(
        run=str(run.sender.folder.path.resolve()),
        here=str(Path.cwd()),
        zero=run.sender.clock.zero,
        workers=load.workers,
        url=run.settings.target.url,
        headers=tuple(run.sender.headers),
    )
    return run_locust(
        given,
        lambda done: emit(Progressed(phase=PHASE, done=done, of=load.planned)),
        started=lambda start: begin_faults(run, start),
    )


def _about(run: Run, sent: Mapping[str, Case], measured: Load, late: str) -> RunContext:
    """What the criteria need to know: the pilot is complete if the load was long enough to send every sample."""
    pilot = {case.tags["sample"] for case in sent.values() if case.pack == PILOT}
    about = circumstances(
        run.settings,
        (),
        run=str(run.sender.folder.path),
        samples=len(run.samples.items),
        untimed=late,
        pilot_complete=len(pilot) == len(run.samples.items),
    )
    return replace(about, under_load=True, p95=measured.p95_limit)
