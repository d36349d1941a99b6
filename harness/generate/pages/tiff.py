"""Writes TIFF as fax machines do: group 4, one strip a page, black as 1, each page with its own resolution.

And as scanners do that keep the grey: deflated, otherwise alike.

Pillow compresses the pages; the directory around them is written here, because Pillow writes white as 1 and gives
the pages after the first what its version sees fit (its issue 8963).
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import numpy as np
from PIL import Image

from harness.generate.pages.raster import black_and_white, grey_between
from harness.generate.payloads import Page

SHORT, LONG, RATIONAL = 3, 4, 5
STRIP_OFFSETS, STRIP_BYTE_COUNTS = 273, 279
RESOLUTIONS_SIZE = 16
MULTI_PAGE = 2
GROUP_4, WHITE_IS_ZERO, INCH = 4, 0, 2
DEFLATE, BLACK_IS_ZERO = 8, 1
FAST = 1
"""Level of compression: a page is mostly white, and small at any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The pixels of a page as they are written. photometric: what zero is."""

    content: bytes
    bits: int
    compression: int
    photometric: int


def write_tiff(pages: tuple[Page, ...]) -> bytes:
    """The pages as one TIFF in black and white. What is still grey is split in the middle between ink and paper."""
    return _write(pages, _group_4)


def write_grey_tiff(pages: tuple[Page, ...]) -> bytes:
    """The pages as one TIFF in grey, without loss."""
    return _write(pages, _deflated)


def _group_4(page: Page) -> Strip:
    return Strip(content=_compress(page), bits=1, compression=GROUP_4, photometric=WHITE_IS_ZERO)


def _deflated(page: Page) -> Strip:
    content = zlib.compress(page.pixels.tobytes(), FAST)
    return Strip(content=content, bits=8, compression=DEFLATE, photometric=BLACK_IS_ZERO)


def _write(pages: tuple[Page, ...], strip_of: Callable[[Page], Strip]) -> bytes:
    out = bytearray(struct.pack("<2sHL", b"II", 42, 0))
    for number, page in enumerate(pages):
        link = len(out) - 4  # where the place of this page's directory is written
        strip = strip_of(page)
        offset = len(out)
        out += strip.content + b"\0" * (len(strip.content) % 2) + _resolutions(page)
        struct.pack_into("<L", out, link, len(out))
        out += _directory(page, strip, offset, (number, len(pages)), len(out) - RESOLUTIONS_SIZE)
    return bytes(out)


def _compress(page: Page) -> bytes:
    """The page's group 4 code. Pillow codes zeros as white, so black goes in as ones."""
    height, width = page.pixels.shape
    ones = np.packbits(~black_and_white(page.pixels, grey_between(page.pixels)).view(bool), axis=1)
    out = BytesIO()
    image = Image.frombytes("1", (width, height), ones.tobytes())
    image.save(out, "TIFF", compression="group4", strip_size=ones.size)
    with Image.open(out) as saved:
        (begin,), (size,) = saved.tag_v2[STRIP_OFFSETS], saved.tag_v2[STRIP_BYTE_COUNTS]  # type: ignore[attr-defined]
    return out.getvalue()[begin : begin + size]


def _resolutions(page: Page) -> bytes:
    across, down = (Fraction(d).limit_denominator(1000) for d in page.dpi)
    return struct.pack("<4L", *across.as_integer_ratio(), *down.as_integer_ratio())


def _directory(page: Page, strip: Strip, at: int, place: tuple[int, int], resolutions: int) -> bytes:
    """The page's tags, and a last field for the place of the next directory. place: page number, of so many."""
    height, width = page.pixels.shape
    tags = (
        (254, LONG, 1, MULTI_PAGE),
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, 1, strip.bits),  # a pixel
        (259, SHORT, 1, strip.compression),
        (262, SHORT, 1, strip.photometric),
        (STRIP_OFFSETS, LONG, 1, at),
        (277, SHORT, 1, 1),  # values a pixel
        (278, LONG, 1, height),  # rows a strip
        (STRIP_BYTE_COUNTS, LONG, 1, len(strip.content)),
        (282, RATIONAL, 1, resolutions),
        (283, RATIONAL, 1, resolutions + 8),
        (296, SHORT, 1, INCH),
        (297, SHORT, 2, place[0] | place[1] << 16),
    )
    return struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHLL", *tag) for tag in tags) + bytes(4)
