"""Papers of other countries: nothing missing, nothing on top of anything else, figures as the country writes them."""

import datetime
import unicodedata
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import PackError
from harness.core.seed import Stream
from harness.generate.pages.hand.writing import HANDS
from harness.generate.pages.locale.figures import DIGITS, Figures
from harness.generate.pages.locale.locales import Locale, all_locales, locales, texts
from harness.generate.pages.locale.tables import read_rows, vendors
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.made.invoice_data import BLOCKS, Invoice
from harness.generate.pages.made.invoice_ops import DISTANCES, native
from harness.generate.pages.typesetting.sheet import Sheet, Style
from harness.generate.pages.typesetting.type import FACES, covered, load_font, split_runs
from harness.generate.payloads import Word

LANGUAGES = tuple(language for group in DISTANCES for language in group)
DAY = datetime.date(2025, 3, 4)
LOOKED_AT = 6
"""Papers of each language that are set in type here; the show sets a thousand."""


def paper(language: str, k: int) -> Invoice:
    severity = next(i + 1 for i, group in enumerate(DISTANCES) if language in group)
    tries = (native(draw_invoice(Stream(k, "base", i)), severity, Stream(k, "op", i)) for i in range(200))
    return next(one for one in tries if one.vendor.language == language)


def form(language: str, *, digits: str = "latn", long_date: bool = False) -> Figures:
    return Figures(locale=locales(language)[0], digits=digits, long_date=long_date)


def without_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)


def test_there_are_at_least_sixteen_languages_and_ten_scripts() -> None:
    assert len(set(LANGUAGES)) >= 16
    assert len({locale.script for locale in all_locales()}) >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_page_has_a_place_of_its_own(language: str) -> None:
    for k in range(LOOKED_AT):
        words = render_invoice(paper(language, k)).words
        assert [(a.text, b.text) for a, b in combinations(words, 2) if overlap(a, b) > 6] == []
        assert all(v >= 0 for word in words for v in word.quad)
        assert all(
            x <= 1654 and y <= 2339 for word in words for x, y in zip(word.quad[::2], word.quad[1::2], strict=True)
        )


def overlap(a: Word, b: Word) -> float:
    """How deep two boxes reach into each other, in pixels; boxes have a margin of one, and ascenders reach high."""
    across = min(a.quad[2], b.quad[2]) - max(a.quad[0], b.quad[0])
    down = min(a.quad[5], b.quad[5]) - max(a.quad[1], b.quad[1])
    return min(across, down)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_printed_says_what_the_truth_says(language: str) -> None:
    for k in range(LOOKED_AT):
        invoice = paper(language, k)
        assert invoice.native is not None
        figures, truth = invoice.native.figures, invoice_truth(invoice)
        said: dict[str, str] = {}
        for word in render_invoice(invoice).words:
            said[word.field] = f"{said.get(word.field, '')} {word.text}".strip()
        assert said["vendor"] == truth["vendor"]
        assert said["currency"] == truth["currency"] == figures.locale.currency
        assert said["invoice_number"] == truth["invoice_number"]
        for name in ("net", "vat", "total"):
            digits = "".join(char for char in without_digits(said[name]) if char in DIGITS["latn"])
            places = 2 if figures.locale.decimals else 0
            assert digits == str(truth[name]).replace(".", "")[: len(digits)]
            assert len(digits) == len(str(truth[name]).replace(".", "")) - 2 + places


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_add_up_and_are_whole_where_the_currency_has_no_parts(language: str) -> None:
    for k in range(20):
        invoice = paper(language, k)
        assert invoice.net_cents + invoice.vat_cents == invoice.total_cents > 0
        if invoice.native is not None and not invoice.native.figures.locale.decimals:
            assert invoice.net_cents % 100 == invoice.vat_cents % 100 == 0


@pytest.mark.parametrize("locale", all_locales(), ids=lambda one: f"{one.language}-{one.currency}")
def test_the_tables_have_every_text_in_one_face(locale: Locale) -> None:
    rows = [row for row in read_rows("paper_texts")[1:] if row[0] == locale.language]
    english = {row[1] for row in read_rows("paper_texts")[1:] if row[0] == "en"}
    assert {row[1] for row in rows} >= english
    lines = [part for row in rows for part in row[2].split("/")] + [
        t for b in BLOCKS for t in texts(locale.language, b)
    ]
    for line in (*lines, locale.money, *locale.digits):
        assert len(split_runs(line, language=locale.language)) == 1, line


def test_every_row_says_where_it_is_from() -> None:
    assert all(row[3] for row in read_rows("paper_texts"))
    assert all(row[-1] for row in read_rows("locales"))


def test_every_language_has_a_vendor_at_home() -> None:
    for language in LANGUAGES:
        for locale in locales(language):
            assert any(vendor.country == locale.country for vendor in vendors(language))


