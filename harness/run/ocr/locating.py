"""Find where the samples show their truth: in the team's table, in the text of PDFs, or by the OCR."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from harness.core.sample import Printed, Samples
from harness.generate.pages.printed.locate import Located, in_readings, in_text
from harness.generate.pages.printed.matching import Found, label_key
from harness.run.ocr.tesseract import read_page

MAX_READ = 48
"""Maximum number of samples that the OCR reads: enough for every kind of case."""

NO_OCR = "no text in the file, and no OCR is installed"
NO_SECOND_READING = "no OCR to read what is drawn"
NOT_READ = f"not read: the OCR reads {MAX_READ} samples"


def located(
    samples: Samples, given: Mapping[str, tuple[Printed, ...]], labels: Mapping[str, tuple[str, ...]], *, ocr: bool
) -> Located:
    """The samples with the places of their values. given: those that the team has written down.

    labels: the usual labels of a field. ocr: whether an OCR is installed and may be used: without one no value is
    drawn on pixels, because nothing reads it again.
    """
    keys = {name: frozenset(map(label_key, known)) for name, known in labels.items()}
    found = {key: _given(places, ocr=ocr) for key, places in given.items()}
    rest = [sample for sample in samples.items if sample.key not in found]
    found |= {sample.key: text for sample in rest if (text := in_text(sample, keys))}
    scans = [sample for sample in rest if sample.key not in found]
    chosen = scans[:: -(-len(scans) // MAX_READ)] if ocr and scans else []
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        reads = workers.map(lambda sample: in_readings(sample, keys, read_page), chosen)
    found |= dict(zip((sample.key for sample in chosen), reads, strict=True))
    why = NOT_READ if ocr else NO_OCR
    missing = {key: one.missing for key, one in found.items() if one.missing}
    missing |= {sample.key: dict.fromkeys(sample.truth, why) for sample in scans if sample.key not in found}
    items = (replace(item, printed=found[item.key].printed) if item.key in found else item for item in samples.items)
    return Located(samples=replace(samples, items=tuple(items)), missing=missing, read=len(chosen))


def _given(places: tuple[Printed, ...], *, ocr: bool) -> Found:
    usable = tuple(place for place in places if ocr or not place.pixels)
    return Found(printed=usable, missing={one.field: NO_SECOND_READING for one in places if one not in usable})
