"""The correct record service: POST /score and /score/batch; strict JSON, and risk points from an upstream."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import httpx

RATES = MappingProxyType({"EUR": 1.0, "USD": 0.92, "GBP": 1.17, "JPY": 0.0062})
CHANNELS = MappingProxyType({"web": 0, "branch": 3, "broker": 7})
NUMBERS = MappingProxyType({"amount": (0.0, 10_000_000.0), "age": (18, 110), "tenure": (0, 900), "claims": (0, 50)})
YEARS = range(2000, 2100)
FIELDS = ("customer", "amount", "currency", "age", "tenure", "claims", "channel", "at")
TIMEOUT, TRIES = 0.4, 2
LIMIT = 50.0
"""Points from which a case is declined."""

Lookup = Callable[[str], object]
Rated = tuple[float, str, float]
"""Points, decision and confidence."""


class InvalidError(ValueError):
    """A record that is not what was declared."""


class Customers:
    """Risk points from `GET {upstream}/customers/{id}`. Its methods may be called from several threads."""

    def __init__(self, upstream: str) -> None:
        self._http = httpx.Client(base_url=upstream, timeout=TIMEOUT, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def get(self, customer: str) -> httpx.Response | None:
        """The reply, after one more try; None where none came."""
        for _ in range(TRIES):
            try:
                return self._http.get(f"/customers/{customer}")
            except httpx.HTTPError:
                continue
        return None

    def told(self, customer: str) -> object:
        """What the upstream says of the customer with status 200; None where it says nothing, or no JSON."""
        reply = self.get(customer)
        try:
            return reply.json() if reply is not None and reply.status_code == 200 else None
        except ValueError:
            return None


def points_in(told: object) -> int | None:
    """Risk points; None where what the upstream says is odd."""
    points = told.get("risk_points") if isinstance(told, dict) else None
    return points if isinstance(points, int) and not isinstance(points, bool) and 0 <= points <= 30 else None


def parse(body: bytes) -> object:
    """The value as strict JSON has it: no key twice, no NaN. Raises InvalidError."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise InvalidError("a key stands twice")
        return found

    def no_constant(name: str) -> float:
        raise InvalidError(f"{name} is no number")

    try:
        return json.loads(body, object_pairs_hook=once, parse_constant=no_constant)
    except ValueError as reason:
        raise InvalidError(f"no JSON: {reason}") from None


def check(record: object) -> dict[str, Any]:
    """The record, if every field is there, of its type and in its range, and no other. Raises InvalidError."""
    if not isinstance(record, dict) or set(record) != set(FIELDS):
        raise InvalidError("not the declared fields")
    for name, (low, high) in NUMBERS.items():
        value = record[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InvalidError(f"{name} is out of its range or no number")
    for name, known in (("currency", RATES), ("channel", CHANNELS)):
        if not isinstance(record[name], str) or record[name] not in known:
            raise InvalidError(f"{name} is none of those declared")
    if not isinstance(record["customer"], str) or not record["customer"]:
        raise InvalidError("no customer")
    hour_of(record["at"])
    return record


def hour_of(at: object) -> int:
    """The UTC hour of a time such as 2025-03-14T09:26:00Z."""
    try:
        found = datetime.strptime(str(at), "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise InvalidError("at is no time in UTC") from None
    if found.year not in YEARS:
        raise InvalidError("at is in no year of this service")
    return found.hour


def rate(record: Mapping[str, Any], points: int) -> Rated:
    """Points, decision and confidence of a valid record."""
    total = min(30.0, record["amount"] * RATES[record["currency"]] / 400) + points
    total += 12 if record["age"] < 25 else 6 if record["age"] > 70 else 0
    total += max(0.0, 12 - record["tenure"] / 10) + min(24, 8 * record["claims"]) + CHANNELS[record["channel"]]
    total += 5 if hour_of(record["at"]) < 6 else 0
    decision = "decline" if total >= LIMIT else "approve"
    return round(total, 2), decision, round(0.85 + 0.14 * min(1.0, abs(total - LIMIT) / 25), 4)


def in_their_places(rows: Sequence[object], results: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """The results of a batch as they are told: one for each row, in its place."""
    return list(results)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """The service, step by step. lookup: what the upstream says of a customer, None where it says nothing."""

    lookup: Lookup
    read: Callable[[object], int | None] = points_in
    parse: Callable[[bytes], object] = parse
    check: Callable[[object], dict[str, Any]] = check
    rate: Callable[[Mapping[str, Any], int], Rated] = rate
    align: Callable[[Sequence[object], Sequence[dict[str, object]]], list[dict[str, object]]] = in_their_places

    def __call__(self, body: bytes) -> tuple[int, object]:
        """Status and reply to one record."""
        try:
            return 200, self._scored(self.parse(body))
        except InvalidError as reason:
            return 422, {"detail": str(reason)}

    def batch(self, body: bytes) -> tuple[int, object]:
        """Status and reply to a list of records: a bad row gives an error in its place."""
        try:
            rows = self.parse(body)
        except InvalidError as reason:
            return 422, {"detail": str(reason)}
        if not isinstance(rows, list):
            return 422, {"detail": "no list"}
        return 200, self.align(rows, [self._row(row) for row in rows])

    def _row(self, row: object) -> dict[str, object]:
        try:
            return self._scored(row)
        except InvalidError as reason:
            return {"error": str(reason)}

    def _scored(self, given: object) -> dict[str, object]:
        record = self.check(given)
        points = self.read(self.lookup(record["customer"]))
        if points is None:
            return {"decision": "review", "score": None, "confidence": 0, "degraded": True}
        score, decision, confidence = self.rate(record, points)
        return {"decision": decision, "score": score, "confidence": confidence, "degraded": False}
