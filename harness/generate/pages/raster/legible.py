"""The legibility of words: which are covered, and which left the page."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.generate.payloads import Page, Pixels, Word

Mask = NDArray[np.bool_]

MAX_COVERED_SHARE = 0.01
"""Maximum covered share of a word's ink. A decimal point is about 2 % of an amount's ink and must not be covered."""

INK_BELOW = 160


def cover(page: Page, pixels: Pixels, hidden: Mask, left: int = 0, top: int = 0) -> Page:
    """The page with other pixels, of which `hidden` covers the old content; lost words are marked.

    hidden: a part of the page whose top left corner is at `left`, `top`.
    """
    words = tuple(
        replace(word, legible=word.legible and _share_hidden(page.pixels, word, hidden, left, top) <= MAX_COVERED_SHARE)
        for word in page.words
    )
    return replace(page, pixels=pixels, words=words)


def ink_hidden(pixels: Pixels, hidden: Mask, left: int = 0, top: int = 0) -> bool:
    """Whether there is ink under it: on a page with unknown words, that may be a word."""
    height, width = hidden.shape
    return bool((hidden & (pixels[top : top + height, left : left + width] < INK_BELOW)).any())


def mark_gone(page: Page) -> Page:
    """The page on which words with a corner more than a pixel beyond its edges are no longer legible."""
    words = tuple(replace(word, legible=word.legible and _on_page(page, word)) for word in page.words)
    return replace(page, words=words)


def _on_page(page: Page, word: Word) -> bool:
    height, width = page.pixels.shape
    return all(-1 <= x <= width + 1 for x in word.quad[::2]) and all(-1 <= y <= height + 1 for y in word.quad[1::2])


def _share_hidden(pixels: Pixels, word: Word, hidden: Mask, left: int, top: int) -> float:
    """The share of a word's ink under `hidden`."""
    x0, x1 = int(min(word.quad[::2])), int(max(word.quad[::2])) + 1
    y0, y1 = int(min(word.quad[1::2])), int(max(word.quad[1::2])) + 1
    height, width = hidden.shape
    a, b, c, d = max(x0, left), min(x1, left + width), max(y0, top), min(y1, top + height)
    if a >= b or c >= d:
        return 0.0
    ink = pixels[max(0, y0) : y1, max(0, x0) : x1] < INK_BELOW
    under = pixels[c:d, a:b] < INK_BELOW
    return float((under & hidden[c - top : d - top, a - left : b - left]).sum() / max(1, ink.sum()))
