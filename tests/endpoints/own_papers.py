"""Papers as one team has them, set with another library in other fonts, and a Tesseract reader that knows only these.

Reads `Belegnummer` and `Zahlbetrag` by the words in front of them. Without these words it takes the first number and
the first amount of the page, as sure as ever.
"""

import re
from io import BytesIO
from pathlib import Path
from random import Random

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.endpoints.ocr import file_part, page_of, read_lines

COLUMNS = ("Belegnummer", "Zahlbetrag")
GOODS = ("Schlauchschelle Stahl", "Dichtung 30 mm", "Fracht", "Montage vor Ort", "Kugellager", "Wartung je Stunde")


def write_own_papers(folder: Path, count: int) -> tuple[str, str]:
    """PDFs with a text layer, and their truth. Returns the folder and the path of the truth."""
    folder.mkdir()
    rows = [",".join(("file", *COLUMNS))]
    for number in range(count):
        draw = Random(number)
        code, total = (
            f"{40_000 + 137 * number}-{draw.randrange(10, 99)}",
            f"{draw.randrange(100, 9_000)}.{number % 90 + 10}",
        )
        (folder / f"beleg_{number:02}.pdf").write_bytes(_pdf(code, total, draw))
        rows.append(f"beleg_{number:02}.pdf,{code},{total}")
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(folder), str(folder / "truth.csv")


def _pdf(code: str, total: str, draw: Random) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setFont("Times-Bold", 20)
    canvas.drawString(60, 780, "Hansen und Partner")
    canvas.setFont("Courier", 13)
    canvas.drawString(60, 720, f"Belegnummer {code}")
    for row in range(4):
        canvas.drawString(60, 650 - 26 * row, draw.choice(GOODS))
        canvas.drawRightString(500, 650 - 26 * row, f"{draw.randrange(3, 90)}.{draw.randrange(10, 99)}")
    canvas.setFont("Courier-Bold", 14)
    canvas.drawString(60, 500, f"Zahlbetrag {total}")
    canvas.save()
    return out.getvalue()


def read_own_paper(body: bytes) -> tuple[int, object]:
    """Status and reply for one multipart body; 422 if it is not a page."""
    try:
        image = page_of(file_part(body))
    except (OSError, ValueError, SyntaxError, RuntimeError) as reason:
        return 422, {"detail": f"not a page: {reason}"}
    lines = read_lines(image)
    text = "\n".join(line.text for line in lines)
    found = {name: re.search(rf"{name}\D?\s*(\S+)", text) for name in COLUMNS}
    number = found["Belegnummer"] or re.search(r"(\d{3,}\S*)", text)
    amount = found["Zahlbetrag"] or re.search(r"(\d+[.,]\d\d)\b", text)
    fields = {name: match[1] if match else None for name, match in zip(COLUMNS, (number, amount), strict=True)}
    return 200, {"fields": fields, "confidence": 0.95 if any(fields.values()) else 0.2}
