"""What is concluded: estimates with intervals, criteria, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.core.finding import Finding

Decision = Literal["go", "no-go", "undecided"]
"""The verdict of a run."""

Status = Literal["passed", "failed", "undecided"]
"""The outcome of one criterion."""

Unit = Literal["share", "cases", "seconds", "per_second"]

EndClass = Literal["accepted_right", "accepted_wrong", "accepted_unscored", "handed_over", "rejected", "error"]
"""How a case that asks for an answer ended. error: a timeout, a dropped connection or a crash as well."""

SIGNIFICANT = 0.05
"""A criterion that compares two sides fails at a q-value of at most this: 5 % false alarms over all of them."""

EXIT_CODES: Mapping[Decision, int] = {"go": 0, "no-go": 1, "undecided": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with two one-sided 95 % bounds, which are a 90 % interval.

    value: the figure. Null: nothing was measured.
    low: lower bound.
    high: upper bound.
    n: number of cases that carry the figure.
    hits: number of these cases that it counts, whatever their weights; a repeated case counts by its mean. Null: it is
    no share of cases.
    """

    value: float | None
    low: float
    high: float
    n: int
    hits: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One limit, compared with an estimate and its interval.

    name: the key in `[gate]`, or the name of a robustness test. slice: "" for the whole mix. at_least: the estimate
    must reach the limit; else it must not exceed it. scalable: more cases would narrow the interval. complete: every
    case that the criterion is about was sent; else it never passes. worst: addresses to look at. show: the command that
    shows it again. per_request: its share is one of requests, as of a load run, and not weighted. outcome: set if a
    test decided it; None: the interval decides. q: corrected p-value of "nothing changed", of a criterion that compares
    two sides; it fails if the value is beyond the limit and q is at most alpha. finding: what the test of this
    criterion found. notes: what else the reader should know. cause: the finding that explains its worst cases; criteria
    of one cause hold the same finding.
    """

    name: str
    estimate: Estimate
    limit: float
    slice: str = ""
    at_least: bool = False
    unit: Unit = "share"
    scalable: bool = True
    complete: bool = True
    worst: tuple[str, ...] = ()
    show: str = ""
    per_request: bool = False
    outcome: Status | None = None
    q: float | None = None
    alpha: float = SIGNIFICANT
    finding: Finding | None = None
    notes: tuple[Finding, ...] = ()
    cause: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """A criterion with its outcome.

    criterion: name of the criterion: a key of `[gate]`, or a robustness test.
    status: `passed`, `failed` or `undecided`.
    value: the measured value. Null: nothing was measured.
    low: lower bound of the value.
    high: upper bound of the value.
    n: number of cases that carry the value.
    hits: number of these cases that it counts, whatever their weights. Null: the value is no share of cases.
    limit: the limit that the value was compared with.
    at_least: true if the value must reach the limit. False: it must not exceed it.
    unit: `share`, `cases`, `seconds` or `per_second`.
    slice: the slice that it is about. Empty: the whole mix.
    more_cases: about how many more cases would decide it. Null: no number of cases would, or it is decided.
    cases: addresses of the worst cases, the worst first.
    show: command that shows it again.
    per_request: true if a load run counted requests of it, each with the same weight.
    finding: what the test of this criterion found. Null: the value and its interval say all.
    notes: further findings about this criterion.
    cause: the finding that explains the worst cases; criteria of one cause hold the same finding. Null: not known.
    """

    criterion: str
    status: Status
    value: float | None
    low: float
    high: float
    limit: float
    n: int = 0
    hits: float | None = None
    at_least: bool = False
    unit: Unit = "share"
    slice: str = ""
    more_cases: int | None = None
    cases: tuple[str, ...] = ()
    show: str = ""
    per_request: bool = False
    finding: Finding | None = None
    notes: tuple[Finding, ...] = ()
    cause: Finding | None = None


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
    silent_errors: share of the cases that ask for an answer that are accepted and wrong, over the mix.
    silent_errors_other: share of all cases that are accepted and wrong though they ask for no answer: they should be
    refused, or hold no answer any more. Null: an older run.
    straight_through: share of the cases that ask for an answer that are accepted and right, over the mix.
    breaking_points: the breaking point of each op that was probed.
    mix: `assumed` if guessed shares of the mix carry more than a fifth of the gap, else `declared`.
    samples: number of pilot samples.
    new_documents: share of the distinct pilot samples that were ever accepted and wrong; the interval is about new
    documents like them. Null: an older run.
    classes: how the cases that ask for an answer ended, over the mix; the shares add up to 1. Empty: an older run.
    """

    pilot: Estimate
    projected: Estimate
    gap: Estimate
    silent_errors: Estimate
    straight_through: Estimate
    breaking_points: tuple[BreakingPoint, ...] = ()
    mix: Literal["declared", "assumed"] = "assumed"
    samples: int = 0
    silent_errors_other: Estimate | None = None
    new_documents: Estimate | None = None
    classes: Mapping[EndClass, Estimate] = field(default_factory=dict)


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
    passed: the criteria that passed.
    """

    format: int
    verdict: Decision
    exit_code: int
    valid: bool
    problems: tuple[str, ...]
    headline: Headline
    reasons: tuple[CriterionResult, ...] = ()
    passed: tuple[CriterionResult, ...] = ()
