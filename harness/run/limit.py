"""The search for the rate that a service holds: short loads at different rates, until both sides of the limit meet."""

import math
from collections.abc import Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.errors import ConfigError
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.robustness import RobustnessResult
from harness.core.under_load.load import Load
from harness.core.under_load.results import Limit
from harness.core.verdict import Criterion, Estimate, Verdict
from harness.diff.gate.worst import show
from harness.replay.limit_search import Bracket
from harness.replay.schedules.grammar import read_schedule
from harness.replay.schedules.trace import Trace
from harness.run.events import Emit, Finished, Noted, emit_nothing
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import conclude
from harness.run.outcome.measuring import measure_load
from harness.run.outcome.reporting import write_reports
from harness.run.phases.alone import good_cases, send_alone
from harness.run.phases.arriving import arrivals_of
from harness.run.phases.discovery import first_look
from harness.run.phases.load_sending import load_context, stopped_load
from harness.run.phases.mixing import mix_of
from harness.run.phases.rate_search import RateSearch
from harness.run.setup.check_request import check_load_request
from harness.run.setup.configure import RunRequest, configure
from harness.run.setup.prepare import Run, prepare
from harness.run.setup.price import UNLOADED
from harness.run.setup.wanted_load import wanted_load
from harness.run.tools.locust import require_locust

SECONDS = 10.0
"""Usual length of one short load."""

CEILING = 64.0
"""Highest rate that is tried without `[target] max_rate`, as a multiple of `--rate`."""


def run_find_limit(
    request: RunRequest,
    emit: Emit = emit_nothing,
    *,
    duration: float | None = None,
    schedule: str | None = None,
    workers: int = 1,
) -> Verdict:
    """Search for the rate that the service holds, and decide whether that is the rate of the request.

    duration: seconds of one short load; None for 10. Raises HarnessError when the harness cannot do its work,
    Interrupted on Ctrl-C; the replies so far are kept.
    """
    check_load_request(request, duration, schedule, workers)
    if request.faults:
        raise ConfigError(
            "--find-limit does not support --faults\n  find the limit first, then load at a rate below it"
        )
    require_locust()
    settings = configure(request)
    if isinstance(read_schedule(schedule or settings.load.schedule), Trace):
        raise ConfigError(
            "--find-limit needs a schedule with a rate, and a trace has its own\n  use constant or poisson"
        )
    load = wanted_load(settings, duration or SECONDS, schedule, workers)
    run = prepare(request, settings, emit, load=load)
    with stopped_load(run, load):
        return _carry_out(run, load, settings.target.rate, emit)


def _carry_out(run: Run, load: Load, needed: float, emit: Emit) -> Verdict:
    _, judge = first_look(run, emit)
    cases = [case for case, _ in mix_of(run)]
    first = arrivals_of(cases, run.settings.mix, load.planned, run.bases.seed)
    judge, unloaded = _with_limit(run, judge, load, first)
    ceiling = run.settings.target.max_rate or CEILING * needed
    text = f"short loads of {load.duration:g} s, from {needed:g}/s on and up to {ceiling:g}/s; most searches take ten"
    emit(Noted(about="limit", text=text))
    here = RateSearch(run=run, judge=judge, load=load, emit=emit, cases=cases, unloaded_p95=unloaded.unloaded_p95)
    return _finish(here, here.carry_out(needed, ceiling), needed)


def _with_limit(run: Run, judge: Judge, load: Load, arrivals: Sequence[Case]) -> tuple[Judge, Load]:
    """The judge with a limit of p95, which the requests before the load give if none is written, and what they took."""
    if not run.settings.gate.p95:
        send_alone(run, good_cases(arrivals), UNLOADED, load.duration / 2)
    before = replace(judge, unloaded=frozenset(run.sender.folder.replies))
    measured, _ = measure_load(load, before, before.judge(run.cases), run.cases)
    gate = replace(run.settings.gate, p95=f"{1000 * measured.p95_limit:.6g}ms")
    run.settings = replace(run.settings, gate=gate)
    return replace(judge, settings=run.settings), measured


def _finish(here: RateSearch, found: Bracket, needed: float) -> Verdict:
    run, folder, probes = here.run, here.run.sender.folder, here.probes
    below = [one for one in probes if not one.broke and one.rate <= found.low + 1e-3]
    broken = min((one for one in probes if one.broke), key=lambda one: one.rate, default=None)
    limit = Limit(
        low=round(found.low, 3),
        high=round(found.high, 3) if math.isfinite(found.high) else None,
        broke=broken.broke if broken else "",
        good=max((one.good for one in below), default=0.0),
        probes=tuple(probes),
    )
    measured = replace(here.measured or here.load, limit=limit, unloaded_p95=here.unloaded_p95)
    sent = {row.address: run.cases[row.address] for row in here.rows}
    about = load_context(run, sent, measured, "")
    criteria = RobustnessResult(criteria=(_criterion(limit, needed, about.run),))
    end = conclude(here.judge, sent, here.rows, (), about, here.problems, robustness=criteria)
    folder.write_judged(here.judge.judge(run.cases))
    folder.conclude(end.findings, end.verdict)
    state = "stopped" if here.problems else "complete"
    folder.update(replace(folder.head, state=state, problems=here.problems, load=measured))
    write_reports(folder, kind="load")
    here.emit(
        Finished(
            verdict=end.verdict,
            findings=end.findings,
            folder=folder.path,
            calls=len(folder.replies),
            seconds=folder.seconds,
            load=measured,
        )
    )
    return end.verdict


def _criterion(limit: Limit, needed: float, label: str) -> Criterion:
    """The rate that the service holds must be the needed one at least."""
    high = max(limit.low, CEILING * needed) if limit.high is None else limit.high  # a file holds no infinity
    numbers = {"needed": needed, "low": limit.low, "good": limit.good}
    finding = Finding(
        kind=FindingKind.LIMIT_FOUND,
        test="limit",
        subject=limit.broke,
        numbers=numbers if limit.high is None else {**numbers, "high": limit.high},
        show=show((), label),
    )
    return Criterion(
        name="limit",
        estimate=Estimate(value=limit.low, low=limit.low, high=high, n=sum(one.n for one in limit.probes)),
        limit=needed,
        at_least=True,
        unit="per_second",
        scalable=False,
        show=finding.show,
        finding=finding,
    )
