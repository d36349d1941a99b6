"""A confidence threshold that nobody has written: the verdict must be the same without it and with a usual one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from harness.core.decide import left_open, status_of
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.settings import Target
from harness.core.verdict import Criterion, Estimate, Verdict
from harness.replay.reading import AnswerPaths
from harness.replay.work_out import USUAL_THRESHOLD

ABOUT_ACCEPTED = ("unanswerable", "upstream")
"""Robustness tests that a service passes if it hands over."""

NAME = "hand_over"
"""The criterion of a threshold that decides."""


def with_usual_threshold(target: Target, paths: AnswerPaths) -> Target | None:
    """The target with the usual threshold; None if it is known from which confidence on nobody looks at an answer."""
    if target.flag_below is not None or paths.hand_over or not paths.confidence:
        return None
    return replace(target, flag_below=USUAL_THRESHOLD)


def handed_over(criteria: Sequence[Criterion], judged: Iterable[Judged]) -> tuple[Criterion, ...]:
    """The criteria of robustness tests about accepted answers: passed if a person looks at all that failed them."""
    accepted = {row.address for row in judged if row.disposition == "accepted"}
    return tuple(
        replace(one, outcome="passed")
        if one.name in ABOUT_ACCEPTED and status_of(one) == "failed" and accepted.isdisjoint(one.worst)
        else one
        for one in criteria
    )


def undecided_between(without: Verdict, threshold: Verdict, run: str) -> tuple[Verdict, Finding]:
    """The verdict without a threshold, left open since it differs from that with the usual one, and the finding."""
    sides = {"without": without, "with": threshold}
    numbers = {"threshold": USUAL_THRESHOLD}
    for name, verdict in sides.items():
        head = verdict.headline
        numbers[f"silent_errors_{name}"] = head.silent_errors.value or 0.0
        numbers[f"silent_errors_other_{name}"] = (head.silent_errors_other and head.silent_errors_other.value) or 0.0
        numbers[f"straight_through_{name}"] = head.straight_through.value or 0.0
    finding = Finding(
        kind=FindingKind.THRESHOLD_DECIDES,
        test=NAME,
        names=tuple(verdict.verdict for verdict in sides.values()),
        numbers=numbers,
    )
    nothing = Estimate(value=None, low=0.0, high=1.0, n=0)
    question = Criterion(name=NAME, estimate=nothing, limit=0.0, finding=finding, show=f"harness show {run}")
    return left_open(without, question), finding
