"""From pieces of text to fields: labels, the value to their right, and a pattern per field, as in many pilots.

The rules know the layout of the pilot's pages and guess rather than give up: letters in numbers are read as digits,
amounts without a readable label are found by position, and nothing is cross-checked (net and VAT are not added up).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from harness.demo.text import Piece

LABELS = {
    "invoice_number": "invoice number",
    "invoice_date": "invoice date",
    "net": "net total",
    "vat": "vat",
    "total": "total due",
    "currency": "currency",
}
READ = ("invoice_number", "invoice_date", "vendor", "net", "vat", "total", "currency")
SUMS = ("net", "vat", "total")
REQUIRED = READ
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "CAD", "SEK", "PLN")
FLAG_BELOW = 0.80
LABEL_CUTOFF, CURRENCY_CUTOFF = 75, 30
"""Minimum similarity of a label, and of a currency, 0..100."""
HEADING, TOP_PART, RIGHT_PART = 1.4, 0.2, 0.9
"""A heading is HEADING times the body's size and in the TOP_PART of the page; amounts end right of RIGHT_PART."""
_REPAIR = str.maketrans("OoQDlI|iZSsBg", "0000111125589")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The fields as read (None if not found) and their confidence, 0..1."""

    fields: dict[str, str | None]
    confidence: float

    @property
    def needs_review(self) -> bool:
        """Whether a person must look: the confidence is low, or a required field is missing."""
        return self.confidence < FLAG_BELOW or any(self.fields[name] is None for name in REQUIRED)


def extract_fields(pieces: Sequence[Piece], height: int) -> Extract:
    """The fields of a page `height` pixels tall. The confidence is the mean over the fields; a missing one counts 0."""
    found: dict[str, Piece | None] = {name: _value(pieces, label) for name, label in LABELS.items()}
    for name, amount in zip(SUMS, _last_amounts(pieces), strict=False):
        found[name] = amount if found[name] is None else found[name]
    found["vendor"] = _heading(pieces, height)
    fields: dict[str, str | None] = {}
    sure = 0.0
    for name in READ:
        piece = found[name]
        fields[name] = None if piece is None else PARSE[name](piece.text)
        sure += 0.0 if piece is None or fields[name] is None else piece.sure
    return Extract(fields=fields, confidence=sure / len(READ))


def _heading(pieces: Sequence[Piece], height: int) -> Piece | None:
    """The first large line."""
    body = sorted(piece.em for piece in pieces)[len(pieces) // 2] if pieces else 0.0
    large = (
        piece
        for piece in pieces
        if piece.em > HEADING * body and piece.bottom < TOP_PART * height and sum(map(str.isalpha, piece.text)) >= 3
    )
    return next(large, None)


def _value(pieces: Sequence[Piece], label: str) -> Piece | None:
    """The text to the right of a label on the same line."""
    score, place = max(((_alike(piece.text, label), -i) for i, piece in enumerate(pieces)), default=(0.0, 0))
    if score < LABEL_CUTOFF:
        return None
    at = pieces[-place]
    right = [p for p in pieces if p.left > at.right and abs(p.middle - at.middle) < 0.7 * at.em]
    return min(right, key=lambda p: abs(p.middle - at.middle), default=None)


def _last_amounts(pieces: Sequence[Piece]) -> list[Piece]:
    """The last three amounts at the right edge: net, VAT and total, if their labels were unreadable."""
    edge = RIGHT_PART * max((piece.right for piece in pieces), default=0.0)
    amounts = [piece for piece in pieces if piece.right > edge and re.search(r"\d[.,]\d", piece.text)]
    return amounts[-len(SUMS) :] if len(amounts) >= len(SUMS) else []


def _alike(text: str, label: str) -> float:
    return fuzz.ratio(text[: len(label)].lower(), label)


def parse_number(text: str) -> str | None:
    """INV-204817. Only the digits are read, because every number of the pilot begins with INV-."""
    match = re.search(r"\d{4,8}$", text.replace(" ", "").translate(_REPAIR))
    return f"INV-{match[0]}" if match else None


def parse_date(text: str) -> str | None:
    """14.03.2025 as 2025-03-14; None if there is no such day."""
    match = re.search(r"(\d{2})[.,]?(\d{2})[.,]?(\d{4})$", text.replace(" ", "").translate(_REPAIR))
    if not match:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def parse_money(text: str) -> str | None:
    """-12,480.50 as -12480.50. Every amount of the pilot has two decimals, so the last two digits are its cents."""
    digits = re.sub(r"\D", "", text.translate(_REPAIR))
    if len(digits) < 3:
        return None
    return f"{'-' if text.startswith('-') else ''}{int(digits[:-2])}.{digits[-2:]}"


def parse_currency(text: str) -> str | None:
    """The nearest known currency."""
    match = process.extractOne(text.upper(), CURRENCIES, scorer=fuzz.ratio, score_cutoff=CURRENCY_CUTOFF)
    return match[0] if match else None


def parse_vendor(text: str) -> str | None:
    """The heading as read."""
    return text or None


PARSE: dict[str, Callable[[str], str | None]] = {
    "invoice_number": parse_number,
    "invoice_date": parse_date,
    "vendor": parse_vendor,
    "net": parse_money,
    "vat": parse_money,
    "total": parse_money,
    "currency": parse_currency,
}
