"""The payloads that ops work on, layer by layer. Each is immutable; an op returns a new one."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.schema import Schema

JSON = "json"
"""The format of records if a scenario names no other."""

Pixels = NDArray[np.uint8]
"""Height x width, 0 black .. 255 white."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word on a page: its text, its labelled field ("" for none), and its corners in pixels.

    quad: x, y of top left, top right, bottom right, bottom left. legible: whether a person can still read it.
    """

    text: str
    field: str
    quad: tuple[float, float, float, float, float, float, float, float]
    legible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """One grey page. dpi: horizontal and vertical, which differ on a fax. words: empty if they are unknown."""

    pixels: Pixels
    dpi: tuple[float, float]
    words: tuple[Word, ...] = ()

    def with_pixels(self, pixels: Pixels) -> "Page":
        """The same page with other pixels of the same shape."""
        return replace(self, pixels=pixels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """Pages in order. bilevel: an op has reduced them to black and white."""

    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A value that is written into JSON as it is, even if JSON or Python has no such value."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A JSON object as written: pairs in order, so that a key may appear twice.

    beside: other samples, in an order drawn for the case; only for an op that `borrows`. schema: the allowed values of
    a record, written or inferred; None if unknown. derived: results that depend on the record and schema only, computed
    once for a sample that many cases use.
    """

    pairs: tuple[tuple[str, Any], ...]
    beside: tuple["Record", ...] = ()
    schema: Schema | None = field(default=None, repr=False, compare=False)
    derived: dict[str, Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    def with_pairs(self, pairs: tuple[tuple[str, Any], ...]) -> "Record":
        """The same record with other pairs."""
        return Record(pairs=pairs, beside=self.beside, schema=self.schema)

    def keys(self) -> tuple[str, ...]:
        """The keys in order, each once."""
        return tuple(dict.fromkeys(key for key, _ in self.pairs))


class SampleText(str):
    """The text of a sample before any op. Results derived from it are cached, because many cases start from it.

    A text that an op has changed is a plain str.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes with their name and media type."""

    content: bytes
    media_type: str
    filename: str
