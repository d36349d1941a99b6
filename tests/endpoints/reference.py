"""A service that is right by construction: it answers what it can read for certain and refuses or hands over the rest.

It reads the bytes and their media type, and nothing else of a case. Records are parcels: `total` and `carrier` follow
from their fields, in JSON as in CSV, XML, segments of EDI and columns. Texts are tickets: the department stands in the
number of the ticket, whose last two digits check the others, so that it is known whether a number was read rightly.
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from email import message_from_string, policy
from email.message import EmailMessage, Message
from html import unescape
from types import MappingProxyType
from typing import Any

from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from tests.endpoints.reference_forms import FORMS, Fields, Unreadable

Answered = tuple[int, dict[str, object]]

FEES = MappingProxyType({"north": 4.0, "south": 6.5, "island": 19.0})
DEPARTMENTS = ("billing", "refund", "delivery", "access", "legal")
"""Departments, by the first digit of a ticket's number modulo their count."""

MEDIA_TYPES = MappingProxyType(
    {
        "text/csv; charset=utf-8": "csv",
        "application/xml": "xml",
        "application/edifact": "edi",
        "text/plain; charset=utf-8": "fixed",
    }
)
NAMES = ("parcel", "quantity", "price", "express", "zone", "note")
OPENINGS = (
    "Hello, nobody answers my mail, and ticket {} is still open; the parcel was promised for Friday.",
    "Guten Tag, zu Ticket {} fehlt die Antwort, bitte prüfen Sie die Rückerstattung für die Kundin in Köln.",
    "Bonjour, le ticket {} est resté sans réponse, le colis n'est jamais arrivé à l'adresse indiquée.",
    "Please look at {} once more, I can't sign in and the link in your letter has expired, as I wrote on Monday.",
)


class Unsure(ValueError):
    """Raised for an input that can be read, but should not be answered without a person."""


def score(media_type: str, content: bytes) -> Answered:
    """Status and reply to a parcel."""
    try:
        record = _json(content) if media_type == "application/json" else _form(media_type, content)
    except Unreadable as reason:
        return 400, {"detail": str(reason)}
    try:
        return 200, {"fields": _priced(record), "needs_review": False}
    except Unsure as reason:
        return 200, {"fields": {}, "needs_review": True, "why": str(reason)}


def route(media_type: str, content: bytes) -> Answered:
    """Status and reply to a ticket, a text or JSON with a text."""
    try:
        text = _json(content).get("text") if media_type == "application/json" else content.decode("utf-8")
    except ValueError as reason:
        return 400, {"detail": str(reason)}
    said = said_in(text) if isinstance(text, str) else []
    numbers = {number for words in said for number in ticket_numbers(words)}
    if len(numbers) != 1:
        return 200, {"fields": {}, "needs_review": True, "why": f"{len(numbers)} ticket numbers"}
    return 200, {"fields": {"label": department(numbers.pop())}, "needs_review": False}


def department(number: str) -> str:
    """The department of the ticket with this number."""
    return DEPARTMENTS[int(number[0]) % len(DEPARTMENTS)]


