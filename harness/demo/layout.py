"""From components to characters in reading order: dots join their letters, letters form pieces of text."""

from dataclasses import dataclass

import numpy as np

from harness.demo.components import Boxes, Ints, union

TALLEST, WIDEST, LOGO, SMALLEST, DUST = 90, 130, 40, 7, 3
"""Pixels at 200 dpi. Taller than TALLEST or wider than WIDEST is a rule, larger than LOGO both ways is a logo. Letters
are at least SMALLEST tall. Up to DUST black pixels are dust."""
MAX_MARKS = 4000
"""Maximum marks of a page; if there are more, the smallest are noise. A normal page has about 700."""
REACH = 1.3
"""The widest gap inside a piece of text, in heights of its letters; gaps between columns are wider."""
MARK, HANG, NEAR = 0.6, 0.3, 0.6
"""A mark is lower than MARK heights of its neighbour, within HANG above or below it and NEAR beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Characters:
    """Boxes of characters, sorted by piece and from left to right; `piece` counts from 0."""

    boxes: Boxes
    piece: Ints


def find_characters(components: Boxes) -> Characters:
    """Characters in pieces of text. Rules, logos and dust are dropped."""
    height, width, area = components.height, components.width, components.area
    large = (height > TALLEST) | (width > WIDEST) | (np.minimum(height, width) > LOGO)
    boxes = _stack(_largest(components.take((area > DUST) & ~large)))
    label = _chain(boxes)
    _, piece = np.unique(label, return_inverse=True)
    order = np.lexsort((boxes.left, piece))
    return Characters(boxes=boxes.take(order), piece=piece[order])


def _largest(boxes: Boxes) -> Boxes:
    return boxes if len(boxes) <= MAX_MARKS else boxes.take(np.argsort(-boxes.area, kind="stable")[:MAX_MARKS])


def _stack(boxes: Boxes) -> Boxes:
    """Join parts above one another: the dot of an i, the halves of a colon."""
    order = np.argsort(boxes.left, kind="stable")
    boxes = boxes.take(order)
    i, j = _near(boxes, 0)
    across = np.minimum(boxes.right[i], boxes.right[j]) - np.maximum(boxes.left[i], boxes.left[j])
    narrow = np.minimum(boxes.width[i], boxes.width[j])
    apart = np.maximum(boxes.top[i], boxes.top[j]) - np.minimum(boxes.bottom[i], boxes.bottom[j])
    small, tall = np.minimum(boxes.height[i], boxes.height[j]), np.maximum(boxes.height[i], boxes.height[j])
    dot = (small < 0.5 * tall) & (apart < 0.45 * tall)
    colon = (tall < 1.5 * small) & (tall < SMALLEST) & (apart < 4 * tall)
    fits = (across > 0.5 * narrow) & (dot | colon)
    return boxes.join(union(len(boxes), i[fits], j[fits]))


def _near(boxes: Boxes, reach: int) -> tuple[Ints, Ints]:
    """Pairs (i, j), i before j, in boxes sorted by their left edge, where j begins at most `reach` right of i's end."""
    until = np.searchsorted(boxes.left, boxes.right + reach, side="right")
    count = np.maximum(until - np.arange(len(boxes)) - 1, 0)
    i = np.repeat(np.arange(len(boxes)), count)
    return i, i + 1 + np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)


def _chain(boxes: Boxes) -> Ints:
    """A label for each box, equal along a piece of text."""
    order = np.argsort(boxes.left, kind="stable")
    sorted_boxes = boxes.take(order)
    i, j = _near(sorted_boxes, int(REACH * TALLEST))
    label = np.empty(len(boxes), dtype=np.int64)
    label[order] = union(len(boxes), *_linked(sorted_boxes, i, j))
    return label


def _linked(boxes: Boxes, i: Ints, j: Ints) -> tuple[Ints, Ints]:
    """The pairs next to each other on one line. A low mark, such as a comma or dash, may also hang or float."""
    gap = boxes.left[j] - boxes.right[i]
    tall, small = np.maximum(boxes.height[i], boxes.height[j]), np.minimum(boxes.height[i], boxes.height[j])
    over = np.minimum(boxes.bottom[i], boxes.bottom[j]) - np.maximum(boxes.top[i], boxes.top[j])
    letters = (over > 0.5 * small) & (gap < REACH * tall)
    mark = (small < MARK * tall) & (over > -HANG * tall) & (gap < NEAR * tall)
    fits = letters | mark
    return i[fits], j[fits]
