"""Simulated handwriting: the truth stays exact, the ink stays where it belongs."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.fax.fax import scan_as_fax
from harness.generate.pages.hand.correcting import slip_of
from harness.generate.pages.hand.fields import fields_of, hand_for
from harness.generate.pages.hand.glyphs import FINE, Bend, averaged, draw_letter, load_letter
from harness.generate.pages.hand.paper import look_for_room
from harness.generate.pages.hand.writing import HANDS, Hand, Manner, _bends, _size, _skipped, draw_hand, write
from harness.generate.pages.locale.tables import read_rows
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.pages.made.invoice_ops import native
from harness.generate.pages.typesetting.type import covered
from harness.generate.payloads import Page, Pixels

IN_PLACE = ("hand.filled", "hand.careless", "hand.corrected", "hand.overwritten")
ALL = ("hand.notes", *IN_PLACE)
SEEDS = range(6)


@lru_cache(maxsize=8)
def page(k: int = 0) -> Page:
    return render_invoice(draw_invoice(Stream(k, "hands")))


def after(name: str, severity: int, k: int = 0) -> Page:
    result = get_op(name).run(page(k), severity, Stream(k, "hand", name))
    assert isinstance(result, Page)
    return result


def said(one: Page) -> dict[str, str]:
    values: dict[str, str] = {}
    for word in one.words:
        values[word.field] = f"{values.get(word.field, '')} {word.text}".strip()
    values.pop("", None)
    return values


def one_hand(face: str) -> Hand:
    return Hand(faces=(f"{face}-Regular",), ink=30, pen=1)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("k", SEEDS)
def test_what_the_page_says_stays_as_it_is(name: str, k: int) -> None:
    assert said(after(name, 10, k)) == said(page(k))


@pytest.mark.parametrize("name", IN_PLACE)
@pytest.mark.parametrize("k", SEEDS)
def test_every_word_of_a_field_has_ink_in_its_box(name: str, k: int) -> None:
    one = after(name, 10, k)
    for word in one.words:
        x0, y0, x1, y1 = (round(word.quad[i]) for i in (0, 1, 4, 5))
        assert (one.pixels[max(0, y0) : y1, max(0, x0) : x1] < 200).any(), word


@pytest.mark.parametrize("name", IN_PLACE)
def test_nothing_but_the_fields_and_their_surroundings_changes(name: str) -> None:
    one = after(name, 10)
    changed = one.pixels != page().pixels
    for word in (*one.words, *page().words):
        if word in page().words and word in one.words:
            continue
        x0, y0, x1, y1 = (round(word.quad[i]) for i in (0, 1, 4, 5))
        changed[max(0, y0 - 14) : y1 + 14, max(0, x0 - 30) : x1 + 30] = False
    assert not changed.any()


@pytest.mark.parametrize("k", SEEDS)
def test_notes_touch_nothing_that_is_printed(k: int) -> None:
    one = after("hand.notes", 10, k)
    printed = page(k).pixels < 204  # a light shade below a heading may be written on
    assert np.array_equal(one.pixels[printed], page(k).pixels[printed])
    assert one.words[: len(page(k).words)] == page(k).words
    assert all(word.field == "" for word in one.words[len(page(k).words) :])


def test_notes_grow_in_number_with_severity() -> None:
    texts = [len(after("hand.notes", severity).words) for severity in range(1, 11)]
    assert texts == sorted(texts)
    assert texts[-1] > texts[0] > len(page().words)


def test_notes_are_written_into_pages_of_which_no_word_is_known() -> None:
    bare = replace(page(), words=())
    one = get_op("hand.notes").run(bare, 5, Stream(1, "bare"))
    assert not np.array_equal(one.pixels, bare.pixels)


@pytest.mark.parametrize("k", SEEDS)
def test_a_correction_shows_a_wrong_value_and_the_right_one(k: int) -> None:
    one = after("hand.corrected", 10, k)
    struck = {word.text for word in one.words} - {word.text for word in page(k).words}
    assert struck
    assert not struck & set(said(page(k)).values())


@given(st.text(min_size=1, max_size=14), st.integers(0, 1 << 30))
def test_a_slip_is_another_value_of_the_same_length(text: str, seed: int) -> None:
    slip = slip_of(text, Stream(seed))
    assert slip == "" or (slip != text and len(slip) == len(text))


def test_a_slip_of_an_amount_is_an_amount() -> None:
    for seed in range(200):
        slip = slip_of("12,480.50", Stream(seed))
        assert [char for char in slip if not char.isdigit()] == [",", "."]


@pytest.mark.parametrize("face", HANDS)
def test_every_hand_has_the_letters_of_every_note(face: str) -> None:
    needed = {char for row in read_rows("hand_notes")[1:] for char in row[1]} | set("0123456789.,-/: ")
    assert covered(f"{face}-Regular") >= needed


@pytest.mark.parametrize("face", HANDS)
def test_digits_are_as_high_as_they_were_asked_to_be(face: str) -> None:
    written = write("0123456789", one_hand(face), Manner(height=40, loose=0), Stream(1)).words[0][1]
    assert 36 <= written[3] - written[1] <= 75  # from the top of the highest digit to the bottom of the lowest
    single = [write(digit, one_hand(face), Manner(height=40, loose=0), Stream(1)).words[0][1] for digit in "0123456789"]
    assert np.mean([box[3] - box[1] for box in single]) == pytest.approx(40, abs=2)


def test_no_two_letters_of_a_line_are_alike() -> None:
    ink = write("8 8 8 8", one_hand("HandPatrickHand"), Manner(height=40, loose=0.5), Stream(1, "alike"))
    cuts = [
        ink.ink[round(top) - ink.top : round(bottom) - ink.top, round(left) - ink.left : round(right) - ink.left]
        for _, (left, top, right, bottom) in ink.words
    ]
    assert len({cut.tobytes() for cut in cuts}) == 4


def test_a_straight_letter_is_the_font_s_own() -> None:
    letter = load_letter("HandKalam-Regular", 120, "g")
    left, top, right, bottom = letter.box
    canvas = np.zeros((bottom - top + 20, right - left + 20), dtype=np.uint8)
    draw_letter(canvas, letter, Bend(slant=0, tilt=0, wide=1, tall=1, x=9.0 - left, y=9.0 - top), 256, 0)
    assert np.array_equal(canvas[9 : 9 + bottom - top, 9 : 9 + right - left], letter.pixels)


@given(st.integers(0, 255), st.integers(1, 9), st.integers(1, 9))
def test_averaging_keeps_an_even_grey(grey: int, height: int, width: int) -> None:
    even: Pixels = np.full((3 * height, 3 * width), grey, dtype=np.uint8)
    assert (averaged(even) == grey).all()


def test_a_fax_with_flat_pixels_gets_letters_of_the_same_shape_on_paper() -> None:
    wide = write("8", one_hand("HandPatrickHand"), Manner(height=40, loose=0), Stream(1)).words[0][1]
    flat = write("8", one_hand("HandPatrickHand"), Manner(height=20, squeeze=2.0, loose=0), Stream(1)).words[0][1]
    assert flat[3] - flat[1] == pytest.approx((wide[3] - wide[1]) / 2, abs=1)
    assert flat[2] - flat[0] == pytest.approx(wide[2] - wide[0], abs=2)


@pytest.mark.parametrize("name", ALL)
def test_a_standard_fax_is_written_on_too(name: str) -> None:
    fax = scan_as_fax(page(), (204.0, 98.0))
    one = get_op(name).run(fax, 10, Stream(1, "fax"))
    assert said(one) == said(page())
    assert not np.array_equal(one.pixels, fax.pixels)


def test_a_value_that_no_hand_has_letters_for_stays_printed() -> None:
    arabic = render_invoice(native(draw_invoice(Stream(1)), 7, Stream(1)))
    hand = hand_for(arabic, Stream(1))
    assert "vendor" not in {field.name for field in fields_of(arabic, hand)}
    one = get_op("hand.filled").run(arabic, 10, Stream(1))
    assert said(one) == said(arabic)


def test_a_hand_is_chosen_that_can_write_the_most() -> None:
    russian = render_invoice(native(draw_invoice(Stream(1)), 5, Stream(1)))
    for seed in SEEDS:
        assert hand_for(russian, Stream(seed)).faces[0] in {"HandCaveat-Regular", "HandBadScript-Regular"}
    assert len({draw_hand(Stream(seed)).faces[0] for seed in range(60)}) == len(HANDS)


@given(st.integers(0, 1 << 30))
def test_room_is_where_no_pixel_is_dark(seed: int) -> None:
    pixels = np.full((80, 96), 255, dtype=np.uint8)
    spot = Stream(seed).between(0, 79), Stream(seed, "x").between(0, 95)
    pixels[spot] = 0
    room = look_for_room(pixels)
    y, x = (at // 8 * 8 for at in spot)
    assert not room.free((x, y, x + 8, y + 8))
    assert room.free((0, 0, 96, y)) or y == 0
    assert room.free((0, 0, x, 80)) or x == 0


@pytest.mark.parametrize(("loose", "lean", "turn", "leave"), [(1.0, 0.25, 0.14, 0.15), (0.35, 0.09, 0.05, 0.053)])
def test_letters_move_as_far_as_the_ops_say(loose: float, lean: float, turn: float, leave: float) -> None:
    moved = []
    for k in range(60):
        moves = Stream(k, "moves").array_uniform(8 * 12).reshape(-1, 8) * 2 - 1
        manner = Manner(height=30, loose=loose)
        bends = _bends(
            list("12,480.50 EUR"[:12]), "HandKalam-Regular", _size("HandKalam-Regular", 30), manner, moves, 0.0
        )
        moved += [(abs(bend.slant), abs(bend.tilt), abs(bend.y) / (30 * FINE)) for bend in bends]
    at_most = np.quantile(np.array(moved), 0.95, axis=0)
    assert at_most == pytest.approx((lean, turn, leave), rel=0.2)


def test_as_much_ink_is_skipped_as_the_op_says() -> None:
    full = np.full((600, 3000), 255, dtype=np.uint8)
    assert (_skipped(full, 1.0, Stream(1)) == 0).mean() == pytest.approx(0.13, abs=0.02)
    assert np.array_equal(_skipped(full, 0.0, Stream(1)), full)


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_nobody_can_read_any_more_is_not_written_anew(name: str) -> None:
    torn = replace(
        page(), words=tuple(replace(word, legible=word.field not in ("total", "vendor")) for word in page().words)
    )
    one = get_op(name).run(torn, 10, Stream(1, "torn"))
    assert {word for word in torn.words if not word.legible} <= set(one.words)
    assert not np.array_equal(one.pixels, torn.pixels)
