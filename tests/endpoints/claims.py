"""Two services that decide on claims, over one model that is fitted at their start to what claims usually are.

    python -m tests.endpoints.claims checked|loose

The model is a softmax regression in plain numpy. Payout and day follow from the decision by rule. checked: refuses what
is not as its schema says, and says how sure it is. loose: takes what it can, fills in what is missing, and is as sure
of that. Prints its URL.
"""

import argparse
import datetime
import json
import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.generate.records.made.kinds import draw_record
from tests.endpoints.server import Answer, serving

KINDS = ("water", "glass", "theft", "storm", "liability")
REGIONS = ("north", "south", "east", "west")
DECISIONS = ("pay", "review", "reject", "refer")
WORDS = {"kind": KINDS, "region": REGIONS, "currency": ("EUR", "CHF"), "channel": ("web", "agent", "phone")}
RANGES = {
    "amount": (-100_000, 100_000), "deductible": (0, 300), "insured_sum": (1, 1_000_000),
    "years_insured": (0, 80), "prior_claims": (0, 50),
}  # fmt: skip
USUAL = {
    "kind": "water", "region": "north", "currency": "EUR", "channel": "web", "amount": 400.0, "deductible": 100.0,
    "insured_sum": 30_000.0, "years_insured": 8, "prior_claims": 1, "happened": "2025-06-01", "reported": "2025-06-10",
}  # fmt: skip
"""The average claim, from which the loose service fills in missing values."""

FITTED_TO, ROUNDS, SEED = 3_000, 400, 77
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights of each decision over the features of a claim."""

    weights: Floats

    def decide(self, claim: Mapping[str, Any]) -> tuple[str, float]:
        """The most likely decision, and its probability."""
        likely = softmax(features(claim) @ self.weights)
        best = int(likely.argmax())
        return DECISIONS[best], float(likely[best])


def features(claim: Mapping[str, Any]) -> Floats:
    """The features of a claim; an unknown word sets none of them."""
    words = [float(claim["kind"] == word) for word in KINDS] + [float(claim["region"] == word) for word in REGIONS]
    late, over = days(claim) - 120, claim["amount"] - claim["insured_sum"]
    numbers = [claim["amount"] / 4_000, claim["years_insured"] / 12, claim["prior_claims"] * 0.8, late / 60]
    return np.array([1.0, *words, *numbers, float(late > 0), float(over > 0)])


def days(claim: Mapping[str, Any]) -> int:
    first, last = (datetime.date.fromisoformat(claim[name]) for name in ("happened", "reported"))
    return (last - first).days


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


@lru_cache(maxsize=1)
def fitted() -> Model:
    """The model, fitted by Newton's way of small steps to claims of the usual people."""
    drawn = [draw_record("claims", SEED, k) for k in range(FITTED_TO)]
    seen = np.array([features(claim) for claim, _ in drawn])
    wanted = np.array([[float(truth["decision"] == one) for one in DECISIONS] for _, truth in drawn])
    weights, speed = np.zeros((seen.shape[1], len(DECISIONS))), np.zeros((seen.shape[1], len(DECISIONS)))
    for _ in range(ROUNDS):
        slope = seen.T @ (softmax(seen @ weights) - wanted) / len(seen)
        speed = 0.95 * speed - slope
        weights = weights + speed
    return Model(weights=4 * weights)


def checked(body: bytes) -> tuple[int, object]:
    """The strict service: refuses a claim that does not fit the schema."""
    try:
        claim = json.loads(body, parse_constant=_refuse)
        why = _wrong(claim)
    except ValueError as reason:
        why = str(reason)
    return (422, {"detail": why}) if why else (200, _answer(claim))


def loose(body: bytes) -> tuple[int, object]:
    """The loose service: uses what it can read."""
    try:
        given = json.loads(body)
    except ValueError:
        given = {}
    claim = dict(USUAL)
    for name, value in given.items() if isinstance(given, dict) else ():
        if name in USUAL:
            claim[name] = _loosely(name, value)
    return 200, _answer(claim)


def _answer(claim: Mapping[str, Any]) -> dict[str, object]:
    decision, sure = fitted().decide(claim)
    pays = max(0.0, claim["amount"] - claim["deductible"]) if claim["amount"] > 0 else claim["amount"]
    due = datetime.date.fromisoformat(claim["reported"]) + datetime.timedelta(days=14 if decision == "pay" else 30)
    payout = round(pays, 2) if decision == "pay" else 0.0
    return {"decision": decision, "payout": payout, "due": due.isoformat(), "confidence": round(sure, 4)}


def _wrong(claim: Any) -> str:
    """What does not fit the schema; "" if everything does."""
    if not isinstance(claim, dict):
        return "no object"
    if not isinstance(claim.get("claim_id"), str) or not re.fullmatch(r"K-[0-9]{6}", claim["claim_id"]):
        return "claim_id is none"
    if not isinstance(claim.get("note", ""), str | None) or len(claim.get("note") or "") > 500:
        return "note is no text of at most 500 characters"
    for name, words in WORDS.items():
        if claim.get(name) not in words:
            return f"{name} is none of {', '.join(words)}"
    return _wrong_number(claim) or _wrong_date(claim)


def _wrong_number(claim: Mapping[str, Any]) -> str:
    for name, (least, most) in RANGES.items():
        value, right = claim.get(name), int if name in ("years_insured", "prior_claims") else (int, float)
        if isinstance(value, bool) or not isinstance(value, right) or not least <= value <= most:
            return f"{name} is no number from {least} to {most}"
    return ""


def _wrong_date(claim: Mapping[str, Any]) -> str:
    if not all(re.fullmatch(r"\d{4}-\d\d-\d\d", str(claim.get(name))) for name in ("happened", "reported")):
        return "a date is missing"
    return "reported before it happened" if days(claim) < 0 else ""


def _loosely(name: str, value: Any) -> Any:
    """The value if it can be used; else 0 for a number, and the usual value for a date."""
    usual = USUAL[name]
    if name in ("happened", "reported"):
        try:
            return datetime.date.fromisoformat(str(value)).isoformat()
        except ValueError:
            return usual
    if isinstance(usual, str):
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0
    return number if math.isfinite(number) else 0


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")


MANNERS: Mapping[str, Answer] = {"checked": checked, "loose": loose}


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manner", choices=MANNERS)
    asked = parser.parse_args(argv)
    fitted()
    with serving(MANNERS[asked.manner]) as url:
        print(url, flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
