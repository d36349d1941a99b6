"""Fasteners of sheets: staples, the holes that removed ones leave, and punch holes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.legible import cover, ink_hidden
from harness.generate.pages.raster.raster import MM_PER_INCH
from harness.generate.payloads import Page
from harness.generate.registry import op

Floats = NDArray[np.float64]

WIRE_MM, THICK_MM, PIN_MM = 12.0, 0.55, 0.5
HOLE_MM, FROM_EDGE_MM, APART_MM = 3.0, 12.0, 80.0
"""Radius of a punch hole, distance from the edge, and distance of two holes in millimetres (ISO 838)."""

SHADOW = 0.45
SITES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A small part of a page: its top left corner, and the positions of its pixels in millimetres from a point."""

    left: int
    top: int
    x: Floats
    y: Floats


@op("paper.staple", layer="page", kind="nested")
def staple(page: Page, severity: int, draw: Stream) -> Page:
    """Staple the sheet in its top left corner, and leave the holes of removed staples.

    severity: 1 to 10 staples and pairs of holes by turns, nested, 6 to 40 mm from both edges. A word under a staple is
    destroyed; if word positions are unknown, staples that would cover ink are left out.
    Source: a wire of 12 mm, as of staples 24/6; augmentation tools have a class for stapled sheets
    (BindingsAndFasteners of sparkfish/augraphy).
    """
    for k in range(severity):
        place = draw.child("staple", k)
        x, y = place.uniform(6, 40), place.uniform(6, 40)
        slant = place.choice(((1.0, 0.0), (0.6, 0.8), (0.8, 0.6), (0.8, -0.6)))
        page = _staple(page, x, y, slant) if k % 2 == 0 else _pins(page, x, y, slant)
    return page


@op("paper.punch_holes", layer="page", kind="nested")
def punch_holes(page: Page, severity: int, draw: Stream) -> Page:
    """Punch binder holes into the left or right edge. The scanner's lid or the desk shows through.

    severity: 1 to 10 holes of 6 mm diameter, nested: two, then four, 12 mm from the edge and 80 mm apart, then a second
    time up to 28 mm further in and 35 mm up or down. A word hit by a hole is destroyed; if word positions are unknown,
    holes that would hit ink are left out.
    Source: ISO 838; black shapes at the edges of scans that no tool separates from content (ocrmypdf/OCRmyPDF#374).
    """
    lid = draw.between(10, 90)
    for x, y in list(_punched(page, draw))[:severity]:
        patch = _patch(page, x, y, HOLE_MM + 1)
        if patch is not None:
            away = np.sqrt(patch.x**2 + patch.y**2)
            page = _laid(page, patch, np.full(away.shape, lid), HOLE_MM - away, 0.4)
    return page


def _punched(page: Page, draw: Stream) -> Iterator[tuple[float, float]]:
    """Hole positions, in millimetres from the top left corner; a third of the sheets are punched on the wrong side."""
    middle = len(page.pixels) / page.dpi[1] * MM_PER_INCH / 2 + draw.uniform(-3, 3)
    along = [APART_MM * step for step in (-0.5, 0.5, -1.5, 1.5)]
    inwards, down = draw.uniform(-3, 28), draw.uniform(-35, 35)
    width = page.pixels.shape[1] / page.dpi[0] * MM_PER_INCH
    right = draw.choice((False, False, True))
    holes = [(FROM_EDGE_MM, middle + at) for at in along]
    holes += [(FROM_EDGE_MM + inwards, middle + at + down) for at in (*along, 0.0, 2.5 * APART_MM)]
    for x, y in holes:
        yield (width - x if right else x), y


def _staple(page: Page, x: float, y: float, slant: tuple[float, float]) -> Page:
    """A wire: bright along its middle, with a shadow next to it."""
    patch = _patch(page, x, y, WIRE_MM / 2 + 1)
    if patch is None:
        return page
    along, aside = patch.x * slant[0] + patch.y * slant[1], patch.y * slant[0] - patch.x * slant[1]
    inside = np.minimum(THICK_MM / 2 - np.abs(aside), WIRE_MM / 2 - np.abs(along))
    return _laid(page, patch, 70 + 150 * np.clip(1 - np.abs(aside) / (THICK_MM / 2), 0, 1), inside, 0.5)


def _pins(page: Page, x: float, y: float, slant: tuple[float, float]) -> Page:
    """The two holes of a removed staple."""
    patch = _patch(page, x, y, WIRE_MM / 2 + 1)
    if patch is None:
        return page
    ends = [
        np.sqrt((patch.x - side * slant[0] * WIRE_MM / 2) ** 2 + (patch.y - side * slant[1] * WIRE_MM / 2) ** 2)
        for side in (-1, 1)
    ]
    away = np.minimum(*ends)
    return _laid(page, patch, np.full(away.shape, 40), PIN_MM - away, 0.3)


def _patch(page: Page, x: float, y: float, reach: float) -> Patch | None:
    """The part of the page within `reach` of a point, all in millimetres; None if it is not on the page."""
    spans = []
    for at, dpi, size in zip((x, y), page.dpi, page.pixels.shape[::-1], strict=True):
        first, last = round((at - reach) * dpi / MM_PER_INCH), round((at + reach) * dpi / MM_PER_INCH)
        if first < 0 or last > size or first >= last:
            return None
        spans.append((first, (np.arange(first, last) + 0.5) * MM_PER_INCH / dpi - at))
    (left, across), (top, down) = spans
    return Patch(left=left, top=top, x=across[None, :] + 0 * down[:, None], y=down[:, None] + 0 * across[None, :])


def _laid(page: Page, patch: Patch, grey: Floats, inside: Floats, soft: float) -> Page:
    """The page with a shape of that grey where `inside` (mm from its edge) is above 0, and its soft shadow."""
    rows, columns = slice(patch.top, patch.top + len(grey)), slice(patch.left, patch.left + grey.shape[1])
    hidden = inside > 0
    if not page.words and ink_hidden(page.pixels, hidden, patch.left, patch.top):
        return page
    under = page.pixels[rows, columns]
    dark = 1 - SHADOW * np.clip(1 + inside / soft, 0, 1) ** 2
    pixels = page.pixels.copy()
    pixels[rows, columns] = np.where(hidden, np.rint(grey), np.rint(under * dark)).astype(np.uint8)
    return cover(page, pixels, hidden, patch.left, patch.top)
