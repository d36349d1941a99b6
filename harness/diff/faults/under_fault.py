"""What a service does when something on the way fails, held against what it does when nothing does."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.fault import KINDS, Fault
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.core.verdict import Finding
from harness.diff.faults.fault_words import changes, head_of
from harness.diff.gate.criteria import show

CHANCE = 0.05
"""Wrong answers that come this often without the fault are not laid at its door."""

ORDER = (
    "does_not_recover",
    "silent_fallback",
    "fault_error",
    "fault_handed_over",
    "fault_undecided",
    "fault_unnoticed",
    "fault_not_met",
    "fault_held",
)
"""Kinds of findings, worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The cases that were not right under a fault, sent again once it was over. Seconds count from its end.

    rows: the last sending of each. right_after: until the last of those that came right was asked and right, 0 where
    the first asking was enough. tried: until the last reply.
    """

    rows: tuple[Judged, ...] = ()
    right_after: float = 0.0
    tried: float = 0.0

    def still(self) -> list[Judged]:
        """The cases that did not come right."""
        return [row for row in self.rows if not row.straight_through]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The same samples under one fault, or under none. met: names of the faults that each address met.

    after: what came of them once the fault was over, where that was looked at.
    """

    name: str
    rows: tuple[Judged, ...] = ()
    met: Mapping[str, Sequence[str]] = field(default_factory=dict)
    after: Recovery = field(default_factory=Recovery)

    def surely(self) -> list[Judged]:
        """The rows that met this arm's fault for certain."""
        return [row for row in self.rows if self.name in self.met.get(row.address, ())]

    def possibly(self) -> int:
        """How many more may have met it."""
        return sum(f"{self.name}?" in self.met.get(row.address, ()) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A fault that was tried: its arm, and the clean one beside it, sent in the same phase."""

    fault: Fault
    arm: Arm
    clean: Arm

    def right(self) -> set[str]:
        """The samples that were right without the fault."""
        return {sample_of(row.address) for row in self.clean.rows if row.straight_through}

    def by_chance(self, wrong: int) -> float:
        """How likely at least so many of all wrong answers fall under the fault by chance.

        The clean sendings are fresh: comparing with the answers by which the samples were chosen convicts innocent
        faults (regression to the mean).
        """
        before = sum(row.silent_error for row in self.clean.rows)
        return by_chance(wrong, len(self.arm.surely()), before, len(self.clean.rows))


def fault_findings(trials: Sequence[Trial], run: str) -> tuple[Finding, ...]:
    """One finding a fault, and one more where it is not recovered from; the worst first.

    Cases that did not meet the fault, or whose clean sending was not right this time, say nothing.
    """
    found = [_finding(trial, run) for trial in trials]
    found += [_lasting(trial.fault, trial.arm, run) for trial in trials if trial.arm.after.still()]
    return tuple(sorted(found, key=lambda finding: (ORDER.index(finding.kind), -finding.count)))


def _lasting(fault: Fault, arm: Arm, run: str) -> Finding:
    """Cases that stay wrong once the fault is over."""
    still = sorted(arm.after.still(), key=lambda row: not row.silent_error)
    text = f"{head_of(fault)}: does not recover: {_of(still, len(arm.after.rows))} not right again"
    silent = [row for row in still if row.silent_error]
    text += f" {arm.after.tried:.1f} s after it" + (f", {_of(silent, len(still))} accepted and wrong" if silent else "")
    cases = tuple(row.address for row in still)
    shown = show(cases, run)
    return Finding(kind="does_not_recover", text=text, count=len(cases), slice=fault.name, cases=cases, show=shown)


def _finding(trial: Trial, run: str) -> Finding:
    fault, arm, right = trial.fault, trial.arm, trial.right()
    rows = [row for row in arm.surely() if sample_of(row.address) in right]
    if not rows:
        text = f"{head_of(fault)}: none of {len(arm.rows)} cases met it{_maybe(arm)}, so it says nothing"
        return Finding(kind="fault_not_met", text=text, slice=fault.name, show=show((), run))
    groups = {kind: [row for row in rows if _what(row) == kind] for kind in ORDER}
    kind = next(kind for kind in ORDER if groups[kind])
    if kind == "silent_fallback" and trial.by_chance(_silent(arm)) > CHANCE:
        kind = next((kind for kind in ("fault_error", "fault_handed_over") if groups[kind]), "fault_undecided")
    cases = tuple(row.address for group in groups.values() for row in group)
    text = f"{head_of(fault)}: {_told(kind, groups, len(rows))}{_again(arm.after)}{_maybe(arm)}"
    if kind == "silent_fallback" and not KINDS[fault.kind].noticeable:
        kind, text = "fault_unnoticed", f"{text}; {NOBODY_KNOWS}"
    return Finding(kind=kind, text=text, count=len(cases), slice=fault.name, cases=cases, show=show(cases, run))


def _what(row: Judged) -> str:
    """What became of a case under its fault, as the kind of finding that it speaks for."""
    if row.silent_error:
        return "silent_fallback"
    if row.straight_through:
        return "fault_held"
    if row.disposition == "handed_over":
        return "fault_handed_over"
    return "fault_undecided" if row.disposition == "accepted" else "fault_error"


def _told(kind: str, groups: Mapping[str, Sequence[Judged]], n: int) -> str:
    """The sentence: the worst first, what became of the others after it."""
    parts = {
        "silent_fallback": _wrong(groups["silent_fallback"], n),
        "fault_error": _errors(groups["fault_error"], n),
        "fault_handed_over": f"{_of(groups['fault_handed_over'], n)} handed over",
        "fault_undecided": f"{_of(groups['fault_undecided'], n)} answered, but not judged",
        "fault_held": f"{_of(groups['fault_held'], n)} right all the same",
    }
    said = "; ".join(part for name, part in parts.items() if groups[name])
    return said + ("; too few wrong ones to tell from chance" if _in_doubt(kind, groups) else "")


def _in_doubt(kind: str, groups: Mapping[str, Sequence[Judged]]) -> bool:
    """Whether there are wrong answers that are not laid at the fault's door."""
    return kind != "silent_fallback" and bool(groups["silent_fallback"])


def _of(rows: Sequence[Judged], n: int) -> str:
    return f"{len(rows)} of {n}" if len(rows) < n else f"all {n}"


NOBODY_KNOWS = (
    "nothing in the reply shows it, so it is held against nobody: could it say when, or for what, it was made?"
)


def _again(after: Recovery) -> str:
    """How long it took until the cases were right again, where all of them are."""
    if not after.rows or after.still():
        return ""
    return f"; right again {after.right_after:.1f} s after it" if after.right_after else "; right when asked next"


def _wrong(rows: Sequence[Judged], n: int) -> str:
    """Which fields changed and what they became, the commonest answer first."""
    return f"SILENT: {_of(rows, n)} accepted and wrong, right without it; {changes(rows)}"


def _errors(rows: Sequence[Judged], n: int) -> str:
    """No answer at all: in which way, the commonest first."""
    causes = Counter(row.cause or row.disposition for row in rows)
    named = ", ".join(cause if times == len(rows) else f"{cause} {times}" for cause, times in causes.most_common(3))
    return f"{_of(rows, n)} without an answer ({named})"


def _maybe(arm: Arm) -> str:
    possibly = arm.possibly()
    return f" ({possibly} more possibly met it, and do not count)" if possibly else ""


def _silent(arm: Arm) -> int:
    return sum(row.silent_error for row in arm.surely())


def sample_of(address: str) -> str:
    """The sample of a case under a fault."""
    return address.partition("#")[2]


def unused(upstreams: Iterable[tuple[str, str]], run: str) -> tuple[Finding, ...]:
    """Upstreams (name and the relay's address) through whose relay nothing came."""
    text = "nothing came through the relay of {0}: is the service pointed at {1}? None of its faults could be met"
    return tuple(
        Finding(kind="upstream_unused", text=text.format(name, listen), slice=name, show=show((), run))
        for name, listen in upstreams
    )


def beyond_budget(faults: Sequence[Fault], why: str, run: str) -> tuple[Finding, ...]:
    """Faults that were not tried, in one finding."""
    if not faults:
        return ()
    text = f"not tried: {', '.join(fault.name for fault in faults)} ({why})"
    return (Finding(kind="fault_not_tried", text=text, count=len(faults), show=show((), run)),)


def with_faults(findings: Sequence[Finding], noticed: Sequence[Finding]) -> tuple[Finding, ...]:
    """A run's findings with those of its faults: what failed stands first, what held last."""
    held = [finding for finding in noticed if finding.kind == "fault_held"]
    return (*(finding for finding in noticed if finding.kind != "fault_held"), *findings, *held)
