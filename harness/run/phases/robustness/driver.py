"""Runs the robustness tests: each asks for rounds of requests and gets the judged replies until it has a result."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round
from harness.core.settings import RobustnessName
from harness.generate.draw import draw_pilot
from harness.run.outcome.judge import Judge
from harness.run.phases.robustness.context import RobustnessContext
from harness.run.phases.robustness.destinations import NowhereError, instances_of, where_to
from harness.run.sending.sender import over_new_connection, unchanged
from harness.run.sending.starting import Instances
from harness.run.setup.prepare import Run
from harness.run.setup.robustness_tests import robustness_tests


@dataclass(slots=True, kw_only=True)
class _Driver:
    """Sends the rounds of one test. sent: requests so far."""

    run: Run
    judge: Judge
    instances: Instances
    sent: int = 0

    def carry_out(self, name: RobustnessName, test: RobustnessTest) -> RobustnessResult:
        """Send what the test asks for until it has its result."""
        try:
            wanted = next(test)
            while True:
                self.sent += wanted.calls
                wanted = test.send(self._answers(name, wanted))
        except StopIteration as stop:
            result: RobustnessResult = stop.value
            return result

    def _answers(self, name: RobustnessName, wanted: Round) -> Sequence[Judged | None]:
        """The judged replies of one round, in its order; None for what could not be sent."""
        for case, _ in wanted.asks:
            self.run.cases.setdefault(case.address, case)
        phase = f"{name}: {wanted.name}"
        if wanted.batch:
            self.run.sender.ask_batches(phase, wanted.waves())
        else:
            with suppress(NowhereError):
                where = where_to(wanted, self.run, self.instances)
                change = over_new_connection if wanted.fresh else unchanged
                self.run.sender.ask(phase, wanted.asks, 0.0, together=wanted.together, change=change, where=where)
        rows = self.judge.judge({case.address: case for case, _ in wanted.asks})
        found = {(row.address, row.repeat): row for row in rows}
        return [found.get((case.address, repeat)) for case, repeat in wanted.asks]


def run_robustness_tests(run: Run, judge: Judge, judged: Sequence[Judged]) -> tuple[RobustnessResult, int]:
    """The joined result of the tests of `[budget] robustness`, and the calls that they took from the probes.

    None is run if the run covers only a part of the mix or was stopped.
    """
    if run.partial or run.sender.stopped:
        return RobustnessResult(), 0
    pilot = run.make(draw_pilot(run.samples, run.allotment.pilot, run.bases.seed))
    results, spent = [], 0
    for entry in robustness_tests(run.settings.budget.robustness):
        calls = run.allotment.robustness.get(entry.name, 0)
        with instances_of(run) as instances:
            context = RobustnessContext(
                run=run,
                judge=judge,
                judged=judged,
                pilot=pilot,
                calls=calls,
                spare=run.allotment.probes - spent,
                instances=instances,
            )
            driver = _Driver(run=run, judge=judge, instances=instances)
            results.append(driver.carry_out(entry.name, entry.make(context)))
        spent += max(0, driver.sent - calls)
    return _joined(results), spent


def _joined(results: Sequence[RobustnessResult]) -> RobustnessResult:
    return RobustnessResult(
        criteria=tuple(line for one in results for line in one.criteria),
        findings=tuple(finding for one in results for finding in one.findings),
    )
