"""PNGs that Pillow does not write: 16 bits of grey, interlaced, and larger than memory."""

import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np

from harness.generate.payloads import Page, Pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
METRE = 39.37
"""Inches per metre: PNG stores the resolution in pixels per metre."""

GIANT = 30_000
PAPER = b"\xff"

ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column, first row, column step and row step of each pass. Source: PNG (third edition) 8.2."""


def write_deep(page: Page) -> bytes:
    """The page with 16 bits per pixel: each byte twice, so that 255 becomes 65,535."""
    doubled = page.pixels.astype(np.uint16) * 257
    rows = (row.astype(">u2").tobytes() for row in doubled)
    return _png(page.pixels.shape, page.dpi, rows, bits=16)


def write_interlaced(page: Page) -> bytes:
    """The page in the seven passes of Adam7."""
    passes = (page.pixels[y::down, x::across] for x, y, across, down in ADAM7)
    rows = (row.tobytes() for one in passes if one.size for row in np.ascontiguousarray(one))
    return _png(page.pixels.shape, page.dpi, rows, interlaced=1)


def write_giant(page: Page) -> bytes:
    """The page in black and white at the top left of white paper of GIANT x GIANT pixels, written row by row."""
    return _png((GIANT, GIANT), page.dpi, _giant_rows(page.pixels), bits=1)


def _giant_rows(pixels: Pixels) -> Iterator[bytes]:
    width = GIANT // 8
    packed = np.packbits(pixels[:GIANT, :GIANT] > 127, axis=1)
    for row in packed:
        yield row.tobytes().ljust(width, PAPER)
    yield from (PAPER * width for _ in range(GIANT - len(packed)))


def _png(
    shape: tuple[int, ...], dpi: tuple[float, float], rows: Iterable[bytes], *, bits: int = 8, interlaced: int = 0
) -> bytes:
    """A PNG file. rows: pixel rows without a filter byte."""
    height, width = shape
    packer = zlib.compressobj(6)
    data = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()
    across, down = (round(d * METRE) for d in dpi)
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">2L5B", width, height, bits, 0, 0, 0, interlaced)),
            chunk(b"pHYs", struct.pack(">2LB", across, down, 1)),
            chunk(b"IDAT", data),
            chunk(b"IEND", b""),
        )
    )


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk with its length and its checksum."""
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
