"""A reader of invoices with Tesseract, right by its rules, and the same with one weakness in what it makes of a value.

It finds a value by its label, and the company above its address. It takes only forms with one reading, and flags a page
for a person when a value is missing or Tesseract is not sure of one.
"""

import csv
import io
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import pypdfium2

from tests.endpoints.ocr import ONE_AT_A_TIME, file_part, page_of

LABELS = MappingProxyType(
    {
        "number": ("invoice number", "invoice no", "rechnungsnummer"),
        "date": ("invoice date", "rechnungsdatum", "date"),
        "total": ("total due", "amount due", "grand total", "gesamtbetrag", "total"),
    }
)
SURE = 85.0
"""Confidence of Tesseract in every word of a value, 0..100, from which the reader is sure."""

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value as it is printed, and how sure Tesseract is of it."""

    text: str
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What it makes of each printed value; None if it cannot read it.

    fallback: the first amount if no label of the total is known. lines: gives the words of a page; None for Tesseract.
    weak: reads the values of papers whose total has the label `papers`, if there is one.
    """

    number: Callable[[str], str | None] = lambda text: text or None
    date: Callable[[str], str | None] = lambda text: read_day(text)
    total: Callable[[str], str | None] = lambda text: read_amount(text)
    vendor: Callable[[str], str | None] = lambda text: text or None
    fallback: bool = False
    lines: Callable[[bytes], "Sequence[Line]"] | None = None
    papers: str = ""
    weak: "Reader | None" = None

    def __call__(self, body: bytes) -> tuple[int, object]:
        """Status and reply for one multipart body; 422 if it is not a page."""
        try:
            lines = (self.lines or lines_of)(file_part(body))
        except (OSError, ValueError, SyntaxError, pypdfium2.PdfiumError) as reason:
            return 422, {"detail": f"not a page: {reason}"}
        found = {name: _beside(lines, labels) for name, labels in LABELS.items()}
        if self.fallback:
            found["total"] = found["total"] or _largest(lines)
        found["vendor"] = _whole(lines[0]) if lines and "Street" not in dict(lines[0]) else None
        reader = self.weak if self.weak and any(_starts(line, self.papers) for line in lines) else self
        read = {name: getattr(reader, name)(value.text) if value else None for name, value in found.items()}
        unsure = any(value is None or value.sure < SURE for value in found.values()) or None in read.values()
        return 200, {"fields": read, "needs_review": unsure}


Line = Sequence[tuple[str, float]]


@lru_cache(maxsize=4096)
def lines_of(content: bytes) -> tuple[Line, ...]:
    """The words of each line of the first page with their confidence. Cached: several readers get the same pages."""
    file = io.BytesIO()
    page_of(content).save(file, "PNG", dpi=(200, 200))
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "--psm", "6", "tsv"],
        input=file.getvalue(), capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )  # fmt: skip
    found: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in csv.DictReader(done.stdout.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["text"].strip():
            key = (row["block_num"], row["par_num"], row["line_num"])
            found.setdefault(key, []).append((row["text"], float(row["conf"])))
    return tuple(tuple(words) for words in found.values())


def lines_of_text(content: bytes) -> tuple[Line, ...]:
    """The words in the text of a PDF; none for any other file."""
    if not content.startswith(b"%PDF"):
        return ()
    with ONE_AT_A_TIME, pypdfium2.PdfDocument(content) as document:
        text = document[0].get_textpage().get_text_range()
    return tuple(tuple((word, 99.0) for word in line.split()) for line in text.splitlines() if line.strip())


def _beside(lines: Sequence[Line], labels: Sequence[str]) -> Value | None:
    """What stands behind the label on its line."""
    for label in labels:
        count = len(label.split())
        for line in lines:
            if _starts(line, label):
                return _whole(line[count:])
    return None


def _starts(line: Line, label: str) -> bool:
    """Whether the line is the label and a value."""
    count = len(label.split())
    return " ".join(word for word, _ in line[:count]).casefold().rstrip(":") == label and len(line) > count


def _whole(line: Line) -> Value:
    return Value(text=" ".join(word for word, _ in line), sure=min(sure for _, sure in line))


def _largest(lines: Sequence[Line]) -> Value | None:
    """The first amount of the page, as sure as ever."""
    amounts = [word for line in lines for word, _ in line if re.fullmatch(r"[\d.,]+[.,]\d\d", word)]
    return Value(text=amounts[0], sure=99.0) if amounts else None


def read_amount(text: str) -> str | None:
    """A number with two decimals in any of the usual forms; None for any other text."""
    text = re.sub(r"^(EUR|USD|€|\$)\s*|\s*(EUR|USD|€)$", "", text)
    if not re.fullmatch(r"\d{1,3}([., '’‘]\d{3})*[.,]\d\d|\d+[.,]\d\d", text):
        return None
    return f"{re.sub(r'[^0-9]', '', text[:-3])}.{text[-2:]}"


def read_day(text: str) -> str | None:
    """A day that has one reading."""
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return _day(found[1], found[2], found[3])
    if found := re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", text):
        return _day(found[3], found[2], found[1])
    if found := re.fullmatch(r"(\d\d?) ([A-Z][a-z]+) (\d{4})", text):
        return _day(found[3], _month(found[2]), found[1])
    if found := re.fullmatch(r"([A-Z][a-z]+) (\d\d?), (\d{4})", text):
        return _day(found[3], _month(found[1]), found[2])
    return None


def _month(name: str) -> str:
    return str(MONTHS.index(name.casefold()) + 1) if name.casefold() in MONTHS else "0"


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


RIGHT = Reader()


def _five_digits(text: str) -> str | None:
    amount = read_amount(text)
    return amount if amount is None or len(amount) <= 8 else f"{amount[:5]}.{amount[-2:]}"


def _month_first(text: str) -> str | None:
    """Reads dates with dots as month first if they can be read so."""
    found = re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", text)
    return (found and _day(found[3], found[1], found[2])) or read_day(text)


def _nine_characters(text: str) -> str | None:
    return text[:9] or None


def _three_words(text: str) -> str | None:
    return " ".join(text.split()[:3]) or None


def _group_as_decimal(text: str) -> str | None:
    """An apostrophe or a blank is taken as the decimal mark."""
    found = re.match(r"(\d+)[ '’‘](\d\d)", text)
    return f"{found[1]}.{found[2]}" if found else read_amount(text)


WEAK = MappingProxyType(
    {
        "digits of amounts from 100,000 on are lost": ("total", replace(RIGHT, total=_five_digits)),
        "a blank or an apostrophe is a decimal mark": ("total", replace(RIGHT, total=_group_as_decimal)),
        "numbers are cut to nine characters": ("number", replace(RIGHT, number=_nine_characters)),
        "dates with dots are read month first": ("date", replace(RIGHT, date=_month_first)),
        "names are cut to three words": ("vendor", replace(RIGHT, vendor=_three_words)),
        "without a known label, the first amount is the total": ("total", replace(RIGHT, fallback=True)),
    }
)
"""A weakness, the field that it hits, and the reader with it. None of them shows on the pilot's own papers."""
