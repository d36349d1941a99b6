"""Cases that were sent several times: whether the answers are those of two instances, or differ by chance."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.reply import Judged
from harness.core.robustness import MIN_CASES
from harness.core.verdict import Finding
from harness.diff.explain.contrast import answered, differs
from harness.diff.explain.noticed import noticed, of_all
from harness.diff.explain.readings import with_confidence
from harness.diff.gate.rates import Evidence

TIMES = 4
"""Sendings of a case from which on two versions can come twice each."""

MIN_UNSTEADY_CASES = 5
"""Cases whose versions come again and again; and half of all have two, since a borderline case flips by itself."""

APART = 0.015
"""Confidences of two versions: neighbours of two digits, and what arithmetic adds, are no other model."""

SURE = 0.95
INSTANCES = "instances_disagree"

Moments = Mapping[tuple[str, int], float]


def unsteady_findings(evidence: Evidence, moments: Moments, run: str, *, told: bool) -> Iterator[Finding]:
    """One finding at most. moments: when each reply was due. told: that answers differ has another reason already."""
    cases = [_in_order(rows, moments) for rows in evidence.rows.values()]
    several = [rows for rows in cases if len(rows) > 1]
    instances = _instances([rows for rows in several if len(rows) >= TIMES], run)
    if instances:
        yield instances
    elif not told:
        odd = [row for rows in several for row in rows[1:] if differs(rows[0], row)]
        if len({row.address for row in odd}) >= MIN_CASES:
            yield noise(odd, sum(len(rows) - 1 for rows in several), run, "")


def noise(odd: Sequence[Judged], sendings: int, run: str, where: str, *, than: str = "before") -> Finding:
    """A service that does not say the same thing twice. odd: of the `sendings` of known cases, those that differ."""
    text = (
        f"answers do not repeat themselves: {len(odd)} of {sendings} sendings of known cases were answered otherwise"
        f" than {than} ({100 * len(odd) / sendings:.1f} %){where}; so many show a"
        f" rate from {100 * smallest_rate(sendings):.2g} % on with chance {SURE}"
    )
    return noticed("noise", text, [row.address for row in odd], run)


def smallest_rate(sendings: int) -> float:
    """The rate at which one of so many differs with chance 0.95: exactly, where 3/n is the rule of thumb.

    >>> round(smallest_rate(100), 4)
    0.0295
    """
    return float(1 - (1 - SURE) ** (1 / sendings))


def _in_order(rows: Sequence[Judged], moments: Moments) -> list[Judged]:
    """The sendings of one case that were answered, in the order in which they were due."""
    return sorted(filter(answered, rows), key=lambda row: (moments.get((row.address, row.repeat), 0.0), row.repeat))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    """The answers of one case, by their words with the confidence, in the order in which they came."""

    rows: Sequence[Judged]
    told: Sequence[str]

    def times(self) -> list[int]:
        """How often each version came, the commonest first."""
        return [count for _, count in Counter(self.told).most_common()]

    def alternates(self) -> bool:
        """Whether both versions come twice and take turns: after a rollout the old one does not come back."""
        turns = sum(one != other for one, other in zip(self.told, self.told[1:], strict=False))
        return self.times()[1] >= 2 and turns >= 2 and self._apart()

    def moved(self) -> bool:
        """Whether the two are different answers and not only different confidences."""
        return differs(self.rows[0], self._other())

    def _other(self) -> Judged:
        return next(row for row, told in zip(self.rows, self.told, strict=True) if told != self.told[0])

    def _apart(self) -> bool:
        first, second = self.rows[0].confidence, self._other().confidence
        return self.moved() or (first is not None and second is not None and abs(first - second) > APART)


def _instances(cases: Sequence[Sequence[Judged]], run: str) -> Finding | None:
    """Two versions of nearly every answer, each with its confidence to the digit: two models behind one address.

    An answer that chance changes has many versions, or few cases have two; labels alone cannot tell the two apart.
    """
    versions = [_Versions(rows=rows, told=[with_confidence(row) for row in rows]) for rows in cases]
    two = [one for one in versions if len(one.times()) == 2]
    moved = [one for one in two if one.moved()]
    sure = sum(one.alternates() for one in two)
    if any(len(one.times()) > 2 for one in versions) or 2 * len(two) < len(versions) or sure < MIN_UNSTEADY_CASES:
        return None
    if len(moved) < MIN_CASES or not _own(two):
        return None
    rarer = sum(one.times()[1] for one in two) / sum(len(one.told) for one in two)
    text = (
        f"answers come in two versions, as from two instances that disagree: {of_all(len(two), len(versions))} cases"
        f" sent {TIMES} times or more have the same two, the rarer one in {100 * rarer:.0f} % of their"
        f" sendings; in {of_all(len(moved), len(two))} it is another answer, else another confidence"
    )
    return noticed(INSTANCES, text, [one.rows[0].address for one in moved], run)


def _own(two: Sequence[_Versions]) -> bool:
    """Whether each case has versions of its own: of a few labels, or a default in turn, two would come by chance."""
    return len({told for one in two for told in one.told}) > 1.5 * len(two)


def without_second(found: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without the noise that the disagreement of instances, among the others, explains."""
    explained = any(one.kind == INSTANCES for one in others)
    return tuple(one for one in found if not (explained and one.kind == "noise"))
