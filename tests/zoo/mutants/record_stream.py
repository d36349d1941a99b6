"""What production sends to the record service, written by hand from what CRMs, spreadsheets and ERPs export."""

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from tests.zoo.mutants.stream import Family

PER_FAMILY = 8
Change = Callable[[dict[str, Any], Random], None]


def traffic(rng: Random) -> dict[str, Any]:
    """One record as production has it: other currencies, ages and hours than those of the pilot."""
    day, hour = rng.randint(1, 28), rng.randint(0, 23)
    return {
        "customer": f"C-{rng.randint(1, 99999):05d}",
        "amount": round(rng.uniform(20, 14_000), 2),
        "currency": rng.choice(("EUR", "EUR", "USD", "GBP", "JPY")),
        "age": rng.randint(18, 92),
        "tenure": rng.randint(0, 400),
        "claims": rng.choice((0, 0, 1, 2, 3, 5)),
        "channel": rng.choice(("web", "branch", "broker")),
        "at": f"2026-{rng.randint(1, 12):02d}-{day:02d}T{hour:02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}Z",
    }


def put(name: str, *values: Any) -> Change:
    """One of the values in a field."""
    return lambda record, rng: record.update({name: rng.choice(values)})


def spoilt(name: str) -> Change:
    """The field is left out, null, a list, or what a spreadsheet wrote as text."""

    def change(record: dict[str, Any], rng: Random) -> None:
        value = record.pop(name)
        if kind := rng.randrange(4):
            record[name] = (None, [value], f"{value} " if isinstance(value, str) else str(value))[kind - 1]

    return change


FIELDS = ("customer", "amount", "currency", "age", "tenure", "claims", "channel", "at")
CHANGES: dict[str, tuple[tuple[str, ...], Change]] = {
    "plain traffic": ((), lambda record, rng: None),
    "foreign currency": (("currency",), put("currency", "GBP", "JPY")),
    "small and large amounts": (("amount",), put("amount", 0, 0.01, 7, 19_999.99, 180_000, 9_999_999)),
    "young and old": (("age",), put("age", 18, 19, 24, 25, 70, 71, 84, 110)),
    "new and long customers": (("tenure",), put("tenure", 0, 1, 60, 119, 120, 121, 480, 900)),
    "many claims": (("claims",), put("claims", 3, 4, 6, 9, 20, 50)),
    "at night": (
        ("at",),
        put("at", *(f"2026-05-04T0{hour}:{minute:02d}:00Z" for hour in range(8) for minute in (0, 59))),
    ),
    "other years": (("at",), put("at", "2000-01-01T00:00:00Z", "2031-07-09T12:00:00Z", "2099-12-31T23:59:59Z")),
    "impossible dates": (
        ("at",),
        put("at", "2026-02-30T10:00:00Z", "1899-12-30T00:00:00Z", "9999-12-31T00:00:00Z", "2100-01-01T00:00:00Z"),
    ),
    "other time formats": (
        ("at",),
        put("at", "2026-05-04", "04.05.2026 10:12", "2026-05-04T10:12:00+02:00", 1_777_000_000, ""),
    ),
    "too young or too old": (("age",), put("age", 0, 5, 17, 111, 126, 999, -1)),
    "amount beyond the range": (("amount",), put("amount", -12.5, -0.01, 10_000_000.01, 4e9)),
    "tenure beyond the range": (("tenure",), put("tenure", -1, 901, 2026, 36_500)),
    "claims beyond the range": (("claims",), put("claims", -1, 51, 99, 1000)),
    "unknown currency": (("currency",), put("currency", "eur", "CHF", "€", "", "EUR ")),
    "unknown channel": (("channel",), put("channel", "WEB", "app", "phone", "", "web ")),
    "customer missing inside": (("customer",), put("customer", "", None, 417, 0)),
    "booleans": (
        ("claims", "age", "tenure", "amount"),
        lambda record, rng: record.update({rng.choice(("claims", "amount", "tenure")): rng.choice((True, False))}),
    ),
    "one field more": ((), put("segment", "gold", 7, None)),
    **{f"{name} left out or of another type": ((name,), spoilt(name)) for name in FIELDS},
}


def stream(rng: Random) -> Iterator[Family]:
    """Every family of inputs, with the fields that differ from the pilot's; then the same requests as they come."""
    for name, (fields, change) in CHANGES.items():
        bodies = []
        for _ in range(PER_FAMILY):
            record = traffic(rng)
            change(record, rng)
            bodies.append(json.dumps(record).encode())
        yield Family(name=name, names=fields, groups=tuple((body,) for body in bodies))
    yield Family(name="in flight together", names=("flight", "parallel"), groups=together(rng, "customer"))
    yield Family(name="the same customer again", names=("state", "customer"), groups=again(rng))
    yield Family(
        name="no record at all",
        names=("envelope", "record"),
        groups=tuple((body,) for body in (b"", b"{", b"[]", b"null", b'"x"', b"{}", b"<html></html>", b"\xff\xfe{")),
    )


def outside(body: bytes, pilot: Sequence[bytes]) -> bool:
    """Whether a record has a word that no record of the pilot has, or a number outside of the pilot's range."""
    record, samples = _record(body), [_record(one) for one in pilot]
    for name in ("currency", "channel", "amount", "age", "tenure", "claims"):
        value, known = record.get(name), [one[name] for one in samples]
        if isinstance(known[0], str):
            if isinstance(value, str) and value not in known:
                return True
        elif isinstance(value, int | float) and not min(known) <= value <= max(known):
            return True
    return False


def _record(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def together(rng: Random, name: str) -> tuple[tuple[bytes, ...], ...]:
    """Two to four records of different customers that are sent at the same moment."""
    return tuple(
        tuple(json.dumps(traffic(rng)).encode() for _ in range(rng.randint(2, 4))) for _ in range(2 * PER_FAMILY)
    )


def again(rng: Random) -> tuple[tuple[bytes, ...], ...]:
    """Two orders of one customer, one after the other: only what follows the customer differs."""
    bodies = []
    for _ in range(PER_FAMILY):
        first = traffic(rng)
        second = {**traffic(rng), "customer": first["customer"]}
        bodies += [(json.dumps(first).encode(),), (json.dumps(second).encode(),)]
    return tuple(bodies)
