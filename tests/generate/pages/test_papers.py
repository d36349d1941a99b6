"""Files of several pages, and papers that are no plain invoice: what is printed where, and what is asked for."""

import numpy as np
import pytest

from harness.core.case import Plan, Step
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.made import paper_ops
from harness.generate.pages.made.house_ops import cover_letter, long_table
from harness.generate.pages.made.invoice import Invoice, draw_invoice, invoice_truth, render_invoice, share_lines
from harness.generate.pages.made.papers import render_pages
from harness.generate.payloads import Page
from harness.generate.render import Rendered, render

DRAW = Stream(2, "papers")


def invoice(k: int = 0) -> Invoice:
    return draw_invoice(Stream(6, "papers", k))


def said(page: Page, field: str) -> str:
    return " ".join(word.text for word in page.words if word.field == field)


def texts(page: Page) -> str:
    return " ".join(word.text for word in page.words)


@pytest.mark.parametrize("count", range(1, 80))
def test_every_line_stands_on_one_sheet_in_its_order(count: int) -> None:
    shares = share_lines(count)
    assert [line for lines in shares for line in lines] == list(range(count))
    assert all(len(lines) > 0 for lines in shares)


@pytest.mark.parametrize(("severity", "pages"), [(1, 2), (7, 2), (8, 3), (10, 3)])
def test_the_sums_of_a_long_table_stand_on_the_last_page_alone(severity: int, pages: int) -> None:
    after = long_table(invoice(), severity, DRAW)
    done = render_pages(after)
    assert len(done) == pages
    assert [bool(said(page, "total")) for page in done] == [False] * (pages - 1) + [True]
    assert said(done[-1], "total") == after.money(after.total_cents)
    assert {said(page, "invoice_number") for page in done} == {after.number}
    assert all("Carried forward" in texts(page) for page in done[:-1])


@pytest.mark.parametrize("severity", range(1, 11))
def test_nothing_on_a_sheet_of_a_long_table_runs_into_its_footer(severity: int) -> None:
    for page in render_pages(long_table(invoice(), severity, DRAW)):
        below = [word.quad[5] for word in page.words if word.quad[1] < 2100]
        assert max(below) < 2140


def test_behind_a_letter_every_value_stands_on_page_two() -> None:
    letter, page = render_pages(cover_letter(invoice(), 10, DRAW))
    assert not any(word.field for word in letter.words)
    assert np.array_equal(page.pixels, render_invoice(invoice()).pixels)


def test_a_blank_back_follows_each_sheet() -> None:
    pages = render_pages(paper_ops.blank_back(long_table(invoice(), 1, DRAW), 10, DRAW))
    assert [bool((page.pixels < 255).any()) for page in pages] == [True, False, True, False]


def test_a_delivery_note_has_goods_and_no_money() -> None:
    after = paper_ops.delivery_note(invoice(), 10, DRAW)
    (page,) = render_pages(after)
    assert after.paper.title in texts(page)
    assert after.items[0].description in texts(page)
    assert not any(said(page, name) for name in ("net", "vat", "total", "currency"))


@pytest.mark.parametrize("noise", range(8))
def test_what_looks_like_an_invoice_has_every_figure_and_another_heading(noise: int) -> None:
    (page,) = render_pages(paper_ops.looks_like_one(invoice(), 10, Stream(noise, "x")))
    assert said(page, "total") == invoice().money(invoice().total_cents)
    assert f" INVOICE {invoice().text('bill_to')}" not in texts(page).replace("PRO FORMA INVOICE", "")


def test_the_second_invoice_of_a_file_has_a_number_of_its_own_and_the_copy_has_not() -> None:
    two = render_pages(paper_ops.two_in_file(invoice(), 10, DRAW))
    same = render_pages(paper_ops.twice_in_file(invoice(), 10, DRAW))
    assert len({said(page, "invoice_number") for page in two}) == 2
    assert len({said(page, "invoice_number") for page in same}) == 1
    assert len(two) == len(same) == 2


def test_an_annex_names_the_invoice_that_it_belongs_to() -> None:
    _, page = render_pages(paper_ops.annex(invoice(), 10, DRAW))
    assert texts(page).count(invoice().number) == 2
    assert said(page, "invoice_number") != invoice().number


@pytest.mark.parametrize("severity", range(1, 11))
@pytest.mark.parametrize("noise", range(6))
def test_printed_sums_disagree_and_are_the_truth(severity: int, noise: int) -> None:
    after = paper_ops.wrong_sum(invoice(), severity, Stream(noise, "x"))
    lines = sum(item.cents for item in after.items)
    assert (after.net_cents, after.total_cents) != (lines, after.net_cents + after.vat_cents)
    (page,) = render_pages(after)
    assert said(page, "total") == after.money(after.total_cents)
    assert float(str(invoice_truth(after)["total"])) == pytest.approx(after.total_cents / 100)


def test_an_unsigned_credit_note_prints_no_minus_and_is_negative() -> None:
    after = paper_ops.unsigned_credit(invoice(), 10, DRAW)
    (page,) = render_pages(after)
    assert "CREDIT NOTE" in texts(page)
    assert not said(page, "total").startswith("-")
    assert str(invoice_truth(after)["total"]).startswith("-")


def made(op: str, severity: int, *, pdf: int, png: int, encode: str = "as_is") -> Rendered:
    types = ["application/pdf"] * pdf + ["image/png"] * png
    items = tuple(
        Sample(key=str(k), kind="page", content=b"", media_type=kind, filename=str(k)) for k, kind in enumerate(types)
    )
    samples = Samples(kind="page", items=items, columns=("total",))
    plan = Plan(base="made:invoices#0", steps=(Step(op=op, severity=severity),), encode=encode, stream="x/y#0")
    return render(plan, Bases(seed=1, samples=samples))


@pytest.mark.parametrize(
    ("pdf", "png", "media_type"), [(3, 0, "application/pdf"), (2, 1, "application/pdf"), (1, 2, "image/tiff")]
)
def test_several_pages_come_in_a_format_that_the_team_has_most_of(pdf: int, png: int, media_type: str) -> None:
    file = made("invoice.two_in_file", 10, pdf=pdf, png=png).file
    assert file.media_type == media_type
    assert len(decode(file).pages) == 2


def test_one_page_is_a_png_as_before() -> None:
    assert made("invoice.amount_form", 6, pdf=3, png=0).file.media_type == "image/png"


def test_pages_travel_in_grey_without_loss() -> None:
    file = made("invoice.two_in_file", 10, pdf=0, png=1).file
    assert all(len(np.unique(page.pixels)) > 2 for page in decode(file).pages)


def test_what_nobody_can_be_sure_of_is_destroyed_and_nothing_else() -> None:
    assert made("invoice.wrong_sum", 3, pdf=0, png=1).effects == dict.fromkeys(("net", "vat", "total"), "destroyed")
    assert made("invoice.near_vendor", 10, pdf=0, png=1).effects == {"vendor_id": "destroyed"}
    assert not made("invoice.two_in_file", 10, pdf=0, png=1).effects
