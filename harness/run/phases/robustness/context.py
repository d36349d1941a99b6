"""The context that every robustness test of a run gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.reply import Judged
from harness.run.outcome.judge import Judge
from harness.run.phases.discovery import looked_at
from harness.run.sending.starting import Instances
from harness.run.setup.prepare import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessContext:
    """One run as a robustness test sees it.

    judged: the judged replies so far. pilot: the cases of the pilot. calls: requests that the test may send. spare:
    requests beyond these, to look again at something odd. instances: starts instances of the service if the test asks.
    """

    run: Run
    judge: Judge
    judged: Sequence[Judged]
    pilot: Sequence[Case]
    calls: int
    spare: int
    instances: Instances

    @property
    def label(self) -> str:
        """The run folder, as commands name it."""
        return str(self.run.sender.folder.path)

    def answered_alone(self) -> Mapping[str, Judged]:
        """The answers of discovery, which sends one request at a time, by address."""
        looked = {case.address for case in looked_at(self.pilot, self.run.bases.seed)}
        return {row.address: row for row in self.judged if row.repeat == 0 and row.address in looked}

    def answered_first(self) -> Mapping[str, Judged]:
        """The first answer to each case, by address."""
        return {row.address: row for row in self.judged if row.repeat == 0}
