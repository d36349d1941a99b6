"""The truth of a made record: rules that a person can check and that need no training."""

import datetime
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from harness.core.case import Scalar
from harness.generate.records.made.population import later

RISK = MappingProxyType({"water": 0.4, "glass": -0.6, "theft": 0.9, "storm": -0.2, "liability": 0.7})
REGIONS = MappingProxyType({"north": 0.0, "south": 0.1, "east": 0.5, "west": 0.6})
PAYS_UP_TO, LATE = 3.0, 120
"""Points below which a claim is paid; days after which it is too late."""

TAX = MappingProxyType({"DE": 0.19, "FR": 0.20, "PL": 0.23, "SE": 0.25})
PALLET = 40
"""Number of pieces above which an order is sent on a pallet."""

METHODS = MappingProxyType({"card": 0.9, "transfer": 0.0, "debit": 0.4})
PLACES = MappingProxyType({"IE": 0.0, "GB": 0.2, "US": 0.8, "BR": 1.2})
MERCHANTS = MappingProxyType({"grocer": 0.0, "fuel": 0.3, "travel": 0.8, "games": 1.4})
LOW, HIGH, BLOCKED = 1.6, 3.2, 26
"""Points below which a payment is low risk and from which it is high; earlier payments above which it is blocked."""

Truth = Mapping[str, Scalar]


def claim_truth(claim: Mapping[str, Any]) -> Truth:
    """Decision, payout and the due day of the payout."""
    reported = datetime.date.fromisoformat(claim["reported"])
    days = (reported - datetime.date.fromisoformat(claim["happened"])).days
    decision = _decision(claim, claim_points(claim), days)
    pays = max(0.0, claim["amount"] - claim["deductible"]) if claim["amount"] > 0 else claim["amount"]
    return {
        "decision": decision,
        "payout": cents(pays) if decision == "pay" else 0.0,
        "due": later(reported, 14 if decision == "pay" else 30).isoformat(),
    }


def claim_points(claim: Mapping[str, Any]) -> float:
    """How much has to be checked."""
    risk = RISK[claim["kind"]] + REGIONS[claim["region"]] + 0.8 * claim["prior_claims"]
    return float(risk + claim["amount"] / 4_000 - claim["years_insured"] / 12)


def _decision(claim: Mapping[str, Any], points: float, days: int) -> str:
    if claim["amount"] > claim["insured_sum"]:
        return "refer"
    if days > LATE:
        return "reject"
    return "pay" if points < PAYS_UP_TO else "review"


def order_truth(order: Mapping[str, Any]) -> Truth:
    """Total with discount and tax, shipping method and shipping day."""
    net = Decimal(str(order["net"])) * (1 - Decimal(str(order["discount"])))
    total = net * (1 + Decimal(str(TAX[order["customer"]["country"]])))
    pieces = sum(item["quantity"] for item in order["items"])
    placed = datetime.date.fromisoformat(order["placed"])
    carrier = "courier" if order["express"] else "pallet" if pieces > PALLET else "parcel"
    return {
        "total": cents(total),
        "carrier": carrier,
        "leaves": later(placed, 1 if order["express"] else 3).isoformat(),
    }


def payment_truth(payment: Mapping[str, Any]) -> Truth:
    """Risk class, fee and settlement day."""
    points = METHODS[payment["method"]] + PLACES[payment["country"]] + MERCHANTS[payment["merchant"]]
    points += payment["amount"] / 5_000 + (0.8 if payment["hour"] < 6 else 0)
    risk = "low" if points < LOW else "high" if points >= HIGH else "medium"
    rate = Decimal("0.014") if payment["method"] == "card" else Decimal("0.004")
    booked = datetime.date.fromisoformat(payment["booked"])
    return {
        "risk": "blocked" if payment["earlier"] > BLOCKED else risk,
        "fee": cents(Decimal(str(payment["amount"])) * rate + Decimal("0.10")),
        "settles": later(booked, 1 if payment["method"] == "card" else 2).isoformat(),
    }


def cents(amount: float | Decimal) -> float:
    """The amount in whole cents. Half a cent rounds away from 0."""
    return float(Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP))
