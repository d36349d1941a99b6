"""Cases that were sent several times: whether two instances answer them, or the answers differ by chance."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.finding import Circumstance, Count, Example, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.robustness import MIN_CASES
from harness.diff.explain.contrast import Contrast, Observation, answered, differs
from harness.diff.explain.noticed import noticed
from harness.diff.explain.readings import with_confidence
from harness.diff.gate.evidence import Evidence

TIMES = 4
"""Minimum number of times a case is sent, so that two versions can each appear twice."""

MIN_UNSTEADY_CASES = 5
"""Minimum number of cases whose two versions alternate; single borderline cases also change by themselves."""

APART = 0.015
"""Minimum difference between the confidences of two versions; below two units of the second digit, it is rounding."""

SURE = 0.95

FIRST, MOST_FREQUENT = "first", "most_frequent"
"""The answer that repeats are compared with: the first or the most frequent one of the case."""

Moments = Mapping[tuple[str, int], float]


def unsteady_findings(evidence: Evidence, moments: Moments, run: str, *, known: bool) -> Iterator[Finding]:
    """One finding at most. moments: when each reply was due. known: another finding explains why answers differ."""
    cases = [_in_order(rows, moments) for rows in evidence.rows.values()]
    several = [rows for rows in cases if len(rows) > 1]
    instances = _instances([rows for rows in several if len(rows) >= TIMES], run)
    if instances:
        yield instances
    elif not known:
        later = Contrast(tuple(Observation(before=rows[0], now=row) for rows in several for row in rows[1:]))
        odd = [seen.now for seen in later.changes() if seen.now]
        if later.samples() >= MIN_CASES:
            yield not_repeatable(odd, len(later.sendings), run, compared_with=FIRST, example=later.example())


def not_repeatable(
    odd: Sequence[Judged],
    sendings: int,
    run: str,
    *,
    compared_with: str,
    circumstances: tuple[Circumstance, ...] = (),
    example: Example | None = None,
) -> Finding:
    """The service answers the same input differently by itself.

    odd: of the `sendings` of known cases, those that differ. circumstances: those that make no difference to it.
    """
    return noticed(
        FindingKind.NOT_REPEATABLE,
        [row.address for row in odd],
        run,
        n=sendings,
        subject=compared_with,
        circumstances=circumstances,
        count=Count(len(odd), sendings),
        numbers={"detectable_share": smallest_rate(sendings)},
        example=example,
    )


def smallest_rate(sendings: int) -> float:
    """The rate at which at least one of the sendings differs with probability 0.95; about 3/n.

    >>> round(smallest_rate(100), 4)
    0.0295
    """
    return float(1 - (1 - SURE) ** (1 / sendings))


def _in_order(rows: Sequence[Judged], moments: Moments) -> list[Judged]:
    """The sendings of one case that were answered, in the order in which they were due."""
    return sorted(filter(answered, rows), key=lambda row: (moments.get((row.address, row.repeat), 0.0), row.repeat))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    """The answers of one case, as text with the confidence, in the order in which they came."""

    rows: Sequence[Judged]
    texts: Sequence[str]

    def times(self) -> list[int]:
        """How often each version came, the most frequent first."""
        return [count for _, count in Counter(self.texts).most_common()]

    def alternates(self) -> bool:
        """Whether both versions appear twice and alternate: after a rollout, the old one does not return."""
        turns = sum(one != other for one, other in zip(self.texts, self.texts[1:], strict=False))
        return self.times()[1] >= 2 and turns >= 2 and self._apart()

    def moved(self) -> bool:
        """Whether the two are different answers and not only different confidences."""
        return differs(self.rows[0], self._other())

    def example(self) -> Example | None:
        """The case with the first value in which the versions differ."""
        return Observation(before=self.rows[0], now=self._other()).example()

    def _other(self) -> Judged:
        return next(row for row, text in zip(self.rows, self.texts, strict=True) if text != self.texts[0])

    def _apart(self) -> bool:
        first, second = self.rows[0].confidence, self._other().confidence
        return self.moved() or (first is not None and second is not None and abs(first - second) > APART)


def _instances(cases: Sequence[Sequence[Judged]], run: str) -> Finding | None:
    """Two versions of at least half of the answers, with fixed confidences: two models behind one address.

    An answer that changes by chance has many versions, or few cases have two; labels alone do not show the difference.
    """
    versions = [_Versions(rows=rows, texts=[with_confidence(row) for row in rows]) for rows in cases]
    two = [one for one in versions if len(one.times()) == 2]
    moved = [one for one in two if one.moved()]
    sure = sum(one.alternates() for one in two)
    if any(len(one.times()) > 2 for one in versions) or 2 * len(two) < len(versions) or sure < MIN_UNSTEADY_CASES:
        return None
    if len(moved) < MIN_CASES or not _own(two):
        return None
    return noticed(
        FindingKind.INSTANCES_DISAGREE,
        [one.rows[0].address for one in moved],
        run,
        n=len(versions),
        count=Count(len(two), len(versions)),
        parts={"other_answer": Count(len(moved), len(two)), "rarer_version": _rarer(two)},
        numbers={"sendings": TIMES},
        example=moved[0].example(),
    )


def _rarer(two: Sequence[_Versions]) -> Count:
    """How many of the sendings got the rarer version of their case."""
    return Count(sum(one.times()[1] for one in two), sum(len(one.texts) for one in two))


def _own(two: Sequence[_Versions]) -> bool:
    """Whether most versions occur in one case only: with a few labels or a default, two versions are often chance."""
    return len({text for one in two for text in one.texts}) > 1.5 * len(two)


def without_second(found: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings without those that say the service is not repeatable, if the others say that instances disagree."""
    explained = any(one.kind == FindingKind.INSTANCES_DISAGREE for one in others)
    return tuple(one for one in found if not (explained and one.kind == FindingKind.NOT_REPEATABLE))
