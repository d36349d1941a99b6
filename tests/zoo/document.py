"""The correct document service: POST /extract, multipart `file`; the demo's glyph reader under strict rules.

Each step that a defect may spoil is a field of `Document`, so that a variant is the correct service but for one step.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from io import BytesIO
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from rapidfuzz import fuzz

from harness.demo.reader import read_page
from harness.demo.text import Piece
from harness.generate.pages.locale.tables import vendors

Pixels = NDArray[np.uint8]
_read: dict[tuple[tuple[int, ...], bytes], tuple[Piece, ...]] = {}
Field = tuple[str | None, float]
"""A value, None for nothing found, and how sure the reader is of it, 0..1."""

LARGEST_FILE, MAX_PIXELS, MAX_KEPT = 20_000_000, 40_000_000, 4096
LABELS = MappingProxyType(
    {
        "invoice_no": "invoice number",
        "date": "invoice date",
        "net": "net total",
        "vat": "vat",
        "total": "total due",
        "currency": "currency",
    }
)
FIELDS = ("invoice_no", "date", "vendor", "total", "currency")
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "CAD", "JPY")
TITLES = ("INVOICE", "CREDIT NOTE", "INVOICE - COPY", "CREDIT NOTE - COPY")
UNKNOWN_VENDOR = 0.5
"""How far a vendor is trusted who is not in the master list."""


class RefusedError(ValueError):
    """What cannot be read at all. status: of the reply."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def open_pages(content: bytes) -> list[Pixels]:
    """Every page as grey pixels, upright, on white, with square pixels. Raises RefusedError."""
    if not content or len(content) > LARGEST_FILE:
        raise RefusedError(413 if content else 422, "too large" if content else "empty")
    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise RefusedError(413, "more pixels than a page has")
            return [np.asarray(squared(upright(frame))) for frame in ImageSequence.Iterator(image)]
    except (UnidentifiedImageError, OSError, SyntaxError) as reason:
        raise RefusedError(422, f"no readable image: {reason}") from reason


def upright(frame: Image.Image) -> Image.Image:
    """The frame as its orientation tag wants it seen, grey, what is transparent on white."""
    turned = ImageOps.exif_transpose(frame)
    dots = frame.info.get("dpi")
    if turned.mode.startswith("I;16"):  # Pillow's own way to grey would make all of it white
        turned = Image.fromarray((np.asarray(turned) >> 8).astype(np.uint8))
    if turned.mode in ("RGBA", "LA", "P") or "transparency" in turned.info:
        clear = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    grey = turned.convert("L")
    if dots:
        grey.info["dpi"] = dots
    return grey


def squared(page: Image.Image) -> Image.Image:
    """The page with as many pixels to the inch down as across."""
    across, down = dots_of(page)
    if min(across, down) <= 0 or abs(across / down - 1) < 0.1:
        return page
    height = round(page.height * across / down) if across > down else page.height
    width = round(page.width * down / across) if down > across else page.width
    return page.resize((width, height), Image.Resampling.BICUBIC)


def dots_of(page: Image.Image) -> tuple[float, float]:
    """Pixels to the inch across and down; alike where the file does not say."""
    across, down = page.info.get("dpi", (1, 1))
    return float(across), float(down)


def all_pages(pages: list[Pixels]) -> list[Pixels]:
    """The pages that fields are looked for on."""
    return pages


def nothing_told(content: bytes) -> Sequence["Sheet"]:
    """What a file says of its own text: nothing is believed, the page is read."""
    return ()


def parse_date(text: str) -> str | None:
    """ISO as it is; with dots the day stands before the month, with slashes only where no other reading is a day.

    None where there is no such day, or where it may be one of two.
    """
    iso, parts = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text), re.fullmatch(r"(\d\d)([./])(\d\d)\2(\d{4})", text)
    if iso:
        return day_of(iso[1], iso[2], iso[3])
    if not parts:
        return None
    day_first = day_of(parts[4], parts[3], parts[1])
    if parts[2] == ".":
        return day_first
    days = {day_first, day_of(parts[4], parts[1], parts[3])} - {None}
    return days.pop() if len(days) == 1 else None


def day_of(year: str, month: str, day: str) -> str | None:
    """The day in ISO form, None for one that no calendar has."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def parse_amount(text: str) -> str | None:
    """`1.234,56`, `1,234.56` and `1234,5` alike: the last separator before one or two digits is the decimal mark.

    A currency may stand on either side; a minus in front or behind, brackets and `CR` alike make it negative.
    """
    bare = re.sub(rf"^({'|'.join(CURRENCIES)}) ?| ?({'|'.join(CURRENCIES)})$", "", text)
    owed = re.fullmatch(r"- ?(.+)|(.+)-|\((.+)\)|(.+) CR", bare)
    number = next(filter(None, owed.groups())) if owed else bare
    found = re.fullmatch(r"(\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*|\d+)(?:([.,])(\d{1,2}))?", number)
    if not found or (found[3] and found[3] == found[2]):
        return None
    whole = re.sub(r"\D", "", found[1])
    return f"{'-' if owed else ''}{int(whole)}.{(found[4] or '').ljust(2, '0')}"


def look_up(name: str, sure: float) -> Field:
    """The vendor as the master list spells it; as printed and hardly trusted where the list does not have it."""
    known = {plain(vendor.name): vendor.name for vendor in vendors("en")}
    return (known[plain(name)], sure) if plain(name) in known else (name or None, UNKNOWN_VENDOR * sure)


def plain(name: str) -> str:
    """Letters and digits only, small."""
    return re.sub(r"[\W_]+", "", name).casefold()


def is_invoice(titles: Sequence[str]) -> bool:
    """Whether a page with these large lines below its first is an invoice's; one without any may be."""
    return all(max(fuzz.ratio(title, known) for known in TITLES) >= 80 for title in titles)


