"""Decoded pages that are kept: a sample is decoded once, and a worker's memory stays within a bound."""

import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from harness.generate.payloads import Document, File, Page, Pixels, Word

MAX_BYTES = 32_000_000
"""Bytes of all that is kept: hundreds of clean pages of A4, or eight on which every pixel is noise."""

FAST, FEW_ROWS, WORTH = 1, 32, 3
"""The level of compression; one row in so many tells whether a page becomes so many times smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """A page whose pixels are deflated where that makes them much smaller: paper does, a photo's noise does not."""

    pixels: bytes | Pixels
    shape: tuple[int, ...]
    dpi: tuple[float, float]
    words: tuple[Word, ...]

    def page(self) -> Page:
        """The page again; nobody can write into it."""
        if isinstance(self.pixels, bytes):
            flat = np.frombuffer(zlib.decompress(self.pixels, bufsize=self.shape[0] * self.shape[1]), dtype=np.uint8)
            return Page(pixels=flat.reshape(self.shape), dpi=self.dpi, words=self.words)
        return Page(pixels=self.pixels, dpi=self.dpi, words=self.words)


def _pack(page: Page) -> _Packed:
    pixels: bytes | Pixels = page.pixels
    few = page.pixels[::FEW_ROWS].tobytes()
    if WORTH * len(zlib.compress(few, FAST)) < len(few):
        pixels = zlib.compress(page.pixels.tobytes(), FAST)
    return _Packed(pixels=pixels, shape=page.pixels.shape, dpi=page.dpi, words=page.words)


def _size_of(pages: tuple[_Packed, ...]) -> int:
    return sum(len(page.pixels) if isinstance(page.pixels, bytes) else page.pixels.nbytes for page in pages)


@dataclass(slots=True)
class Kept:
    """The documents that were asked for last, as many as fit. decode: makes one from its file.

    most: bytes. A document that is larger than all of it is made anew each time.
    """

    decode: Callable[[File], Document]
    most: int = MAX_BYTES
    _held: OrderedDict[File, tuple[_Packed, ...]] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def document(self, file: File) -> Document:
        """The file's pages; what `decode` raises is not kept."""
        with self._lock:
            packed = self._held.get(file)
            if packed is not None:
                self._held.move_to_end(file)
        if packed is not None:
            return Document(pages=tuple(page.page() for page in packed))
        document = self.decode(file)
        self._keep(file, tuple(map(_pack, document.pages)))
        return document

    def held_bytes(self) -> int:
        """How much is kept, `most` at the utmost."""
        with self._lock:
            return self._bytes

    def _keep(self, file: File, packed: tuple[_Packed, ...]) -> None:
        size = _size_of(packed)
        if size > self.most:
            return
        with self._lock:
            if file not in self._held:  # else another thread was faster
                self._held[file] = packed
                self._bytes += size
            while self._bytes > self.most:
                _, oldest = self._held.popitem(last=False)
                self._bytes -= _size_of(oldest)
