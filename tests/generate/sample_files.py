"""Samples of every kind that a team may have, small, and what ops on files make of them."""

from functools import lru_cache

import numpy as np
import pytest

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.typesetting.sheet import Sheet, Style
from harness.generate.payloads import Document, File, Page

TEXT = File(
    content="Grüße,\nmy parcel {has} not arrived & costs < 5 €.\n".encode(),
    media_type="text/plain; charset=utf-8",
    filename="ticket.txt",
)
BODY = File(content=b'{"text": "My parcel has not arrived."}', media_type="application/json", filename="t.json")


@lru_cache(maxsize=1)
def page() -> Page:
    """A small page with one line of type."""
    sheet = Sheet()
    sheet.text(100, 100, "Total due 119.00", Style(size=44))
    whole = sheet.page()
    return whole.with_pixels(np.ascontiguousarray(whole.pixels[60:260, 60:560]))


@lru_cache(maxsize=8)
def sample(encoder: str, pages: int = 1) -> File:
    """The page, so many times, in one file."""
    return encode(Document(pages=(page(),) * pages), encoder, "scan")


SAMPLES = {"png": sample("png"), "jpeg": sample("jpeg"), "tiff": sample("tiff-grey", 2), "pdf": sample("pdf", 2)}
KINDS = pytest.mark.parametrize("kind", SAMPLES)


def put(name: str, file: File, noise: int = 0, severity: int = 10) -> File:
    """The file after an op."""
    after = get_op(name).run(file, severity, Stream(noise, "files", name))
    assert isinstance(after, File)
    return after


NEAR = 2.0
"""Mean distance of grey levels, which a JPEG of a JPEG stays below; a blank page is at 7."""


def same_pages(one: File, other: File) -> bool:
    """Whether a viewer shows the same pages."""
    first, second = (decode(file).pages for file in (one, other))
    near = (np.abs(a.pixels.astype(int) - b.pixels).mean() < NEAR for a, b in zip(first, second, strict=True))
    return len(first) == len(second) and all(near)