def is_one(numbers: Sequence[str]) -> bool:
    """Whether the numbers that a file's pages name are those of one invoice."""
    return len(set(numbers)) <= 1


def least(sure: Mapping[str, float]) -> float:
    """The confidence of the whole: that of its weakest field."""
    return min(sure.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The text on a page, and how many pixels tall the page is."""

    pieces: Sequence[Piece]
    height: int

    @property
    def large(self) -> list[Piece]:
        """The large lines at the top: the vendor's name, then what the paper calls itself."""
        usual = sorted(piece.em for piece in self.pieces)[len(self.pieces) // 2] if self.pieces else 0.0
        top = (piece for piece in self.pieces if piece.em > 1.4 * usual and piece.bottom < 0.2 * self.height)
        return [piece for piece in top if any(map(str.isalpha, piece.text))]

    @property
    def titles(self) -> list[str]:
        """What the paper calls itself."""
        return [piece.text for piece in self.large[1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The service, step by step."""

    told: Callable[[bytes], Sequence[Sheet]] = nothing_told
    open: Callable[[bytes], list[Pixels]] = open_pages
    pages: Callable[[list[Pixels]], list[Pixels]] = all_pages
    date: Callable[[str], str | None] = parse_date
    amount: Callable[[str], str | None] = parse_amount
    vendor: Callable[[str, float], Field] = look_up
    invoice: Callable[[Sequence[str]], bool] = is_invoice
    one: Callable[[Sequence[str]], bool] = is_one
    confidence: Callable[[Mapping[str, float]], float] = least
    refuse: Callable[[RefusedError], tuple[int, object]] = lambda why: (why.status, {"detail": str(why)})

    def __call__(self, body: bytes) -> tuple[int, object]:
        """Status and reply to one upload."""
        try:
            content = file_of(body)
            told = self.told(content)
            pages = [] if told else self.open(content)
        except RefusedError as why:
            return self.refuse(why)
        read_from = [Sheet(pieces=pieces_of(one), height=len(one)) for one in self.pages(pages)]
        sheets = told or read_from
        own = [sheet for sheet in sheets if self.invoice(sheet.titles)]
        read = [self._fields(sheet) for sheet in own]
        found = {name: next((one[name] for one in read if one[name][0] is not None), (None, 0.0)) for name in FIELDS}
        whole = self.one([number for one in read if (number := one["invoice_no"][0])])
        sure = {name: round(value[1], 4) if whole else 0.0 for name, value in found.items()}
        return 200, {
            "fields": {name: value[0] for name, value in found.items()},
            "field_confidence": sure,
            "confidence": self.confidence(sure),
            "pages": len(sheets),
        }

    def _fields(self, sheet: Sheet) -> dict[str, Field]:
        at = {name: beside(sheet.pieces, label) for name, label in LABELS.items()}
        parse: Mapping[str, Callable[[str], str | None]] = {
            "invoice_no": lambda text: text if re.fullmatch(r"INV-\d{6}", text) else None,
            "date": self.date,
            "currency": lambda text: text if text in CURRENCIES else None,
        }
        found = {name: _value(piece, parse.get(name, self.amount)) for name, piece in at.items()}
        heading = next(iter(sheet.large), None)
        found["vendor"] = self.vendor(heading.text, heading.sure) if heading else (None, 0.0)
        if not adds_up(found) or not signed(found, sheet.titles):
            found["total"] = (found["total"][0], 0.0)
        return found


def _value(piece: Piece | None, parse: Callable[[str], str | None]) -> Field:
    value = parse(piece.text) if piece else None
    return (value, piece.sure) if piece and value is not None else (None, 0.0)


def signed(found: Mapping[str, Field], titles: Sequence[str]) -> bool:
    """Whether the total of what is headed as a credit note is negative."""
    credit = any(fuzz.ratio(title[:11], "CREDIT NOTE") >= 80 for title in titles)
    return not credit or str(found["total"][0]).startswith("-")


def adds_up(found: Mapping[str, Field]) -> bool:
    """Whether net and tax make the total; False where one of them was not read."""
    net, tax, total = (found[name][0] for name in ("net", "vat", "total"))
    return bool(net and tax and total) and abs(float(net or 0) + float(tax or 0) - float(total or 0)) < 0.005


def pieces_of(page: Pixels) -> tuple[Piece, ...]:
    """The text on a page. Kept by its digest, since every variant of the service reads the same pages the same way."""
    key = (page.shape, blake2b(page.tobytes(), digest_size=16).digest())
    if key not in _read:
        if len(_read) >= MAX_KEPT:
            _read.clear()
        _read[key] = tuple(read_page(page))
    return _read[key]


def beside(pieces: Sequence[Piece], label: str) -> Piece | None:
    """What stands to the right of a label on the same line."""
    alike = max(pieces, key=lambda piece: fuzz.ratio(piece.text[: len(label)].lower(), label), default=None)
    if alike is None or fuzz.ratio(alike.text[: len(label)].lower(), label) < 80:
        return None
    right = [p for p in pieces if p.left > alike.right and abs(p.middle - alike.middle) < 0.7 * alike.em]
    return max(right, key=lambda p: p.right, default=None)


def file_of(body: bytes) -> bytes:
    """The one file of a multipart body; its first line is the delimiter."""
    delimiter = body.partition(b"\r\n")[0]
    head, blank, rest = body.partition(b"\r\n\r\n")
    if not delimiter.startswith(b"--") or not blank or b'name="file"' not in head:
        raise RefusedError(422, "no file in the form")
    return rest[: rest.rfind(b"\r\n" + delimiter)]
