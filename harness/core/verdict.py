"""What is concluded: estimates with bounds, gate lines, findings and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["go", "no-go", "undecided"]
"""The three-way answer of a line and of a run."""

SIGNIFICANT = 0.05
"""A line that is a test is beyond its limit at this q or below: false alarms stay at 5 % over all such lines."""

EXIT_CODES: Mapping[Decision, int] = {"go": 0, "no-go": 1, "undecided": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with one-sided 95 % bounds. n: cases that carry it. value None: nothing was measured."""

    value: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One gate line: an estimate held against its limit.

    name: the key in `[gate]`, or the name of a robustness test. slice: "" for the whole mix. at_least: the estimate
    must reach the limit; else it must not exceed it. scalable: more cases would narrow the bounds. worst: addresses to
    look at. note: what else the reader should know, one clause. show: the command that shows it again. q: of a line
    that is a test, the corrected p-value of "nothing changed"; then beyond is a value beyond the limit with a q of at
    most alpha. alpha: a line that is a test is beyond its limit at this q or below. says: the sentence of a robustness
    test, in place of the figure and the limit. complete: every case that the line is about was sent; else it is never
    go. cause: the circumstance that its worst cases have in common, with the contrast that shows it; lines of one cause
    say the same. "" where there is none.
    """

    name: str
    estimate: Estimate
    limit: float
    slice: str = ""
    at_least: bool = False
    unit: Literal["share", "cases", "seconds"] = "share"
    scalable: bool = True
    worst: tuple[str, ...] = ()
    note: str = ""
    show: str = ""
    q: float | None = None
    alpha: float = SIGNIFICANT
    says: str = ""
    complete: bool = True
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A line that is not go. first_line: the sentence for a tired person. more_cases: None when no number decides.

    cause: what reasons of one cause have in common, the same words in each; "" where it is not known.
    """

    line: str
    verdict: Decision
    first_line: str
    value: float | None
    low: float
    high: float
    limit: float
    slice: str = ""
    more_cases: int | None = None
    cases: tuple[str, ...] = ()
    show: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakingPoint:
    """The smallest severity at which a system stops meeting its expectation, for one op.

    severity: None when it holds up to 10, or `how` is `not probed`. how: `silent`, `handed_over`, `rejected`, `error`
    (the commonest way of failing there), `holds` or `not probed`. low: exact lower bound of the failing share there.
    n: probes at that severity. confirmed: the two severities below it were probed and do not fail (locally minimal);
    False when the budget ended before.
    """

    op: str
    severity: int | None
    how: str
    low: float = 0.0
    n: int = 0
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The four figures of a run. mix: `declared`, or `assumed` when guesses carry more than a fifth of the gap.

    handed_over: share of the cases that ask for an answer; None in runs from before it was told.
    """

    pilot: Estimate
    projected: Estimate
    gap: Estimate
    silent_errors: Estimate
    straight_through: Estimate
    breaking_points: tuple[BreakingPoint, ...] = ()
    mix: Literal["declared", "assumed"] = "assumed"
    samples: int = 0
    handed_over: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that the run noticed and a person should know, whether or not a gate line hangs on it.

    kind: a stable word (`crashed_on_input`, `not_judged`, `errors`...). cases: addresses, worst first.
    """

    kind: str
    text: str
    count: int = 0
    slice: str = ""
    cases: tuple[str, ...] = ()
    show: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to one question: may this release go live? Written as verdict.json.

    valid: False when the run itself cannot be trusted; `problems` says why, one sentence each.
    """

    format: int
    verdict: Decision
    exit_code: int
    valid: bool
    problems: tuple[str, ...]
    headline: Headline
    reasons: tuple[Reason, ...] = field(default_factory=tuple)
