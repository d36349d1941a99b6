"""Invoices of five companies, set with reportlab in its own fonts, as PDFs and as scans of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2
import reportlab
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

COLUMNS = ("number", "date", "vendor", "total")
GOODS = ("Hose clip", "Gasket 30 mm", "Freight", "Assembly on site", "Ball bearing", "Service hour", "Filter")
PLACES = ("Hexham", "Lyon", "Graz", "Gouda", "Malmo")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
SCAN_DPI = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How one company prints: fonts, labels, and its forms of amounts and dates."""

    plain: str
    bold: str
    number_label: str
    date_label: str
    total_label: str
    amount: Callable[[int], str]
    day: Callable[[date], str]
    names: tuple[str, ...]


def _english(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}"


def _german(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def _plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _named(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


HOUSES = (
    House(
        plain="Helvetica", bold="Helvetica-Bold",
        number_label="Invoice number", date_label="Invoice date", total_label="Total due",
        amount=_english, day=_named, names=("Brightwater Pumps Ltd", "Calder Valley Tools", "Harrow Lane Joinery"),
    ),
    House(
        plain="Times-Roman", bold="Times-Bold",
        number_label="Rechnungsnummer", date_label="Rechnungsdatum", total_label="Gesamtbetrag",
        amount=_german, day=lambda day: f"{day:%d.%m.%Y}", names=("Hansen und Partner", "Auer Metallbau KG"),
    ),
    House(
        plain="Courier", bold="Courier-Bold",
        number_label="Invoice no", date_label="Date", total_label="Amount due",
        amount=_plain, day=lambda day: f"{day:%Y-%m-%d}", names=("Quarry Road Supplies", "Northern Gears Inc"),
    ),
    House(
        plain="Vera", bold="VeraBd",
        number_label="Invoice number", date_label="Invoice date", total_label="Grand total",
        amount=_english, day=lambda day: f"{day:%d.%m.%Y}", names=("Vermeer Logistics", "De Linde Transport"),
    ),
    House(
        plain="Times-Roman", bold="Helvetica-Bold",
        number_label="Invoice number", date_label="Date", total_label="Total",
        amount=_english, day=_named, names=("Ekman Elektriska", "Dunnock Garden Centre"),
    ),
)  # fmt: skip


def write_papers(folder: Path, pdfs: int, scans: int) -> tuple[str, str]:
    """The papers and their truth. Returns the folder and the path of the truth."""
    folder.mkdir()
    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf"))
    rows = [",".join(("file", *COLUMNS))]
    for index in range(pdfs + scans):
        draw = Random(index)
        content, truth = _paper(HOUSES[index % len(HOUSES)], draw)
        if index >= pdfs:
            name = f"scan_{index - pdfs:02}.{('jpg', 'png', 'tif')[index % 3]}"
            _scan(content, index).save(folder / name, dpi=(SCAN_DPI, SCAN_DPI))
        else:
            name = f"paper_{index:02}.pdf"
            (folder / name).write_bytes(content)
        rows.append(",".join((name, *truth)))
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(folder), str(folder / "truth.csv")


def _paper(house: House, draw: Random) -> tuple[bytes, tuple[str, ...]]:
    number = f"{draw.choice(('R', 'AB', 'INV'))}-{draw.randrange(10_000, 99_999)}"
    day = date(2024, draw.randrange(1, 10), draw.randrange(13, 28))
    vendor = draw.choice(house.names)
    lines = [(draw.choice(GOODS), draw.randrange(300, 90_000)) for _ in range(draw.randrange(3, 7))]
    total = round(sum(cents for _, cents in lines) * 1.2) + draw.randrange(3, 97)
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setFont(house.bold, 20)
    canvas.drawString(60, 770, vendor)
    canvas.setFont(house.plain, 11)
    canvas.drawString(60, 745, f"{draw.randrange(1, 90)} Mill Street, {draw.choice(PLACES)}")
    for row, (label, text) in enumerate(((house.number_label, number), (house.date_label, house.day(day)))):
        canvas.drawString(60, 680 - 22 * row, label)
        canvas.drawString(220, 680 - 22 * row, text)
    for row, (goods, cents) in enumerate(lines):
        canvas.drawString(60, 580 - 24 * row, goods)
        canvas.drawRightString(520, 580 - 24 * row, house.amount(cents))
    canvas.line(60, 420, 520, 420)
    canvas.setFont(house.bold, 13)
    canvas.drawString(60, 396, house.total_label)
    canvas.drawRightString(520, 396, house.amount(total))
    canvas.setFont(house.plain, 9)
    canvas.drawString(60, 60, "Thank you for your order. Goods remain our property until they are paid.")
    canvas.save()
    return out.getvalue(), (number, day.isoformat(), vendor, f"{total / 100:.2f}")


def _scan(content: bytes, seed: int) -> Image.Image:
    """The paper as an office scanner sees it: turned a little, soft, with grain and greyish paper."""
    draw = np.random.Generator(np.random.PCG64(seed))
    document = pypdfium2.PdfDocument(content)
    page: Image.Image = document[0].render(scale=SCAN_DPI / 72).to_pil().convert("L")
    document.close()
    page = page.rotate(draw.uniform(-0.8, 0.8), resample=Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(draw.uniform(0.2, 0.8)))
    grain = np.asarray(page, dtype=np.float64) * 0.86 + draw.normal(draw.uniform(14, 24), 4, (page.height, page.width))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
