"""Values that a person has filled in by hand."""

from collections.abc import Sequence
from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.pages.hand.fields import fields_of, hand_for, manner_of, with_field, write_field
from harness.generate.pages.typesetting.type import OwnFace
from harness.generate.payloads import Page
from harness.generate.registry import op

USUAL = 0.35
"""Looseness of a person who writes with normal care."""


@op("hand.filled", layer="page", kind="nested", by_hand=True)
def filled(page: Page, severity: int, draw: Stream, hands: Sequence[OwnFace] = ()) -> Page:
    """Write labelled values by hand in place of their print, as on a form that was filled in.

    severity: a tenth to all of the values, rounded up; nested, in an order drawn once. One hand and one pen per page.
    Digits are 3 to 4.8 mm high; 19 in 20 letters lean by at most 9 % of their height, turn by at most 3 degrees and
    leave the line by at most 5 % of a digit's height; they are up to a sixth paler. A value with letters that the hand
    lacks, or without a known position, stays unchanged.
    Source: our own range, drawn with fonts (simulated handwriting); handwritten fields are missed or merged
    (MicrosoftDocs/azure-docs#53891).
    """
    return by_hand(page, _some(page, severity, draw, hands), USUAL, draw, hands)


def _some(page: Page, severity: int, draw: Stream, hands: Sequence[OwnFace]) -> list[str]:
    """The names of a tenth to all of the values that can be written by hand, rounded up; nested."""
    fields = fields_of(page, hand_for(page, draw.child("hand"), hands))
    order = draw.child("order").order(len(fields))
    return [fields[i].name for i in order[: -(-severity * len(fields) // 10)]]


@op("hand.careless", layer="page", kind="graded", by_hand=True)
def careless(page: Page, severity: int, draw: Stream, hands: Sequence[OwnFace] = ()) -> Page:
    """Write labelled values by hand in a hurry; at higher severities more of them, more carelessly.

    severity: a tenth to all of the values, as in hand.filled, and as much of the way to a hand in which 19 in 20
    letters lean by at most 25 % of their height, turn by at most 8 degrees and leave the line by at most 15 % of a
    digit's height; it climbs or falls by up to 5 % of the length, outgrows its place by 18 %, is up to 45 % paler and
    skips 13 % of its ink. The same hand and the same movements at every severity, further.
    Source: our own range, set by looking at pages of every hand: at 10 a person can still read them.
    """
    return by_hand(page, _some(page, severity, draw, hands), severity / 10, draw, hands)


def by_hand(page: Page, names: list[str], loose: float, draw: Stream, hands: Sequence[OwnFace] = ()) -> Page:
    """The page with these fields written by hand. Each has movements of its own, independent of the others."""
    hand = hand_for(page, draw.child("hand"), hands)
    fields = [field for field in fields_of(page, hand) if field.name in names]
    if not fields:
        return page
    pixels = page.pixels.copy()
    for field in fields:
        manner = manner_of(field, page, loose)
        words = write_field(pixels, field, page, hand, manner, draw.child("field", field.name))
        page = with_field(page, field, words)
    return replace(page, pixels=pixels)
