"""The frozen tables for made invoices: vendors and the sentences around the figures."""

from dataclasses import dataclass
from functools import lru_cache

from harness.core.loading.shipped import shipped

LANGUAGES = ("de", "fr", "pl", "vi", "el", "ru", "he", "ar", "th", "hi")
"""Ordered by distance from English: more letters outside ASCII, then other alphabets, then other scripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """The sender of the invoice, as known to the ERP."""

    vendor_id: str
    name: str
    language: str
    script: str
    street: str
    city: str
    country: str


@lru_cache(maxsize=1)
def all_vendors() -> tuple[Vendor, ...]:
    """Every vendor, in the table's order."""
    header, *rows = read_rows("vendors")
    return tuple(Vendor(**dict(zip(header, row, strict=True))) for row in rows)


def vendors(language: str) -> tuple[Vendor, ...]:
    """The vendors of one language. `en` are the plain ones that a pilot has seen."""
    return tuple(vendor for vendor in all_vendors() if vendor.language == language)


def notes(language: str, block: str) -> tuple[str, ...]:
    """The sentences or labels of the table for a block of text in a language."""
    return _notes()[language, block]


@lru_cache(maxsize=1)
def _notes() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for language, block, text in read_rows("notes")[1:]:
        found[language, block] = (*found.get((language, block), ()), text)
    return found


def read_rows(table: str) -> list[list[str]]:
    """The cells of a frozen table, its header first."""
    text = (shipped("fixtures") / "tables" / f"{table}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]
