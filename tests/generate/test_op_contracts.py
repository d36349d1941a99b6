"""What every op promises, checked on every op that is registered."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from email import message_from_bytes
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import PackError
from harness.core.schema import Field, JsonType, Schema, Shape
from harness.core.seed import Stream
from harness.generate.ops import all_ops, get_op
from harness.generate.pages.capture.recompress import one_generation as save_as_jpeg
from harness.generate.pages.codecs.decode import count_pages
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.fax.refax import one_generation
from harness.generate.pages.hand.filling import by_hand
from harness.generate.pages.locale.locales import text as label_in
from harness.generate.pages.locale.tables import LANGUAGES
from harness.generate.pages.made.forms import amount_forms, date_forms, number_forms
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.pages.made.invoice_data import Invoice
from harness.generate.pages.made.invoice_ops import DISTANCES
from harness.generate.pages.printed.value_ops import DAYS, LAST_FORM, UNUSUAL_NAMES
from harness.generate.pages.printed.value_ops import LANGUAGES as LANGUAGES_OF_LABELS
from harness.generate.pages.printed.values import FieldValue, as_date, as_money
from harness.generate.pages.raster.raster import black_and_white, grey_between
from harness.generate.payloads import JSON, Document, File, Page, Record
from harness.generate.records.forms.encode import write_record
from harness.generate.records.json_text.write import write_json
from harness.generate.registry import Layer, Op, op

OPS = tuple(all_ops().values())
SITES = [o for o in OPS if o.kind == "nested"]
DOSES = [o for o in OPS if o.kind == "graded"]
NOISES = (0, 1, 2)


def noisy(ops: Sequence[Op]) -> list[Any]:
    """Each op with each noise. Only the first noise runs in the quick dose."""
    marks = {noise: [pytest.mark.full_dose] if noise else [] for noise in NOISES}
    return [pytest.param(one, noise, id=f"{noise}-{one.name}", marks=marks[noise]) for one in ops for noise in NOISES]


TEXT = (
    "Dear Sir or Madam, please find enclosed the corrected invoice INV-2024-0017 of 3 March over 1,284.50 EUR. "
    "Our former bookkeeper will confirm that all columns were filled in clearly; the rest (2,990.00) is due in June. "
    "Customer C-00417, delivered on 2024-02-27 and 2024-03-14, credited -12.00 EUR and -7.50 EUR. "
    "Kind regards, Zoë Müller, Åsa Blåberg, Jörg and Renée Chénier, Returns and Claims, modern materials division"
)
TEXTUAL = frozenset[JsonType]({"string"})
STATED: dict[str, Shape] = {
    "id": Shape(types=TEXTUAL, shortest=7, longest=7, pattern=r"^\d{5}-[A-Z]$"),
    "name": Shape(types=TEXTUAL, shortest=1, longest=40),
    "amount": Shape(types=frozenset({"number"}), low=0, high=10_000),
    "age": Shape(types=frozenset({"integer"}), low=18, high=110),
    "vip": Shape(types=frozenset({"boolean"})),
    "note": Shape(types=frozenset({"string", "null"})),
    "tags": Shape(types=frozenset({"array"}), fewest=1, most=5, item=Shape(types=TEXTUAL)),
    "country": Shape(types=TEXTUAL, words=("GB", "IE", "FR")),
    "channel": Shape(types=TEXTUAL, words=("web", "broker")),
    "opened": Shape(types=TEXTUAL, format="date"),
    "closed": Shape(types=TEXTUAL, format="date-time"),
}
SCHEMA = Schema(
    root=Shape(
        types=frozenset({"object"}),
        fields=tuple(Field(name=name, shape=shape, required=True) for name, shape in STATED.items()),
    ),
    where="claim.schema.json",
)
RECORD = Record(
    pairs=(
        ("id", "00417-B"),
        ("name", "Harrow & Pike"),
        ("amount", 12.5),
        ("age", 41),
        ("vip", True),
        ("note", None),
        ("tags", ["a", "b"]),
        ("country", "GB"),
        ("channel", "web"),
        ("opened", "2024-02-27"),
        ("closed", "2024-03-14T09:26:00Z"),
        ("due", "2024-03-28"),
        ("net", 100),
        ("vat", 19),
        ("total", 119),
        ("address", (("city", "Derby"), ("zip", "DE1 2QY"))),
        ("items", [(("sku", "A7"), ("cents", 1900)), (("sku", "B2"), ("cents", 450))]),
    ),
    schema=SCHEMA,
    beside=(
        Record(pairs=(("id", "00417"), ("name", "Bramley"), ("amount", 12.5), ("age", 23), ("vip", None))),
        Record(pairs=(("id", "00931"), ("amount", 8000), ("age", "23"), ("vip", False), ("country", "IE"))),
    ),
)
WRITTEN = replace(RECORD, pairs=(*RECORD.pairs, ("where", "Sör Åsa, dock 4"), ("total", 8417.25)))
VALUES = {
    "field.amount_form": FieldValue(field="total", kind="amount", text="1,284.50 EUR", truth="1284.50"),
    "field.amount_size": FieldValue(field="total", kind="amount", text="1,284.50", truth=1284.5),
    "field.date_form": FieldValue(field="date", kind="date", text="2024/03/27", truth="2024-03-27"),
    "field.date_value": FieldValue(field="date", kind="date", text="27 March 2024", truth="2024-03-27"),
    "field.code_form": FieldValue(field="number", kind="code", text="RE-4711", truth="RE-4711"),
    "field.name_form": FieldValue(field="vendor", kind="text", text="Harrow & Pike", truth="Harrow & Pike"),
    "field.label": FieldValue(field="total", kind="amount", text="1", truth="1", label="Sum", meaning="total"),
}
FILE = File(content=bytes(range(256)) * 40, media_type="application/pdf", filename="a.pdf")


def severities(one: Op) -> tuple[int, ...]:
    return (10,) if one.kind == "binary" else tuple(range(1, 11))


@lru_cache(maxsize=1)
def invoice_page() -> Page:
    return render_invoice(draw_invoice(Stream(1, "contracts")))


@lru_cache(maxsize=1)
def scan_page() -> Page:
    page = render_invoice(draw_invoice(Stream(2, "contracts")))
    return page.with_pixels(black_and_white(page.pixels, 128))


@lru_cache(maxsize=1)
def picture() -> File:
    return encode(Document(pages=(invoice_page(),)), "png", "a")


@lru_cache(maxsize=8)
def form(name: str) -> File:
    return write_record(WRITTEN, "as_is" if name == JSON else name, "a.json")


def payload_of(one: Op) -> Any:
    if one.form and one.layer != "structure":
        return form(one.form)
    made: dict[Layer, Callable[[], Any]] = {
        "meaning": lambda: draw_invoice(Stream(1, "contracts")),
        "value": lambda: VALUES[one.name],
        "field": lambda: TEXT,
        "structure": lambda: RECORD,
        "page": invoice_page,
        "document": lambda: Document(pages=(invoice_page(), scan_page())),
        "serialise": picture,
        "bytes": lambda: FILE,
        "envelope": picture,
    }
    return made[one.layer]()


@lru_cache(maxsize=40)
def result(name: str, severity: int, noise: int) -> Any:
    one = get_op(name)
    return one.run(payload_of(one), severity, Stream(1, "contracts", name, noise))


def digest(payload: Any) -> str:
    """Of all that a payload says, in a form in which equal payloads are equal."""
    if isinstance(payload, Document):
        return " ".join(digest(page) for page in payload.pages)
    if isinstance(payload, Page):
        words = [(word.text, word.field, word.legible, [round(n, 3) for n in word.quad]) for word in payload.words]
        head = repr((payload.pixels.shape, payload.dpi, words)).encode()
        return sha256(head + np.ascontiguousarray(payload.pixels).tobytes()).hexdigest()
    if isinstance(payload, File):
        return sha256(payload.content).hexdigest() + repr((payload.media_type, payload.filename))
    return sha256(repr(payload).encode("utf-8", "surrogatepass")).hexdigest()


def sites(before: Any, after: Any, name: str = "") -> set[Any]:
    """Where two payloads differ."""
    if name in BLANKS_TOO:
        return touched(before, after)
    if name in WORDS_TOO:
        return touched(before.split(" "), after.split(" "))
    if isinstance(before, Page):
        return set(np.flatnonzero(before.pixels != after.pixels).tolist())
    if isinstance(before, str):
        return differing(dict(enumerate(before.split(" "))), dict(enumerate(after.split(" "))))
    if isinstance(before, Record):
        return differing(values(before), values(after))
    assert isinstance(before, Invoice)
    return differing(parts(before), parts(after))


BLANKS_TOO = {
    *("text.escaped", "text.mojibake", "text.odd_blanks", "text.amounts", "text.dates", "text.id_forms"),
}
"""Ops on texts that change blanks, by which words are otherwise told apart."""

WORDS_TOO = {"text.figures", "text.unclear", "text.negated"}
"""Ops that write more words, or fewer, than there were."""


def touched(before: Sequence[str], after: Sequence[str]) -> set[int]:
    """The characters (or words) of a text that are not in the other one, by their place."""
    match = SequenceMatcher(None, before, after, autojunk=False)
    return {k for tag, i, j, _, _ in match.get_opcodes() if tag != "equal" for k in range(i, max(j, i + 1))}


def differing(before: dict[Any, Any], after: dict[Any, Any]) -> set[Any]:
    missing = object()
    return {key for key in before | after if repr(before.get(key, missing)) != repr(after.get(key, missing))}


def values(record: Record) -> dict[str, list[Any]]:
    return {key: [v for k, v in record.pairs if k == key] for key, _ in record.pairs}


def parts(invoice: Invoice) -> dict[str, Any]:
    plain = {f.name: getattr(invoice, f.name) for f in fields(invoice) if f.name != "texts"}
    return plain | {f"texts.{block}": text for block, text in invoice.texts}


def difference(before: Page, after: Page, noise: int) -> float:
    return float(np.abs(before.pixels.astype(np.int16) - after.pixels).mean())


def farthest_word(before: Page, after: Page, noise: int) -> float:
    moved = np.array([w.quad for w in after.words]) - np.array([w.quad for w in before.words])
    return float(np.abs(moved).max())


def longer(before: Page, after: Page, noise: int) -> float:
    return float(len(after.pixels) - len(before.pixels))


def shorter(before: Page, after: Page, noise: int) -> float:
    assert np.array_equal(before.pixels[: len(after.pixels)], after.pixels)
    return -longer(before, after, noise)


def ruined(before: Page, after: Page, noise: int) -> float:
    whole = black_and_white(before.pixels, grey_between(before.pixels))
    return float(len(whole) - np.flatnonzero((whole != after.pixels).any(axis=1))[0])


def stations(before: Document, after: Document, noise: int) -> float:
    more = {longer(old, new, noise) for old, new in zip(before.pages, after.pages, strict=True)}
    assert len(more) == 1
    return more.pop()


def generations(before: Page, after: Page, noise: int) -> float:
    page, draw = before, Stream(1, "contracts", "fax.refax", noise)
    for number in range(10):
        page = one_generation(page, draw.child("generation", number))
        if np.array_equal(page.pixels, after.pixels):
            return number + 1.0
    raise AssertionError("not a number of generations")


def times_saved(before: Page, after: Page, noise: int) -> float:
    pixels, draw = before.pixels, Stream(1, "contracts", "photo.jpeg", noise)
    for number in range(10):
        pixels = save_as_jpeg(pixels, draw.child("generation", number))
        if np.array_equal(pixels, after.pixels):
            return number + 1.0
    raise AssertionError("not a number of generations")


def pixels_lost(before: Page, after: Page, noise: int) -> float:
    return float(before.pixels.size - after.pixels.size)


def language(before: Invoice, after: Invoice, noise: int) -> float:
    return float(LANGUAGES.index(after.vendor.language))


def haste(before: Page, after: Page, noise: int) -> float:
    """How far the corners of the words by hand are in all from where a hand without any haste puts them."""
    draw = Stream(1, "contracts", "hand.careless", noise)
    pairs = zip(before.words, after.words, strict=True)
    neat = by_hand(before, [word.field for word, written in pairs if word.quad != written.quad], 0.0, draw)
    return float(np.abs(np.array([w.quad for w in after.words]) - np.array([w.quad for w in neat.words])).sum())


def distance(before: Invoice, after: Invoice, noise: int) -> float:
    assert after.native is not None
    return float(next(i for i, group in enumerate(DISTANCES) if after.native.figures.locale.language in group))


def place_of_form(kind: str) -> Callable[[Invoice, Invoice, int], float]:
    def place(before: Invoice, after: Invoice, noise: int) -> float:
        number = re.sub(r"\d", "9", after.number)
        return {
            "amount": lambda: amount_forms("amount").index(after.written.money),
            "credit": lambda: amount_forms("credit").index(after.written.credit),
            "date": lambda: [form.example for form in date_forms()].index(after.written.date),
            "number": lambda: [re.sub(r"\d", "9", form) for form in number_forms()].index(number),
        }[kind]()

    return place


def lines_added(before: Invoice, after: Invoice, noise: int) -> float:
    assert after.items[: len(before.items)] == before.items
    return float(len(after.items) - len(before.items))


def misprinted(before: Invoice, after: Invoice, noise: int) -> float:
    return float(abs(sum(after.misprinted)))


def bytes_lost(before: File, after: File, noise: int) -> float:
    assert before.content.startswith(after.content)
    return float(len(before.content) - len(after.content))


def bytes_added(before: File, after: File, noise: int) -> float:
    assert before.content in after.content
    return float(len(after.content) - len(before.content))


def stream_lost(before: File, after: File, noise: int) -> float:
    return -float(len(after.content))


def sheet_width(before: File, after: File, noise: int) -> float:
    return float(re.findall(rb"/MediaBox \[0 0 ([\d.]+)", after.content)[0])


def pages_in(before: File, after: File, noise: int) -> float:
    return float(count_pages(after))


def entries(before: File, after: File, noise: int) -> float:
    with zipfile.ZipFile(BytesIO(after.content)) as archive:
        assert archive.read(before.filename) == before.content
        return float(len(archive.namelist()))


def archives_around(before: File, after: File, noise: int) -> float:
    content, depth = after.content, 0
    while content != before.content:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            content, depth = archive.read(archive.namelist()[0]), depth + 1
    return float(depth)


def attachments(before: File, after: File, noise: int) -> float:
    parts = [part for part in message_from_bytes(after.content).walk() if part.get_filename()]
    assert parts[-1].get_payload(decode=True) == before.content
    return float(len(parts))


def mails_around(before: File, after: File, noise: int) -> float:
    parts = list(message_from_bytes(after.content).walk())
    assert parts[-1].get_payload(decode=True) == before.content
    return float(sum(part.get_content_type() == "message/rfc822" for part in parts))


def characters_added(before: str, after: str, noise: int) -> float:
    assert before in after
    return float(len(after) - len(before))


def characters_between(before: str, after: str, noise: int) -> float:
    assert [c for c in after if not c.isspace() and c not in "-\N{SOFT HYPHEN}"] == [
        c for c in before if not c.isspace() and c != "-"
    ]
    return float(len(after) - len(before))


def blanks_lost(before: str, after: str, noise: int) -> float:
    assert after.replace(" ", "") == before.replace(" ", "")
    return float(len(before) - len(after))


def line_ends(before: str, after: str, noise: int) -> float:
    assert after.split() == before.split()
    return float(after.count("\n"))


def line_ends_read(before: str, after: str, noise: int) -> float:
    assert " ".join(line.partition("    ")[0] for line in after.splitlines()) == before
    return float(after.count("\n"))


def marks_of_quotes(before: str, after: str, noise: int) -> float:
    lines = [line.lstrip("> ") for line in after.splitlines()]
    assert lines[-1] == before
    return float(after.splitlines()[-1].partition(before)[0].count(">"))


def words_added(before: str, after: str, noise: int) -> float:
    assert re.search(r"INV-2024-0017", after)
    return float(len(after.split()) - len(before.split()))


AMOUNTS = [as_money(Decimal("1284.50"), form) for form in amount_forms("amount")[:LAST_FORM]]
DATES = [as_date(date(2024, 3, 27), form.example) for form in date_forms()]


def shape_of(text: str) -> int:
    """Which of the shapes of numbers a number has."""
    shapes = ("RE-9999", "RE-99999", *number_forms()[2:])
    return next(k for k, shape in enumerate(shapes) if re.fullmatch(re.escape(shape).replace("9", "[0-9]"), text))


def language_of(label: str) -> str:
    return next(one for one in LANGUAGES_OF_LABELS if label_in(one, "total") == label)


def shift(before: Page, after: Page) -> float:
    return abs(after.words[0].quad[0] - before.words[0].quad[0]) + abs(after.words[0].quad[1] - before.words[0].quad[1])


def pages_added(before: Document, after: Document, noise: int) -> int:
    return len(after.pages) - len(before.pages)


MEASURES: dict[str, Callable[[Any, Any, int], float]] = {
    "fax.bed": farthest_word,
    "fax.cut_off": shorter,
    "fax.error_diffusion": difference,
    "fax.forward": stations,
    "fax.halftone": difference,
    "fax.mmr_error": ruined,
    "fax.refax": generations,
    "fax.slip": longer,
    "file.filled_up": bytes_added,
    "file.late_start": bytes_added,
    "file.truncate": bytes_lost,
    "mail.broken_off": stream_lost,
    "mail.logo_first": attachments,
    "mail.nested": mails_around,
    "mail.several": attachments,
    "pdf.large_sheet": sheet_width,
    "pdf.many_pages": pages_in,
    "pdf.stream_cut": stream_lost,
    "zip.many": entries,
    "zip.nested": archives_around,
    "zip.other_first": entries,
    "zip.with_junk": entries,
    "invoice.amount_form": place_of_form("amount"),
    "invoice.credit_form": place_of_form("credit"),
    "invoice.date_form": place_of_form("date"),
    "invoice.foreign_vendor": language,
    "hand.careless": haste,
    "invoice.native": distance,
    "invoice.long_table": lines_added,
    "invoice.number_form": place_of_form("number"),
    "invoice.wrong_sum": misprinted,
    "page.blur": difference,
    "page.skew": farthest_word,
    "page.threshold": difference,
    "paper.bleed_through": difference,
    "paper.coffee_ring": difference,
    "paper.crease": farthest_word,
    "paper.fold": difference,
    "paper.low_ink": difference,
    "paper.stamp": difference,
    "paper.stamp_field": difference,
    "photo.curl": farthest_word,
    "photo.defocus": difference,
    "photo.jpeg": times_saved,
    "field.amount_form": lambda before, after, noise: AMOUNTS.index(after.text),
    "field.amount_size": lambda before, after, noise: after.truth,
    "field.date_form": lambda before, after, noise: DATES.index(after.text),
    "field.date_value": lambda before, after, noise: DAYS.index((int(after.truth[5:7]), int(after.truth[8:]))),
    "field.code_form": lambda before, after, noise: shape_of(after.text),
    "field.name_form": lambda before, after, noise: any(after.text in names for names in UNUSUAL_NAMES),
    "field.label": lambda before, after, noise: LANGUAGES_OF_LABELS.index(language_of(after.label)),
    "page.moved": lambda before, after, noise: shift(before, after),
    "page.scaled": lambda before, after, noise: -(after.words[0].quad[2] - after.words[0].quad[0]),
    "page.copies": pages_added,
    "page.terms_before": pages_added,
    "page.terms_behind": pages_added,
    "photo.messenger": pixels_lost,
    "photo.moire": difference,
    "photo.motion_blur": difference,
    "photo.perspective": difference,
    "photo.screen": difference,
    "photo.shadow": difference,
    "photo.thumbnail": pixels_lost,
    "photo.uneven_light": difference,
    "text.broken_words": characters_between,
    "text.page_furniture": words_added,
    "text.read_across": line_ends_read,
    "text.dictated": words_added,
    "text.loan_words": words_added,
    "text.two_directions": words_added,
    "text.forwarded": marks_of_quotes,
    "text.run_together": blanks_lost,
    "text.wrapped": line_ends,
    **dict.fromkeys(
        (
            *(
                "text.opening",
                "text.ending",
                "text.preamble",
                "text.reply_chain",
                "text.signature",
                "text.pasted",
                "text.form",
            ),
            *("text.angry", "text.urgent", "text.polite", "text.unrelated", "text.second_question"),
            *(
                "text.contradicted",
                "text.emoji_around",
                "text.code_switched",
                "text.repeated",
                "text.token_run",
                "text.personal_data",
            ),
            *("text.injection", "text.hidden_injection", "text.signed", "text.addressed", "text.timed"),
            "text.to_length",
        ),
        characters_added,
    ),
}
"""What grows with the dose of an op; a new op with a dose names its own here."""

NOT_STRICTLY = {
    *("page.threshold", "text.wrapped", "text.read_across"),
    *("page.moved", "page.copies", "page.terms_before", "page.terms_behind"),
    *("field.amount_form", "field.name_form", "field.label"),
}
"""The level moves at each step, but between two levels there may be no pixel of this page; a
narrower line need not end more often; a margin, whole pages and lists of forms end before severity 10."""


@pytest.mark.parametrize(("one", "noise"), noisy(OPS))
def test_same_stream_gives_same_result_and_leaves_the_input_alone(one: Op, noise: int) -> None:
    payload = payload_of(one)
    before = digest(payload)
    for severity in severities(one):
        again = one.run(payload, severity, Stream(1, "contracts", one.name, noise))
        assert digest(again) == digest(result(one.name, severity, noise))
    assert digest(payload) == before


@pytest.mark.parametrize(("one", "noise"), noisy(SITES))
def test_what_is_hit_stays_hit_at_the_next_severity(one: Op, noise: int) -> None:
    payload = payload_of(one)
    hit = [sites(payload, result(one.name, s, noise), one.name) for s in severities(one)]
    assert all(few <= many for few, many in pairwise(hit))
    assert hit[0]
    assert len(hit[0]) < len(hit[-1])


@pytest.mark.parametrize(("one", "noise"), noisy(DOSES))
def test_the_dose_grows_with_severity(one: Op, noise: int) -> None:
    payload = payload_of(one)
    doses = [MEASURES[one.name](payload, result(one.name, s, noise), noise) for s in severities(one)]
    assert doses == sorted(doses)
    assert len(set(doses)) == 10 or (one.name in NOT_STRICTLY and doses[0] < doses[-1])


@pytest.mark.parametrize("one", OPS, ids=lambda o: o.name)
def test_every_op_changes_something_at_its_highest_severity(one: Op) -> None:
    assert digest(result(one.name, 10, 0)) != digest(payload_of(one))


@pytest.mark.parametrize("one", OPS, ids=lambda o: o.name)
def test_every_op_says_what_it_does_by_how_much_and_why(one: Op) -> None:
    assert one.summary.endswith((".", ".)"))
    assert len(one.source) > 10
    assert len(one.scale) > 5


NOTHING_TO_HIT: dict[Layer, tuple[Any, ...]] = {
    "value": (FieldValue(field="any", kind="other", text="---", truth=None),),
    "field": ("", "   \n", "1284.50 2024-03-01 INV-0017"),
    "structure": (Record(pairs=()),),
    "page": (Page(pixels=np.full((300, 200), 255, dtype=np.uint8), dpi=(200.0, 200.0)),),
    "document": (Document(pages=()),),
    "serialise": (FILE,),
    "bytes": (File(content=b"", media_type="application/pdf", filename="a.pdf"),),
}
ALWAYS_SOMETHING = {
    *("page.speckle", "fax.fine", "fax.standard", "fax.superfine", "file.wrong_type", "file.also_zip"),
    *("fax.bed", "fax.slip", "fax.cut_off", "fax.column_streaks", "fax.roller_spots", "fax.halftone"),
    *("fax.error_diffusion", "fax.cover_sheet", "page.terms_before", "page.terms_behind"),
    *("paper.coffee_ring", "paper.crease", "paper.punch_holes", "paper.staple", "paper.stamp", "paper.toner_streak"),
    *("photo.jpeg", "photo.messenger", "photo.thumbnail"),
    *("photo.curl", "photo.moire", "photo.perspective", "photo.screen", "photo.shadow", "photo.uneven_light"),
    *("page.black", "page.noise", "page.one_pixel", "text.preamble", "text.sized", "text.opening"),
    *("text.ending", "text.accent"),
    *("text.empty", "text.blanks", "text.emoji_only", "text.digits_only", "text.foreign_script"),
    *("text.digit_forms", "text.amounts", "text.dates", "text.id_forms"),
    *("text.figures", "text.unclear", "text.numbers_changed"),
}
"""Specks, streaks and shade fall on white paper too, which is grey in photo mode and another white in a coarse JPEG; a
fax has its own grid and length; a gateway's page is no empty file, an archive may follow nothing, a lone number has
company as any text has, and what takes the place of all there is needs nothing to be there."""


@pytest.mark.parametrize("one", [o for o in OPS if o.name not in ALWAYS_SOMETHING], ids=lambda o: o.name)
def test_an_op_with_nothing_to_hit_gives_back_its_input(one: Op) -> None:
    for payload in NOTHING_TO_HIT.get(one.layer, ()):
        for severity in severities(one):
            assert digest(one.run(payload, severity, Stream(1, "nothing"))) == digest(payload)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    height, width = draw(st.integers(1, 70)), draw(st.integers(1, 70))
    seed = draw(st.integers(0, 1 << 32))
    pixels = Stream(seed, "pixels").array_bytes(height * width).reshape(height, width)
    if draw(st.booleans()):
        pixels = np.where(pixels < 40, 0, 255).astype(np.uint8)
    return Page(pixels=pixels, dpi=draw(st.sampled_from([(200.0, 200.0), (204.0, 98.0), (72.0, 72.0), (600.0, 600.0)])))


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
PAYLOADS: dict[Layer, st.SearchStrategy[Any]] = {
    "meaning": st.integers(0, 1 << 32).map(lambda seed: draw_invoice(Stream(seed, "any"))),
    "value": st.builds(
        FieldValue,
        field=st.text(),
        kind=st.sampled_from(("amount", "date", "code", "text", "other")),
        text=st.text() | st.from_regex(r"[0-9]{1,4}[.,][0-9]{2}|[0-9]{4}-0[1-9]-[0-2][0-9]", fullmatch=True),
        truth=st.text() | st.floats() | st.integers() | st.none(),
        label=st.text(),
        meaning=st.sampled_from(("", "total", "vendor", "invoice_date")),
        varied=st.booleans(),
    ),
    "field": st.text(),
    "structure": st.lists(st.tuples(st.text(max_size=4), scalars | st.lists(scalars, max_size=2)), max_size=6).map(
        lambda pairs: Record(pairs=tuple(pairs))
    ),
    "page": pages(),
    "document": st.lists(pages(), max_size=3).map(lambda some: Document(pages=tuple(some))),
    "serialise": pages().map(lambda page: encode(Document(pages=(page,)), "png", "a"))
    | st.binary().map(lambda content: replace(FILE, content=content)),
    "bytes": st.binary().map(lambda content: replace(FILE, content=content)),
    "envelope": st.binary().map(lambda content: replace(FILE, content=content)),
}


def payloads(one: Op) -> st.SearchStrategy[Any]:
    """Any record in the form that the op works on, and any bytes in its place; else what its layer says."""
    if not one.form or one.layer == "structure":
        return PAYLOADS[one.layer]
    encoder = "as_is" if one.form == JSON else one.form
    written = PAYLOADS["structure"].map(lambda record: write_record(record, encoder, "a.json"))
    return written | st.binary().map(lambda content: replace(form(one.form), content=content))


SLOW = ("container.giant",)
"""Half a second a case, whatever the page; tests/generate/pages/test_containers.py asks it with what it may meet."""


@pytest.mark.parametrize("one", [o for o in OPS if o.name not in SLOW], ids=lambda o: o.name)
@given(data=st.data())
def test_an_op_takes_any_payload_of_its_layer(one: Op, data: st.DataObject) -> None:
    payload = data.draw(payloads(one))
    severity = data.draw(st.sampled_from(severities(one)))
    seed = data.draw(st.integers(0, 1 << 32))
    before = digest(payload)
    first, second = (one.run(payload, severity, Stream(seed, "any")) for _ in range(2))
    assert digest(first) == digest(second)
    assert digest(payload) == before
    assert type(first) is type(payload)
    if isinstance(first, Record):
        write_json(first)


@pytest.mark.full_dose
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_results_are_the_same_in_other_processes(hash_seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout) == all_digests()


def all_digests() -> dict[str, str]:
    return {f"{one.name}@{s}": digest(result(one.name, s, 0)) for one in OPS for s in (severities(one)[0], 10)}


def test_an_unknown_op_is_told_with_the_nearest_name() -> None:
    with pytest.raises(PackError, match=r'unknown op "fax\.line_los"\n  did you mean "fax\.line_loss"'):
        get_op("fax.line_los")


def test_an_op_without_a_source_is_refused() -> None:
    def nameless(text: str, severity: int, draw: Stream) -> str:
        """Do something."""
        return text

    with pytest.raises(PackError, match="no Source: line"):
        op("test.nameless", layer="field", kind="graded")(nameless)


if __name__ == "__main__":
    print(json.dumps(all_digests()))
