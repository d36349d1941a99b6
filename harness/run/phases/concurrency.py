"""The concurrency robustness test of a run, with batches where `[target] batch` says where they go."""

from collections.abc import Generator, Mapping, Sequence

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round
from harness.diff.robustness.batches import CALLS, batches, joined
from harness.diff.robustness.concurrency import concurrency
from harness.generate.draw_robustness import draw_for_robustness
from harness.run.setup.budget import MIN_CALLS
from harness.run.setup.prepare import Run


def concurrency_of(
    run: Run, clean: Sequence[Case], alone: Mapping[str, Judged], calls: int, spare: int
) -> RobustnessTest:
    """The robustness test of this run. alone: what was answered one at a time. spare: calls beyond its own.

    Batches take their calls from those of the robustness test where it keeps what it needs, else from the spare ones.
    """
    target, seed, label = run.settings.target, run.bases.seed, str(run.asker.folder.path)
    of_stage = CALLS if target.batch.url and calls - CALLS >= MIN_CALLS["concurrency"] else 0
    of_spare = CALLS if target.batch.url and not of_stage else 0
    own, more = calls - of_stage, max(0, spare - of_spare)
    test = concurrency(clean, alone, calls=own, spare=more, in_flight=target.in_flight, seed=seed, run=label)
    result, sent = yield from _counted(test)
    if not target.batch.url:
        return result
    samples = {sample.key: sample for sample in run.samples.items}

    def make(part: str, key: str) -> Case:
        return run.make([draw_for_robustness("concurrency", part, samples[key])])[0]

    left = calls + spare - sent
    rows = yield from batches(clean, alone, make, calls=left, spare=max(0, left - CALLS), seed=seed, run=label)
    return joined(result, rows)


def _counted(test: RobustnessTest) -> Generator[Round, Sequence[Judged | None], tuple[RobustnessResult, int]]:
    """The robustness test as it is; gives its result and the requests that it took."""
    sent = 0
    try:
        asked = next(test)
        while True:
            sent += asked.calls
            asked = test.send((yield asked))
    except StopIteration as stop:
        return stop.value, sent
