"""The three kinds of made records: how one is drawn, its truth, and its schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from harness.core.case import Scalar
from harness.core.loading.shipped import shipped
from harness.core.seed import Stream
from harness.generate.records.made.population import Population, Source, later
from harness.generate.records.made.rules import cents, claim_truth, order_truth, payment_truth

SEED = 1
"""Seed of the records that are shipped as samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKind:
    """One kind. form: the suffix of its sample file."""

    name: str
    form: str
    make: Callable[[Source], dict[str, Any]]
    truth: Callable[[Mapping[str, Any]], Mapping[str, Scalar]]


def _claim(source: Source) -> dict[str, Any]:
    amount, happened = source.amount(), source.day()
    over = source.number(1, 80) == 1
    return {
        "claim_id": f"K-{source.number(1, 999_999):06d}",
        "kind": source.word("kind"),
        "region": source.word("region"),
        "amount": amount,
        "currency": source.word("currency"),
        "deductible": float(source.number(0, 6) * 50),
        "insured_sum": 500.0 if over and amount > 500 else 30_000.0,
        "happened": happened.isoformat(),
        "reported": later(happened, source.number(0, 160, falling=3)).isoformat(),
        "years_insured": source.number(0, 40, falling=2),
        "prior_claims": source.number(0, 6, falling=2),
        "channel": source.word("channel"),
        "note": source.word("note"),
    }


def _order(source: Source) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        {
            "sku": source.word("sku"),
            "quantity": source.number(1, 30, falling=2),
            "unit_price": source.number(150, 9_000) * (3 if source.larger else 1) / 100,
        }
        for _ in range(source.number(1, 4))
    ]
    if source.draw.below(16) == 0:  # returned goods
        items[0]["unit_price"] = -items[0]["unit_price"] * 20
    placed = source.day()
    return {
        "order_id": f"{source.number(1, 999_999):06d}",
        "customer": {"id": f"C{source.number(1, 99_999):05d}", "country": source.word("country")},
        "currency": source.word("currency"),
        "items": items,
        "net": cents(sum(item["quantity"] * item["unit_price"] for item in items)),
        "discount": source.draw.choice((0.0, 0.05, 0.1)),
        "express": source.draw.below(60) == 0,
        "placed": placed.isoformat(),
        "deliver_by": later(placed, source.number(5, 30)).isoformat(),
        "note": source.word("note"),
    }


def _payment(source: Source) -> dict[str, Any]:
    booked = source.day()
    return {
        "payment_id": f"PM{source.number(1, 9_999_999):07d}",
        "method": source.word("method"),
        "merchant": source.word("merchant"),
        "country": source.word("country"),
        "amount": source.amount(),
        "currency": source.word("currency"),
        "booked": booked.isoformat(),
        "value_date": later(booked, source.number(0, 3)).isoformat(),
        "hour": source.number(0, 23),
        "earlier": source.number(0, 30, falling=2),
    }


MADE_KINDS: Mapping[str, MadeKind] = MappingProxyType(
    {
        "claims": MadeKind(name="claims", form=".csv", make=_claim, truth=claim_truth),
        "orders": MadeKind(name="orders", form=".jsonl", make=_order, truth=order_truth),
        "payments": MadeKind(name="payments", form=".csv", make=_payment, truth=payment_truth),
    }
)


@lru_cache(maxsize=4096)
def draw_record(
    kind: str, seed: int, index: int, population: Population = "usual"
) -> tuple[dict[str, Any], Mapping[str, Scalar]]:
    """The made record with this number, and its truth."""
    one = MADE_KINDS[kind]
    draw = Stream(seed, "made record", kind, population, index)
    record = one.make(Source(base=kind, draw=draw, population=population))
    return record, one.truth(record)


@lru_cache(maxsize=1)
def made_forms() -> Mapping[str, tuple[frozenset[str], tuple[str, ...]]]:
    """The fields of a record and those of its truth, for each kind."""
    drawn = {name: draw_record(name, SEED, 0) for name in MADE_KINDS}
    return {name: (frozenset(record), tuple(truth)) for name, (record, truth) in drawn.items()}


def made_samples(kind: str) -> tuple[str, str, str]:
    """The shipped samples of this kind, the columns of their truth, and their schema."""
    folder = shipped("fixtures") / "records"
    columns = ",".join(made_forms()[kind][1])
    return str(folder / f"{kind}{MADE_KINDS[kind].form}"), columns, str(folder / f"{kind}.schema.json")
