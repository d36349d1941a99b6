"""Replace a printed value on the pixels of a page, in the page's own look."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np

from harness.core.sample import Printed
from harness.core.seed import Stream
from harness.generate.pages.printed.faces import SetLine, set_line
from harness.generate.pages.printed.looks import INKED, Look, Spot, blurred, cut, looks_of
from harness.generate.payloads import Page, Pixels

SQUEEZES = (1.0, 0.92, 0.84, 0.76)
"""Widths of a value that has no room, relative to the old letters."""

SPREAD = 4
"""Grey levels within this many median distances from the paper's are paper."""

CLOSE = 1.2
"""Distance in heights of a line within which other content is a neighbour of the value."""


def redrawn(page: Page, place: Printed, text: str, draw: Stream, family: str = "") -> Page | None:
    """The page with the text at this place; None if its look cannot be matched, or there is no room.

    family: the typeface, as `family_of` finds it; "" to choose it by this place alone.
    """
    looks = [look for look in looks_of(page, place) if look.family == (family or look.family)]
    if not looks:
        return None
    look = min(looks, key=lambda one: one.rest)
    pixels = page.pixels.copy()
    _erase(pixels, look, draw)
    for squeeze, right in product(SQUEEZES, _sides(pixels, look)):
        line = set_line(text, replace(look.setting, stretch=look.setting.stretch * squeeze))
        if line is not None and (spot := _room(pixels, look, line, right=right)):
            _lay(pixels, look, line, spot)
            return page.with_pixels(pixels)
    return None


def _erase(pixels: Pixels, look: Look, draw: Stream) -> None:
    """Fill the value's place with paper: grey levels drawn from the blank pixels around it."""
    place = look.spot.of(pixels)
    near = look.spot.bottom - look.spot.top
    around = _grown(look.spot, near, pixels).of(pixels)
    away = np.abs(around.astype(np.int16) - look.paper)
    blank = around[away <= SPREAD * np.median(away)]
    if len(blank) and blank.min() != blank.max():
        chosen = (draw.child("paper").array_uniform(place.size) * len(blank)).astype(np.int64)
        place[:] = blank[chosen].reshape(place.shape)
    else:
        place[:] = look.paper


def _grown(spot: Spot, by: int, pixels: Pixels) -> Spot:
    height, width = pixels.shape
    return Spot(
        left=max(0, spot.left - by),
        top=max(0, spot.top - by),
        right=min(width, spot.right + by),
        bottom=min(height, spot.bottom + by),
    )


def _sides(pixels: Pixels, look: Look) -> Iterable[bool]:
    """Whether the new text ends where the old one ended, or begins where it began: the likelier side first."""
    spot, reach = look.spot, round(CLOSE * (look.spot.bottom - look.spot.top))
    level = look.paper - INKED * look.depth
    rows = pixels[spot.top : spot.bottom]
    before = bool((rows[:, max(0, spot.left - reach) : spot.left] < level).any())
    behind = bool((rows[:, spot.right : spot.right + reach] < level).any())
    ends = (spot.left + spot.right) / 2 > 0.75 * pixels.shape[1] if before == behind else behind
    return (True, False) if ends else (False, True)


def _room(pixels: Pixels, look: Look, line: SetLine, *, right: bool) -> Spot | None:
    """Where the line's array goes, if its ink falls on blank paper; None if it does not."""
    left, top, end, bottom = line.box(77)
    old = look.spot.right - 2
    x = old - end if right else look.x - line.x
    y = look.y - line.y + (round(look.setting.slope * (x + line.x - look.x)))
    height, width = pixels.shape
    if x + left < 2 or y + top < 0 or x + end > width - 2 or y + bottom > height:
        return None
    gap = max(2, round(0.25 * (look.spot.bottom - look.spot.top)))
    under = pixels[y + top : y + bottom, max(0, x + left - gap) : x + end + gap]
    if (under < look.paper - 2 * INKED * look.depth).any():
        return None
    return Spot(left=x, top=y, right=x + line.ink.shape[1], bottom=y + line.ink.shape[0])


def _lay(pixels: Pixels, look: Look, line: SetLine, spot: Spot) -> None:
    height, width = pixels.shape
    left, top, right, bottom = max(0, spot.left), max(0, spot.top), min(width, spot.right), min(height, spot.bottom)
    ink = cut(blurred(line, look.blur), left - spot.left, top - spot.top, right - left, bottom - top)
    place = pixels[top:bottom, left:right]
    after = np.clip(place - look.depth * ink.astype(np.float32) / 255, 0, 255)
    if not ((pixels[::16] > 0) & (pixels[::16] < 255)).any():
        after = np.where(after < 128, 0, 255)
    place[:] = np.rint(after).astype(np.uint8)
