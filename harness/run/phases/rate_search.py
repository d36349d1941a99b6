"""The short loads of the search for the limit: each at another rate, and whether the service kept its objective."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding import Count
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.core.statistics.shares import share_bounds
from harness.core.under_load.load import SATURATED, Load
from harness.core.under_load.results import Probe
from harness.diff.under_load.sustained import TOLERANCE
from harness.replay.limit_search import Bracket, search
from harness.replay.pace import parse_seconds
from harness.replay.schedules.grammar import read_schedule
from harness.run.events import Emit, Noted
from harness.run.outcome.judge import Judge
from harness.run.outcome.measuring import measure_load, problems_of
from harness.run.phases.arriving import arrivals_of
from harness.run.phases.load_sending import record_arrivals, send_load
from harness.run.setup.prepare import Run

GIVE_UP = 4.0
"""A short load ends early if most answers take longer than this multiple of the limit of p95."""

PAUSE = 1.0
"""Seconds between two looks at a service after a broken load."""

SETTLE = 30.0
"""Seconds that a service has after a broken load to answer single requests as before."""

ALPHA = 0.01
"""Significance level at which silent errors at a rate exceed those at the rates that held."""


@dataclass(slots=True, kw_only=True)
class RateSearch:
    """The short loads of one run. held: rows of good input at rates that held, which are the control of the others."""

    run: Run
    judge: Judge
    load: Load
    emit: Emit
    cases: Sequence[Case]
    unloaded_p95: float = 0.0
    probes: list[Probe] = field(default_factory=list)
    held: list[Judged] = field(default_factory=list)
    rows: list[Judged] = field(default_factory=list)
    problems: tuple[str, ...] = ()
    measured: Load | None = None

    def carry_out(self, start: float, ceiling: float) -> Bracket:
        """Try rates until both sides of the limit are known, or the generator is the limit."""
        asked = search(start, ceiling)
        rate = next(asked)
        while True:
            held = self._holds(rate)
            if self.problems:
                return self._so_far()
            try:
                rate = asked.send(held)
            except StopIteration as end:
                bracket: Bracket = end.value
                return bracket

    def _so_far(self) -> Bracket:
        held, broke = ([one.rate for one in self.probes if bool(one.broke) is wrong] for wrong in (False, True))
        return Bracket(low=max(held, default=0.0), high=min(broke, default=math.inf))

    def _holds(self, rate: float) -> bool:
        """One short load: whether the service kept its objective."""
        run, folder = self.run, self.run.sender.folder
        count = read_schedule(self.load.schedule).planned(rate, self.load.duration)
        load = replace(self.load, rate=count / self.load.duration, planned=count)
        judge = replace(self.judge, unloaded=frozenset(folder.replies))
        limit = parse_seconds(run.settings.gate.p95)
        record_arrivals(
            run, load, arrivals_of(self.cases, run.settings.mix, count, run.bases.seed), give_up=GIVE_UP * limit
        )
        ended = send_load(run, load, self.emit, judge)
        folder.gather()
        judged = judge.judge(run.cases)
        measured, reached = measure_load(load, judge, judged, run.cases)
        rows = [row for row in judge.under_load(judged) if run.cases[row.address].asks_for_answer()]
        ends = folder.read_ends()
        saturated = any(end.stopped == SATURATED or end.gone for end in ends)
        self.problems = () if saturated else tuple(problems_of(measured, ends, ended))
        broke = self._broke(measured, min(reached.sent, reached.answered), rows, saturated)
        self.probes.append(_probe(rate, broke, measured, rows))
        said = f"breaks by {broke}" if broke else "holds"
        self.emit(Noted(about="limit", text=f"{rate:.4g}/s {said}: p95 {1000 * measured.p95:.0f} ms"))
        if broke and not self._settled(limit):
            self.problems = (f"the service did not recover from {rate:.4g}/s within {SETTLE:.0f} s",)
        if not broke:
            self.held += rows
            self.rows += judge.under_load(judged)
            self.measured = measured
        return not broke

    def _broke(self, measured: Load, sustained: float, rows: Sequence[Judged], saturated: bool) -> str:
        """The objective that was not kept, "" if all were."""
        gate, silent, usual = self.run.settings.gate, _silent(rows), _silent(self.held)
        if measured.errors_good > gate.errors * max(1, measured.good):
            return "errors"
        beyond = share_bounds(silent.hits, silent.n)[0] > gate.silent_errors
        if beyond or (self.held and by_chance(silent.hits, silent.n, usual.hits, usual.n) <= ALPHA):
            return "silent errors"
        if saturated or measured.p95 > measured.p95_limit:
            return "p95"
        return "rate" if sustained < (1 - TOLERANCE) * measured.rate else ""

    def _settled(self, limit: float) -> bool:
        """Wait until single requests are answered as before: the backlog of a broken load is no fault of the next."""
        case = next(case for case in self.cases if case.asks_for_answer())
        until, repeats = time.monotonic() + SETTLE, self.run.sender.folder.replies
        while time.monotonic() < until:
            sent = sum(address == case.address for address, _ in repeats)
            (reply,) = self.run.sender.ask("after a broken load", [(case, sent)], 0.0)
            if reply and reply.status and reply.latency <= limit:
                return True
            time.sleep(PAUSE)
        return False


def _probe(rate: float, broke: str, measured: Load, rows: Sequence[Judged]) -> Probe:
    """rows: of good input."""
    in_time = sum(row.straight_through and row.latency <= measured.p95_limit for row in rows)
    return Probe(
        rate=round(rate, 3),
        broke=broke,
        n=len(rows),
        p95=measured.p95,
        errors=round(measured.errors_good / max(1, measured.good), 6),
        silent=round(_silent(rows).share, 6),
        good=round(in_time * measured.rate / max(1, measured.recorded), 3),
    )


def _silent(rows: Sequence[Judged]) -> Count:
    return Count(sum(row.silent_error for row in rows), len(rows))
