"""The pilot's reader: exact on clean pages, and unsure of nothing it has not seen."""

import csv
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from harness.core.errors import TargetError
from harness.core.loading.shipped import shipped
from harness.core.seed import Stream
from harness.demo import reader, rules, tesseract
from harness.demo.components import find_components
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.typesetting.sheet import Sheet, Style


def extract(pixels: np.typing.NDArray[np.uint8]) -> rules.Extract:
    return rules.extract_fields(reader.read_page(pixels), len(pixels))


def test_fields_of_fresh_clean_pages_are_read_right() -> None:
    right = 0
    for i in range(20):
        invoice = draw_invoice(Stream(77, "fresh", i))
        truth, found = invoice_truth(invoice), extract(render_invoice(invoice).pixels)
        assert not found.needs_review
        right += sum(found.fields[name] == truth[name] for name in rules.READ)
    assert right >= 0.98 * 20 * len(rules.READ)


def test_the_shipped_samples_are_read_right() -> None:
    folder = shipped("fixtures") / "pilot"
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    for row in rows:
        found = extract(np.asarray(Image.open(folder / row["file"])))
        assert found.fields == {name: row[name] for name in rules.READ}


@pytest.mark.parametrize(
    "text", ["Currency of the offer", "Quantity 48, Austin, TX 78702", "-17,114.81", "Fjord & Co."]
)
@pytest.mark.parametrize(
    "style", [Style(size=22), Style(size=27, bold=True), Style(size=30), Style(size=46, bold=True)]
)
def test_a_line_is_read_though_its_glyphs_touch(text: str, style: Style) -> None:
    sheet = Sheet()
    sheet.text(200, 400, text, style)
    (piece,) = reader.read_page(sheet.page().pixels)
    assert piece.text == text
    assert round(piece.em) == style.size


def test_a_blank_page_gives_nothing_and_is_handed_over() -> None:
    found = extract(np.full((2339, 1654), 255, dtype=np.uint8))
    assert set(found.fields.values()) == {None}
    assert found.confidence == 0.0
    assert found.needs_review


def test_a_page_too_blurred_to_read_is_handed_over() -> None:
    pixels = render_invoice(draw_invoice(Stream(77, "blur"))).pixels
    assert extract(np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(5)))).needs_review


def test_a_page_of_noise_is_read_in_bounded_time() -> None:
    noise = np.where(Stream(1, "noise").array_bytes(2339 * 1654) < 20, 0, 255).astype(np.uint8).reshape(2339, 1654)
    assert extract(noise).needs_review


@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=7))
def test_components_are_those_of_a_flood_fill(rows: list[list[bool]]) -> None:
    boxes = find_components(np.array(rows))
    found = zip(*(getattr(boxes, side).tolist() for side in ("left", "top", "right", "bottom", "area")), strict=True)
    assert sorted(found) == sorted(flood_fill(rows))


def flood_fill(rows: list[list[bool]]) -> list[tuple[int, int, int, int, int]]:
    open_cells = {(x, y) for y, row in enumerate(rows) for x, black in enumerate(row) if black}
    boxes = []
    while open_cells:
        part, todo = set(), [open_cells.pop()]
        while todo:
            x, y = todo.pop()
            part.add((x, y))
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & open_cells
            open_cells -= near
            todo += near
        xs, ys = [x for x, _ in part], [y for _, y in part]
        boxes.append((min(xs), min(ys), max(xs) + 1, max(ys) + 1, len(part)))
    return boxes


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12,480.50", "12480.50"), ("-1.05", "-1.05"), ("EUR 0.07", "0.07"), ("1O,48O.5O", "10480.50"), ("..", None)],
)
def test_amounts_end_in_two_decimals(text: str, cents: str | None) -> None:
    assert rules.parse_money(text) == cents


@pytest.mark.parametrize(
    ("text", "day"), [("14.03.2025", "2025-03-14"), ("l4.O3.2O25", "2025-03-14"), ("31.02.2025", None), ("", None)]
)
def test_dates_become_iso_where_there_is_such_a_day(text: str, day: str | None) -> None:
    assert rules.parse_date(text) == day


def test_tesseract_is_asked_for_by_name_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TargetError, match="apt install tesseract-ocr"):
        tesseract.find_tesseract()


def test_words_of_tesseract_become_pieces() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    words = (("Net", 950, 96), ("total", 1005, 92), ("318.97", 1400, 80))
    table = head + "".join(f"5\t1\t1\t1\t1\t1\t{x}\t100\t50\t20\t{conf}\t{text}\n" for text, x, conf in words)
    pieces = tesseract.pieces_of(table)
    assert [piece.text for piece in pieces] == ["Net total", "318.97"]
    assert [round(piece.sure, 3) for piece in pieces] == [0.935, 0.8]


def test_importing_the_demo_costs_next_to_nothing() -> None:
    code = "import sys, harness.demo, harness.demo.serve; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert not {"numpy", "PIL", "starlette", "uvicorn", "httpx", "rapidfuzz"} & set(loaded)
