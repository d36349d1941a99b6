"""The made invoice: its truth, its page, and the languages it can be written in."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256

import numpy as np
import pytest

from harness.core.errors import PackError
from harness.core.seed import Stream
from harness.demo.components import find_components
from harness.generate.pages.locale.tables import LANGUAGES, all_vendors, notes, vendors
from harness.generate.pages.made.invoice import Invoice, draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.made.invoice_data import BLOCKS, printed_date, printed_money
from harness.generate.pages.made.language_ops import foreign_notes, foreign_vendor
from harness.generate.pages.typesetting.sheet import HEIGHT, WIDTH, Sheet, Style, length, place_words
from harness.generate.pages.typesetting.type import split_runs

PRINT_DIGEST = """
from hashlib import sha256
from harness.core.seed import Stream
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
invoice = draw_invoice(Stream(3, "digest"))
page = render_invoice(invoice)
print(sha256(page.pixels.tobytes() + repr((invoice_truth(invoice), page.words)).encode()).hexdigest())
"""


def invoices(count: int) -> list[Invoice]:
    return [draw_invoice(Stream(11, "tests", i)) for i in range(count)]


def cents(money: object) -> int:
    return round(float(str(money)) * 100)


def test_an_invoice_is_the_same_in_two_processes() -> None:
    command = [sys.executable, "-c", PRINT_DIGEST]
    one, other = (subprocess.run(command, capture_output=True, check=True, text=True).stdout for _ in range(2))
    invoice = draw_invoice(Stream(3, "digest"))
    page = render_invoice(invoice)
    here = sha256(page.pixels.tobytes() + repr((invoice_truth(invoice), page.words)).encode()).hexdigest()
    assert one == other == f"{here}\n"


def test_net_and_vat_add_up_to_the_total() -> None:
    for invoice in invoices(50):
        truth = invoice_truth(invoice)
        assert cents(truth["net"]) + cents(truth["vat"]) == cents(truth["total"])
        assert date.fromisoformat(str(truth["invoice_date"])) == invoice.date


def test_the_strata_are_all_drawn() -> None:
    drawn = invoices(600)
    early = sum(invoice.date.day <= 12 for invoice in drawn) / len(drawn)
    small = sum(abs(invoice.total_cents) < 100_000 for invoice in drawn) / len(drawn)
    credit = sum(invoice.total_cents < 0 for invoice in drawn) / len(drawn)
    assert 0.4 < early < 0.6
    assert 0.3 < small < 0.6
    assert 0.04 < credit < 0.14


def test_bases_know_only_plain_vendors() -> None:
    assert {invoice.vendor.language for invoice in invoices(200)} == {"en"}
    assert all(vendor.name.isascii() for vendor in vendors("en"))
    assert len({vendor.vendor_id for vendor in all_vendors()}) == len(all_vendors()) == 76


def test_the_page_is_a4_grey_and_read_only() -> None:
    page = render_invoice(invoices(1)[0])
    assert page.pixels.shape == (HEIGHT, WIDTH)
    assert page.pixels.dtype == np.uint8
    assert page.dpi == (200.0, 200.0)
    with pytest.raises(ValueError, match="read-only"):
        page.pixels[0, 0] = 0


def test_labelled_words_say_what_the_truth_says() -> None:
    invoice = invoices(1)[0]
    said: dict[str, str] = {}
    for word in render_invoice(invoice).words:
        said[word.field] = f"{said.get(word.field, '')} {word.text}".strip()
    del said[""]
    assert said == {
        "invoice_number": invoice.number,
        "invoice_date": printed_date(invoice.date),
        "vendor": invoice.vendor.name,
        "net": printed_money(invoice.net_cents),
        "vat": printed_money(invoice.vat_cents),
        "total": printed_money(invoice.total_cents),
        "currency": invoice.currency,
    }


@pytest.mark.parametrize("severity", range(11))
def test_word_boxes_cover_all_ink_but_rules_and_the_logo(severity: int) -> None:
    invoice = invoices(3)[2]
    if severity:
        invoice = foreign_notes(foreign_vendor(invoice, severity, Stream(1, "v")), severity, Stream(severity, "n"))
    page = render_invoice(invoice)
    left_over = page.pixels.copy()
    for word in page.words:
        x0, y0, _, _, x1, y1, _, _ = (round(v) for v in word.quad)
        assert (page.pixels[y0:y1, x0:x1] < 128).any()
        left_over[y0:y1, x0:x1] = 255
    boxes = find_components(left_over < 128)
    rule = (boxes.height <= 4) & (boxes.width > 400)
    logo = (boxes.left >= 140) & (boxes.right <= 206) & (boxes.bottom <= 196)
    assert (rule | logo).all()


def test_a_character_without_a_glyph_is_an_error_that_names_it() -> None:
    invoice = invoices(1)[0]
    with pytest.raises(PackError, match=r"U\+6F22"):
        render_invoice(replace(invoice, vendor=replace(invoice.vendor, name="Harrow 漢 Ltd")))


def test_every_text_of_the_tables_is_set_by_one_font() -> None:
    texts = [text for vendor in all_vendors() for text in (vendor.name, vendor.street, vendor.city, vendor.country)]
    texts += [text for language in ("en", "es", *LANGUAGES) for block in BLOCKS for text in notes(language, block)]
    assert all(len(split_runs(text, bold=bold)) == 1 for text in texts for bold in (False, True))


def test_a_line_in_two_scripts_is_cut_into_runs() -> None:
    runs = split_runs("Ωmega שלום नमस्ते")
    assert "".join(run.text for run in runs) == "Ωmega שלום नमस्ते"
    assert [run.face for run in runs] == [
        "NotoSans-Regular",
        "NotoSansHebrew-Regular",
        "NotoSansDevanagari-Regular",
    ]


def test_letters_of_arabic_are_joined() -> None:
    (run,) = split_runs("شركة")
    assert length(run.text, run.face, 40) < 0.9 * sum(length(char, run.face, 40) for char in run.text)


def test_words_of_hebrew_stand_from_right_to_left() -> None:
    (run,) = split_runs("דפוס כרמלית")
    offsets = dict(place_words(run, 40))
    assert offsets["דפוס"] > offsets["כרמלית"] == 0.0


def test_text_flush_right_ends_where_it_should() -> None:
    sheet = Sheet()
    sheet.text(900, 100, "INV-204817", Style(size=27), right=True)
    ink = np.flatnonzero((sheet.page().pixels < 128).any(axis=0))
    assert 895 <= ink.max() <= 900


@pytest.mark.parametrize("severity", range(1, 11))
def test_a_foreign_vendor_changes_the_vendor_and_nothing_else(severity: int) -> None:
    before = invoices(1)[0]
    after = foreign_vendor(before, severity, Stream(2, "x"))
    assert after.vendor.language == LANGUAGES[severity - 1]
    assert replace(after, vendor=before.vendor) == before
    assert invoice_truth(after)["vendor_id"] == after.vendor.vendor_id != before.vendor.vendor_id


def test_foreign_notes_are_nested_and_leave_the_truth_alone() -> None:
    before = invoices(1)[0]
    hit: set[str] = set()
    for severity in range(1, 11):
        after = foreign_notes(before, severity, Stream(2, "x"))
        now: set[str] = {one for (one, a), (_, b) in zip(before.texts, after.texts, strict=True) if a != b}
        assert now > hit
        assert invoice_truth(after) == invoice_truth(before)
        hit = now
    assert hit == set(BLOCKS)
