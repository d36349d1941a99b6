"""What a service does when something on the way fails, held against what it does when nothing does."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import comb

from harness.core.case import Scalar
from harness.core.fault import TARGET, Fault
from harness.core.reply import Judged
from harness.core.verdict import Finding
from harness.diff.lines import show

CHANCE = 0.05
"""Wrong answers that come this often without the fault are not laid at its door."""

ORDER = (
    "silent_fallback",
    "fault_error",
    "fault_handed_over",
    "fault_undecided",
    "fault_not_met",
    "fault_held",
)
"""Kinds of findings, worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The same samples under one fault, or under none. met: names of the faults that each address met."""

    name: str
    rows: tuple[Judged, ...] = ()
    met: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def surely(self) -> list[Judged]:
        """The rows that met this arm's fault for certain."""
        return [row for row in self.rows if self.name in self.met.get(row.address, ())]

    def possibly(self) -> int:
        """How many more may have met it."""
        return sum(f"{self.name}?" in self.met.get(row.address, ()) for row in self.rows)


def fault_findings(arms: Iterable[tuple[Fault, Arm]], clean: Arm, run: str) -> tuple[Finding, ...]:
    """One finding a fault, the worst first. clean: the same samples without a fault, sent in the same phase.

    Cases that did not meet the fault, or whose clean sending was not right this time, say nothing.
    """
    right = {_sample(row.address) for row in clean.rows if row.straight_through}
    silent = sum(row.silent_error for row in clean.rows)
    found = [_finding(fault, arm, right, (silent, len(clean.rows)), run) for fault, arm in arms]
    return tuple(sorted(found, key=lambda finding: (ORDER.index(finding.kind), -finding.count)))


def _finding(fault: Fault, arm: Arm, right: set[str], clean: tuple[int, int], run: str) -> Finding:
    rows = [row for row in arm.surely() if _sample(row.address) in right]
    if not rows:
        text = f"{_head(fault)}: none of {len(arm.rows)} cases met it{_maybe(arm)}, so it says nothing"
        return Finding(kind="fault_not_met", text=text, slice=fault.name, show=show((), run))
    groups = {kind: [row for row in rows if _what(row) == kind] for kind in ORDER}
    kind = next(kind for kind in ORDER if groups[kind])
    if kind == "silent_fallback" and _chance(arm, clean) > CHANCE:
        kind = next((kind for kind in ORDER[1:3] if groups[kind]), "fault_undecided")
    cases = tuple(row.address for group in groups.values() for row in group)
    text = f"{_head(fault)}: {_told(kind, groups, len(rows))}{_maybe(arm)}"
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


def _wrong(rows: Sequence[Judged], n: int) -> str:
    """Which fields changed and what they became, the commonest answer first."""
    fields = Counter(scored.name for row in rows for scored in row.fields if scored.verdict == "wrong")
    changes = []
    for name, _ in fields.most_common(2):
        answers = Counter(_shown(row.answer.get(name)) for row in rows if name in _wrong_fields(row))
        answer, times = answers.most_common(1)[0]
        changes.append(f"{name} became {answer} in {times} of {len(rows)} cases")
    more = f" and {len(fields) - 2} more fields changed" if len(fields) > 2 else ""
    return f"SILENT: {_of(rows, n)} accepted and wrong, right without it; {', '.join(changes)}{more}"


def _wrong_fields(row: Judged) -> set[str]:
    return {scored.name for scored in row.fields if scored.verdict == "wrong"}


def _errors(rows: Sequence[Judged], n: int) -> str:
    """No answer at all: in which way, the commonest first."""
    causes = Counter(row.cause or row.disposition for row in rows)
    named = ", ".join(cause if times == len(rows) else f"{cause} {times}" for cause, times in causes.most_common(3))
    return f"{_of(rows, n)} without an answer ({named})"


def _shown(value: Scalar) -> str:
    text = "nothing" if value is None or value == "" else str(value)
    return " ".join(text.split())[:40] or "nothing"


def _maybe(arm: Arm) -> str:
    possibly = arm.possibly()
    return f" ({possibly} more possibly met it, and do not count)" if possibly else ""


def _head(fault: Fault) -> str:
    """The fault by its name, and what it does."""
    side = "the target" if fault.where == TARGET else fault.where
    before = f"before {side} sees the request" if fault.at == "request" else f"when {side} has replied"
    does = {
        "latency": f"{fault.seconds:g} s late",
        "hang": f"hangs {before}",
        "reset": f"connection reset {before}",
        "status": f"{side} answers {fault.status}",
        "too_many_requests": f"{side} answers 429",
        "truncated": f"half of the reply of {side}",
        "corrupt": f"other bytes in the reply of {side}",
        "wrong_type": f"a page instead of the reply of {side}",
    }[fault.kind]
    return f"{fault.name} ({does})"


def _chance(arm: Arm, clean: tuple[int, int]) -> float:
    """How likely at least so many of all wrong answers fall under the fault by chance. clean: wrong ones, and all.

    The clean sendings are fresh: comparing with the answers by which the samples were chosen convicts innocent faults
    (regression to the mean).
    """
    rows = arm.surely()
    return by_chance(sum(row.silent_error for row in rows), len(rows), *clean)


def by_chance(wrong: int, n: int, clean_wrong: int, clean_n: int) -> float:
    """Fisher's exact test, one-sided: `wrong` of `n` under the fault, `clean_wrong` of `clean_n` without it.

    Source: R. A. Fisher, The Design of Experiments (1935), chapter 2.

    >>> by_chance(3, 3, 0, 3)
    0.05
    """
    total, most = wrong + clean_wrong, min(n, wrong + clean_wrong)
    ways = sum(comb(n, k) * comb(clean_n, total - k) for k in range(wrong, most + 1))
    return ways / comb(n + clean_n, total)


def _sample(address: str) -> str:
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
