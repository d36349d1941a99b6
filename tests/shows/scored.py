"""How often the bounds of a criterion hold and its statuses are wrong, over simulated runs whose truth is known."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from harness.core.decide import status_of
from harness.core.verdict import Criterion, Estimate

MIN_COVERAGE = 0.93
"""Share of runs in which a one-sided bound of 95 % must hold, at least."""

MAX_FALSE_SHARE = 0.05
"""Largest share of runs in which the criterion passes wrongly, or fails wrongly."""

OFF = (0.0, 0.1, 0.5)
"""How far off the truth a limit is, in parts of the truth (or of what is missing to 1, where that is less)."""

ROUNDING = 1e-9


@dataclass(slots=True, kw_only=True)
class Scored:
    """One criterion in one setting. passes, fails: wrong outcomes at each distance of OFF. undecided: with a limit at
    which it should fail, near and far, then with one at which it should pass.

    free: a failure is no claim about the limit, so it is printed and not counted. beyond: nothing of it is counted.
    limit: judged at this one alone.
    """

    criterion: str
    setting: str
    free: bool = False
    beyond: bool = False
    limit: float | None = None
    runs: int = 0
    low: int = 0
    high: int = 0
    judged: bool = False
    passes: list[int] = field(default_factory=lambda: [0] * len(OFF))
    fails: list[int] = field(default_factory=lambda: [0] * len(OFF))
    undecided: list[int] = field(default_factory=lambda: [0] * (2 * len(OFF)))

    HEAD: ClassVar[str] = (
        f"{'criterion':28} {'setting':30} {'low':>6} {'high':>6}  {'wrong passes':>17}  {'wrong fails':>17}  undecided"
    )

    @property
    def where(self) -> str:
        return f"{self.criterion}, {self.setting}"

    def add(self, result: Criterion | Estimate, truth: tuple[float, float]) -> None:
        """One run: its result, and the truth (the hardest one for the low bound, and for the high bound)."""
        estimate = result.estimate if isinstance(result, Criterion) else result
        self.runs += 1
        self.low += estimate.low <= truth[0] + ROUNDING
        self.high += estimate.high >= truth[1] - ROUNDING
        if isinstance(result, Criterion):
            self._judge(result, truth[0])

    def _judge(self, criterion: Criterion, truth: float) -> None:
        """The criterion with limits at which it should fail, then with limits at which it should pass."""
        self.judged = True
        if self.limit is not None:
            status = status_of(replace(criterion, limit=self.limit))
            self.fails[0] += status == "failed"
            self.undecided[0] += status == "undecided"
            return
        room = min(abs(truth), 1 - abs(truth)) if criterion.unit == "share" else truth
        bad = 1 if criterion.at_least else -1
        for place, off in enumerate(OFF):
            beyond = status_of(replace(criterion, limit=truth + bad * off * room))
            inside = status_of(replace(criterion, limit=truth - bad * off * room))
            self.passes[place] += beyond == "passed"
            self.fails[place] += inside == "failed"
            self.undecided[place] += beyond == "undecided"
            self.undecided[place + len(OFF)] += inside == "undecided"

    def covered(self, side: int) -> float:
        """Share of the runs in which the low (0) or the high (1) bound held."""
        return (self.low, self.high)[side] / self.runs

    @property
    def worst_go(self) -> float:
        return max(self.passes) / self.runs

    @property
    def worst_no_go(self) -> float:
        return max(self.fails) / self.runs

    def held(self, most: float) -> bool:
        """Whether coverage and wrong outcomes are as they must be. most: share of wrong outcomes, error included."""
        if self.beyond:
            return True
        outcomes = self.worst_go <= most and (self.free or self.worst_no_go <= most)
        return min(self.covered(0), self.covered(1)) >= MIN_COVERAGE and outcomes

    def row(self, most: float) -> str:
        """The row of the table."""
        bounds = f"{self.criterion:28} {self.setting:30} {self.covered(0):6.1%} {self.covered(1):6.1%}"
        if not self.judged:
            return bounds + f"{'':>50}{self._short(most)}"
        passes, fails = (
            " ".join(f"{count / self.runs:5.1%}" for count in counts) for counts in (self.passes, self.fails)
        )
        far = [self.undecided[place] / self.runs for place in (len(OFF) - 1, -1)]
        undecided = f"far {far[0]:.0%} and {far[1]:.0%}"
        if self.limit is not None:
            passes, undecided = "", f"{self.undecided[0] / self.runs:.0%} at the limit {self.limit:g}"
        return f"{bounds}  {passes:>17}  {fails:>17}{'*' if self.free else ' '} {undecided}{self._short(most)}"

    def _short(self, most: float) -> str:
        return "  ~" if self.beyond else "" if self.held(most) else "  FELL SHORT"
