"""What a service's confidence is worth: how often it is right when it says so, and which limit on it would help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.diff.gate.rates import Evidence, Rates, vacuous
from harness.diff.scoring.judge import ANSWERED

BINS = 10
STEPS = 10_000
"""Limits are told in four digits: nobody writes more into a file."""

ENOUGH = 20
"""Answers with a confidence and a judgement below which nothing is said of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One answer that states a confidence, 0..1.

    weight: its part of the mix. accepted: it was not handed over. asked: its case asks for an answer; accepting one
    that asks for a refusal is wrong and never straight through.
    """

    confidence: float
    right: bool
    weight: float
    accepted: bool = True
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers of about one confidence: their weight, mean confidence and share of right ones."""

    weight: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What flagging every answer below `flag_below` leaves.

    silent_errors: share of the mix that is accepted and wrong. straight_through: share accepted and right, of the part
    of the mix that asks for an answer.
    """

    flag_below: float
    silent_errors: float
    straight_through: float


def stated(evidence: Evidence, rates: Rates) -> tuple[Stated, ...]:
    """The answers of the mix; none at all where one that was accepted states no confidence."""
    found = []
    for case in evidence.cases.values():
        pack, rows = rates.packs.get(case.pack), evidence.of(case)
        if vacuous(case) or pack is None or not pack.share:
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
                        weight=pack.share / pack.cases / len(rows),
                        accepted=accepted,
                        asked=case.asks_for_answer(),
                    )
                )
    return tuple(found)


def reliability(answers: Sequence[Stated], bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability curve: answers by confidence in `bins` steps of equal width, empty ones left out.

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
    """The expected calibration error: the mean distance between stated confidence and share right, 0..1.

    Source: M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015, 2901-2907.
    """
    bins = list(curve)
    total = sum(one.weight for one in bins)
    return sum(one.weight * abs(one.confidence - one.right) for one in bins) / total if total else 0.0


def risk_coverage(answers: Sequence[Stated], asking: float) -> tuple[Limit, ...]:
    """What every higher limit on the confidence would leave, in steps of 1 / 10000; the first is the run as it was.

    What was handed over stays so. asking: the part of the mix that asks for an answer. Source: R. El-Yaniv and
    Y. Wiener, Journal of Machine Learning Research 11 (2010), 1605-1641.
    """

    def limit_of(answer: Stated) -> int:
        # 0.043 times 10,000 is less than 430, and nothing is below a limit that it equals: the division decides.
        near = int(answer.confidence * STEPS)
        return next(step for step in (near, near + 1, near + 2) if step / STEPS > answer.confidence)

    kept = sorted((a for a in answers if a.accepted), key=limit_of)
    wrong = sum(a.weight for a in kept if not a.right)
    right = sum(a.weight for a in kept if a.right and a.asked)
    limits = [Limit(flag_below=0.0, silent_errors=wrong, straight_through=right / asking)]
    for above, group in groupby(kept, key=limit_of):
        flagged = list(group)
        wrong -= sum(a.weight for a in flagged if not a.right)
        right -= sum(a.weight for a in flagged if a.right and a.asked)
        limits.append(
            Limit(
                flag_below=above / STEPS,
                silent_errors=max(0.0, wrong),
                straight_through=max(0.0, right) / asking,
            )
        )
    return tuple(limits)


def best_limit(limits: Sequence[Limit], most: float) -> Limit | None:
    """The limit that leaves at most the share `most` of silent errors and the most straight through; None for none."""
    fit = [limit for limit in limits if limit.silent_errors <= most]
    return max(fit, key=lambda limit: (limit.straight_through, -limit.flag_below), default=None)


def tell(answers: Sequence[Stated], asking: float, most: float) -> str:
    """What the confidence is worth; "" where there is too little to say. most: silent errors that the gate bears."""
    if len(answers) < ENOUGH or not asking:
        return ""
    curve = reliability(answers)
    total = sum(one.weight for one in curve)
    says = sum(one.weight * one.confidence for one in curve) / total
    right = sum(one.weight * one.right for one in curve) / total
    error = calibration_error(curve)
    told = (
        f"confidence: {100 * says:.1f} % on average over the mix, and {100 * right:.1f} % are right"
        f" (expected calibration error {error:.2f})"
    )
    limits = risk_coverage(answers, asking)
    return told if limits[0].silent_errors <= most else f"{told}; {_advice(limits, most)}"


def _advice(limits: Sequence[Limit], most: float) -> str:
    best = best_limit(limits, most)
    if best is None or not best.straight_through:
        return "no limit on it would leave few enough silent errors and let anything through"
    left, through = (f"{100 * share:.1f} %" for share in (best.silent_errors, best.straight_through))
    limit = f"flag_below = {best.flag_below:g}"
    return f"on these cases {limit} would leave {left} silent errors and {through} straight through"
