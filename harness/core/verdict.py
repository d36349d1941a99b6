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
    """A figure with two one-sided 95 % bounds, which are a 90 % interval.

    value: the figure. Null: nothing was measured.
    low: lower bound.
    high: upper bound.
    n: number of cases that carry the figure.
    """

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
    """A criterion that did not pass.

    line: name of the criterion: a key of `[gate]`, or a robustness test.
    verdict: `no-go` if the criterion failed, else `undecided`.
    first_line: the result in one sentence.
    value: the measured value. Null: nothing was measured.
    low: lower bound of the value.
    high: upper bound of the value.
    limit: the limit that the value was compared with.
    slice: the slice that it is about. Empty: the whole mix.
    more_cases: about how many more cases would decide it. Null: no number of cases would.
    cases: addresses of the worst cases, the worst first.
    show: command that shows it again.
    cause: what the failing cases have in common, with the contrast; the same words in each reason of one cause. Empty:
    not known.
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
    """The smallest severity of one op at which the service stops doing what is expected.

    op: name of the op.
    severity: the smallest failing severity. Null: it holds up to 10, or was not probed.
    how: the most frequent way of failing at that severity, or `holds`, or `not probed`.
    low: exact lower bound of the failing share at that severity.
    n: number of probes at that severity.
    confirmed: the two severities below were probed and do not fail. False: the budget ended before.
    """

    op: str
    severity: int | None
    how: str
    low: float = 0.0
    n: int = 0
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The figures of a run.

    pilot: quality on the clean pilot samples.
    projected: quality over the mix, which is what production will see.
    gap: pilot minus projected.
    silent_errors: share of cases that are accepted and wrong, over the mix.
    straight_through: share of the cases that ask for an answer that are accepted and right, over the mix.
    breaking_points: the breaking point of each op that was probed.
    mix: `assumed` if guessed shares of the mix carry more than a fifth of the gap, else `declared`.
    samples: number of pilot samples.
    handed_over: share of the cases that ask for an answer that the service handed over. Null: an older run.
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
    """Something that a person should know, whether or not it changes the verdict.

    kind: the kind of finding, a word that does not change between releases.
    text: what was found, in one sentence.
    count: number of cases or replies behind it.
    slice: the slice that it is about. Empty: the whole run.
    cases: addresses of the cases, the worst first.
    show: command that shows it again.
    """

    kind: str
    text: str
    count: int = 0
    slice: str = ""
    cases: tuple[str, ...] = ()
    show: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to one question: may this release go live?

    format: version of the file format.
    verdict: the answer.
    exit_code: exit code of the command.
    valid: false if the run itself cannot be trusted.
    problems: why the run cannot be trusted, one sentence each.
    headline: the figures of the run.
    reasons: the criteria that did not pass, the worst first.
    """

    format: int
    verdict: Decision
    exit_code: int
    valid: bool
    problems: tuple[str, ...]
    headline: Headline
    reasons: tuple[Reason, ...] = field(default_factory=tuple)
