"""A cache of decoded pages: a sample is decoded once, and a worker's memory stays bounded."""

import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from harness.generate.payloads import Document, File, Page, Pixels, Word

MAX_BYTES = 32_000_000
"""Maximum size of the cache in bytes: hundreds of clean A4 pages, or eight with noise in every pixel."""

FAST, FEW_ROWS, WORTH = 1, 32, 3
"""zlib level; distance of the rows that are compressed as a test; minimum reduction factor for compressing a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """A page whose pixels are compressed if that saves much: it does for paper, but not for a noisy photo."""

    pixels: bytes | Pixels
    shape: tuple[int, ...]
    dpi: tuple[float, float]
    words: tuple[Word, ...]

    def page(self) -> Page:
        """The page, read-only."""
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
class PageCache:
    """The most recent documents, as many as fit. decode: makes one from its file.

    most: bytes. A document that is larger than all of it is decoded each time. size: bytes that are in use.
    """

    decode: Callable[[File], Document]
    most: int = MAX_BYTES
    _documents: OrderedDict[File, tuple[_Packed, ...]] = field(default_factory=OrderedDict)
    size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def document(self, file: File) -> Document:
        """The pages of the file. An error of `decode` is not cached."""
        with self._lock:
            packed = self._documents.get(file)
            if packed is not None:
                self._documents.move_to_end(file)
        if packed is not None:
            return Document(pages=tuple(page.page() for page in packed))
        document = self.decode(file)
        self._keep(file, tuple(map(_pack, document.pages)))
        return document

    def _keep(self, file: File, packed: tuple[_Packed, ...]) -> None:
        size = _size_of(packed)
        if size > self.most:
            return
        with self._lock:
            if file not in self._documents:  # another thread may have been faster
                self._documents[file] = packed
                self.size += size
            while self.size > self.most:
                _, oldest = self._documents.popitem(last=False)
                self.size -= _size_of(oldest)
