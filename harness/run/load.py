"""One load run, from settings to verdict: the cases of a check at a declared rate, open loop, sent by Locust."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.core.case import Case
from harness.core.errors import ConfigError, Interrupted
from harness.core.load import Arrivals, Load, Schedule, WorkerEnd, lag_at, planned
from harness.core.reply import Judged, Reply
from harness.core.settings import Settings
from harness.core.verdict import Verdict
from harness.diff.gate.latency import percentile
from harness.diff.gate.worst import RunContext
from harness.generate.recipes.packs import PILOT
from harness.replay.pace import parse_seconds
from harness.run.events import Emit, Finished, Noted, PhaseStarted, Progressed, emit_nothing
from harness.run.outcome.judging import LATE, circumstances, conclude
from harness.run.outcome.reporting import write_reports
from harness.run.phases.discovery import first_look
from harness.run.phases.mixing import mix_of
from harness.run.setup.check_request import check_load_request
from harness.run.setup.configure import RunRequest, configure
from harness.run.setup.prepare import Run, prepare
from harness.run.setup.published import allowed_refusals
from harness.run.tools.locust import Ended, Handed, require_locust, run_locust
from harness.store.files import FORMAT
from harness.store.rows import Key

MIN_LAG_SECONDS, LAG_SHARE = 0.005, 0.05
"""Latency is judged while the send lag p99 is at most the larger of these: seconds, and a share of the p95 limit."""

PHASE = "load"


def run_load(
    request: RunRequest,
    emit: Emit = emit_nothing,
    *,
    duration: float,
    schedule: Schedule = "constant",
    workers: int = 1,
) -> Verdict:
    """Send the mix at the declared rate for `duration` seconds from `workers` processes, judge it, return the verdict.

    emit: gets each event of the run as it happens. Raises HarnessError when the harness cannot do its work, Interrupted
    on Ctrl-C; the replies so far are kept.
    """
    check_load_request(request, duration, schedule, workers)
    require_locust()
    settings = configure(request)
    load = _wanted(settings, duration, schedule, workers)
    run = prepare(request, settings, emit, load=load)
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


def _wanted(settings: Settings, duration: float, schedule: Schedule, workers: int) -> Load:
    """The requested load; ConfigError if it is impossible."""
    target, seconds = settings.target, settings.budget.seconds
    if not target.rate:
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
    count = planned(target.rate, duration)
    if count < workers:
        raise ConfigError(
            f"{target.rate:g}/s for {duration:g} s are {count} requests for {workers} processes\n"
            "  give each one at least: a higher --rate, a longer --duration or fewer --processes"
        )
    return Load(schedule=schedule, rate=target.rate, duration=duration, workers=workers, planned=count)


def _carry_out(run: Run, load: Load, emit: Emit) -> Verdict:
    folder = run.sender.folder
    _, judge = first_look(run, emit)
    looked = frozenset(folder.replies)
    cycle = _make_arrivals(run, load, looked)
    ended = _send(run, load, emit)
    folder.gather()
    judged = judge.judge(run.cases)
    folder.write_judged(judged)
    # Discovery is not part of the load: it sends one request at a time, without a rate.
    under_load = [row for row in judged if (row.address, row.repeat) not in looked]
    measured = _measure(load, run, under_load, looked)
    problems = tuple(problems_of(measured, folder.read_ends(), ended))
    end = conclude(judge, cycle, under_load, (), _about(run, cycle, measured), problems)
    found = (*end.findings, *allowed_refusals(run.excused, under_load))
    folder.conclude(found, end.verdict)
    state = "stopped" if problems else "complete"
    folder.update(replace(folder.head, state=state, problems=problems, load=measured))
    write_reports(folder, kind="load", untimed=why_untimed(measured, run.settings))
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


def _make_arrivals(run: Run, load: Load, looked: frozenset[Key]) -> dict[str, Case]:
    """Record the order of the cases and return them by address. They are made here, so that errors show early.

    The workers make the same bytes again and compare them with these.
    """
    cases = [case for case, _ in mix_of(run)[: load.planned]]
    run.sender.folder.write_cases(run.cases.values())
    run.sender.folder.write_arrivals(
        Arrivals(
            format=FORMAT,
            schedule=load.schedule,
            rate=load.rate,
            duration=load.duration,
            workers=load.workers,
            cycle=tuple(case.address for case in cases),
            sent=Counter(address for address, _ in looked),
        )
    )
    return {case.address: case for case in cases}


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
    return run_locust(given, lambda done: emit(Progressed(phase=PHASE, done=done, of=load.planned)))


def _about(run: Run, cycle: Mapping[str, Case], measured: Load) -> RunContext:
    """What the criteria need to know: the pilot is complete if the load was long enough to send every sample."""
    pilot = {case.tags["sample"] for case in cycle.values() if case.pack == PILOT}
    return circumstances(
        run.settings,
        (),
        run=str(run.sender.folder.path),
        samples=len(run.samples.items),
        untimed=why_untimed(measured, run.settings),
        pilot_complete=len(pilot) == len(run.samples.items),
    )


def _measure(load: Load, run: Run, judged: Sequence[Judged], looked: frozenset[Key]) -> Load:
    """The load with what was measured over the recorded arrivals."""
    ends = run.sender.folder.read_ends()
    deadline = parse_seconds(run.settings.target.deadline)
    p50, p95, p99 = (percentile(judged, deadline, share).value or 0.0 for share in (0.50, 0.95, 0.99))
    lags: Counter[int] = Counter()
    for end in ends:
        lags.update(end.lags)
    replies = [reply for key, reply in run.sender.folder.replies.items() if key not in looked]
    failed = (row for row in judged if row.disposition in ("error", "timeout", "dropped"))
    return replace(
        load,
        recorded=len(judged),
        reached=_reached(replies, load.duration),
        p50=round(p50, 6),
        p95=round(p95, 6),
        p99=round(p99, 6),
        lag_p50=lag_at(lags, 0.50),
        lag_p99=lag_at(lags, 0.99),
        waited=sum(end.waited for end in ends),
        cpu=round(sum(end.cpu for end in ends), 3),
        errors=dict(Counter(row.cause or row.disposition for row in failed).most_common()),
    )


def _reached(replies: Sequence[Reply], duration: float) -> float:
    """Requests per second that were sent: over the duration, or over the time that it took if that was longer."""
    if not replies:
        return 0.0
    took = max(reply.sent for reply in replies) - min(reply.due for reply in replies)
    return round(len(replies) / max(duration, took), 3)


def problems_of(measured: Load, ends: Sequence[WorkerEnd], ended: Ended) -> list[str]:
    """Why the run cannot be trusted, one sentence each; empty if it can."""
    there = {end.worker for end in ends}
    lost = [str(k) for k in range(1, measured.workers + 1) if k not in there]
    problems = [ended.problem] if ended.problem else []
    if lost:
        problems.append(f"worker {', '.join(lost)} of {measured.workers} was lost in the middle of its work")
    problems += dict.fromkeys(end.stopped for end in ends if end.stopped)
    if measured.recorded != measured.planned:
        problems.append(f"{measured.recorded} of {measured.planned} planned requests are on record")
    if measured.lag_p99 > LATE:
        problems.append(
            f"the generator fell behind: send lag p99 {1000 * measured.lag_p99:.1f} ms, limit {1000 * LATE:.0f} ms; "
            "more --processes, a lower --rate or a quieter machine"
        )
    return problems


def why_untimed(measured: Load, settings: Settings) -> str:
    """Why latency cannot be judged, "" if it can: the send lag must be small compared with the limit."""
    limit = parse_seconds(settings.gate.p95) if settings.gate.p95 else math.inf
    bound = max(MIN_LAG_SECONDS, LAG_SHARE * limit)
    if measured.lag_p99 <= bound:
        return ""
    return f"the generator fell behind (send lag p99 {1000 * measured.lag_p99:.1f} ms, at most {1000 * bound:.1f} ms)"
