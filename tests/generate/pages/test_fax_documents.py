"""Whole faxes: their order, what stands on top, what is put between, and how many of their fields can be read."""

from dataclasses import replace

import numpy as np
import pytest

from harness.core.case import Case, Plan, Step
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.ops import get_op
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.fax.fax_header import LINE_MM
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, Page
from harness.generate.render import Rendered, render
from harness.generate.steps import lost_fields
from harness.run.setup.requested import requested

FIELDS = {"vendor", "invoice_number", "invoice_date", "currency", "net", "vat", "total"}


def pages(count: int) -> Document:
    return Document(pages=tuple(render_invoice(draw_invoice(Stream(1, "fax", k))) for k in range(count)))


def run(name: str, document: Document, severity: int = 10, noise: int = 0) -> Document:
    after: Document = get_op(name).run(document, severity, Stream(1, "documents", name, noise))
    return after


def made(*steps: Step, encode: str = "tiff-g4") -> Rendered:
    plan = Plan(base="made:invoices#1", steps=steps, encode=encode, stream="fax/documents#1")
    return render(plan, Bases(seed=1, samples=Samples(kind="page", items=(), columns=())))


def sent(sample: Sample, *steps: Step) -> Rendered:
    plan = Plan(base=f"sample:{sample.key}", steps=steps, encode="tiff-g4", stream="fax/documents#1")
    return render(plan, Bases(seed=1, samples=Samples(kind="page", items=(sample,), columns=())))


def sample(count: int = 1) -> Sample:
    file = encode(pages(count), "tiff-g4", "a")
    form, truth = file.media_type, {"total": "1.00"}
    return Sample(key="a", kind="page", content=file.content, media_type=form, filename="a.tif", truth=truth)


def at_top(before: Page, after: Page) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return after.pixels[: round(LINE_MM * before.dpi[1] / 25.4)]


@pytest.mark.parametrize("resolution", ["fax.fine", "fax.standard", "fax.superfine"])
@pytest.mark.parametrize("noise", range(4))
def test_a_header_line_moves_or_spares_what_is_below_it(resolution: str, noise: int) -> None:
    page = get_op(resolution).run(pages(1).pages[0], 10, Stream(1))
    after = run("fax.header_line", Document(pages=(page,)), noise=noise).pages[0]
    more = len(after.pixels) - len(page.pixels)
    high = round(LINE_MM * page.dpi[1] / 25.4)
    assert more in (0, high)
    assert np.array_equal(after.pixels[high:], page.pixels[high - more :])
    assert (at_top(page, after) == 0).any()
    old = [replace(w, quad=tuple(q + more * (i % 2) for i, q in enumerate(w.quad))) for w in page.words]
    assert list(after.words[-len(old) :]) == old


def test_a_header_line_is_never_printed_over_ink() -> None:
    page = pages(1).pages[0]
    full = replace(page, pixels=page.pixels.copy())
    full.pixels[5:9, 100:300] = 0
    lengths = {len(run("fax.header_line", Document(pages=(full,)), noise=n).pages[0].pixels) for n in range(8)}
    assert lengths == {len(full.pixels) + round(LINE_MM * 200 / 25.4)}


def test_every_page_has_the_line_of_one_call_and_its_own_number() -> None:
    after = run("fax.header_line", pages(3))
    texts = [" ".join(w.text for w in page.words if w.field == "" and w.quad[5] < 40) for page in after.pages]
    assert [text.rsplit(" ", 1)[1] for text in texts] == ["P.01/03", "P.02/03", "P.03/03"]
    assert len({text.rsplit(" ", 1)[0] for text in texts}) == 1


def test_each_station_prints_its_line_above_those_before_it() -> None:
    after = run("fax.forward", pages(1), severity=3).pages[0]
    whens = [word for word in after.words if word.text == "FROM:"]
    tops = [word.quad[1] for word in whens]
    assert tops[0] == 0
    assert np.diff(tops) == pytest.approx([31, 31], abs=8)  # each generation lies a little askew


