"""Tesseract behind HTTP, as a team would build it in an afternoon. It reads two fields and a confidence from a page.

    python -m tests.endpoints.ocr

Takes PDF, PNG, JPEG and TIFF as multipart; prints its URL.
"""

import csv
import io
import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import pypdfium2
from PIL import Image

from tests.endpoints.server import serving

ONE_AT_A_TIME = Lock()
"""PDFium has no threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The words of one line, and their confidence, 0..100."""

    text: str
    sure: float


def read_invoice(body: bytes) -> tuple[int, object]:
    """Status and reply for one multipart body; 422 if it is not a page."""
    try:
        image = page_of(file_part(body))
    except (OSError, ValueError, SyntaxError, pypdfium2.PdfiumError) as reason:
        return 422, {"detail": f"not a page: {reason}"}
    lines = read_lines(image)
    text = "\n".join(line.text for line in lines)
    sure = sum(line.sure for line in lines) / max(1, len(lines)) / 100
    return 200, {"fields": {"invoice_number": _number(text), "total": _total(lines)}, "confidence": round(sure, 3)}


def file_part(body: bytes) -> bytes:
    """The content of the only part."""
    boundary, _, rest = body.partition(b"\r\n")
    _, _, content = rest.partition(b"\r\n\r\n")
    return content.rpartition(b"\r\n" + boundary)[0]


def page_of(content: bytes) -> Image.Image:
    """The first page in grey."""
    if content.startswith(b"%PDF"):
        with ONE_AT_A_TIME, pypdfium2.PdfDocument(content) as document:
            page: Image.Image = document[0].render(scale=200 / 72).to_pil()
            return page.convert("L")
    image = Image.open(io.BytesIO(content))
    image.load()
    return image.convert("L")


def read_lines(image: Image.Image) -> list[Line]:
    """What Tesseract reads, line by line."""
    file = io.BytesIO()
    image.save(file, "PNG", dpi=(200, 200))
    command = ["tesseract", "stdin", "stdout", "--psm", "6", "tsv"]
    done = subprocess.run(
        command, input=file.getvalue(), capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
    )
    found: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in csv.DictReader(done.stdout.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["text"].strip():
            key = (row["block_num"], row["par_num"], row["line_num"])
            found.setdefault(key, []).append((row["text"], float(row["conf"])))
    return [Line(text=" ".join(t for t, _ in words), sure=_mean([c for _, c in words])) for words in found.values()]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _number(text: str) -> str | None:
    found = re.search(r"INV[-\s]*(\w{6})\b", text)
    return f"INV-{found[1]}" if found else None


def _total(lines: Sequence[Line]) -> str | None:
    """The last amount on the last line that mentions a total."""
    for line in reversed(lines):
        amounts = re.findall(r"-?\d[\d,.]*[.,]\d\d\b", line.text)
        if "total" in line.text.lower() and amounts:
            return str(amounts[-1]).replace(",", "")
    return None


def main() -> None:
    with serving(read_invoice, "/ocr") as url:
        print(url, flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
