"""The quality of a confidence: its calibration, and the threshold that would help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.diff.gate.evidence import Evidence, vacuous
from harness.diff.gate.rates import Rates
from harness.diff.scoring.judge import ANSWERED

BINS = 10
STEPS = 10_000
"""Steps between 0 and 1 for thresholds; four digits are as many as people write."""

ENOUGH = 20
"""Minimum number of judged answers with a confidence for a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One answer that states a confidence, 0..1, to a case that asks for an answer.

    weight: its share of such cases in the mix. accepted: it was not handed over.
    """

    confidence: float
    right: bool
    weight: float
    accepted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers with about the same confidence: their weight, mean confidence and share of right answers."""

    weight: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The rates if every answer with a confidence below `flag_below` is handed over.

    silent_errors: accepted and wrong. straight_through: accepted and right. Both are shares of the mix's cases that ask
    for an answer.
    """

    flag_below: float
    silent_errors: float
    straight_through: float


def stated(evidence: Evidence, rates: Rates) -> tuple[Stated, ...]:
    """The answers of the mix; none at all if an accepted one states no confidence."""
    found = []
    asking = sum(pack.share * pack.asking for pack in rates.packs.values())
    for case in evidence.cases.values():
        pack, rows = rates.packs.get(case.pack), evidence.of(case)
        if vacuous(case) or not case.asks_for_answer() or pack is None or not pack.share:
            continue
        for row in rows:
            if row.judgement == "unscored" or row.disposition not in ANSWERED:
                continue
            accepted = row.disposition == "accepted"
            if row.confidence is None and accepted:
                return ()
            if row.confidence is not None:
                found.append(
                    Stated(
                        confidence=row.confidence,
                        right=row.judgement == "right",
                        weight=pack.share / asking / pack.cases / len(rows),
                        accepted=accepted,
                    )
                )
    return tuple(found)


def reliability(answers: Sequence[Stated], bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability curve: answers by confidence in `bins` steps of equal width, without the empty ones.

    Source: M. H. DeGroot and S. E. Fienberg, The Statistician 32 (1983), 12-22.
    """

    def step(answer: Stated) -> int:
        return min(bins - 1, max(0, int(answer.confidence * bins)))

    return tuple(_bin(list(group)) for _, group in groupby(sorted(answers, key=lambda a: a.confidence), key=step))


def _bin(answers: Sequence[Stated]) -> Bin:
    weight = sum(a.weight for a in answers)
    return Bin(
        weight=weight,
        confidence=sum(a.weight * a.confidence for a in answers) / weight,
        right=sum(a.weight for a in answers if a.right) / weight,
    )


def calibration_error(curve: Iterable[Bin]) -> float:
    """The expected calibration error: mean distance between stated confidence and share of right answers, 0..1.

    Source: M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015, 2901-2907.
    """
    bins = list(curve)
    total = sum(one.weight for one in bins)
    return sum(one.weight * abs(one.confidence - one.right) for one in bins) / total if total else 0.0


def risk_coverage(answers: Sequence[Stated]) -> tuple[Threshold, ...]:
    """The rates at every higher threshold, in steps of 1 / 10000; the first is the run as it was.

    Answers that were handed over stay so. Source: R. El-Yaniv and Y. Wiener, Journal of Machine Learning Research 11
    (2010), 1605-1641.
    """

    def step_above(answer: Stated) -> int:
        # 0.043 times 10,000 is less than 430, and no value is below a threshold that it equals: the division decides.
        near = int(answer.confidence * STEPS)
        return next(step for step in (near, near + 1, near + 2) if step / STEPS > answer.confidence)

    kept = sorted((a for a in answers if a.accepted), key=step_above)
    wrong = sum(a.weight for a in kept if not a.right)
    right = sum(a.weight for a in kept if a.right)
    thresholds = [Threshold(flag_below=0.0, silent_errors=wrong, straight_through=right)]
    for above, group in groupby(kept, key=step_above):
        flagged = list(group)
        wrong -= sum(a.weight for a in flagged if not a.right)
        right -= sum(a.weight for a in flagged if a.right)
        thresholds.append(
            Threshold(
                flag_below=above / STEPS,
                silent_errors=max(0.0, wrong),
                straight_through=max(0.0, right),
            )
        )
    return tuple(thresholds)


def best_threshold(thresholds: Sequence[Threshold], limit: float) -> Threshold | None:
    """The threshold with at most `limit` silent errors and the most straight-through cases; None without one."""
    fit = [one for one in thresholds if one.silent_errors <= limit]
    return max(fit, key=lambda one: (one.straight_through, -one.flag_below), default=None)


def confidence_figures(answers: Sequence[Stated], limit: float) -> dict[str, float]:
    """The calibration of the confidence, weighted by the mix; empty if there are too few answers.

    limit: share of silent errors that the gate allows.
    mean: average confidence. right: share of right answers. calibration_error: the expected one. silent_errors: their
    share as the run was. If that is above the limit, the best threshold: flag_below, silent_errors_left and
    straight_through_left; without these no threshold brings silent errors down to the limit and accepts anything.
    """
    if len(answers) < ENOUGH:
        return {}
    curve, thresholds = reliability(answers), risk_coverage(answers)
    total = sum(one.weight for one in curve)
    figures = {
        "mean": sum(one.weight * one.confidence for one in curve) / total,
        "right": sum(one.weight * one.right for one in curve) / total,
        "calibration_error": calibration_error(curve),
        "silent_errors": thresholds[0].silent_errors,
        "limit": limit,
    }
    return figures | (_best(thresholds, limit) if thresholds[0].silent_errors > limit else {})


def _best(thresholds: Sequence[Threshold], limit: float) -> dict[str, float]:
    best = best_threshold(thresholds, limit)
    if best is None or not best.straight_through:
        return {}
    return {
        "flag_below": best.flag_below,
        "silent_errors_left": best.silent_errors,
        "straight_through_left": best.straight_through,
    }
