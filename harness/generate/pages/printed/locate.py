"""Find where the team's pages show their truth: in the text of PDFs, by an OCR, or in the team's own table."""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from harness.core.errors import SampleError
from harness.core.sample import Printed, Sample, Samples
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.printed.lines import Line
from harness.generate.pages.printed.matching import Found, find_values, label_key
from harness.generate.pages.printed.ocr import ONE_BLOCK, WHOLE_PAGE, read_page
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.pages.printed.pdf_values import changed_pdf
from harness.generate.pages.printed.text_layer import text_lines
from harness.generate.payloads import File, Page

MAX_READ, MAX_PAGES = 48, 4
"""Maximum number of samples that the OCR reads, and of their first pages: enough for every kind of case."""

NO_OCR = "no text in the file, and no OCR is installed"
NOT_READ = f"not read: the OCR reads {MAX_READ} samples"

Labels = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The samples with their places; by sample and field, why a value has none; and how many the OCR has read."""

    samples: Samples
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    read: int = 0


def located(
    samples: Samples, given: Mapping[str, tuple[Printed, ...]], labels: Mapping[str, tuple[str, ...]], *, ocr: bool
) -> Located:
    """The samples with the places of their values. given: those that the team has written down.

    labels: the usual labels of a field. ocr: whether an OCR is installed and may be used.
    """
    keys = {name: frozenset(map(label_key, known)) for name, known in labels.items()}
    found: dict[str, Found] = {key: Found(printed=places, missing={}) for key, places in given.items()}
    rest = [sample for sample in samples.items if sample.key not in found]
    found |= {sample.key: text for sample in rest if (text := in_text(sample, keys))}
    scans = [sample for sample in rest if sample.key not in found]
    chosen = scans[:: -(-len(scans) // MAX_READ)] if ocr and scans else []
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        reads = workers.map(lambda sample: by_ocr(sample, keys), chosen)
    found |= dict(zip((sample.key for sample in chosen), reads, strict=True))
    why = NOT_READ if ocr else NO_OCR
    missing = {key: one.missing for key, one in found.items() if one.missing}
    missing |= {sample.key: dict.fromkeys(sample.truth, why) for sample in scans if sample.key not in found}
    items = tuple(
        replace(item, printed=found[item.key].printed) if item.key in found else item for item in samples.items
    )
    return Located(samples=replace(samples, items=items), missing=missing, read=len(chosen))


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


def by_ocr(sample: Sample, labels: Labels) -> Found:
    """The places that an OCR finds; a second way of reading the page is tried if a value is missing."""
    file = File(content=sample.content, media_type=sample.media_type, filename=sample.key)
    try:
        pages = decode(file).pages[:MAX_PAGES]
    except SampleError as reason:
        return Found(printed=(), missing=dict.fromkeys(sample.truth, str(reason).partition("\n")[0]))
    first = find_values(_read(pages, WHOLE_PAGE), sample.truth, labels, fuzzy=True)
    if not first.missing:
        return first
    left = {name: sample.truth[name] for name in first.missing}
    second = find_values(_read(pages, ONE_BLOCK), left, labels, fuzzy=True)
    shown = {place.field for place in second.printed}
    missing = {name: why for name, why in first.missing.items() if name not in shown}
    return Found(printed=(*first.printed, *second.printed), missing=missing)


def _read(pages: Iterable[Page], mode: str) -> list[Line]:
    return [line for number, page in enumerate(pages) for line in read_page(page, number, mode)]
