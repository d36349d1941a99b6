"""A strict service that prices insurance policies, and the same service with one weakness each.

Every field is read by a function of its own that refuses what it does not know. A weakness replaces one of them by a
function that guesses: each is right on every policy of the pilot.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from tests.endpoints.server import Answer

MISSING = object()
PRODUCTS = MappingProxyType({"basic": 1.0, "plus": 1.4, "premium": 2.1})
REGIONS = MappingProxyType({"010": 1.0, "014": 1.1, "203": 1.3, "450": 0.9, "077": 1.25})
WORDS = MappingProxyType({"smoke": 80, "water": 140, "theft": 60, "hail": 95})
Read = Callable[[Any], Any]


class RefusedError(ValueError):
    """The policy cannot be read."""


def amount(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 100 <= value <= 500_000:
        raise RefusedError("amount")
    return float(value)


def rate(value: Any) -> float:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]\.[0-9]{2}", value):
        raise RefusedError("rate")
    return float(value)


def persons(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 12:
        raise RefusedError("persons")
    return value


def start(value: Any) -> datetime.date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise RefusedError("start")
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        raise RefusedError("start") from None
    if not 2000 <= day.year < 2100:
        raise RefusedError("start")
    return day


def product(value: Any) -> float:
    if not isinstance(value, str) or value not in PRODUCTS:
        raise RefusedError("product")
    return PRODUCTS[value]


def vip(value: Any) -> bool:
    if not isinstance(value, bool):
        raise RefusedError("vip")
    return value


def region(value: Any) -> float:
    if not isinstance(value, str) or value not in REGIONS:
        raise RefusedError("region")
    return REGIONS[value]


def note(value: Any) -> int:
    if not isinstance(value, str) or not value.strip() or len(value) > 4000:
        raise RefusedError("note")
    return sum(points for word, points in WORDS.items() if word in value.casefold())


READ: Mapping[str, Read] = MappingProxyType(
    {
        "amount": amount,
        "rate": rate,
        "persons": persons,
        "start": start,
        "product": product,
        "vip": vip,
        "region": region,
        "note": note,
    }
)
PLACES = MappingProxyType({"region": ("holder", "region"), "vip": ("holder", "vip")})
"""Fields inside another object."""


def value_of(policy: Mapping[str, Any], name: str) -> Any:
    """The value of the field, MISSING if it is not there."""
    found: Any = policy
    for step in PLACES.get(name, (name,)):
        if not isinstance(found, Mapping):
            raise RefusedError(name)
        found = found.get(step, MISSING)
    return found


def priced(policy: object, read: Mapping[str, Read]) -> dict[str, object]:
    """Premium and class of a policy. Raises RefusedError."""
    if not isinstance(policy, dict) or {*policy} - {*READ, "policy", "holder"} or not isinstance(policy["policy"], str):
        raise RefusedError("not a policy")
    of = {name: reader(value_of(policy, name)) for name, reader in read.items()}
    premium = of["amount"] * of["rate"] / 100 * of["product"] * of["region"] + 30 * of["persons"] + of["note"]
    premium += 25 if of["start"].month in (1, 12) else 3 * of["start"].day
    premium *= 0.8 if of["vip"] else 1.0
    return {"premium": round(premium, 2), "class": "A" if premium > 1500 else "B" if premium > 600 else "C"}


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise RefusedError("a key stands twice")
    return dict(pairs)


def no_constant(name: str) -> float:
    raise RefusedError(name)


def pricing(read: Mapping[str, Read] = READ, *, inside: str = "") -> Answer:
    """The service. inside: the body is an object with one list under this key, which holds one policy."""

    def answer(body: bytes) -> tuple[int, object]:
        try:
            found = json.loads(body, object_pairs_hook=once, parse_constant=no_constant)
            policy = found[inside][0] if inside else found
            return 200, {"result": priced(policy, read), "review": False}
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as reason:
            return 422, {"detail": str(reason)}

    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """A field that is read by guessing."""

    kind: str
    field: str
    name: str
    read: Read


def _or(name: str, default: Any, caught: tuple[Any, ...] = (MISSING,)) -> Read:
    return lambda value: default if any(value is one for one in caught) else READ[name](value)


def _on_error(name: str, default: Any) -> Read:
    def read(value: Any) -> Any:
        if value is MISSING or value is None:
            raise RefusedError(name)
        try:
            return READ[name](value)
        except RefusedError:
            return default

    return read


def _first(name: str, change: Callable[[Any], Any]) -> Read:
    def read(value: Any) -> Any:
        if value is MISSING or value is None:
            raise RefusedError(name)
        try:
            changed = change(value)
        except (ValueError, TypeError, AttributeError, IndexError):
            raise RefusedError(name) from None
        return READ[name](changed)

    return read


def _digits(value: Any) -> Any:
    return float(re.sub(r"[^0-9.]", "", value)) if isinstance(value, str) else value


def _rate_digits(value: Any) -> str:
    plain = re.sub(r"[^0-9.]", "", value)
    return f"{min(9.99, float(plain)):.2f}"


def _month_first(value: Any) -> Any:
    parts = value.split("/")
    return f"{parts[2]}-{parts[0]}-{parts[1]}" if len(parts) == 3 else value


def _day_clipped(value: Any) -> datetime.date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise RefusedError("start")
    year, month, day = map(int, value.split("-"))
    return datetime.date(year, month, min(day, 28))


def _within(name: str, low: float, high: float) -> Read:
    def read(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RefusedError(name)
        return READ[name](type(value)(min(high, max(low, value))))

    return read


WEAKNESSES = (
    Weakness(kind="presence", field="amount", name="a missing amount is 1000", read=_or("amount", 1000.0)),
    Weakness(kind="presence", field="amount", name="a null amount is 1000", read=_or("amount", 1000.0, (None,))),
    Weakness(kind="presence", field="persons", name="missing persons are one", read=_or("persons", 1)),
    Weakness(kind="presence", field="product", name="a missing product is basic", read=_or("product", 1.0)),
    Weakness(kind="presence", field="product", name="an empty product is plus", read=_or("product", 1.4, ("",))),
    Weakness(kind="presence", field="vip", name="a missing flag is false", read=_or("vip", False)),
    Weakness(kind="presence", field="vip", name="a null flag is false", read=_or("vip", False, (None,))),
    Weakness(kind="presence", field="note", name="no note is a note without words", read=_or("note", 0)),
    Weakness(
        kind="presence",
        field="start",
        name="no start is the first of the year",
        read=_or("start", datetime.date(2026, 1, 1), (MISSING, None)),
    ),
    Weakness(kind="presence", field="region", name="a null region is 1.0", read=_or("region", 1.0, (None,))),
    Weakness(kind="type", field="vip", name="any text is true", read=_first("vip", bool)),
    Weakness(kind="type", field="region", name="other types are region 1.0", read=_on_error("region", 1.0)),
    Weakness(
        kind="type",
        field="persons",
        name="a list counts its items",
        read=_first("persons", lambda value: len(value) if isinstance(value, list) else value),
    ),
    Weakness(kind="format", field="amount", name="only digits are read", read=_first("amount", _digits)),
    Weakness(kind="format", field="rate", name="commas are dropped", read=_first("rate", _rate_digits)),
    Weakness(kind="format", field="start", name="dates are read month first", read=_first("start", _month_first)),
    Weakness(kind="format", field="start", name="days are clipped", read=_day_clipped),
    Weakness(kind="vocabulary", field="product", name="unknown words are basic", read=_on_error("product", 1.0)),
    Weakness(
        kind="vocabulary",
        field="vip",
        name="words other than yes are false",
        read=_first("vip", lambda value: value == "true" if isinstance(value, str) else value),
    ),
    Weakness(kind="range", field="persons", name="persons are clipped", read=_within("persons", 1, 12)),
    Weakness(kind="range", field="amount", name="amounts are clipped", read=_within("amount", 100, 500_000)),
    Weakness(
        kind="identity",
        field="region",
        name="codes of another length are region 1.0",
        read=lambda value: 1.0 if isinstance(value, str) and len(value) != 3 else region(value),
    ),
    Weakness(
        kind="size",
        field="note",
        name="only the beginning of a note is read",
        read=lambda value: note(value[:400] + ".") if isinstance(value, str) and value.strip() else note(None),
    ),
    Weakness(
        kind="presence", field="rate", name="no rate is the usual one", read=_or("rate", 1.5, (MISSING, None, ""))
    ),
)


def policies(count: int, seed: int = 3) -> Iterator[dict[str, Any]]:
    """Policies as the team's pilot has them."""
    draw = Random(f"policies {seed}")
    for number in range(count):
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=draw.randrange(700))
        told = draw.choice((*WORDS, "nothing to report"))
        yield {
            "policy": f"P-{draw.randrange(10**6):06d}",
            "amount": draw.choice((draw.randrange(2_000, 90_000), draw.randrange(200_000, 9_000_000) / 100)),
            "rate": f"{draw.randrange(80, 400) / 100:.2f}",
            "persons": draw.randint(1, 6),
            "start": day.isoformat(),
            "product": draw.choice((*PRODUCTS,)),
            "holder": {"region": draw.choice((*REGIONS,)), "vip": number % 3 == 0},
            "note": f"Last year {told} was mentioned by the holder, see file {draw.randrange(900)}.",
        }


def write_policies(folder: Path, count: int = 40) -> Path:
    """The pilot: one policy a line, with its right premium and class."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({**policy, **priced(policy, READ)}) for policy in policies(count)]
    (folder / "policies.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
