"""Drives the robustness: what is asked of a service besides the truth of single requests."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round
from harness.core.settings import RobustnessName
from harness.diff.robustness.afterwards import Before
from harness.generate.draw import draw_pilot
from harness.run.outcome.judging import Judge
from harness.run.phases.concurrency import concurrency_of
from harness.run.phases.discovery import looked_at
from harness.run.phases.round_trip import round_trip_of
from harness.run.phases.state import NowhereError, instances_of, state_of, where_to
from harness.run.phases.unanswerable import unanswerable_of
from harness.run.sending.starting import Instances
from harness.run.setup.prepare import Run


@dataclass(slots=True, kw_only=True)
class _Driver:
    """spent: calls beyond those that the tests are allotted: where something was odd and was looked at again."""

    run: Run
    judge: Judge
    spent: int = 0
    instances: Instances | None = None

    def carry_out(self, name: RobustnessName, test: RobustnessTest, calls: int) -> RobustnessResult:
        """Send what the robustness test asks for until it has its result."""
        sent = 0
        try:
            asked = next(test)
            while True:
                sent += asked.calls
                asked = test.send(self._answers(name, asked))
        except StopIteration as stop:
            self.spent += max(0, sent - calls)
            result: RobustnessResult = stop.value
            return result

    def _answers(self, name: RobustnessName, asked: Round) -> Sequence[Judged | None]:
        """The judged replies of one round, in its order."""
        for case, _ in asked.asks:
            self.run.cases.setdefault(case.address, case)
        phase = f"{name}: {asked.name}"
        if asked.batch:
            self.run.asker.ask_batches(phase, asked.waves())
        else:
            with suppress(NowhereError):
                where = where_to(asked, self.run, self.instances)
                self.run.asker.ask(phase, asked.asks, 0.0, together=asked.together, fresh=asked.fresh, where=where)
        rows = self.judge.judge({case.address: case for case, _ in asked.asks})
        found = {(row.address, row.repeat): row for row in rows}
        return [found.get((case.address, repeat)) for case, repeat in asked.asks]


def run_robustness_tests(run: Run, judge: Judge, judged: Sequence[Judged]) -> tuple[RobustnessResult, int]:
    """What the robustness tests of `[budget] robustness` come to, and the calls that they took out of those for probes.

    A run of a part of the mix, and one that was stopped, asks none.
    """
    if run.partial or run.asker.stopped:
        return RobustnessResult(), 0
    pilot = run.make(draw_pilot(run.samples, run.allotment.pilot, run.bases.seed))
    driver = _Driver(run=run, judge=judge)
    results = []
    if "concurrency" in run.settings.budget.robustness:
        alone = _asked_alone(pilot, judged, run.bases.seed)
        calls = run.allotment.robustness.get("concurrency", 0)
        test = concurrency_of(run, pilot, alone, calls, run.allotment.probes - driver.spent)
        results.append(driver.carry_out("concurrency", test, calls))
    if "state" in run.settings.budget.robustness:
        calls = run.allotment.robustness.get("state", 0)
        before = Before(clean=pilot, alone=_asked_alone(pilot, judged, run.bases.seed), first=_asked_first(judged))
        with instances_of(run) as driver.instances:
            test = state_of(run, before, driver.instances, run.allotment.probes - driver.spent)
            results.append(driver.carry_out("state", test, calls))
    if "round_trip" in run.settings.budget.robustness:
        calls = run.allotment.robustness.get("round_trip", 0)
        test = round_trip_of(run, judge, calls, run.allotment.probes - driver.spent)
        results.append(driver.carry_out("round_trip", test, calls))
    if "unanswerable" in run.settings.budget.robustness:
        calls = run.allotment.robustness.get("unanswerable", 0)
        test = unanswerable_of(run, judged, calls, run.allotment.probes - driver.spent)
        results.append(driver.carry_out("unanswerable", test, calls))
    return _joined(results), driver.spent


def _asked_alone(pilot: Sequence[Case], judged: Sequence[Judged], seed: int) -> Mapping[str, Judged]:
    """What the samples of the first look were answered, which were asked one at a time."""
    looked = {case.address for case in looked_at(pilot, seed)}
    return {row.address: row for row in judged if row.repeat == 0 and row.address in looked}


def _asked_first(judged: Sequence[Judged]) -> Mapping[str, Judged]:
    """What each case was answered the first time."""
    return {row.address: row for row in judged if row.repeat == 0}


def _joined(results: Sequence[RobustnessResult]) -> RobustnessResult:
    return RobustnessResult(
        lines=tuple(line for one in results for line in one.lines),
        findings=tuple(finding for one in results for finding in one.findings),
    )