@pytest.mark.parametrize(
    ("language", "digits", "printed"),
    [
        ("de", "latn", "1.234.567,50 €"),
        ("fr", "latn", "1 234 567,50 €"),
        ("tr", "latn", "₺1.234.567,50"),
        ("hi", "latn", "₹12,34,567.50"),
        ("hi", "deva", "₹१२,३४,५६७.५०"),
        ("ar", "arab", "١٬٢٣٤٬٥٦٧٫٥٠ ج.م."),
        ("th", "thai", "฿๑,๒๓๔,๕๖๗.๕๐"),
        ("ja", "latn", "¥1,234,567"),
    ],
)
def test_money_is_printed_as_the_country_prints_it(language: str, digits: str, printed: str) -> None:
    assert form(language, digits=digits).money(123456750).replace("\N{NO-BREAK SPACE}", " ") == printed


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [
        ("pl", "04.03.2025", "4 marca 2025"),
        ("hu", "2025. 03. 04.", "2025. március 4."),
        ("vi", "04/03/2025", "Ngày 4 tháng 3 năm 2025"),
        ("th", "04/03/2568", "4 มีนาคม 2568"),
        ("ja", "2025/03/04", "令和7年3月4日"),
        ("he", "04.03.2025", "4 במרץ 2025"),
    ],
)
def test_dates_are_printed_as_the_country_prints_them(language: str, short: str, long: str) -> None:
    assert form(language).date(DAY) == short
    assert form(language, long_date=True).date(DAY) == long


@given(st.integers(0, 10**14), st.sampled_from([(one, d) for one in all_locales() for d in one.digits]))
def test_a_printed_number_has_the_digits_of_the_number(cents: int, how: tuple[Locale, str]) -> None:
    locale, digits = how
    printed = Figures(locale=locale, digits=digits, long_date=False).number(cents, 2)
    assert int("".join(char for char in without_digits(printed) if char in DIGITS["latn"])) == cents


@pytest.mark.parametrize("language", ["he", "ar"])
def test_a_page_that_is_read_from_the_right_begins_there(language: str) -> None:
    words = render_invoice(paper(language, 0)).words
    vendor = next(word for word in words if word.field == "vendor")
    assert vendor.quad[2] > 1300
    assert all(word.quad[0] < 600 for word in words if word.field == "total")


@pytest.mark.parametrize("language", ["he", "ar", "pl", "ja"])
def test_words_stand_in_the_order_in_which_a_line_is_read(language: str) -> None:
    first_line = [word.quad[0] for word in render_invoice(paper(language, 1)).words if 940 < word.quad[1] < 1010]
    assert len(first_line) >= 6
    assert first_line == sorted(first_line, reverse=language in ("he", "ar"))


def test_one_han_character_has_the_form_of_its_language() -> None:
    faces = [split_runs("名", language=language)[0].face for language in ("zh", "ja")]
    assert faces == ["NotoSansSC-Regular", "NotoSansJP-Regular"]


def test_a_column_goes_down_and_its_box_holds_its_ink() -> None:
    sheet = Sheet()
    sheet.column(400, 100, "予約「3月」です。", Style(size=40, language="ja"))
    page = sheet.page()
    (word,) = page.words
    ink = np.argwhere(page.pixels < 255)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    assert word.quad[0] <= left < right <= word.quad[2]
    assert word.quad[1] <= top < bottom <= word.quad[5]
    assert bottom - top > 6 * (right - left)


def test_a_bracket_lies_down_in_a_column() -> None:
    flat, upright = Sheet(), Sheet()
    flat.text(100, 100, "「", Style(size=40, language="ja"))
    upright.column(100, 100, "「", Style(size=40, language="ja"))
    shapes = [np.argwhere(sheet.page().pixels < 128) for sheet in (flat, upright)]
    (tall, narrow), (low, wide) = (shape.max(axis=0) - shape.min(axis=0) for shape in shapes)
    assert tall > narrow
    assert wide > low


def test_a_han_character_that_no_table_uses_is_an_error_that_names_it() -> None:
    with pytest.raises(PackError, match=r"U\+9F98"):
        split_runs("龘", language="zh")


def test_the_cmap_of_a_face_with_postscript_outlines_is_read() -> None:
    assert {"請", "求", "書", "A", "「"} <= covered("NotoSansJP-Regular")
    assert "龘" not in covered("NotoSansJP-Regular")


FACES_LOOKED_AT = [
    *dict.fromkeys(face.format(weight=weight) for face in FACES for weight in ("Regular", "Bold")),
    *(f"{hand}-Regular" for hand in HANDS),
]


@pytest.mark.parametrize("face", FACES_LOOKED_AT)
def test_every_character_that_a_face_claims_is_drawn_as_itself(face: str) -> None:
    """FreeType is asked, not our reader of the cmap: nothing may look like a character that no font has."""
    font = load_font(face, 40)
    missing = bytes(font.getmask("\U0010fffd", mode="L"))
    seen = [char for char in covered(face) if unicodedata.category(char)[0] not in "CZ"]
    assert len(seen) > 100
    assert [char for char in seen if bytes(font.getmask(char, mode="L")) == missing] == []
