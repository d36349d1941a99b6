"""Tesseract as the reader, if it is installed. The field rules are the same."""

import os
import shutil
import subprocess
from io import BytesIO
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.core.errors import TargetError
from harness.demo.text import Piece

APART = 1.5
"""Words further apart than this, in heights of the line, are separate pieces of text, such as columns."""


def find_tesseract() -> str:
    """The path of the program. TargetError with install instructions if it is missing."""
    path = shutil.which("tesseract")
    if path is None:
        raise TargetError(
            "--reader tesseract: there is no tesseract on PATH\n"
            "  install it (Debian: apt install tesseract-ocr; macOS: brew install tesseract), or use --reader glyphs"
        )
    return path


def read_page(pixels: NDArray[np.uint8]) -> list[Piece]:
    """The pieces of text on a page, with Tesseract in the mode for one block of text (page segmentation mode 6)."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(200, 200), compress_level=1)
    # One thread per page: the service reads several pages at a time, and Tesseract's own threads would compete.
    done = subprocess.run(
        [find_tesseract(), "stdin", "stdout", "--psm", "6", "-l", "eng", "tsv"],
        input=buffer.getvalue(),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return pieces_of(done.stdout.decode("utf-8", "replace"))


def pieces_of(table: str) -> list[Piece]:
    """The pieces in Tesseract's table of words (its TSV output)."""
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    words = [row for row in rows if len(row) == 12 and row[0] == "5" and row[11].strip()]
    found = []
    for _, line in groupby(words, key=lambda row: row[1:5]):
        found += _line(list(line))
    return sorted(found, key=lambda piece: (piece.top, piece.left))


def _line(words: list[list[str]]) -> list[Piece]:
    heights = sorted(int(word[9]) for word in words)
    reach = APART * heights[len(heights) // 2]
    parts: list[list[list[str]]] = []
    for word in words:
        if parts and int(word[6]) - _right(parts[-1][-1]) < reach:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [_piece(part) for part in parts]


def _right(word: list[str]) -> int:
    return int(word[6]) + int(word[8])


def _piece(words: list[list[str]]) -> Piece:
    top, bottom = min(int(word[7]) for word in words), max(int(word[7]) + int(word[9]) for word in words)
    letters = sum(len(word[11]) for word in words)
    return Piece(
        text=" ".join(word[11] for word in words),
        sure=sum(float(word[10]) * len(word[11]) for word in words) / letters / 100,
        left=int(words[0][6]),
        top=top,
        right=_right(words[-1]),
        bottom=bottom,
        em=1.3 * (bottom - top),
    )
