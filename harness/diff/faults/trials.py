"""Faults that were tried: the replies under the fault, those without it, and those after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.finding import Count
from harness.core.finding_kinds import FindingKind
from harness.core.integration.fault import Fault
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.diff.faults.wrong_answers import Truths, sample_of

OUTCOMES: Mapping[FindingKind, str] = {
    FindingKind.FAULT_SILENT: "silent",
    FindingKind.FAULT_NO_ANSWER: "no_answer",
    FindingKind.FAULT_HANDED_OVER: "handed_over",
    FindingKind.FAULT_NOT_JUDGED: "not_judged",
    FindingKind.FAULT_PASSED: "passed",
}
"""Outcomes of a case under a fault, the worst first, with their names in the parts of a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The cases that were not right under a fault, sent again once it was over. Seconds count from its end.

    rows: the last reply of each case. right_after: when the last case that came right was sent; 0 if each was right the
    first time that it was sent again. tried: until the last reply.
    """

    rows: tuple[Judged, ...] = ()
    right_after: float = 0.0
    tried: float = 0.0

    def still_failing(self) -> list[Judged]:
        """The cases that did not recover."""
        return [row for row in self.rows if not row.straight_through]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Samples that were sent under one fault, or under none.

    met: names of the faults that each address met. truths: what the answers should be. after: the same cases once the
    fault was over, if they were sent again.
    """

    name: str
    rows: tuple[Judged, ...] = ()
    met: Mapping[str, Sequence[str]] = field(default_factory=dict)
    truths: Truths = field(default_factory=dict)
    after: Recovery = field(default_factory=Recovery)

    def surely_met(self) -> list[Judged]:
        """The rows that certainly met the fault of this arm."""
        return [row for row in self.rows if self.name in self.met.get(row.address, ())]

    def possibly_met(self) -> int:
        """The number of further rows that may have met it."""
        return sum(f"{self.name}?" in self.met.get(row.address, ()) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A fault that was tried: its arm, and the clean arm that was sent in the same phase."""

    fault: Fault
    arm: Arm
    clean: Arm

    def right_without(self) -> set[str]:
        """The samples that were right without the fault."""
        return {sample_of(row.address) for row in self.clean.rows if row.straight_through}

    def counted(self) -> list[Judged]:
        """The rows that met the fault and were right without it; the others are no evidence."""
        right = self.right_without()
        return [row for row in self.arm.surely_met() if sample_of(row.address) in right]

    def silent_without(self) -> Count:
        """Silent errors of the clean arm."""
        return self.control(FindingKind.FAULT_SILENT)

    def control(self, outcome: FindingKind) -> Count:
        """The number of clean cases with that outcome."""
        return Count(sum(outcome_of(row) is outcome for row in self.clean.rows), len(self.clean.rows))

    def by_chance(self, wrong: int) -> float:
        """The p-value of at least this many of all wrong answers under the fault.

        The control is the clean arm, which is sent anew. The answers by which the samples were chosen are no control:
        they were all right, so a comparison with them would blame innocent faults (regression to the mean).
        """
        without = self.silent_without()
        return by_chance(wrong, len(self.arm.surely_met()), without.hits, without.n)


def outcome_of(row: Judged) -> FindingKind:
    """The outcome of a case, as the kind of finding that it supports."""
    if row.silent_error:
        return FindingKind.FAULT_SILENT
    if row.straight_through:
        return FindingKind.FAULT_PASSED
    if row.disposition == "handed_over":
        return FindingKind.FAULT_HANDED_OVER
    return FindingKind.FAULT_NOT_JUDGED if row.disposition == "accepted" else FindingKind.FAULT_NO_ANSWER
