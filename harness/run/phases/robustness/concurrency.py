"""The concurrency test of a run, with batches if `[target] batch` is set."""

from collections.abc import Generator, Sequence

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round
from harness.core.settings import Target
from harness.diff.robustness.batches import CALLS, batches, joined
from harness.diff.robustness.company import ALL_PARTS
from harness.diff.robustness.concurrency import concurrency
from harness.generate.draw_robustness import draw_for_robustness
from harness.run.phases.robustness.context import RobustnessContext
from harness.run.setup.robustness_tests import robustness_test

MIN_CALLS = 12


def calls_of_all_parts(target: Target) -> int:
    """The calls with which all arrangements of the fewest cases run, and the batches if there are any."""
    return ALL_PARTS + (CALLS if target.batch.url else 0)


@robustness_test("concurrency", min_calls=MIN_CALLS, whole=calls_of_all_parts, weight=11)
def concurrency_of(context: RobustnessContext) -> RobustnessTest:
    """The concurrency test of this run.

    Batches take their calls from those of the test if that leaves its minimum, else from the spare calls.
    """
    run, clean, alone = context.run, context.pilot, context.answered_alone()
    calls, spare = context.calls, context.spare
    target, seed, label = run.settings.target, run.bases.seed, context.label
    of_own = CALLS if target.batch.url and calls - CALLS >= MIN_CALLS else 0
    of_spare = CALLS if target.batch.url and not of_own else 0
    own, more = calls - of_own, max(0, spare - of_spare)
    samples = {sample.key: sample for sample in run.samples.items}

    def make(part: str, key: str) -> Case:
        return run.make([draw_for_robustness("concurrency", part, samples[key])])[0]

    test = concurrency(clean, alone, make, calls=own, spare=more, in_flight=target.in_flight, seed=seed, run=label)
    result, sent = yield from _counted(test)
    if not target.batch.url:
        return result
    left = calls + spare - sent
    rows = yield from batches(clean, alone, make, calls=left, spare=max(0, left - CALLS), seed=seed, run=label)
    return joined(result, rows)


def _counted(test: RobustnessTest) -> Generator[Round, Sequence[Judged | None], tuple[RobustnessResult, int]]:
    """Run the robustness test. Gives its result and the number of requests that it took."""
    sent = 0
    try:
        sending = next(test)
        while True:
            sent += sending.calls
            sending = test.send((yield sending))
    except StopIteration as stop:
        return stop.value, sent
