"""Values are replaced in the text of PDFs and on the pixels of scans, and nothing else changes."""

from io import BytesIO

import numpy as np
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from harness.core.sample import Printed
from harness.core.seed import Stream
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.printed.faces import FACES, Setting, set_line
from harness.generate.pages.printed.looks import family_of, looks_of
from harness.generate.pages.printed.matching import find_values
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.pages.printed.pdf_values import changed_pdf
from harness.generate.pages.printed.redraw import redrawn
from harness.generate.pages.printed.skew import slope_of
from harness.generate.pages.printed.text_layer import text_lines
from harness.generate.pages.raster.raster import shear
from harness.generate.payloads import File, Page, Pixels

TRUTH = {"number": "R-4711", "total": "1234.50"}


def paper(font: str = "Helvetica", *, together: bool = True, behind: str = " EUR", turned: bool = False) -> bytes:
    """A PDF with a number on the left and a total on the right. together: label and value in one text object."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    if turned:  # stored sideways, shown upright
        canvas.setPageSize(A4[::-1])
        canvas.setPageRotation(90)
        canvas.transform(0, 1, -1, 0, A4[1], 0)
    canvas.setFont(font, 12)
    if together:
        canvas.drawString(80, 700, "Invoice number R-4711")
    else:
        canvas.drawString(80, 700, "Invoice number")
        canvas.drawString(220, 700, "R-4711")
    canvas.drawRightString(500, 500, "17.20")
    canvas.drawRightString(500, 480, f"1,234.50{behind}")
    canvas.drawString(80, 300, "A line that stays.")
    canvas.save()
    return out.getvalue()


def place(content: bytes, field: str) -> Printed:
    found = find_values(text_lines(content), TRUTH, {}, fuzzy=False).printed
    return next(one for one in found if one.field == field)


def pixels_of(content: bytes) -> Pixels:
    return decode(File(content=content, media_type="application/pdf", filename="x.pdf")).pages[0].pixels


def text_of(content: bytes) -> str:
    return "\n".join(line.text for line in text_lines(content))


@pytest.mark.parametrize("font", ["Helvetica", "Times-Bold", "Courier"])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("turned", [False, True])
def test_a_value_in_the_text_of_a_pdf_is_replaced_and_the_rest_stays(font: str, together: bool, turned: bool) -> None:
    content = paper(font, together=together, turned=turned)
    for field, new in (("number", "KX9-0012/B"), ("total", "98,765.40")):
        after = changed_pdf(content, [Change(place=place(content, field), text=new)])
        assert after is not None
        assert text_of(after).replace(new, place(content, field).text) == text_of(content)


def test_the_same_change_gives_the_same_bytes() -> None:
    content = paper()
    change = Change(place=place(content, "total"), text="2.00")
    assert changed_pdf(content, [change]) == changed_pdf(content, [change])


def test_a_value_on_the_right_still_ends_where_it_ended() -> None:
    content = paper(behind="")
    after = changed_pdf(content, [Change(place=place(content, "total"), text="98,765,432.10")])
    assert after is not None
    (line,) = [line for line in text_lines(after) if "98,765" in line.text]
    assert line.box(0, len(line.text))[2] == pytest.approx(place(content, "total").box[2], abs=0.003)


def test_letters_that_the_font_of_the_page_lacks_are_written_in_another_font() -> None:
    content = paper(together=False)
    after = changed_pdf(content, [Change(place=place(content, "number"), text="Łódź-4711")])
    assert after is not None
    assert "Łódź-4711" in text_of(after)


def test_a_text_that_would_cover_its_neighbour_is_refused() -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.drawString(80, 700, "R-4711")
    canvas.drawString(125, 700, "beside it")
    canvas.save()
    content = out.getvalue()
    assert changed_pdf(content, [Change(place=place(content, "number"), text="R-4712")])
    assert changed_pdf(content, [Change(place=place(content, "number"), text="R-4712-4713-4714")]) is None


def test_a_text_that_nobody_sees_is_not_replaced() -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    text = canvas.beginText(80, 700)
    text.setTextRenderMode(3)
    text.textLine("R-4711")
    canvas.drawText(text)
    canvas.save()
    content = out.getvalue()
    assert changed_pdf(content, [Change(place=place(content, "number"), text="R-9999")]) is None


def test_a_file_that_is_no_pdf_has_no_lines() -> None:
    assert text_lines(b"%PDF-1.4 broken") == []


def scan(content: bytes, *, degrees: float = 0.0, grain: int = 0, ink: float = 1.0) -> Page:
    """The page as a scanner sees it."""
    page = Page(pixels=pixels_of(content), dpi=(200.0, 200.0))
    page = shear(page, degrees) if degrees else page
    noise = Stream(1, "grain").array_uniform(page.pixels.size).reshape(page.pixels.shape) * grain
    grey = 255 - ink * (255.0 - page.pixels) - noise
    return page.with_pixels(np.clip(grey, 0, 255).astype(np.uint8))


def on_pixels(content: bytes, field: str, page: Page) -> Printed:
    one = place(content, field)
    slope = slope_of(page.pixels) * page.pixels.shape[1] / page.pixels.shape[0]
    return Printed(field=field, text=one.text, page=0, box=one.box, slope=slope, pixels=True)


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier-Bold"])
@pytest.mark.parametrize("grain", [0, 20])
def test_a_value_on_a_scan_is_redrawn_in_its_face_and_only_there(font: str, grain: int) -> None:
    content = paper(font, behind="")
    page = scan(content, grain=grain, ink=0.85)
    where = on_pixels(content, "total", page)
    family = family_of(page, [where, on_pixels(content, "number", page)])
    assert family == font.partition("-")[0]
    after = redrawn(page, where, "98,765.40", Stream(1), family)
    assert after is not None
    rows, _ = np.nonzero(after.pixels != page.pixels)
    height = page.pixels.shape[0]
    assert (where.box[1] - 0.01) * height < rows.min() < rows.max() < (where.box[3] + 0.01) * height
    new = looks_of(after, Printed(field="total", text="98,765.40", page=0, box=_wider(where, 0.012), pixels=True))
    assert min(look.rest for look in new if look.family == family) < 0.5


def _wider(where: Printed, by: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = where.box
    return left - by, top, right, bottom


def test_the_ink_of_the_old_value_is_gone() -> None:
    content = paper(behind="")
    page = scan(content)
    where = on_pixels(content, "total", page)
    after = redrawn(page, where, "1", Stream(1))
    assert after is not None
    height, width = page.pixels.shape
    left, top, right, bottom = (round(e * n) for e, n in zip(where.box, (width, height, width, height), strict=True))
    half = after.pixels[top:bottom, left : (left + right) // 2]
    assert (half == 255).all()


def test_a_line_that_falls_is_redrawn_falling() -> None:
    content = paper()
    for degrees in (-1.0, 0.8):
        page = scan(content, degrees=degrees)
        assert np.degrees(np.arctan(slope_of(page.pixels))) == pytest.approx(degrees, abs=0.15)


def test_a_black_and_white_page_stays_black_and_white() -> None:
    content = paper(behind="")
    page = scan(content)
    page = page.with_pixels(np.where(page.pixels < 128, 0, 255).astype(np.uint8))
    after = redrawn(page, on_pixels(content, "total", page), "98,765.40", Stream(1))
    assert after is not None
    assert set(np.unique(after.pixels)) == {0, 255}


def test_a_place_without_ink_and_a_value_without_room_are_refused() -> None:
    content = paper()
    page = scan(content)
    where = on_pixels(content, "number", page)
    blank = Printed(field="number", text="R-4711", page=0, box=(0.4, 0.8, 0.5, 0.82), pixels=True)
    assert redrawn(page, blank, "R-4712", Stream(1)) is None
    assert redrawn(page, where, "R-4712 " * 20, Stream(1)) is None


@pytest.mark.parametrize("face", FACES)
def test_a_face_says_if_it_lacks_a_letter(face: str) -> None:
    assert set_line("Total 12", Setting(face=face, size=30.0)) is not None
    assert set_line("總計", Setting(face=face, size=30.0)) is None
