"""The answers of a run that state a confidence, one per case, each with that of its clean twin."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.reply import Judged
from harness.diff.gate.evidence import Evidence, vacuous
from harness.diff.scoring.judge import ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedAnswer:
    """The first answer to one case; with its repeats, a case would count several times.

    right: None if it was not judged. asks: the case asks for an answer. severity: the largest of its steps, 0 if there
    are none. clean_twin: confidence of the answer to the clean twin. twin_right: whether that answer was right. moved:
    the answer differs from that to the twin.
    """

    address: str
    confidence: float
    right: bool | None
    asks: bool
    severity: int = 0
    clean_twin: float | None = None
    twin_right: bool | None = None
    moved: bool = False

    @property
    def bad(self) -> bool:
        """Wrong; or, if there is no truth, changed by damage."""
        return self.right is False or (self.right is None and self.moved)


def confident(evidence: Evidence) -> list[RatedAnswer]:
    """Every case that was answered with a confidence, in the order of the cases."""
    firsts = {address: first for address, rows in evidence.rows.items() if (first := _first(rows)) is not None}
    return [
        _answer(case, firsts[address], firsts.get(case.clean_twin) if case.clean_twin else None)
        for address, case in evidence.cases.items()
        if address in firsts and not vacuous(case)
    ]


def _first(rows: Sequence[Judged]) -> Judged | None:
    answered = (row for row in rows if row.disposition in ANSWERED and row.confidence is not None)
    return min(answered, key=lambda row: row.repeat, default=None)


def _right(row: Judged) -> bool | None:
    return None if row.judgement == "unscored" else row.judgement == "right"


def _answer(case: Case, row: Judged, clean_twin: Judged | None) -> RatedAnswer:
    return RatedAnswer(
        address=case.address,
        confidence=row.confidence or 0.0,
        right=_right(row),
        asks=case.asks_for_answer(),
        severity=max((step.severity for step in case.plan.steps), default=0),
        clean_twin=clean_twin.confidence if clean_twin else None,
        twin_right=_right(clean_twin) if clean_twin else None,
        moved=clean_twin is not None and dict(row.answer) != dict(clean_twin.answer),
    )