def _json(content: bytes) -> dict[str, Any]:
    """Strict JSON in UTF-8, an object."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if any(json.dumps(found[key]) != json.dumps(value) for key, value in pairs):
            raise Unreadable("a key stands twice, with two values")
        return found

    def no_constant(name: str) -> float:
        raise Unreadable(f"{name} is no number")

    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=once, parse_constant=no_constant)
    except RecursionError:
        raise Unreadable("nested too deep") from None
    except ValueError as reason:
        raise Unreadable(str(reason)) from None
    if not isinstance(found, dict):
        raise Unreadable("no object")
    return found


def _form(media_type: str, content: bytes) -> dict[str, Any]:
    if media_type not in MEDIA_TYPES:
        raise Unreadable(f"{media_type} is not read here")
    fields = FORMS[MEDIA_TYPES[media_type]](content)
    return {name: _typed(name, fields) for name in fields}


def _typed(name: str, fields: Fields) -> object:
    """A text as the type that its field is declared with; as the text where it is not written so."""
    text = fields[name]
    if name == "quantity" and re.fullmatch(r"[1-9]\d*", text, re.ASCII):
        return int(text)
    if name == "price" and re.fullmatch(r"\d+\.\d+", text, re.ASCII):
        return float(text)
    return {"true": True, "false": False}.get(text, text) if name == "express" else text


def _priced(record: Mapping[str, Any]) -> dict[str, object]:
    """Total and carrier of a parcel that is as declared. Raises Unsure."""
    if not set(NAMES) <= set(record):
        raise Unsure("not the declared fields")  # undeclared fields are ignored
    quantity, price = (_number(record[name]) for name in ("quantity", "price"))
    if not quantity.is_integer() or not 1 <= quantity <= 40 or not 1 <= price <= 999 or price * 4 != round(price * 4):
        raise Unsure("quantity or price is out of its range")
    if not isinstance(record["express"], bool) or record["zone"] not in list(FEES):
        raise Unsure("express or zone is not what was declared")
    if not isinstance(record["note"], str) or not _is_parcel(record["parcel"]):
        raise Unsure("note or parcel is not what was declared")
    carrier = "courier" if record["express"] else "pallet" if quantity > 20 else "van"
    return {"total": quantity * price + FEES[record["zone"]], "carrier": carrier}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e6:
        raise Unsure("a number that is none")
    return float(value)


def _is_parcel(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{9}", value, re.ASCII) is not None and _checked(value)


def _checked(digits: str) -> bool:
    """Whether the last two digits are the checksum of the others."""
    return int(digits[-2:]) == int(digits[:-2]) % 97


def said_in(text: str) -> list[str]:
    """The text; of one that is the source of a mail, what each of its parts says."""
    if "MIME-Version:" not in text:
        return [text]
    parts = [part for part in message_from_string(text, policy=policy.default).walk() if not part.is_multipart()]
    return [_words_of(part) for part in parts if part.get_content_maintype() == "text"]


def _words_of(part: Message) -> str:
    words = part.get_content() if isinstance(part, EmailMessage) else ""
    return unescape(re.sub("<[^>]*>", "", words)) if part.get_content_subtype() == "html" else words


def ticket_numbers(text: str) -> set[str]:
    """Every number of a ticket in the text, however it is written: QX, seven digits and two that check them."""
    plain = "".join(_plain(char) for char in unicodedata.normalize("NFKC", text))
    return {digits for digits in re.findall(r"(?=qx(\d{9}))", plain) if _checked(digits)}


def _plain(char: str) -> str:
    """A letter or digit as ASCII has it; nothing for all that may stand between two of them."""
    number = unicodedata.numeric(char, -1)
    return str(int(number)) if number in range(10) else char.casefold() if char.isalpha() else ""


def parcels(count: int = 24) -> Samples:
    """Records of the pilot, with truth."""
    return Samples(kind="record", items=tuple(map(_parcel, range(count))), columns=("total", "carrier"))


def tickets(count: int = 24) -> Samples:
    """Texts of the pilot, with truth."""
    return Samples(kind="text", items=tuple(map(_ticket, range(count))), columns=("label",))


def _parcel(k: int) -> Sample:
    draw = Stream(11, "reference parcel", k)
    note = draw.choice(("leave it at Zoë's back door", "please call before: +49 221", "no delivery on Sundays, please"))
    record = {
        "parcel": _numbered(draw),
        "quantity": draw.between(1, 40),
        "price": draw.between(4, 998) + draw.choice((0.25, 0.5, 0.75)),
        "express": draw.below(2) == 1,
        "zone": draw.choice(tuple(FEES)),
        "note": note,
    }
    return Sample(
        key=f"parcels.jsonl#{k + 1}",
        kind="record",
        content=json.dumps(record, ensure_ascii=False).encode(),
        media_type="application/json",
        filename="parcels.json",
        truth=_priced(record),  # type: ignore[arg-type]
    )


def _ticket(k: int) -> Sample:
    number = _numbered(Stream(11, "reference ticket", k))
    written = f"QX-{number[:4]}-{number[4:]}"
    return Sample(
        key=f"ticket_{k:02d}.txt",
        kind="text",
        content=OPENINGS[k % len(OPENINGS)].format(written).encode(),
        media_type="text/plain; charset=utf-8",
        filename=f"ticket_{k:02d}.txt",
        truth={"label": department(number)},
    )


def _numbered(draw: Stream) -> str:
    digits = f"{draw.between(0, 9_999_999):07d}"
    return f"{digits}{int(digits) % 97:02d}"
