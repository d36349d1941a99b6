"""Write TIFF as fax machines do: group 3 or 4, one strip per page, black as 1, each page with its own resolution.

Also as grey scanners do: deflated, otherwise the same.

Pillow compresses the pages. The directory is written here, because Pillow writes white as 1, and the form of the pages
after the first depends on its version (its issue 8963).
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import numpy as np
from PIL import Image

from harness.generate.pages.raster.raster import black_and_white, grey_between
from harness.generate.payloads import Page, Pixels

SHORT, LONG, RATIONAL = 3, 4, 5
STRIP_OFFSETS, STRIP_BYTE_COUNTS, T4_OPTIONS = 273, 279, 292
RESOLUTIONS_SIZE = 16
MULTI_PAGE = 2
GROUP_3, GROUP_4, INCH = 3, 4, 2
TWO_DIMENSIONAL, FILL_BITS = 1, 4
LOW_BIT_FIRST = 2
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
DEFLATE, BLACK_IS_ZERO = 8, 1
FAST = 1
"""zlib compression level: pages are mostly white and compress well at any level."""

Tag = tuple[int, int, int, int]
"""Tag number, type, count and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form in which fax machines and gateways write their pages.

    t4: the options of group 3 (1 for two dimensions, 4 for lines that end at whole bytes), None for group 4.
    low_bit_first: the bits of each byte in transmission order. black_is_zero: inverted bits, which readers that ignore
    the tag show as white on black.
    """

    t4: int | None = None
    low_bit_first: bool = False
    black_is_zero: bool = False


PLAIN_GROUP_4 = Form()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The pixels of a page as written. photometric: the meaning of zero. tags: in addition to the common ones."""

    content: bytes
    bits: int
    compression: int
    photometric: int
    tags: tuple[Tag, ...] = ()


def write_tiff(pages: tuple[Page, ...], form: Form = PLAIN_GROUP_4) -> bytes:
    """The pages as one TIFF in black and white. Grey pixels are split in the middle between ink and paper."""
    return _write(pages, lambda page: _fax_code(page, form))


def write_grey_tiff(pages: tuple[Page, ...]) -> bytes:
    """The pages as one lossless TIFF in grey."""
    return _write(pages, _deflated)


def _fax_code(page: Page, form: Form) -> Strip:
    fill_order = ((266, SHORT, 1, LOW_BIT_FIRST),) if form.low_bit_first else ()
    options = ((T4_OPTIONS, LONG, 1, form.t4),) if form.t4 is not None else ()
    return Strip(
        content=_compress(page, form),
        bits=1,
        compression=GROUP_4 if form.t4 is None else GROUP_3,
        photometric=int(form.black_is_zero),
        tags=(*fill_order, *options),
    )


def _deflated(page: Page) -> Strip:
    content = zlib.compress(page.pixels.tobytes(), FAST)
    return Strip(content=content, bits=8, compression=DEFLATE, photometric=BLACK_IS_ZERO)


def _write(pages: tuple[Page, ...], strip_of: Callable[[Page], Strip]) -> bytes:
    out = bytearray(struct.pack("<2sHL", b"II", 42, 0))
    for number, page in enumerate(pages):
        link = len(out) - 4  # the position of the offset of this page's directory
        strip = strip_of(page)
        offset = len(out)
        out += strip.content + b"\0" * (len(strip.content) % 2) + _resolutions(page)
        struct.pack_into("<L", out, link, len(out))
        out += _directory(page, strip, offset, (number, len(pages)), len(out) - RESOLUTIONS_SIZE)
    return bytes(out)


def group_4(pixels: Pixels) -> bytes:
    """The group 4 code of pixels that are 0 or 255."""
    return _code(~pixels.view(bool), None, (0.0, 0.0))


def _compress(page: Page, form: Form) -> bytes:
    """The page's code. It treats zeros as white, so black is written as ones unless the form inverts the picture."""
    light = black_and_white(page.pixels, grey_between(page.pixels)).view(bool)
    code = _code(light if form.black_is_zero else ~light, form.t4, page.dpi)
    return code.translate(REVERSED) if form.low_bit_first else code


def _code(ones: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", t4: int | None, dpi: tuple[float, float]) -> bytes:
    """Pillow's code of the bits, from the file that it writes. dpi: sets how many lines of group 3 form a group."""
    height, width = ones.shape
    bits, out = np.packbits(ones, axis=1), BytesIO()
    image = Image.frombytes("1", (width, height), bits.tobytes())
    if t4 is None:
        image.save(out, "TIFF", compression="group4", strip_size=bits.size)
    else:
        image.save(out, "TIFF", compression="group3", strip_size=bits.size, dpi=dpi, tiffinfo={T4_OPTIONS: t4})
    with Image.open(out) as saved:
        (begin,), (size,) = saved.tag_v2[STRIP_OFFSETS], saved.tag_v2[STRIP_BYTE_COUNTS]  # type: ignore[attr-defined]
    return out.getvalue()[begin : begin + size]


def _resolutions(page: Page) -> bytes:
    across, down = (Fraction(d).limit_denominator(1000) for d in page.dpi)
    return struct.pack("<4L", *across.as_integer_ratio(), *down.as_integer_ratio())


def _directory(page: Page, strip: Strip, at: int, place: tuple[int, int], resolutions: int) -> bytes:
    """The page's tags, and a last field for the offset of the next directory. place: page number and page count."""
    height, width = page.pixels.shape
    tags = (
        (254, LONG, 1, MULTI_PAGE),
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, 1, strip.bits),  # bits per pixel
        (259, SHORT, 1, strip.compression),
        (262, SHORT, 1, strip.photometric),
        (STRIP_OFFSETS, LONG, 1, at),
        (277, SHORT, 1, 1),  # values per pixel
        (278, LONG, 1, height),  # rows per strip
        (STRIP_BYTE_COUNTS, LONG, 1, len(strip.content)),
        (282, RATIONAL, 1, resolutions),
        (283, RATIONAL, 1, resolutions + 8),
        (296, SHORT, 1, INCH),
        (297, SHORT, 2, place[0] | place[1] << 16),
        *strip.tags,
    )
    tags = tuple(sorted(tags))  # as TIFF requires
    return struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHLL", *tag) for tag in tags) + bytes(4)
