"""One load run, from settings to verdict: the cases of a check at a declared rate, open loop, sent by Locust."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.core.under_load.load import Load
from harness.core.verdict import Verdict
from harness.diff.faults.under_fault import with_faults
from harness.diff.faults.windows import Windows
from harness.diff.under_load.cached import cache_findings
from harness.diff.under_load.sustained import rate_criterion
from harness.diff.under_load.usage import leak_findings
from harness.replay.schedules.grammar import read_schedule
from harness.report.under_load import timeline_text
from harness.run.baseline.status import seed_of
from harness.run.events import Emit, Finished, Noted, emit_nothing
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import conclude
from harness.run.outcome.measuring import held_back, measure_load, problems_of, untimed
from harness.run.outcome.reporting import write_reports
from harness.run.phases.alone import Control, good_cases
from harness.run.phases.arriving import arrivals_of
from harness.run.phases.discovery import first_look
from harness.run.phases.load_faults import end_faults, in_windows, result_of_faults
from harness.run.phases.load_quality import by_concurrency, used
from harness.run.phases.load_sending import load_context, record_arrivals, send_load, stopped_load
from harness.run.phases.mixing import mix_of
from harness.run.phases.upstream_calls import result_of_calls
from harness.run.sending.injection import faults_of, injecting
from harness.run.setup.check_request import check_load_request
from harness.run.setup.configure import RunRequest, configure
from harness.run.setup.prepare import Run, baseline_for, prepare
from harness.run.setup.price import most_more
from harness.run.setup.published import allowed_refusals
from harness.run.setup.wanted_load import check_windows, wanted_load
from harness.run.tools.locust import Ended, require_locust
from harness.run.tools.usage import meter_of


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
    load = wanted_load(settings, duration, schedule, workers)
    seed = seed_of(request.seed, baseline_for(request, settings)[0])
    with injecting(request.faults, seed, settings, defaults=False) as injection:
        faults = injection.faults if injection else ()
        check_windows(faults, load)
        if any(fault.expects for fault in faults):
            emit(Noted(about="faults", text="expectations in faults.toml are judged by harness check only"))
        text = f"up to {most_more(load.planned)} more, if they are needed to tell wrong answers under load from chance"
        emit(Noted(about="calls", text=text))
        run = prepare(request, settings, emit, injection=injection, load=load)
        with stopped_load(run, load):
            return _carry_out(run, load, emit)


def timeline(
    request: RunRequest, *, duration: float | None = None, schedule: str | None = None, workers: int = 1
) -> tuple[str, ...]:
    """The plan of the load and of each fault, one line each. Nothing is sent, and no port is taken."""
    check_load_request(request, duration, schedule, workers)
    settings = configure(request)
    load = wanted_load(settings, duration, schedule, workers)
    return tuple(timeline_text(load, faults_of(request.faults, settings, defaults=False)))


def _carry_out(run: Run, load: Load, emit: Emit) -> Verdict:
    folder = run.sender.folder
    _, judge = first_look(run, emit)
    packs = read_schedule(load.schedule).packs
    arrivals = arrivals_of([case for case, _ in mix_of(run)], run.settings.mix, load.planned, run.bases.seed, packs)
    control = Control(run=run, load=load, cases=good_cases(arrivals))
    control.before()
    judge = replace(judge, unloaded=frozenset(folder.replies))
    sent = record_arrivals(run, load, arrivals)
    meter = meter_of(run.settings.target.url, run.sender.clock, folder.path)
    ended = send_load(run, load, emit, judge, meter)
    folder.gather()
    end_faults(run)
    load = replace(load, cached=control.cached(), usage=used(run, meter))
    judge, judged = control.after(judge, in_windows(run, _windows(run, load)))
    folder.write_judged(judged)
    return _finish(run, judge, load, judged, sent, ended, emit)


def _windows(run: Run, load: Load) -> Windows:
    return Windows(faults=tuple(run.faults), until=load.duration)


def _finish(
    run: Run, judge: Judge, load: Load, judged: Sequence[Judged], sent: Mapping[str, Case], ended: Ended, emit: Emit
) -> Verdict:
    """Measure and decide. Before the load one request is sent at a time, without a rate: no figure counts these.

    What was due in the window of a fault counts for that fault alone.
    """
    folder, windows = run.sender.folder, _windows(run, load)
    faults, tested = result_of_faults(run, judge, windows, judge.under_load(judged), run.cases)
    judge = replace(judge, in_windows=in_windows(run, windows))
    under_load = judge.under_load(judged)
    levels, together = by_concurrency(run, judge, judged, run.cases)
    measured, reached = measure_load(replace(load, faults=faults, concurrency=levels), judge, judged, run.cases)
    ends = folder.read_ends()
    problems = (*problems_of(measured, ends, ended), *held_back(measured, reached, judge))
    late = untimed(measured, judge, under_load, run.cases)
    about = load_context(run, sent, measured, late)
    rate = rate_criterion(reached, measured, gone=any(end.gone for end in ends), run=about.run)
    written = result_of_calls(run, judge, judged)
    robustness = RobustnessResult(criteria=(rate, *together.criteria, *tested.criteria, *written.criteria))
    end = conclude(judge, sent, under_load, (), about, problems, run.baseline_status, robustness)
    found = (
        *with_faults(end.findings, (*tested.findings, *written.findings)),
        *cache_findings(load.cached),
        *leak_findings(load.usage, load.rate),
        *allowed_refusals(run.excused, under_load),
    )
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
