"""The character classifier: the nearest template of a clean glyph, fitted at start from the fonts of the pilot's pages.

It is fitted to the pilot's pages: plain ASCII in one typeface, straight, black on white, at their sizes.
The confidence depends on how much nearer the best letter is than the second best, on a scale fitted on the same
clean glyphs. So it is over-confident on other inputs, as classifiers fitted on narrow samples are.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from harness.core.loading.shipped import shipped
from harness.demo.components import Boxes, Ints, Mask, find_components

Floats = NDArray[np.float32]
ALPHABET = "".join(chr(code) for code in range(33, 127))
SIZES = (22, 27, 30, 46)
HELD_OUT = (24, 34, 40)
SIDE = 16
INK = 128
"""Grey values below this are ink."""
SCALES = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 60.0, 80.0)
CLEAN_SURE = 0.99
"""Mean confidence required of clean glyphs in the held-out sizes; the first of SCALES that reaches it is used."""
UNKNOWN_TYPE = np.array([0.0, 0.0, 0.0, 0.4], dtype=np.float32)
KNOWN_TYPE = np.array([2.0, 3.0, 3.0, 0.0], dtype=np.float32)
"""Weights of width, height, drop and proportion, before and after the size of the type is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """Templates, one per row, sorted by letter.

    shape: its normalised ink. place: width, height and drop below the baseline in ems, log of width to height.
    bearings: white on the left and on the right, in ems. char: index into ALPHABET. scale: of the confidence.
    """

    shape: Floats
    place: Floats
    bearings: Floats
    char: Ints
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    shape: Floats
    place: Floats
    bearings: tuple[float, float]
    char: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """For each glyph: its template, the distance to it, and the probability of its letter."""

    template: Ints
    distance: Floats
    sure: Floats


def fit() -> Glyphs:
    """The templates, from every character in both weights and each size; the scale, from sizes in between."""
    glyphs = _templates(SIZES)
    held_out = _templates(HELD_OUT)
    distances = _by_letter(glyphs, _apart(glyphs, held_out.shape, held_out.place, KNOWN_TYPE))
    return replace(glyphs, scale=next((s for s in SCALES if _mean_sure(distances, s) >= CLEAN_SURE), SCALES[-1]))


def _mean_sure(distances: Floats, scale: float) -> float:
    """The mean probability of the nearest letters."""
    return float(_sure(distances, scale).mean())


def _sure(distances: Floats, scale: float) -> Floats:
    low = distances.min(axis=1, keepdims=True)
    return np.asarray(1.0 / np.exp((low - distances) * scale).sum(axis=1), dtype=np.float32)


def _templates(sizes: tuple[int, ...]) -> Glyphs:
    rows = [row for weight in ("Regular", "Bold") for size in sizes for row in _draw_all(weight, size)]
    rows.sort(key=lambda row: row.char)
    return Glyphs(
        shape=np.stack([row.shape for row in rows]),
        place=np.stack([row.place for row in rows]),
        bearings=np.array([row.bearings for row in rows], dtype=np.float32),
        char=np.array([row.char for row in rows]),
    )


def _draw_all(weight: str, size: int) -> list[_Drawn]:
    path = shipped("fixtures") / "fonts" / f"NotoSans-{weight}.ttf"
    font = ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    return [_draw(font, size, i) for i in range(len(ALPHABET))]


def _draw(font: ImageFont.FreeTypeFont, size: int, char: int) -> _Drawn:
    image = Image.new("L", (3 * size, 3 * size), 255)
    ImageDraw.Draw(image).text((size, 2 * size), ALPHABET[char], fill=0, font=font, anchor="ls")
    pixels = np.asarray(image)
    box = _box_of(pixels < INK)
    left, right = int(box.left[0]) - size, int(box.right[0]) - size
    return _Drawn(
        shape=normalise(pixels, box)[0],
        place=describe(box, np.array([size]), np.array([2.0 * size]))[0],
        bearings=(left / size, (font.getlength(ALPHABET[char]) - right) / size),
        char=char,
    )


def _box_of(mask: Mask) -> Boxes:
    """One box around all black pixels."""
    parts = find_components(mask)
    return parts.join(np.zeros(len(parts), dtype=np.int64))


def normalise(pixels: NDArray[np.uint8], boxes: Boxes) -> Floats:
    """The ink in each box, stretched to SIDE x SIDE, of unit length; one row each."""
    steps = (np.arange(SIDE) + 0.5) / SIDE
    y = (boxes.top[:, None] + boxes.height[:, None] * steps).astype(np.int64)
    x = (boxes.left[:, None] + boxes.width[:, None] * steps).astype(np.int64)
    ink = 255.0 - pixels[y[:, :, None], x[:, None, :]].astype(np.float32)
    flat = ink.reshape(len(boxes), SIDE * SIDE)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1.0)
    return flat


def describe(boxes: Boxes, em: NDArray[Any], baseline: NDArray[Any]) -> Floats:
    """Size and position of each box in type of `em` pixels on `baseline`; columns as in Glyphs.place."""
    width, height = boxes.width / em, boxes.height / em
    columns = (width, height, (boxes.bottom - baseline) / em, np.log(boxes.width / boxes.height))
    return np.stack(columns, axis=1).astype(np.float32)


def classify(glyphs: Glyphs, shape: Floats, place: Floats, weights: Floats) -> Guess:
    """The nearest template of each row, and the confidence.

    weights: UNKNOWN_TYPE or KNOWN_TYPE.
    """
    apart = _apart(glyphs, shape, place, weights)
    nearest = _by_letter(glyphs, apart)
    return Guess(template=apart.argmin(axis=1), distance=nearest.min(axis=1), sure=_sure(nearest, glyphs.scale))


def _apart(glyphs: Glyphs, shape: Floats, place: Floats, weights: Floats) -> Floats:
    """Squared distance of each row from each template."""
    one, other = place * weights, glyphs.place * weights
    apart: Floats = (2.0 + (one**2).sum(1))[:, None] + (other**2).sum(1)[None]
    apart -= 2.0 * np.hstack((shape, one)) @ np.hstack((glyphs.shape, other)).T
    np.maximum(apart, 0.0, out=apart)
    return apart


def _by_letter(glyphs: Glyphs, apart: Floats) -> Floats:
    """The distance from the nearest template of each letter; templates are sorted by letter."""
    first = np.searchsorted(glyphs.char, np.arange(len(ALPHABET)))
    nearest: Floats = np.minimum.reduceat(apart, first, axis=1)
    return nearest
