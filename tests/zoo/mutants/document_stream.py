"""What production sends to the document service: papers set by hand, files as scanners and mail programs make them."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from harness.core.loading.shipped import shipped
from tests.zoo.mutants.stream import Family

PER_FAMILY = 4
BOUNDARY = b"--a-form-of-a-browser"
SIZE = (1700, 2200)
VENDORS = ("Wrenfield Catering", "Ashton Freight Ltd", "Kestrel Valley Media", "Granite Ridge Tools")
"""Some of those in the master list of the service."""
Paper = Mapping[str, str]
Change = Callable[[Paper, Random], Paper]


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(shipped("fixtures") / "fonts" / "NotoSans-Regular.ttf"), size)


def traffic(rng: Random) -> dict[str, str]:
    """One invoice: what is printed, by the label beside it."""
    net = rng.randint(1_000, 900_000)
    tax = round(net * 0.2)
    return {
        "vendor": rng.choice(VENDORS),
        "title": "INVOICE",
        "Invoice number": f"INV-{rng.randint(0, 999_999):06d}",
        "Invoice date": f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "Net total": f"{net / 100:,.2f}",
        "VAT": f"{tax / 100:,.2f}",
        "Total due": f"{(net + tax) / 100:,.2f}",
        "Currency": rng.choice(("EUR", "GBP", "USD", "CHF")),
    }


def draw(paper: Paper) -> Image.Image:
    """The paper as one grey page."""
    page = Image.new("L", SIZE, 255)
    pen = ImageDraw.Draw(page)
    pen.text((150, 120), paper["vendor"], font=_font(56), fill=0)
    pen.text((150, 260), paper["title"], font=_font(52), fill=0)
    for place, (label, text) in enumerate((k, v) for k, v in paper.items() if k not in ("vendor", "title")):
        pen.text((150, 480 + 90 * place), label, font=_font(30), fill=0)
        pen.text((900, 480 + 90 * place), text, font=_font(30), fill=0)
    return page


def _upload(content: bytes) -> bytes:
    head = b'\r\nContent-Disposition: form-data; name="file"; filename="scan"\r\n\r\n'
    return BOUNDARY + head + content + b"\r\n" + BOUNDARY + b"--\r\n"


def _file(page: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    page.save(file, kind, **options)
    return file.getvalue()


def _with(**values: str) -> Change:
    return lambda paper, rng: {**paper, **{name.replace("_", " "): text for name, text in values.items()}}


def _amounts(form: Callable[[str], str]) -> Change:
    names = ("Net total", "VAT", "Total due")
    return lambda paper, rng: {name: form(text) if name in names else text for name, text in paper.items()}


def _continental(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


def _pick(name: str, *texts: str) -> Change:
    return lambda paper, rng: {**paper, name: rng.choice(texts)}


PAPERS: dict[str, tuple[tuple[str, ...], Change]] = {
    "plain papers": ((), lambda paper, rng: paper),
    "continental amounts": (("amount", "locale", "total"), _amounts(_continental)),
    "amounts with the currency": (("amount", "currency"), _amounts(lambda text: f"EUR {text}")),
    "credit notes": (
        ("credit",),
        lambda paper, rng: {**_amounts(lambda text: f"-{text}")(paper, rng), "title": "CREDIT NOTE"},
    ),
    "credits as CR": (
        ("credit",),
        lambda paper, rng: {**_amounts(lambda text: f"{text} CR")(paper, rng), "title": "CREDIT NOTE"},
    ),
    "a credit note without a sign": (("credit",), _pick("title", "CREDIT NOTE")),
    "dates with dots": (("date",), _pick("Invoice date", "04.05.2026", "31.12.2026", "01.02.2026", "13.06.2026")),
    "dates with slashes": (("date",), _pick("Invoice date", "04/05/2026", "12/31/2026", "31/12/2026", "07/07/2026")),
    "impossible dates": (("date",), _pick("Invoice date", "2026-02-30", "2026-13-01", "31.02.2026", "00/00/2026")),
    "sums that do not add up": (("sum", "total"), _pick("Total due", "1,000.00", "12.00", "99,999.99", "0.01")),
    "other papers": (
        ("title", "paper", "document"),
        _pick("title", "DELIVERY NOTE", "QUOTATION", "STATEMENT OF ACCOUNT", "REMINDER"),
    ),
    "unknown vendors": (("vendor",), _pick("vendor", "Okafor Imports", "Zyx Holdings", "A. Person", "Lamps of Leeds")),
    "vendors spelled otherwise": (
        ("vendor",),
        _pick("vendor", "WRENFIELD CATERING", "Wrenfield Caterers", "Kestrel-Valley Media", "Ashdon Freight Ltd"),
    ),
    "unknown currencies": (("currency",), _pick("Currency", "SEK", "Euro", "PLN", "$")),
    "other numbers": (("number",), _pick("Invoice number", "INV-12", "2026/0417", "INV-1234567", "A-000123")),
    "no total": (("total",), lambda paper, rng: {name: text for name, text in paper.items() if name != "Total due"}),
    "no date": (("date",), lambda paper, rng: {name: text for name, text in paper.items() if name != "Invoice date"}),
}
FILES: dict[str, tuple[tuple[str, ...], Callable[[Image.Image, Image.Image], bytes]]] = {
    "turned by a tag": (("orientation", "rotated", "turned"), lambda page, other: _turned(page)),
    "with a palette": (("palette", "transparen"), lambda page, other: _file(page.convert("P"))),
    "clear background": (("transparen", "alpha"), lambda page, other: _clear(page)),
    "sixteen bits": (("bit", "depth"), lambda page, other: _file(Image.fromarray(_sixteen(page)))),
    "fax resolution": (
        ("fax", "resolution", "dpi"),
        lambda page, other: _file(page.resize((SIZE[0], SIZE[1] // 2)), dpi=(204, 98)),
    ),
    "two invoices in one file": (
        ("pages", "invoices"),
        lambda page, other: _file(page, "TIFF", save_all=True, append_images=[other]),
    ),
    "a cover page first": (
        ("cover", "pages"),
        lambda page, other: _file(_cover(), "TIFF", save_all=True, append_images=[page]),
    ),
    "cut off in transfer": (("truncat", "cut"), lambda page, other: _file(page)[:9_000]),
    "no picture": (("type", "file"), lambda page, other: b"%PDF-1.4 nothing of a picture"),
}


def _turned(page: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return _file(page.rotate(90, expand=True), "JPEG", quality=92, exif=exif)


def _clear(page: Image.Image) -> bytes:
    clear = Image.new("RGBA", page.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=page.point(lambda grey: 255 - grey))
    return _file(clear)


def _sixteen(page: Image.Image) -> NDArray[np.uint16]:
    return np.asarray(page).astype(np.uint16) * 257


def _cover() -> Image.Image:
    return draw({"vendor": "Fax", "title": "COVER SHEET", "To": "Accounts payable", "Pages": "2"})


def stream(rng: Random) -> Iterator[Family]:
    """Every family of papers and of files; then uploads at the same moment."""
    for name, (names, change) in PAPERS.items():
        bodies = [_upload(_file(draw(change(traffic(rng), rng)))) for _ in range(PER_FAMILY)]
        yield Family(name=name, names=names, groups=tuple((body,) for body in bodies))
    for name, (names, pack) in FILES.items():
        bodies = [_upload(pack(draw(traffic(rng)), draw(traffic(rng)))) for _ in range(PER_FAMILY)]
        yield Family(name=name, names=names, groups=tuple((body,) for body in bodies))
    pairs = tuple(tuple(_upload(_file(draw(traffic(rng)))) for _ in range(2)) for _ in range(PER_FAMILY))
    yield Family(name="in flight together", names=("flight", "parallel"), groups=pairs)
