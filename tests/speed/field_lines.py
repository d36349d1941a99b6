"""Tesseract on the lines of a page that have fields on them: a third of the page, all pages in one go.

On whole pages it takes twice as long, and four in ten vendors get letters in front that were the logo. So the logo is
taken off before the op, and the rows between the fields' lines after it.
"""

import os
import subprocess
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from harness.demo.tesseract import find_tesseract, pieces_of
from harness.demo.text import Piece
from harness.generate.payloads import Page, Pixels, Word

ABOVE = 0.3
"""Inches above and below a field that are kept: a line that is 3 degrees askew is not cut."""

BEFORE = 0.1
WHITE = 255
PAGE = 1
"""The column of the page's number in Tesseract's table."""


def without_logo(page: Page) -> Page:
    """The page with nothing left of the first word on each line that has a field."""
    pixels = page.pixels.copy()
    for word in page.words:
        if word.field:
            top, bottom = _rows(word, page)
            left = min(other.quad[0] for other in page.words if _meets(other, top, bottom))
            pixels[top:bottom, : max(0, int(left - BEFORE * page.dpi[0]))] = WHITE
    return page.with_pixels(pixels)


def _rows(word: Word, page: Page) -> tuple[int, int]:
    away = ABOVE * page.dpi[1]
    return max(0, int(min(word.quad[1::2]) - away)), int(max(word.quad[1::2]) + away) + 1


def _meets(word: Word, top: int, bottom: int) -> bool:
    return min(word.quad[1::2]) < bottom and max(word.quad[1::2]) > top


def field_lines(page: Page) -> Pixels:
    """The rows of the page near its fields, one below the other; a page whose fields went is kept as it is."""
    kept = np.zeros(len(page.pixels), dtype=np.bool_)
    for word in page.words:
        if word.field:
            kept[slice(*_rows(word, page))] = True
    return page.pixels[kept] if kept.any() else page.pixels


def read_field_lines(pages: Sequence[Page]) -> list[list[Piece]]:
    """The pieces of text on each page, as harness.demo.tesseract reads one."""
    images = [Image.fromarray(field_lines(page)) for page in pages]
    file = BytesIO()
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:], dpi=(200, 200))
    done = subprocess.run(
        [find_tesseract(), "stdin", "stdout", "--psm", "6", "-l", "eng", "tsv"],
        input=file.getvalue(),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    head, *rows = done.stdout.decode("utf-8", "replace").splitlines()
    by_page: dict[str, list[str]] = {str(number + 1): [head] for number in range(len(pages))}
    for row in rows:
        by_page[row.split("\t")[PAGE]].append(row)
    return [pieces_of("\n".join(table)) for table in by_page.values()]
