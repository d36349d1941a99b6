"""Ten PDFs of different kinds, made with another library, with their truth; and a service that reads text layers.

The service knows labels in the text of a PDF. A scan, a fax or a form it hands to a person; what is no page it refuses.
"""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import CMYKColor, white
from reportlab.lib.pagesizes import A4, A5, landscape, letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from harness.core.loading.shipped import shipped

MM = 72 / 25.4
FIELDS = ("invoice_number", "invoice_date", "total")
LABELS = {"invoice_number": "Invoice number", "invoice_date": "Date of invoice", "total": "Total due"}

Truth = Mapping[str, str]


def truth_of(number: int) -> Truth:
    """What the invoice with that number says."""
    return {
        "invoice_number": f"PD-{71_000 + 137 * number}",
        "invoice_date": f"2025-{number % 9 + 1:02}-{13 + number}",
        "total": f"{1234.5 + 987.65 * number:.2f}",
    }


def _lines(canvas: Canvas, truth: Truth, *, top: float, left: float = 20 * MM, font: str = "Helvetica") -> None:
    """Draw the labels with their values, and some goods."""
    canvas.setFont(font, 15)
    canvas.drawString(left, top, "INVOICE")
    canvas.setFont(font, 11)
    for row, name in enumerate(FIELDS, 2):
        canvas.drawString(left, top - 7 * MM * row, f"{LABELS[name]}: {truth[name]}")
    for row, goods in enumerate(("2 x hose clamp, steel", "14 x gasket 30 mm", "1 x freight"), 6):
        canvas.drawString(left, top - 7 * MM * row, goods)
    canvas.line(left, top - 3 * MM, left + 90 * MM, top - 3 * MM)


def _plain(canvas: Canvas, truth: Truth) -> None:
    _lines(canvas, truth, top=250 * MM)


def _pages(canvas: Canvas, truth: Truth) -> None:
    """Number and date on the first page, the total on the third."""
    for page, names in enumerate((FIELDS[:2], (), FIELDS[2:]), 1):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(20 * MM, 280 * MM, f"Page {page} of 3")
        for row, name in enumerate(names, 2):
            canvas.drawString(20 * MM, 280 * MM - 7 * MM * row, f"{LABELS[name]}: {truth[name]}")
        canvas.showPage()


def _turned(canvas: Canvas, truth: Truth) -> None:
    """Written upwards on a wide sheet, which the flag turns clockwise: a viewer shows it upright."""
    canvas.setPageRotation(90)
    canvas.translate(A4[0], 0)
    canvas.rotate(90)
    _lines(canvas, truth, top=190 * MM)


def _small(canvas: Canvas, truth: Truth) -> None:
    _lines(canvas, truth, top=190 * MM, left=12 * MM)


def _scanned(canvas: Canvas, truth: Truth) -> None:
    """A grey image of the whole page, as from a scanner."""
    canvas.drawImage(ImageReader(_jpeg(truth, "L")), 0, 0, *A4)


def _four_colours(canvas: Canvas, truth: Truth) -> None:
    """The image and the text in CMYK."""
    canvas.drawImage(ImageReader(_jpeg(truth, "CMYK")), 0, 0, *A4)
    canvas.setFillColor(CMYKColor(0.1, 0.9, 0.8, 0.1))
    canvas.drawString(20 * MM, 20 * MM, "Printed in four colours")


def _jpeg(truth: Truth, mode: str) -> BytesIO:
    """The plain invoice as pixels."""
    out, page = BytesIO(), BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=True)
    _plain(canvas, truth)
    canvas.save()
    with pypdfium2.PdfDocument(page.getvalue()) as document:
        image: Image.Image = document[0].render(scale=150 / 72).to_pil()
    image.convert("RGB").convert(mode).save(out, "JPEG", quality=90)
    out.seek(0)
    return out


def _form(canvas: Canvas, truth: Truth) -> None:
    """The values are in form fields."""
    canvas.setFont("Helvetica", 11)
    for row, name in enumerate(FIELDS):
        height = 250 * MM - 14 * MM * row
        canvas.drawString(20 * MM, height, LABELS[name])
        canvas.acroForm.textfield(
            name=name,
            value=truth[name],
            x=70 * MM,
            y=height - 2 * MM,
            width=60 * MM,
            height=7 * MM,
            fontSize=11,
            fillColor=white,
        )


def _fonts(canvas: Canvas, truth: Truth) -> None:
    """An embedded font, the standard fonts, and a symbol font."""
    pdfmetrics.registerFont(TTFont("Hand", shipped("fixtures") / "fonts" / "HandKalam-Regular.ttf"))
    _lines(canvas, truth, top=250 * MM, font="Hand")
    said = {
        "Courier-Oblique": "Thank you",
        "Times-BoldItalic": "for your order",
        "Symbol": "αβΔΩ",
        "ZapfDingbats": "✔✚➔",
    }
    for row, (font, text) in enumerate(said.items()):
        canvas.setFont(font, 14)
        canvas.drawString(20 * MM, 60 * MM - 8 * MM * row, text)


Draw = Callable[[Canvas, Truth], None]

KINDS: Mapping[str, tuple[tuple[float, float], Draw]] = {
    "text_layer": (letter, _plain),
    "scanned": (A4, _scanned),
    "several_pages": (A4, _pages),
    "landscape": (landscape(A4), _small),
    "turned_by_flag": (A4, _turned),
    "a5": (A5, _small),
    "four_colours": (A4, _four_colours),
    "form_fields": (A4, _form),
    "odd_fonts": (A4, _fonts),
    "empty_password": (A4, _plain),
}
"""The kinds of PDFs, each with its paper size and its drawing function."""


def write_pdf(kind: str, truth: Truth, password: str = "") -> bytes:
    """One PDF. password: what a reader has to type; `empty_password` is encrypted without one."""
    paper, draw = KINDS[kind]
    out = BytesIO()
    lock = StandardEncryption(password, ownerPassword="owner") if password or kind == "empty_password" else None
    canvas = Canvas(out, pagesize=paper, encrypt=lock, invariant=True)
    draw(canvas, truth)
    canvas.save()
    return out.getvalue()


def write_pilot(folder: Path) -> Path:
    """One PDF of each kind in a new folder, and the table of their truth beside them."""
    folder.mkdir()
    rows = [",".join(("file", *FIELDS))]
    for number, kind in enumerate(KINDS):
        truth = truth_of(number)
        (folder / f"{kind}.pdf").write_bytes(write_pdf(kind, truth))
        rows.append(",".join((f"{kind}.pdf", *truth.values())))
    table = folder / "truth.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return table


def read_text_layer(body: bytes) -> tuple[int, object]:
    """Status and reply for one multipart body; 422 if it is not a page."""
    content = body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
    try:
        text = _text(content)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, pypdfium2.PdfiumError) as reason:
        return 422, {"detail": f"not a page: {reason}"}
    found = {name: re.search(rf"{LABELS[name]}:? +(\S+)", text) for name in FIELDS}
    fields = {name: match[1] if match else None for name, match in found.items()}
    return 200, {"fields": fields, "needs_review": None in fields.values()}


def _text(content: bytes) -> str:
    """The text of all pages; "" for an image."""
    if not content.startswith(b"%PDF"):
        with Image.open(BytesIO(content)) as image:
            image.load()
        return ""
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(str(page.get_textpage().get_text_range()) for page in document)
