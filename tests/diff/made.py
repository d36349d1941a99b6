"""Cases and judged replies as a run has them, made by hand: what each test is about, and defaults for the rest."""

from collections.abc import Iterable, Mapping
from typing import Literal

from harness.core.case import Case, Expect, Plan, Scalar, Step
from harness.core.reply import Disposition, FieldScore, Judged
from harness.diff.gate.evidence import Evidence, gather


def case_of(
    address: str,
    *,
    truth: Mapping[str, Scalar] | None = None,
    severity: int = 0,
    tags: Mapping[str, str] | None = None,
    expect: Expect = "answer",
) -> Case:
    """A case; with a severity it is damaged, and its twin is the pilot's case of the same number."""
    pack, number = address.partition("/")[0], address.partition("#")[2]
    return Case(
        address=address,
        plan=Plan(base=f"sample:{number}", steps=(Step(op="op", severity=severity),) if severity else ()),
        content=address.encode(),
        media_type="text/plain",
        filename="a.txt",
        expect=expect,
        truth={"label": "a"} if truth is None else truth,
        tags={"sample": number, "scenario": address.partition("#")[0].rpartition("/")[2], **(tags or {})},
        changed=pack != "pilot",
        clean_twin=f"pilot/samples#{number}" if pack != "pilot" else "",
    )


def row_of(
    case: Case,
    answer: Mapping[str, Scalar],
    confidence: float | None = None,
    *,
    repeat: int = 0,
    disposition: Disposition = "accepted",
    known: bool = True,
) -> Judged:
    """A reply, judged by whether its answer is the truth. known: there is a truth at all."""
    verdicts = [FieldScore(name=name, verdict=_verdict(case, answer, name, known)) for name in answer]
    right = all(case.truth.get(name) == value for name, value in answer.items())
    return Judged(
        address=case.address,
        repeat=repeat,
        disposition=disposition,
        judgement=("right" if right else "wrong") if known else "unscored",
        answer=answer,
        confidence=confidence,
        fields=tuple(verdicts),
        quality=float(right) if known else None,
    )


def _verdict(case: Case, answer: Mapping[str, Scalar], name: str, known: bool) -> Literal["right", "wrong", "unscored"]:
    return "unscored" if not known else "right" if case.truth.get(name) == answer[name] else "wrong"


def evidence_of(cases: Iterable[Case], rows: Iterable[Judged]) -> Evidence:
    """Both as a run has them."""
    return gather({case.address: case for case in cases}, rows)
