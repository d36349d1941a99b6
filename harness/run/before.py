"""What the history stage can do in this run."""

from harness.core.case import Case
from harness.diff.history import Means
from harness.generate.draw import draw_in_stage
from harness.run.prepare import Run


def means_of(run: Run) -> Means:
    """How the stage makes its cases, and what it knows of the samples."""
    samples = {sample.key: sample for sample in run.samples.items}

    def make(part: str, key: str) -> Case:
        return run.make([draw_in_stage("history", part, samples[key])])[0]

    return Means(kind=run.samples.kind, make=make)
