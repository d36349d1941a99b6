"""The sending of a load run: what the workers read, the process that they run in, and how it ends."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from harness.core.case import Case
from harness.core.errors import Interrupted
from harness.core.under_load.load import Arrivals, Load
from harness.diff.gate.worst import RunContext
from harness.generate.recipes.packs import PILOT
from harness.run.events import Emit, Noted, PhaseStarted, Watched
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import circumstances
from harness.run.phases.live import Live
from harness.run.phases.load_faults import begin_faults
from harness.run.setup.prepare import Run
from harness.run.tools.locust import Ended, Handed, run_locust
from harness.run.tools.usage import Meter
from harness.store.files import FORMAT

PHASE = "load"


def record_arrivals(run: Run, load: Load, arrivals: Sequence[Case], *, give_up: float = 0.0) -> dict[str, Case]:
    """Record the case of each arrival and return the cases by address. They are made by now, so that errors show early.

    The workers make the same bytes again and compare them with these. give_up: wait in seconds from which most answers
    end the load; 0: none does.
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
            give_up=give_up,
            sent=Counter(address for address, _ in folder.replies),
        )
    )
    return {case.address: case for case in arrivals}


def send_load(run: Run, load: Load, emit: Emit, judge: Judge, meter: Meter | None = None) -> Ended:
    """Run Locust over the recorded arrivals to their end. meter: samples the processes of the target meanwhile."""
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
    clock = run.sender.clock
    live = Live(load, run.cases, judge.by_itself, run.bases.seed, run.faults, meter)

    def looked(rows: Sequence[bytes]) -> None:
        if seen := live.look(rows, clock.now()):
            emit(Watched(phase=PHASE, load=seen))

    def started(start: float) -> None:
        begin_faults(run, start)
        live.started(start)

    with closing(meter.rows) if meter else nullcontext():
        return run_locust(given, looked, started=started)


@contextmanager
def stopped_load(run: Run, load: Load) -> Iterator[None]:
    """Ctrl-C within the block ends the run with what is on record. The run folder is closed in any case."""
    folder = run.sender.folder
    try:
        yield
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


def load_context(run: Run, sent: Mapping[str, Case], measured: Load, late: str) -> RunContext:
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
