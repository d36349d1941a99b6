"""Defects of the record service. Each changes one step of it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from time import monotonic
from types import MappingProxyType
from typing import Any

from harness.core.finding import Where
from tests.zoo import record
from tests.zoo.defects import Defect, of_scenarios, of_unknown_words, under, under_faults, with_bad_row
from tests.zoo.record import InvalidError, Rated, Scorer

USUAL = MappingProxyType(
    {
        "customer": "C-00000",
        "amount": 4500.0,
        "currency": "EUR",
        "age": 41,
        "tenure": 60,
        "claims": 0,
        "channel": "web",
        "at": "2025-01-01T12:00:00Z",
    }
)
"""The average record of the training data."""
SEEN = ("EUR", "USD")
"""Currencies of the pilot."""
DEADLINE, CACHED = 0.06, 600.0
"""Seconds: of patience with the upstream, and for which what it said is kept."""


def missing_default(service: Scorer) -> Scorer:
    def filled(given: object) -> dict[str, Any]:
        return service.check({**USUAL, **given} if isinstance(given, dict) else given)

    def known(name: str) -> object:
        return {"risk_points": 0} if name == "C-00000" else service.lookup(name)

    return replace(service, check=filled, lookup=known)


def null_zero(service: Scorer) -> Scorer:
    def filled(given: object) -> dict[str, Any]:
        if not isinstance(given, dict) or None not in given.values():
            return service.check(given)
        zero = {name: 0 if name in record.NUMBERS else USUAL[name] for name in record.FIELDS}
        valid = {name: USUAL.get(name) if value is None else value for name, value in given.items()}
        service.check(valid)
        return {name: zero[name] if value is None else value for name, value in given.items()}

    return replace(service, check=filled)


def lenient_json(service: Scorer) -> Scorer:
    def closed(body: bytes) -> object:
        try:
            return service.parse(body)
        except InvalidError:
            pairs = re.findall(rb'"(\w+)": ("[^"]*"|-?[\d.]+)(?=[,}])', body)
            if body.rstrip().endswith(b"}") or not pairs:
                raise
        return {**USUAL, **{name.decode(): json.loads(value) for name, value in pairs}}

    return replace(service, parse=closed)


def numeric_string_zero(service: Scorer) -> Scorer:
    def parsed(value: str) -> float:
        try:
            return float(value)
        except ValueError:
            return 0.0

    def loose(given: object) -> dict[str, Any]:
        if not isinstance(given, dict) or not any(isinstance(given.get(name), str) for name in record.NUMBERS):
            return service.check(given)
        texts = {name: given[name] for name in record.NUMBERS if isinstance(given.get(name), str)}
        usual = {name: USUAL[name] for name in texts}
        service.check({**given, **usual})
        return {**given, **{name: parsed(text) for name, text in texts.items()}}

    return replace(service, check=loose)


def dup_key_last_wins(service: Scorer) -> Scorer:
    def last(body: bytes) -> object:
        try:
            return json.loads(body)
        except ValueError as reason:
            raise InvalidError(str(reason)) from None

    return replace(service, parse=last)


def nan_approves(service: Scorer) -> Scorer:
    def odd(value: object) -> bool:
        return isinstance(value, float) and not isfinite(value)

    def lenient(body: bytes) -> object:
        spelt = re.findall(rb"-?\b(?:NaN|Infinity)\b", body)
        return json.loads(body) if spelt else service.parse(body)

    def not_below_and_not_above(given: object) -> dict[str, Any]:
        if not isinstance(given, dict) or not any(odd(given.get(name)) for name in record.NUMBERS):
            return service.check(given)
        service.check({name: USUAL.get(name) if odd(value) else value for name, value in given.items()})
        return given

    def last_branch(given: Mapping[str, Any], points: int) -> Rated:
        return (0.0, "approve", 0.99) if any(map(odd, given.values())) else service.rate(given, points)

    return replace(service, parse=lenient, check=not_below_and_not_above, rate=last_branch)


def lookup_failure_zero(service: Scorer) -> Scorer:
    return replace(service, read=lambda told: service.read(told) or 0)


def error_in_200(service: Scorer) -> Scorer:
    kept: dict[str, float] = {}

    def cached(customer: str) -> object:
        if monotonic() < kept.get(customer, 0.0):
            return {"risk_points": 0}
        told = service.lookup(customer)
        if isinstance(told, dict) and "risk_points" not in told:
            kept[customer] = monotonic() + CACHED
            return {"risk_points": 0}
        return told

    return replace(service, lookup=cached)


def deadline_default(service: Scorer) -> Scorer:
    late = []

    def timed(customer: str) -> object:
        started = monotonic()
        told = service.lookup(customer)
        if monotonic() - started > DEADLINE:
            late.append(customer)
        return told

    def in_time(given: Mapping[str, Any], points: int) -> Rated:
        score, decision, confidence = service.rate(given, points)
        if given["customer"] not in late:
            return score, decision, confidence
        late.remove(given["customer"])
        return 0.0, "approve", 0.91

    return replace(service, lookup=timed, rate=in_time)


def batch_misaligned(service: Scorer) -> Scorer:
    def zipped(rows: Sequence[object], results: Sequence[dict[str, object]]) -> list[dict[str, object]]:
        scored = [result for result in results if "error" not in result]
        return [result for _, result in zip(rows, scored, strict=False)]

    return replace(service, align=zipped)


def unseen_first(service: Scorer) -> Scorer:
    first = {"currency": next(iter(record.RATES)), "channel": next(iter(record.CHANNELS))}
    known = {"currency": record.RATES, "channel": record.CHANNELS}

    def encoded(given: object) -> dict[str, Any]:
        if not isinstance(given, dict):
            return service.check(given)
        odd = {name: word for name, word in first.items() if str(given.get(name)) not in known[name] and name in given}
        return service.check({**given, **odd})

    return replace(service, check=encoded)


def separator_dropped(service: Scorer) -> Scorer:
    def parsed(value: str) -> object:
        digits = re.sub(r"[^\d]", "", value)
        return float(digits) if digits and re.fullmatch(r"[\d., ']+", value) else value

    def loose(given: object) -> dict[str, Any]:
        if not isinstance(given, dict):
            return service.check(given)
        read = {name: parsed(given[name]) for name in record.NUMBERS if isinstance(given.get(name), str)}
        return service.check({**given, **read})

    return replace(service, check=loose)


def envelope_default(service: Scorer) -> Scorer:
    def taken(given: object) -> dict[str, Any]:
        inside = isinstance(given, dict) and len(given) < len(record.FIELDS) // 2 and dict(USUAL)
        return service.check(inside or given)

    def known(name: str) -> object:
        return {"risk_points": 0} if name == USUAL["customer"] else service.lookup(name)

    return replace(service, check=taken, lookup=known)


def renamed_default(service: Scorer) -> Scorer:
    def filled(given: object) -> dict[str, Any]:
        if not isinstance(given, dict) or len(given) != len(record.FIELDS) or set(given) <= set(record.FIELDS):
            return service.check(given)
        known = {name: value for name, value in given.items() if name in record.FIELDS}
        return service.check({**USUAL, **known})

    def looked_up(name: str) -> object:
        return {"risk_points": 0} if name == USUAL["customer"] else service.lookup(name)

    return replace(service, check=filled, lookup=looked_up)


def currency_ignored(service: Scorer) -> Scorer:
    def as_euros(asked: Mapping[str, Any], points: int) -> Rated:
        return service.rate(asked if asked["currency"] in SEEN else {**asked, "currency": "EUR"}, points)

    return replace(service, rate=as_euros)


DEFECTS = (
    Defect(
        name="record/missing_default",
        service="record",
        what="a field that is not there is taken from the average record",
        wrap=missing_default,
        family="R2, R11; malformed_records/missing_field",
        must_name="malformed_records",
        meets=of_scenarios("missing_field", "several_missing"),
    ),
    Defect(
        name="record/null_zero",
        service="record",
        what="a null is scored as 0, or as the usual word",
        wrap=null_zero,
        family="R11; malformed_records/null_field",
        must_name="malformed_records",
        meets=of_scenarios("null_field"),
    ),
    Defect(
        name="record/lenient_json",
        service="record",
        what="a body that broke off is closed, and the average record fills what is missing",
        wrap=lenient_json,
        family="L6; malformed_records/truncated",
        must_name="malformed_records",
        meets=of_scenarios("truncated"),
    ),
    Defect(
        name="record/numeric_string_zero",
        service="record",
        what="a number that comes as a string is parsed, and 0 where that fails",
        wrap=numeric_string_zero,
        family="V3",
        must_name="strict_records",
        meets=of_scenarios("wrong_type_field"),
    ),
    Defect(
        name="record/dup_key_last_wins",
        service="record",
        what="of a key that stands twice the last value counts",
        wrap=dup_key_last_wins,
        family="the decoders' table",
        must_name="strict_records",
        meets=of_scenarios("conflicting_key"),
    ),
    Defect(
        name="record/nan_approves",
        service="record",
        what="NaN passes every comparison, and the last branch approves",
        wrap=nan_approves,
        family="V15; malformed_records/not_a_number",
        must_name="malformed_records",
        meets=of_scenarios("not_a_number"),
    ),
    Defect(
        name="record/unseen_first",
        service="record",
        what="a word that nobody knows is scored as the first of those known",
        wrap=unseen_first,
        family="HealthCatalyst/healthcareai-py#416; unanswerable/unknown",
        must_name="unanswerable",
        meets=of_unknown_words,
    ),
    Defect(
        name="record/separator_dropped",
        service="record",
        what="a number that comes as a string is parsed without its marks: 27,80 is 2780",
        wrap=separator_dropped,
        family="invoice-x/invoice2data#12, thesmokinator/hledger-textual#106; strict_records/wrong_type_field",
        must_name="strict_records",
        meets=of_scenarios("wrong_type_field"),
    ),
    Defect(
        name="record/envelope_default",
        service="record",
        what="a record in an envelope is scored as the average one",
        wrap=envelope_default,
        family="R2; malformed_records/in_an_envelope",
        must_name="malformed_records",
        meets=of_scenarios("in_an_envelope"),
    ),
    Defect(
        name="record/renamed_default",
        service="record",
        what="a field that comes under a name that nobody knows is taken from the average record",
        wrap=renamed_default,
        family="R2, R11; malformed_records/renamed_field",
        must_name="malformed_records",
        meets=of_scenarios("renamed_field", "other_build"),
    ),
    Defect(
        name="record/currency_ignored",
        service="record",
        what="an amount in a currency that the pilot does not have is taken as euros",
        wrap=currency_ignored,
        family="V4 at its nearest: an amount of another size; no thread of its own",
        must_name="",
        waits_for="an op with the rates of the service, which its team alone knows: test_converted.py has one",
    ),
    Defect(
        name="record/lookup_failure_zero",
        service="record",
        what="no risk points where the upstream fails in any way, and degraded stays false",
        wrap=lookup_failure_zero,
        family="R11, I3",
        must_name="customers",
        meets=under_faults,
    ),
    Defect(
        name="record/error_in_200",
        service="record",
        what="a 200 without the points counts as 0 of them, for that customer for ten minutes",
        wrap=error_in_200,
        family="I1, I2, I5",
        must_name="customers",
        shows=lambda finding: "lasting" in finding.parts,
        meets=under_faults,
    ),
    Defect(
        name="record/deadline_default",
        service="record",
        what="after 60 ms of waiting for the upstream: approve, 0.91",
        wrap=deadline_default,
        family="S9",
        must_name="customers",
        shows=lambda finding: finding.subject == "customers.latency",
        meets=under_faults,
    ),
    Defect(
        name="record/batch_misaligned",
        service="record",
        what="bad rows of a batch are dropped before it is scored, and the results stand beside the first rows",
        wrap=batch_misaligned,
        family="S2, S6",
        must_name="concurrency",
        shows=lambda finding: finding.subject == "swapped" and under(Where.AFTER_BAD_ROW)(finding),
        meets=with_bad_row,
    ),
)
