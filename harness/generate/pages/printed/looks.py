"""How a value is printed on the pixels of a page: its face, size, ink, blur and fall."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from harness.core.sample import Printed
from harness.generate.pages.printed.faces import FACES, Ink, SetLine, Setting, set_line
from harness.generate.payloads import Page, Pixels

FAMILIES = tuple(dict.fromkeys(face.partition("-")[0] for face in FACES))

REFERENCE = 64.0
"""Size in pixels at which the proportions of a face are measured."""

BLURS = (0.0, 0.4, 0.7, 1.0, 1.4, 1.9, 2.5)
"""Blurs that are tried, in pixels."""

USUAL_BLUR, NEAR = 0.7, ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
"""The blur with which a line is put in place, and the steps around its place that are tried, in pixels."""

UNLIKE = 0.3
"""How much a face is worse whose letters have to be stretched or have more ink, by the logarithms of these factors."""

DARKEST = 0.9
"""Quantile of inked pixels that is taken as full ink."""

MIN_HEIGHT = 7
"""Minimum height of a value in pixels: smaller print cannot be redrawn so that it is read."""

MIN_DEPTH = 25
"""Minimum depth of ink in grey levels."""

MAX_RESIDUAL = 0.9
"""Largest share of the old ink that the best face leaves unexplained: beyond it the place is not the value."""

NOISE, INKED = 0.15, 0.3
"""Shares of the depth of ink up to which a pixel is paper, and from which it is ink."""

Depth = NDArray[np.float32]
"""Height x width: how much darker than paper, in grey levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A part of a page in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def of(self, pixels: Pixels) -> Pixels:
        return pixels[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a value was printed.

    rest: the share of its ink that the setting leaves unexplained. depth: its ink in grey levels below the paper. x, y:
    where its baseline begins.
    """

    rest: float
    setting: Setting
    blur: float
    depth: float
    paper: int
    x: int
    y: int
    spot: Spot

    @property
    def family(self) -> str:
        """The typeface without its weight."""
        return self.setting.face.partition("-")[0]


def family_of(page: Page, places: Iterable[Printed]) -> str:
    """The typeface that explains most of the ink at these places of a page together; "" if none does at any."""
    scores = dict.fromkeys(FAMILIES, 0.0)
    seen = [looks for place in places if (looks := looks_of(page, place))]
    for looks in seen:
        for family in FAMILIES:
            scores[family] += min((look.rest for look in looks if look.family == family), default=2 * MAX_RESIDUAL)
    return min(FAMILIES, key=lambda family: scores[family]) if seen else ""


def looks_of(page: Page, place: Printed) -> list[Look]:
    """The look of a value in each face that explains its ink; none if the place shows no such value."""
    spot = _spot(page, place)
    height, width = spot.bottom - spot.top, spot.right - spot.left
    if height < MIN_HEIGHT or width < MIN_HEIGHT:
        return []
    paper = _paper(page.pixels, spot)
    observed = np.clip(paper - spot.of(page.pixels).astype(np.float32), 0, None)
    depth = float(np.quantile(observed, 0.98))
    observed[observed < NOISE * depth] = 0
    depth = float(np.quantile(observed[observed > 0], DARKEST)) if observed.any() else 0.0
    tight = _tight(observed, INKED * depth)
    if tight is None or depth < MIN_DEPTH:
        return []
    slope = place.slope * page.pixels.shape[0] / page.pixels.shape[1]
    aspect = page.dpi[0] / page.dpi[1]
    found = [fit for face in FACES if (fit := _fitted(face, place.text, observed, tight, (slope, aspect), spot))]
    return [
        replace(fit, depth=min(float(paper), depth * fit.depth), paper=paper, x=spot.left + fit.x, y=spot.top + fit.y)
        for fit in found
        if fit.rest <= MAX_RESIDUAL
    ]


def _spot(page: Page, place: Printed) -> Spot:
    height, width = page.pixels.shape
    left, top, right, bottom = place.box
    margin = max(2, round(0.12 * (bottom - top) * height))
    return Spot(
        left=max(0, int(left * width) - 2),
        top=max(0, int(top * height) - margin),
        right=min(width, int(np.ceil(right * width)) + 2),
        bottom=min(height, int(np.ceil(bottom * height)) + margin),
    )


def _paper(pixels: Pixels, spot: Spot) -> int:
    """The most frequent of the lighter grey levels in the spot."""
    counts = np.bincount(spot.of(pixels).reshape(-1), minlength=256)
    smooth = np.convolve(counts, np.ones(5), mode="same")
    middle = int(np.searchsorted(counts.cumsum(), counts.sum() * 0.4))
    return int(middle + smooth[middle:].argmax())


def _tight(observed: Depth, level: float) -> tuple[int, int, int, int] | None:
    inked = observed >= level
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1) if len(rows) else None


def _fitted(
    face: str, text: str, observed: Depth, tight: tuple[int, int, int, int], form: tuple[float, float], spot: Spot
) -> Look | None:
    """How the face has to be set, with its place in the spot and the depth as a factor; None if it lacks a letter."""
    slope, aspect = form
    reference = set_line(text, Setting(face=face, size=REFERENCE))
    if reference is None:
        return None
    left, top, right, bottom = reference.box(77)
    fall = abs(slope) * (tight[2] - tight[0])
    size = REFERENCE * max(MIN_HEIGHT, tight[3] - tight[1] - fall) / max(1, bottom - top)
    stretch = (tight[2] - tight[0]) / max(1.0, (right - left) * size / REFERENCE)
    setting = Setting(face=face, size=round(size * 4) / 4, stretch=round(stretch, 2), slope=round(slope, 4))
    line = set_line(text, setting)
    if line is None:
        return None
    box = line.box(77)
    x, y = tight[0] - box[0], tight[1] - box[1]
    _, x, y = min((_unexplained(observed, line, USUAL_BLUR, x + dx, y + dy), x + dx, y + dy) for dx, dy in NEAR)
    rest, blur = min((_unexplained(observed, line, blur, x, y), blur) for blur in BLURS)
    own = blurred(line, blur)[line.box(1)[1] : line.box(1)[3]].astype(np.float32) / np.float32(255)
    unlike = abs(math.log(stretch / aspect)) + abs(math.log(_weight(observed) / _weight(own)))
    return Look(
        rest=rest + UNLIKE * unlike,
        setting=setting,
        blur=blur,
        depth=1 / max(0.3, float(np.quantile(own[own > 0.05], DARKEST))),
        paper=255,
        x=x + line.x,
        y=y + line.y,
        spot=spot,
    )


def _weight(depth: Depth) -> float:
    """The ink in pixels of full ink: more for a bold face."""
    inked = depth[depth > 0.05 * depth.max(initial=1e-6)]
    return max(1.0, float(depth.sum())) / max(1e-6, float(np.quantile(inked, DARKEST))) if inked.size else 1.0


def _unexplained(observed: Depth, line: SetLine, blur: float, x: int, y: int) -> float:
    """The share of the ink that a line at x, y leaves unexplained."""
    height, width = observed.shape
    ink = cut(blurred(line, blur), -x, -y, width, height).astype(np.float32) / 255
    weight = float((ink * ink).sum())
    gain = float((observed * ink).sum()) / weight if weight else 0.0
    return float(np.abs(observed - gain * ink).sum() / max(1.0, float(observed.sum())))


@lru_cache(maxsize=64)
def blurred(line: SetLine, blur: float) -> Ink:
    if not blur:
        return line.ink
    return np.asarray(Image.fromarray(line.ink).filter(ImageFilter.GaussianBlur(blur)), dtype=np.uint8)


def cut(ink: Ink, left: int, top: int, width: int, height: int) -> Ink:
    """A window of the ink, with none outside of it."""
    out = np.zeros((height, width), dtype=np.uint8)
    a, b, c, d = max(0, left), min(ink.shape[1], left + width), max(0, top), min(ink.shape[0], top + height)
    if a < b and c < d:
        out[c - top : d - top, a - left : b - left] = ink[c:d, a:b]
    return out
