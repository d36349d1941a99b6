"""The answers of a load run by concurrency: alone, before and after the load, and with others in flight."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.core.under_load.live import Usage
from harness.core.under_load.results import AtConcurrency
from harness.diff.faults.windows import Request
from harness.diff.under_load.in_flight import Loaded, at_each, concurrency_under_load, in_flight
from harness.diff.under_load.usage import usage_of
from harness.replay.pace import parse_seconds
from harness.run.outcome.judge import Judge
from harness.run.setup.prepare import Run
from harness.run.tools.usage import Meter
from harness.store.folder import read_start


def requests_of(run: Run, rows: Iterable[Judged], cases: Mapping[str, Case]) -> list[Request]:
    """The requests of good input behind these rows: what asks for an answer, in the order in which they were due."""
    folder, found = run.sender.folder, []
    start = read_start(folder.path) or 0.0
    for row in rows:
        if cases[row.address].asks_for_answer():
            reply = folder.replies[(row.address, row.repeat)]
            due, sent, done = (at - start for at in (reply.due, reply.sent, reply.done))
            found.append(Request(due=due, sent=sent, done=done, row=row, met=reply.faults))
    return sorted(found, key=lambda one: one.due)


def by_concurrency(
    run: Run, judge: Judge, judged: Sequence[Judged], cases: Mapping[str, Case]
) -> tuple[tuple[AtConcurrency, ...], RobustnessResult]:
    """The quality at each concurrency, and the criterion over it.

    judge: knows what was sent alone, and in the window of a fault; those count nowhere here.
    """
    here = loaded_of(run, judge, judged, cases)
    if not here.loaded:
        return (), RobustnessResult()
    truths = {address: case.truth for address, case in cases.items()}
    levels = at_each(here, parse_seconds(run.settings.target.deadline))
    return levels, concurrency_under_load(here, truths, str(run.sender.folder.path))


def used(run: Run, meter: Meter | None) -> Usage | None:
    """What the processes of the target used, with its growth for each request of the load."""
    replies = [one for one in run.sender.folder.replies.values() if one.worker]
    sent, done = (np.sort(np.array([getattr(one, at) for one in replies])) for at in ("sent", "done"))
    samples = meter.samples if meter else []
    at = np.array([one.at for one in samples])
    together = np.searchsorted(sent, at, "right") - np.searchsorted(done, at, "right")
    return usage_of(samples, done, together.astype(np.float64))


def loaded_of(run: Run, judge: Judge, judged: Sequence[Judged], cases: Mapping[str, Case]) -> Loaded:
    """What was sent alone, and under load outside of the windows of faults."""
    folder = run.sender.folder
    alone = requests_of(run, (row for row in judged if (row.address, row.repeat) in (judge.unloaded or ())), cases)
    loaded = requests_of(run, judge.under_load(judged), cases)
    start = read_start(folder.path) or 0.0
    spans = [(one.sent - start, one.done - start) for one in folder.replies.values() if one.worker]
    return Loaded(
        before=[one for one in alone if one.due < 0],
        after=[one for one in alone if one.due >= 0],
        loaded=loaded,
        levels=in_flight(spans, loaded),
    )
