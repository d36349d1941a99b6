"""Previews of inputs for the report: a page as a small grey JPEG or PNG, a text or record as its beginning."""

from io import BytesIO

import numpy as np
from PIL import Image

from harness.core.case import Case
from harness.core.errors import HarnessError
from harness.core.sample import Samples
from harness.generate.pages.codecs.decode import decode
from harness.generate.payloads import File, Page
from harness.report.view import Excerpt, Look, NoPicture, Picture
from harness.run.outcome.replay_case import Remaker

WIDTH = 820
"""Width of a page in pixels: A4 at about 100 dpi, where ten-point type is still legible."""

TALLEST = 3 * WIDTH
JPEG_QUALITY = 45
LEVELS = 16
"""Grey levels of a PNG: enough for a clean page, at a third of the size."""

LONGEST = 2_000
"""Maximum characters of an excerpt."""


def pair_of(remaker: Remaker, address: str) -> tuple[Look, Look]:
    """The clean base of a case and the case as it was sent; the reason if one cannot be shown."""
    try:
        clean, sent = remaker.clean(address), remaker.case(address)
    except HarnessError as reason:
        why = NoPicture(why=str(reason).partition("\n")[0])
        return why, why
    return look_of(clean, remaker.samples), look_of(sent, remaker.samples)


def look_of(case: Case, samples: Samples) -> Look:
    """A preview of a case. Its form depends on the kind of the samples, not on what the bytes claim to be."""
    if samples.kind != "page":  # cases made from texts are texts, cases made from pages are pages
        return excerpt(case.content)
    if not case.content:
        return NoPicture(why="the file is empty")
    try:
        pages = decode(File(content=case.content, media_type=case.media_type, filename=case.filename)).pages
    except HarnessError as reason:
        return NoPicture(why=str(reason).partition("\n")[0].partition(": ")[2] or str(reason))
    return picture(pages[0], len(pages), len(case.content)) if pages else NoPicture(why="the file has no page")


def excerpt(content: bytes) -> Excerpt:
    """The beginning of a text; bytes that are not UTF-8 are replaced by U+FFFD."""
    text = content.decode("utf-8", "replace")
    return Excerpt(text=text[:LONGEST], length=len(text))


def picture(page: Page, pages: int, size: int) -> Picture:
    """One page in the proportions of its paper: a fax has two resolutions. size: bytes of the whole file."""
    height, width = page.pixels.shape
    across, down = page.dpi
    tall = round(WIDTH * (height / down) / (width / across))
    small = Image.fromarray(page.pixels).resize((WIDTH, max(1, min(tall, TALLEST))), Image.Resampling.BOX)
    media_type, content = min((_png(small), _jpeg(small)), key=lambda one: len(one[1]))
    note = f"{width} x {height} pixels, {across:g} x {down:g} dpi, {-(-size // 1024)} KiB as it was sent"
    return Picture(media_type=media_type, content=content, width=WIDTH, height=small.height, pages=pages, note=note)


def _png(image: Image.Image) -> tuple[str, bytes]:
    levels = (np.asarray(image, dtype=np.uint16) * (LEVELS - 1) + 127) // 255
    few = Image.frombytes("P", image.size, levels.astype(np.uint8).tobytes())
    few.putpalette([round(level * 255 / (LEVELS - 1)) for level in range(LEVELS) for _ in range(3)])
    out = BytesIO()
    few.save(out, "PNG", bits=4, compress_level=9)
    return "image/png", out.getvalue()


def _jpeg(image: Image.Image) -> tuple[str, bytes]:
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return "image/jpeg", out.getvalue()
