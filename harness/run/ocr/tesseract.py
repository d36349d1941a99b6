"""The lines that Tesseract reads on pages, if it is installed."""

import csv
import os
import shutil
import subprocess
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from harness.core.errors import ConfigError
from harness.core.sample import Box
from harness.generate.pages.printed.lines import Line, SeenWord, as_line
from harness.generate.pages.printed.skew import slope_of
from harness.generate.payloads import Page, Pixels

TESSERACT, VARIABLE = "tesseract", "HARNESS_TESSERACT"
MIN_DPI = 200
"""Coarser pages are enlarged: Tesseract wants letters of 20 pixels and more."""

WHOLE_PAGE, ONE_BLOCK, ONE_LINE = "3", "6", "7"
"""Page segmentation modes of Tesseract."""

SECONDS = 120
"""Longest wait for one page."""


def installed() -> bool:
    """Whether the OCR can be called. ConfigError if the environment names a program that is not there."""
    program = _program()
    if not program or shutil.which(program):
        return bool(program)
    if VARIABLE in os.environ:
        raise ConfigError(f'{VARIABLE}: no program "{program}"\n  give the path of Tesseract, or unset it')
    return False


def _program() -> str:
    """The name or path of Tesseract, which the environment may change; "" for none."""
    return os.environ.get(VARIABLE, TESSERACT)


def read_page(page: Page, number: int, block: bool) -> list[Line]:
    """The lines of one page, read as one block of text or by its layout; none if the OCR fails."""
    found: dict[tuple[str, ...], list[SeenWord]] = {}
    height, width = page.pixels.shape
    scale = _scale(page)
    for row in _rows(page.pixels, page.dpi, scale, ONE_BLOCK if block else WHOLE_PAGE):
        if row["text"].strip():
            key = row["block_num"], row["par_num"], row["line_num"]
            box = _box(row, (width * scale[0], height * scale[1]))
            found.setdefault(key, []).append(SeenWord(text=row["text"], box=box))
    slope = slope_of(page.pixels) * width / height
    return [as_line(words, number, slope) for words in found.values()]


def read_text(page: Page, mode: str = ONE_LINE) -> str:
    """The text on a part of a page."""
    return " ".join(row["text"] for row in _rows(page.pixels, page.dpi, _scale(page), mode)).strip()


def _scale(page: Page) -> tuple[float, float]:
    """Factors to the finer of the page's two resolutions, and to 200 dpi at least."""
    target = max(MIN_DPI, *page.dpi)
    return target / page.dpi[0], target / page.dpi[1]


def _box(row: dict[str, str], size: tuple[float, float]) -> Box:
    left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    return left / size[0], top / size[1], (left + width) / size[0], (top + height) / size[1]


def _rows(pixels: Pixels, dpi: Sequence[float], scale: tuple[float, float], mode: str) -> list[dict[str, str]]:
    image = Image.fromarray(pixels)
    if scale != (1, 1):
        image = image.resize((round(image.width * scale[0]), round(image.height * scale[1])), Image.Resampling.BICUBIC)
    file = BytesIO()
    resolution = round(dpi[0] * scale[0])
    image.save(file, "PNG", dpi=(resolution, resolution), compress_level=1)
    command = [_program(), "stdin", "stdout", "--psm", mode, "tsv"]
    try:
        done = subprocess.run(
            command,
            input=file.getvalue(),
            capture_output=True,
            check=True,
            timeout=SECONDS,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.SubprocessError):
        return []
    text = done.stdout.decode("utf-8", "replace").splitlines()
    return [row for row in csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE) if row["text"]]
