"""The header line of a sending machine on every page: date, sender, recipient, page number and count."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from PIL import Image, ImageDraw

from harness.core.seed import Stream
from harness.generate.pages.fax.refax import one_generation
from harness.generate.pages.raster.raster import MM_PER_INCH, grey_between
from harness.generate.pages.typesetting.type import load_font
from harness.generate.payloads import Document, Page, Pixels, Word
from harness.generate.registry import op

LINE_MM = 4.0
COLUMNS = 108
"""Characters per line, each 16 of the 1728 pels wide."""

FACE = "NotoSans-Bold"
FIRST_DAY, DAYS = date(2017, 1, 2), 3500
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
STATIONS = ("SITE OFFICE", "GOODS IN", "MAIL ROOM", "REGIONAL OFFICE", "COPY SHOP", "HOTEL RECEPTION", "DEPOT NORTH")
EXCHANGES = ("0113 496 0", "020 7946 0", "01632 960")
"""Prefixes of telephone numbers that Ofcom reserves for use in drama."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One transmission of the pages, with the text of its header line."""

    when: str
    sender: str
    receiver: str

    def line(self, number: int, pages: int) -> str:
        """The text on page `number` (from 1) of `pages`."""
        return f"{self.when}  FROM: {self.sender}  TO: {self.receiver}    P.{number:02}/{pages:02}"


@op("fax.header_line", layer="document", kind="binary")
def header_line(document: Document, severity: int, draw: Stream) -> Document:
    """Put a sender's header line on top of every page. Its date, names and numbers are not those of the document.

    severity: 10 only. The line is 4 mm high. It is printed over the page if that area is blank, or in
    front of it, which makes the page longer; the choice is drawn once.
    Source: HylaFAX tag lines ("From ...|...|Page ... of ..."); the date, time, sender and number are law in the USA
    (47 CFR 68.318(d)); CopiaFacts has both places ($fax_header, `over`).
    """
    over = draw.choice((False, True))
    return Document(pages=_stamped(document.pages, draw_call(draw, draw.below(DAYS)), over=over))


@op("fax.forward", layer="document", kind="graded")
def forward(document: Document, severity: int, draw: Stream) -> Document:
    """Print the fax and fax it on from station to station. Each station adds a header line on top.

    severity: number of times, 1 to 10, a day apart. Each is a generation of fax.refax and 4 mm more of lines; the first
    times are the same at every severity.
    Source: our own figures, as in fax.refax; lines as in fax.header_line.
    """
    day = draw.below(DAYS)
    for number in range(severity):
        own = draw.child("station", number)
        pages = tuple(one_generation(page, own.child(part)) for part, page in enumerate(document.pages))
        document = Document(pages=_stamped(pages, draw_call(own, day + number), over=False))
    return document


def draw_call(draw: Stream, days: int) -> Call:
    """A call `days` days after the first one."""
    sent = FIRST_DAY + timedelta(days=days)
    day, month, year = sent.day, MONTHS[sent.month - 1], sent.year
    hour, minute = draw.between(6, 20), draw.below(60)
    when = draw.choice(
        (
            f"{day:02}-{month}-{year} {hour:02}:{minute:02}",
            f"{sent.isoformat()} {hour:02}:{minute:02}",
            f"{month} {day} {year} {hour:02}:{minute:02}",
            f"{day:02}/{sent.month:02}/{year % 100:02} {hour:02}:{minute:02}",
        )
    )
    sender, receiver = (draw.choice(EXCHANGES) + f"{draw.below(1000):03}" for _ in range(2))
    return Call(when=when, sender=f"{draw.choice(STATIONS)} {sender}", receiver=receiver)


def _stamped(pages: tuple[Page, ...], call: Call, *, over: bool) -> tuple[Page, ...]:
    return tuple(stamp(page, call.line(i + 1, len(pages)), over=over) for i, page in enumerate(pages))


def stamp(page: Page, text: str, *, over: bool) -> Page:
    """The page with the text on top; in front of it even with `over` if the area has ink."""
    line, words = set_line(text, page.pixels.shape[1], page.dpi)
    high = len(line)
    covered = page.pixels[:high]
    if over and high <= len(page.pixels) and covered.min(initial=255) >= grey_between(page.pixels):
        pixels = np.concatenate((np.minimum(line, covered), page.pixels[high:]))
        return replace(page, pixels=pixels, words=words + page.words)
    moved = tuple(_lowered(word, high) for word in page.words)
    return replace(page, pixels=np.concatenate((line, page.pixels)), words=words + moved)


def set_line(text: str, width: int, dpi: tuple[float, float]) -> tuple[Pixels, tuple[Word, ...]]:
    """The line in black and white, each character in a cell of its own as in a machine's character set.

    It is set in square pixels. A machine's coarser or finer lines show the nearest of these.
    """
    square = max(1, round(LINE_MM * dpi[0] / MM_PER_INCH))
    rows = max(1, round(LINE_MM * dpi[1] / MM_PER_INCH))
    cell = width / COLUMNS
    image = Image.new("L", (width, square), 255)
    pen, font = ImageDraw.Draw(image), load_font(FACE, max(4, round(cell * 1.4)))
    words: list[Word] = []
    for start, token in _tokens(text):
        for i, char in enumerate(token, start):
            pen.text((round((i + 1.5) * cell), round(square * 0.75)), char, fill=0, font=font, anchor="ms")
        left, right = (start + 1) * cell, (start + 1 + len(token)) * cell
        words.append(Word(text=token, field="", quad=(left, 0, right, 0, right, rows, left, rows)))
    nearest = (np.arange(rows) * 2 + 1) * square // (2 * rows)
    black = np.array(image)[nearest] < 128
    return np.where(black, np.uint8(0), np.uint8(255)), tuple(words)


def _tokens(text: str) -> list[tuple[int, str]]:
    """The words of a text with their positions."""
    found, at = [], 0
    for token in text.split():
        at = text.index(token, at)
        found.append((at, token))
        at += len(token)
    return found


def _lowered(word: Word, lines: int) -> Word:
    a, b, c, d, e, f, g, h = word.quad
    return replace(word, quad=(a, b + lines, c, d + lines, e, f + lines, g, h + lines))
