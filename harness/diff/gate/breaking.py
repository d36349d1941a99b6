"""The smallest severity of one op at which a system stops meeting its expectation: a search as a generator."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.statistics.shares import clopper_pearson
from harness.core.verdict import BreakingPoint

OpKind = Literal["nested", "graded", "binary"]
Result = Literal["right", "silent", "handed_over", "rejected", "error"] | None
"""The result of a probe; None if it shows nothing (an accepted answer that cannot be scored)."""

PROBES = 6
"""Minimum number of probes at one severity."""

FAILURES = 3
"""Minimum number of failed probes for a severity to fail."""

FAILING = 0.10
"""A severity fails if the exact lower bound of its failure rate is above this."""

TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One op at one severity on one sample. base: its id, at `base_index`. noise: which draw of the op's noise.

    Sample and noise are the same at every severity of an op, so that only the severity differs.
    """

    op: str
    severity: int
    base: str
    base_index: int
    noise: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The cost of one search: never more than `most` calls; with fewer than `least` there is no result."""

    least: int
    most: int


Search = Generator[list[Probe], Sequence[Result], BreakingPoint]


def calls_of(kind: OpKind, probes: int = PROBES) -> Calls:
    """The cost of one search before it runs: three severities at best, all ten at worst, one for a binary op."""
    return Calls(least=probes, most=probes) if kind == "binary" else Calls(least=3 * probes, most=TOP * probes)


def result_of(case: Case, judged: Judged) -> Result:
    """What a judged reply shows about its probe: right if it meets the expectation of the case.

    If an answer can still be given, only an accepted right one meets it. If nothing is left to read (or a refusal is
    expected), handing over and refusing meet it, too.
    """
    refused = judged.disposition in ("handed_over", "rejected")
    if judged.judgement == "right" and judged.disposition == "accepted":
        return "right"
    if refused and _may_refuse(case):
        return "right"
    if judged.disposition == "accepted":
        return "silent" if judged.judgement == "wrong" else None
    if refused:
        return "handed_over" if judged.disposition == "handed_over" else "rejected"
    return "error"


def _may_refuse(case: Case) -> bool:
    return case.expect in ("reject", "hand_over") or (bool(case.truth) and not case.asks_for_answer())


def find_breaking(op: str, kind: OpKind, answered_right: Sequence[str], budget: int, *, probes: int = PROBES) -> Search:
    """Search the breaking point of `op`: yield the probes to send, and receive their results in the same order.

    answered_right: ids of samples that were accepted and right when clean. If there are fewer than `probes`, they are
    used again with another draw of the noise. budget: largest number of calls; what it does not reach is "not probed".

    A severity fails if the exact one-sided 95 % lower bound of its failing share is above 10 %, with at least 6 probes
    and 3 failures. Models are not monotone: bisection gives a first guess, which then moves down as long as one of the
    two severities below it fails, too, so the result is locally minimal. No severity is probed twice.
    """
    search = _Search(op=op, bases=tuple(answered_right), left=budget, probes=max(probes, PROBES))
    low, high = (TOP - 1, TOP + 1) if kind == "binary" else (0, TOP + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if not (yield from search.ask(middle)):
            return search.conclude(high, confirmed=False)
        low, high = (low, middle) if search.fails(middle) else (middle, high)
    if kind != "binary" and high <= TOP:
        return (yield from search.walk_down(high))
    return search.conclude(high)


def fails(results: Sequence[Result]) -> bool:
    """Whether inputs with these results fail, as `find_breaking` defines it."""
    failures, n = _counts(results)
    return n >= PROBES and failures >= FAILURES and _low(results) > FAILING


def _counts(results: Sequence[Result]) -> tuple[int, int]:
    known = [result for result in results if result is not None]
    return sum(result != "right" for result in known), len(known)


def _low(results: Sequence[Result]) -> float:
    failures, n = _counts(results)
    return clopper_pearson(failures, n)[0] if n else 0.0


@dataclass(slots=True, kw_only=True)
class _Search:
    op: str
    bases: tuple[str, ...]
    left: int
    probes: int
    results: dict[int, list[Result]] = field(default_factory=dict)

    def ask(self, severity: int) -> Generator[list[Probe], Sequence[Result], bool]:
        """Send the probes of one severity; False if there is no sample, or too little budget for them."""
        if not self.bases or self.left < self.probes:
            return False
        self.left -= self.probes
        results = yield [self._probe(severity, index) for index in range(self.probes)]
        self.results[severity] = list(results)
        return True

    def _probe(self, severity: int, index: int) -> Probe:
        noise, base = divmod(index, len(self.bases))
        return Probe(op=self.op, severity=severity, base=self.bases[base], base_index=base, noise=noise)

    def fails(self, severity: int) -> bool:
        return fails(self.results[severity])

    def walk_down(self, severity: int) -> Search:
        """Go down while one of the two severities below fails too; severities probed before are known to pass."""
        while below := [s for s in (severity - 1, severity - 2) if s > 0 and s not in self.results]:
            for lower in below:
                if not (yield from self.ask(lower)):
                    return self.conclude(severity, confirmed=False)
                severity = lower if self.fails(lower) else severity
        return self.conclude(severity)

    def conclude(self, severity: int, *, confirmed: bool = True) -> BreakingPoint:
        """The result if `severity` is the smallest that fails; above 10 means that none fails."""
        if severity > TOP:
            return self._unbroken()
        n = _counts(self.results[severity])[1]
        how = Counter(str(result) for result in self.results[severity] if result not in (None, "right"))
        return BreakingPoint(
            op=self.op,
            severity=severity,
            how=how.most_common(1)[0][0],
            low=_low(self.results[severity]),
            n=n,
            confirmed=confirmed,
        )

    def _unbroken(self) -> BreakingPoint:
        """It holds if severity 10 was probed and enough probes have a result; else it is unknown."""
        n = _counts(self.results[TOP])[1] if TOP in self.results else 0
        return BreakingPoint(op=self.op, severity=None, how="holds" if n >= PROBES else "not probed", n=n)
