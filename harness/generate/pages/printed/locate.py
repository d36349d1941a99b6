"""Find where a page shows its truth: in the text of its PDF, or in what an OCR reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from harness.core.errors import SampleError
from harness.core.sample import Printed, Sample, Samples
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.printed.lines import Line
from harness.generate.pages.printed.matching import Found, find_values
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.pages.printed.pdf_values import changed_pdf
from harness.generate.pages.printed.text_layer import text_lines
from harness.generate.payloads import File, Page

MAX_PAGES = 4
"""Maximum number of pages of a sample that are read, the first ones."""

Labels = Mapping[str, frozenset[str]]
Read = Callable[[Page, int, bool], list[Line]]
"""Reads the lines of a page with this number, as a whole page or as one block of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The samples with their places; by sample and field, why a value has none; and how many the OCR has read."""

    samples: Samples
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    read: int = 0


def in_text(sample: Sample, labels: Labels) -> Found | None:
    """The places in the text of a PDF; None if it has no such text, or if its text is not what its pages show."""
    if sample.media_type != "application/pdf":
        return None
    found = find_values(text_lines(sample.content), sample.truth, labels, fuzzy=False)
    values = [place for place in found.printed if not place.label]
    if not values or not any(changed_pdf(sample.content, [_other(place)]) for place in values[:2]):
        return None
    return found


def _other(place: Printed) -> Change:
    """Other digits or letters of the same number, to try whether the text can be replaced."""
    turned = dict(zip("0123456789", "1234567890", strict=True))
    text = "".join(turned.get(char, char) for char in place.text)
    return Change(place=place, text=text if text != place.text else place.text[::-1])


def in_readings(sample: Sample, labels: Labels, read: Read) -> Found:
    """The places that an OCR finds; a second way of reading the page is tried if a value is missing."""
    file = File(content=sample.content, media_type=sample.media_type, filename=sample.key)
    try:
        pages = decode(file).pages[:MAX_PAGES]
    except SampleError as reason:
        return Found(printed=(), missing=dict.fromkeys(sample.truth, str(reason).partition("\n")[0]))
    first = find_values(_lines(pages, read, block=False), sample.truth, labels, fuzzy=True)
    if not first.missing:
        return first
    left = {name: sample.truth[name] for name in first.missing}
    second = find_values(_lines(pages, read, block=True), left, labels, fuzzy=True)
    shown = {place.field for place in second.printed}
    missing = {name: why for name, why in first.missing.items() if name not in shown}
    return Found(printed=(*first.printed, *second.printed), missing=missing)


def _lines(pages: Iterable[Page], read: Read, *, block: bool) -> list[Line]:
    return [line for number, page in enumerate(pages) for line in read(page, number, block)]
