"""The team's own table of where its pages show the truth."""

import csv
from collections.abc import Mapping
from pathlib import Path

from harness.core.errors import SampleError, did_you_mean
from harness.core.sample import Printed, Sample, Samples
from harness.generate.pages.codecs.decode import DPI, decode
from harness.generate.payloads import File, Page

NEEDED = ("file", "field", "left", "top", "right", "bottom")
POINTS_PER_INCH = 72


def read_boxes(path: str, samples: Samples) -> dict[str, tuple[Printed, ...]]:
    """The places by the key of the sample.

    path: a CSV file with the columns file, field, left, top, right, bottom, and if wanted page (from 1) and text (as
    printed; else the truth). The unit is the pixel of an image and the point of a PDF, from the top left corner.
    Raises SampleError with the file, the line and the nearest right name.
    """
    file = Path(path)
    if not file.is_file():
        raise SampleError(f"{path}: no such table of boxes\n  [pilot] boxes names a CSV file ({', '.join(NEEDED)})")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        lacking = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if lacking:
            raise SampleError(f"{path}: no column {', '.join(lacking)}\n  it needs {', '.join(NEEDED)}")
        known = {sample.key: sample for sample in samples.items}
        found: dict[str, list[Printed]] = {}
        for row in rows:
            where = f"{path}:{rows.line_num}"
            sample = _sample(row, known, where)
            found.setdefault(sample.key, []).append(_place(row, sample, where))
    return {key: tuple(places) for key, places in found.items()}


def _sample(row: Mapping[str, str], known: Mapping[str, Sample], where: str) -> Sample:
    if row["file"] not in known:
        raise SampleError(f'{where}: no sample "{row["file"]}"\n{did_you_mean(row["file"], known)}')
    sample = known[row["file"]]
    if row["field"] not in sample.truth:
        raise SampleError(f'{where}: no field "{row["field"]}"\n{did_you_mean(row["field"], sample.truth)}')
    return sample


def _place(row: Mapping[str, str], sample: Sample, where: str) -> Printed:
    try:
        left, top, right, bottom = (float(row[name]) for name in NEEDED[2:])
        number = int(row.get("page") or 1) - 1
    except ValueError as reason:
        raise SampleError(
            f"{where}: not a number: {reason}\n  edges are pixels or points, page counts from 1"
        ) from None
    pages = decode(File(content=sample.content, media_type=sample.media_type, filename=sample.key)).pages
    if not 0 <= number < len(pages):
        raise SampleError(f"{where}: {sample.key} has no page {number + 1}\n  it has {len(pages)}")
    width, height = _size(pages[number], sample)
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise SampleError(f"{where}: the box is not on the page\n  the page is {width:g} x {height:g}")
    text = row.get("text") or str(sample.truth[row["field"]])
    box = left / width, top / height, right / width, bottom / height
    return Printed(field=row["field"], text=text, page=number, box=box, pixels=sample.media_type != "application/pdf")


def _size(page: Page, sample: Sample) -> tuple[float, float]:
    height, width = page.pixels.shape
    unit = POINTS_PER_INCH / DPI if sample.media_type == "application/pdf" else 1
    return width * unit, height * unit
