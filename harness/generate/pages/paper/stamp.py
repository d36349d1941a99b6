"""Stamps: pale ones anywhere on the page, and dark ones over a field."""

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from harness.core.errors import PackError
from harness.core.seed import Stream
from harness.generate.pages.raster.legible import cover
from harness.generate.pages.raster.light import dim
from harness.generate.pages.raster.resample import resample
from harness.generate.pages.raster.share import own_share
from harness.generate.pages.raster.warp import warp
from harness.generate.pages.typesetting.type import load_font
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

DPI = 200
WIDTH, HEIGHT = 560, 560
"""Size in pixels at 200 dpi of the square in which the stamp can be rotated."""

TEXTS = (("RECEIVED", "12 MAR 2025"), ("PAID", "03 NOV 2024"), ("BOOKED", "28 JAN 2025"), ("COPY", "ACCOUNTS"))
PALE, DARK, PALEST = 0.06, 0.1, 0.5
GONE = 0.3
"""Contrast between ink and stamped paper below which a word under a stroke counts as lost."""


@op("paper.stamp", layer="page", kind="graded")
def stamp(page: Page, severity: int, draw: Stream) -> Page:
    """Stamp the page anywhere. The text under the stamp stays legible through its ink.

    severity: darkness of the stamp, 6 to 60 % of black in ten even steps; words, position and slant are drawn once.
    Source: a reader returns the stamp's words and loses those below it (opendatalab/MinerU#4697), or mixes them
    (zai-org/GLM-OCR#14); our own range.
    """
    height, width = page.pixels.shape
    middle = (width * draw.uniform(0.2, 0.8), height * draw.uniform(0.15, 0.85))
    pixels, _, _, _ = _stamped(page, middle, PALE * severity, draw)
    return page.with_pixels(pixels)


@op("paper.stamp_field", layer="page", kind="graded", sited=True, needs_words=True)
def stamp_field(page: Page, severity: int, draw: Stream, site: str = "") -> Page:
    """Stamp the page over a field. A dark stamp hides the text under its strokes.

    The site names the field; without one it is drawn. A page with unknown word positions stays unchanged; it is an
    error if a field was named.
    severity: darkness of the stamp, at most 10 to 100 % of black in ten even steps; a stamp gets 50 to 100 % of it;
    this share, words and slant are drawn once. From 80 % on, words under its strokes are destroyed.
    Source: text covered by a stamp should usually not be read (opendatalab/MinerU#4697); our own range.
    """
    names = sorted({word.field for word in page.words if word.field})
    if site and site not in names:
        raise PackError(f'paper.stamp_field: the position of "{site}" on this page is unknown')
    if not names:
        return page
    name = site or draw.choice(names)
    quads = np.array([word.quad for word in page.words if word.field == name]).reshape(-1, 2)
    x, y = quads.mean(axis=0)
    pixels, gain, left, top = _stamped(
        page, (x, y + draw.uniform(-10, 10)), DARK * severity * own_share(PALEST, draw), draw
    )
    return cover(page, pixels, gain <= 255 * GONE, left, top)


def _stamped(page: Page, middle: tuple[float, float], dark: float, draw: Stream) -> tuple[Pixels, Pixels, int, int]:
    """The pixels with a stamp around `middle`, its gain, and the gain's left and top on the page."""
    text, date = draw.choice(TEXTS)
    ink = _turned(text, date, round(draw.uniform(-14, 14), 1))
    size = [max(1, round(n * d / DPI)) for n, d in zip((WIDTH, HEIGHT), page.dpi, strict=True)]
    ink = resample(ink, *size)
    patchy = resample(draw.array_bytes(24 * 24).reshape(24, 24) // 2 + 128, *size)
    gain = np.rint(255 - dark * ink * (patchy / 255)).astype(np.uint8)
    height, width = page.pixels.shape
    x, y = (_inside(at, n, length) for at, n, length in zip(middle, size, (width, height), strict=True))
    left, top = round(x) - size[0] // 2, round(y) - size[1] // 2
    gain = gain[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    left, top = max(0, left), max(0, top)
    pixels = page.pixels.copy()
    part = pixels[top : top + gain.shape[0], left : left + gain.shape[1]]
    part[:] = dim(part, gain)
    return pixels, gain, left, top


def _inside(at: float, size: int, length: int) -> float:
    """The position nearest to this point at which people put a stamp: on the paper, not over its edge."""
    half = min(0.46 * size, length / 2)
    return min(max(at, half), length - half)


@lru_cache(maxsize=64)
def _turned(text: str, date: str, degrees: float) -> Pixels:
    """The amount of ink on each pixel of the turned stamp."""
    flat = Page(pixels=255 - _flat(text, date), dpi=(DPI, DPI))
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0 = WIDTH / 2, HEIGHT / 2
    turned = warp(
        flat,
        lambda x, y: (x0 + c * (x - x0) + s * (y - y0), y0 - s * (x - x0) + c * (y - y0)),
        around=255,
    )
    ink: Pixels = 255 - turned.pixels
    ink.setflags(write=False)
    return ink


def _flat(text: str, date: str) -> Pixels:
    """The stamp before it is turned: a frame with a word and a line below."""
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(image)
    large, small = load_font("NotoSans-Bold", 78), load_font("NotoSans-Bold", 40)
    wide = max(large.getlength(text), small.getlength(date)) / 2 + 34
    box = (WIDTH / 2 - wide, HEIGHT / 2 - 86, WIDTH / 2 + wide, HEIGHT / 2 + 86)
    for grow, thick in ((0, 7), (13, 3)):
        pen.rectangle((box[0] - grow, box[1] - grow, box[2] + grow, box[3] + grow), outline=255, width=thick)
    pen.text((WIDTH / 2, HEIGHT / 2 - 24), text, fill=255, font=large, anchor="mm")
    pen.text((WIDTH / 2, HEIGHT / 2 + 46), date, fill=255, font=small, anchor="mm")
    return np.array(image, dtype=np.uint8)