def test_a_cover_sheet_stands_in_front_and_says_nothing_of_the_fields() -> None:
    after = run("fax.cover_sheet", pages(2))
    assert len(after.pages) == 3
    assert {word.field for word in after.pages[0].words} == {""}
    assert any(word.text == "3" for word in after.pages[0].words)
    assert all(p.words == q.words for p, q in zip(after.pages[1:], pages(2).pages, strict=True))


def test_the_last_page_comes_first_in_the_wrong_order() -> None:
    before = pages(3)
    assert run("fax.page_order", before).pages == before.pages[::-1]


def test_blank_backs_stand_behind_every_page() -> None:
    after = run("fax.blank_backs", pages(2))
    assert [bool((page.pixels == 255).all()) for page in after.pages] == [False, True, False, True]


def test_pages_of_a_mixed_fax_have_their_own_resolution_in_the_file() -> None:
    file = encode(run("fax.mixed", pages(3)), "tiff-g4", "a")
    downs = [page.dpi[1] for page in decode(file).pages]
    assert downs in ([196.0, 98.0, 196.0], [98.0, 196.0, 98.0])
    assert [len(page.pixels) for page in decode(file).pages] == [2287 if down == 196 else 1144 for down in downs]


def test_a_field_is_lost_when_no_page_shows_all_its_words() -> None:
    whole = pages(1).pages[0]
    cut = replace(whole, words=tuple(replace(w, legible=w.field != "total") for w in whole.words))
    assert lost_fields(Document(pages=(cut,))) == {"total"}
    assert lost_fields(Document(pages=(cut, whole))) == frozenset()
    assert lost_fields(Document(pages=(replace(whole, words=()),))) == frozenset()


def test_a_made_page_cut_off_loses_the_fields_below_the_cut() -> None:
    fine, cut = Step(op="fax.fine", severity=10), Step(op="fax.cut_off", severity=10)
    effects = made(fine, cut).effects
    assert set(effects.values()) == {"destroyed"}
    assert {"total", "net"} <= set(effects) < FIELDS
    assert made(fine, replace(cut, severity=1)).effects == {}


def test_of_a_page_whose_words_nobody_knows_all_fields_may_be_lost() -> None:
    assert sent(sample(), Step(op="fax.cut_off", severity=1)).effects == {"total": "destroyed"}
    assert sent(sample(), Step(op="fax.upside_down", severity=10)).effects == {}


def test_ops_on_pages_and_documents_run_in_the_order_of_the_recipe() -> None:
    fine, cover = Step(op="fax.fine", severity=10), Step(op="fax.cover_sheet", severity=10)
    first = decode(made(cover, fine).file).pages
    then = decode(made(fine, cover).file).pages
    assert [page.pixels.shape[1] for page in first] == [1728, 1728]
    assert [page.pixels.shape[1] for page in then] == [1654, 1728]


def test_each_page_of_a_document_has_noise_of_its_own() -> None:
    twice = Document(pages=pages(1).pages * 2)
    file = encode(twice, "tiff-g4", "a")
    base = replace(sample(), content=file.content)
    first, second = decode(sent(base, Step(op="page.speckle", severity=5)).file).pages
    assert not np.array_equal(first.pixels, second.pixels)


def test_the_number_of_pages_that_is_sent_counts_the_sheets_put_in() -> None:
    one = sample(2)
    steps = (Step(op="fax.cover_sheet", severity=10),)
    made_of = sent(one, *steps)
    case = Case(
        address="a/b#0",
        plan=Plan(base="sample:a", steps=steps, encode="tiff-g4"),
        content=made_of.file.content,
        media_type=made_of.file.media_type,
        filename=made_of.file.filename,
        tags={"sample": "a"},
    )
    assert requested(case, {"a": one}) == {"pages": 3}
    assert requested(replace(case, plan=replace(case.plan, steps=())), {"a": one}) == {"pages": 2}
