"""A page as a camera sees it: from an angle, or with bent paper."""

import math

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.light import GRID, shade
from harness.generate.pages.raster.warp import Back, warp
from harness.generate.payloads import Page
from harness.generate.registry import op

Floats = NDArray[np.float64]

TILT, TURN = 2.0, 0.3
"""Degrees per severity step: tilt of the camera, and maximum rotation in the plane of the paper."""

DISTANCE = 1.4
"""Distance from lens to paper, in multiples of the page's longer side: about 42 cm for A4."""

MARGIN = 0.02
DESK = (60, 130)
BEND, DUSK = 0.008, 0.05


@op("photo.perspective", layer="page", kind="graded")
def perspective(page: Page, severity: int, draw: Stream) -> Page:
    """Photograph the page at an angle: one side is nearer and larger, and a strip of the desk is visible.

    severity: the camera's tilt, 2 to 20 degrees in ten even steps, seen from a distance of 1.4 page lengths; the side
    is drawn once, and a turn of up to 0.3 degrees per step. The whole page stays in the frame.
    Source: a service crops and straightens photos that its users took at an angle (Expensify/App#101919);
    straightening does harm if a corner is wrong (bhimrazy/receipt-ocr#4); our own range.
    """
    tilt, turn = TILT * severity, TURN * severity * draw.uniform(-1, 1)
    seen = _seen(page, math.radians(tilt), math.radians(draw.uniform(0, 360)), math.radians(turn))
    return warp(page, _back(_into_frame(page, seen)), around=draw.between(*DESK))


def _seen(page: Page, tilt: float, axis: float, turn: float) -> Floats:
    """The projection from pixels to the picture plane, with its position and size: three rows of three."""
    height, width = page.pixels.shape
    dx, dy = page.dpi
    distance = DISTANCE * max(width / dx, height / dy)
    u, v = (math.cos(axis), math.sin(axis)), (-math.sin(axis), math.cos(axis))
    c, s = math.cos(tilt), math.sin(tilt)
    tilted = np.array(
        [
            [distance * (u[0] * u[0] + c * v[0] * v[0]), distance * (u[0] * u[1] + c * v[0] * v[1]), 0],
            [distance * (u[0] * u[1] + c * v[0] * v[1]), distance * (u[1] * u[1] + c * v[1] * v[1]), 0],
            [s * v[0], s * v[1], distance],
        ]
    )
    turned = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    inches = np.array([[1 / dx, 0, -width / dx / 2], [0, 1 / dy, -height / dy / 2], [0, 0, 1]])
    return _times(tilted, _times(turned, inches))


def _into_frame(page: Page, seen: Floats) -> Floats:
    """The same projection, scaled and moved so that the page with a margin fills a frame of its own size."""
    height, width = page.pixels.shape
    corners = np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64)
    x, y, depth = _times(seen, corners)
    x, y = x / depth, y / depth
    dx, dy = page.dpi
    size = max((x.max() - x.min()) * dx / width, (y.max() - y.min()) * dy / height) / (1 - 2 * MARGIN)
    a, b = dx / size, dy / size
    fit = np.array([[a, 0, width / 2 - a * (x.max() + x.min()) / 2], [0, b, height / 2 - b * (y.max() + y.min()) / 2]])
    return _times(np.vstack([fit, [0, 0, 1]]), seen)


def _back(seen: Floats) -> Back:
    """The inverse of a projection."""
    first, second, third = seen
    inverse = np.stack([np.cross(second, third), np.cross(third, first), np.cross(first, second)], axis=1)
    (a, b, c), (d, e, f), (g, h, i) = inverse.tolist()

    def back(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        depth = g * x + h * y + i
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    return back


def _times(left: Floats, right: Floats) -> Floats:
    """The product of two matrices, added up in the same order on every machine."""
    total: Floats = (
        sum(left[:, k, None] * right[None, k] for k in range(1, right.shape[0])) + left[:, 0, None] * right[0]
    )
    return total


@op("photo.curl", layer="page", kind="graded")
def curl(page: Page, severity: int, draw: Stream) -> Page:
    """Bend the page as in a binder or a book: text lines curve, and one side is deeper, smaller and darker.

    severity: how much smaller the deep side is, 0.8 to 8 % in ten even steps, and 5 to 50 % darker at its edge; left
    or right is drawn once.
    Source: no line model could be built for a strongly curved page (DanBloomberg/leptonica#694); our own range.
    """
    side, bend = draw.choice((0, 1)), BEND * severity
    height, width = page.pixels.shape

    def back(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        rise = np.abs(x - side * width) / width
        out = 1 / (1 - bend * (1 - rise * rise))
        return width / 2 + (x - width / 2) * out, height / 2 + (y - height / 2) * out

    bent = warp(page, back, around=draw.between(*DESK))
    place = (np.arange(max(2, width // GRID)) + 0.5) / max(2, width // GRID)
    deep = 1 - np.abs(place - side)
    return bent.with_pixels(shade(bent.pixels, (1 - DUSK * severity * deep**4)[None, :]))
