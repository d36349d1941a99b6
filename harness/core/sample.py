"""The pilot's own samples, as the team has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from harness.core.case import Kind, Scalar
from harness.core.schema import Schema

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a page's width and height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A place on a page that shows a value of the truth, or the label in front of it.

    field: name of the field.
    text: as it is printed.
    page: number of the page, from 0.
    box: left, top, right and bottom, as shares of the page's width and height.
    label: it is the label in front of the value.
    slope: how far the line falls, in shares of the height per share of the width.
    pixels: only the pixels show it, so that another value has to be drawn on them. False: a PDF has it as text.
    """

    field: str
    text: str
    page: int
    box: Box
    label: bool = False
    slope: float = 0.0
    pixels: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One input of the pilot and its ground truth.

    key: path below the samples' folder; records of one file add `#line`. content: a page or text file unchanged, a
    record as JSON without its truth columns. truth: field -> value; "" and None are not labelled. printed: where its
    pages show the truth, as far as that is known.
    """

    key: str
    kind: Kind
    content: bytes
    media_type: str
    filename: str
    truth: Mapping[str, Scalar] = field(default_factory=dict)
    printed: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """All samples of one kind in order of their keys, and messages about them (`notes`).

    schema: of records, as written or inferred; None if it was not requested. wrapper: template of the body in which
    each record arrived, None if it arrived alone. fields: the usual name of a column, where the team wrote it down.
    """

    kind: Kind
    items: tuple[Sample, ...]
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()
    schema: Schema | None = None
    wrapper: Mapping[str, object] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """A digest of all samples' bytes and truth, and of the written schema."""
        hasher = blake2b(digest_size=16)
        if self.schema is not None and self.schema.where:
            hasher.update(self.schema.canonical().encode("utf-8", "surrogatepass"))
        for item in self.items:
            truth = repr(sorted(item.truth.items()))
            for part in (item.key.encode("utf-8", "surrogatepass"), item.content, truth.encode()):
                hasher.update(len(part).to_bytes(8, "little") + part)
        return hasher.hexdigest()
