"""How often a line's bounds hold and its answers are wrong, over simulated runs whose truth is known."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from harness.core.decide import judge_line
from harness.core.verdict import Criterion, Estimate

MIN_COVERAGE = 0.93
"""Share of runs in which a one-sided bound of 95 % must hold, at least."""

MAX_FALSE_SHARE = 0.05
"""Share of runs with a wrong go, or with a wrong no-go, at most."""

OFF = (0.0, 0.1, 0.5)
"""How far off the truth a limit is, in parts of the truth (or of what is missing to 1, where that is less)."""

ROUNDING = 1e-9


@dataclass(slots=True, kw_only=True)
class Scored:
    """One line in one setting. go, no_go: wrong answers at each distance of OFF. undecided: with the limit on the
    go side, near and far, then on the no-go side.

    free: a no-go is no claim about the limit, so it is told and not counted. beyond: nothing of it is counted. limit:
    judged at this one alone.
    """

    line: str
    setting: str
    free: bool = False
    beyond: bool = False
    limit: float | None = None
    runs: int = 0
    low: int = 0
    high: int = 0
    judged: bool = False
    go: list[int] = field(default_factory=lambda: [0] * len(OFF))
    no_go: list[int] = field(default_factory=lambda: [0] * len(OFF))
    undecided: list[int] = field(default_factory=lambda: [0] * (2 * len(OFF)))

    HEAD: ClassVar[str] = (
        f"{'line':28} {'setting':30} {'low':>6} {'high':>6}  {'wrong go':>17}  {'wrong no-go':>17}  undecided"
    )

    @property
    def where(self) -> str:
        return f"{self.line}, {self.setting}"

    def add(self, told: Criterion | Estimate, truth: tuple[float, float]) -> None:
        """One run: what was said, and the truth (as hard as can be for the low bound, and for the high one)."""
        estimate = told.estimate if isinstance(told, Criterion) else told
        self.runs += 1
        self.low += estimate.low <= truth[0] + ROUNDING
        self.high += estimate.high >= truth[1] - ROUNDING
        if isinstance(told, Criterion):
            self._judge(told, truth[0])

    def _judge(self, line: Criterion, truth: float) -> None:
        """The line held against limits on which it should be no-go, then on which it should be go."""
        self.judged = True
        if self.limit is not None:
            answer = judge_line(replace(line, limit=self.limit))
            self.no_go[0] += answer == "no-go"
            self.undecided[0] += answer == "undecided"
            return
        room = min(abs(truth), 1 - abs(truth)) if line.unit == "share" else truth
        bad = 1 if line.at_least else -1
        for place, off in enumerate(OFF):
            beyond = judge_line(replace(line, limit=truth + bad * off * room))
            inside = judge_line(replace(line, limit=truth - bad * off * room))
            self.go[place] += beyond == "go"
            self.no_go[place] += inside == "no-go"
            self.undecided[place] += beyond == "undecided"
            self.undecided[place + len(OFF)] += inside == "undecided"

    def covered(self, side: int) -> float:
        """Share of the runs in which the low (0) or the high (1) bound held."""
        return (self.low, self.high)[side] / self.runs

    @property
    def worst_go(self) -> float:
        return max(self.go) / self.runs

    @property
    def worst_no_go(self) -> float:
        return max(self.no_go) / self.runs

    def held(self, most: float) -> bool:
        """Whether coverage and wrong answers are as they must be. most: share of wrong answers, error included."""
        if self.beyond:
            return True
        answers = self.worst_go <= most and (self.free or self.worst_no_go <= most)
        return min(self.covered(0), self.covered(1)) >= MIN_COVERAGE and answers

    def told(self, most: float) -> str:
        """The line of the table."""
        bounds = f"{self.line:28} {self.setting:30} {self.covered(0):6.1%} {self.covered(1):6.1%}"
        if not self.judged:
            return bounds + f"{'':>50}{self._short(most)}"
        go, no_go = (" ".join(f"{count / self.runs:5.1%}" for count in counts) for counts in (self.go, self.no_go))
        far = [self.undecided[place] / self.runs for place in (len(OFF) - 1, -1)]
        undecided = f"far {far[0]:.0%} and {far[1]:.0%}"
        if self.limit is not None:
            go, undecided = "", f"{self.undecided[0] / self.runs:.0%} at the limit {self.limit:g}"
        return f"{bounds}  {go:>17}  {no_go:>17}{'*' if self.free else ' '} {undecided}{self._short(most)}"

    def _short(self, most: float) -> str:
        return "  ~" if self.beyond else "" if self.held(most) else "  FELL SHORT"
