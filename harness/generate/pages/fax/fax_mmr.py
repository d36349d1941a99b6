"""An undetected transmission error in the T.6 code of a page."""

from dataclasses import replace

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.codecs.t6 import Lines, paint, read_lines
from harness.generate.pages.codecs.tiff import group_4
from harness.generate.pages.raster.raster import MM_PER_INCH, black_and_white, grey_between
from harness.generate.pages.raster.share import own_share
from harness.generate.payloads import Page, Pixels, Word
from harness.generate.registry import op

RUINED_SHARE, EARLIEST = 0.08, 0.2
GARBLED_MM = (4.0, 30.0)
BURST = 8
"""Length of a burst in bits, from its first wrong bit to its last."""

BURSTS_MM = 2.0
"""Bursts per millimetre of garbled lines: enough that no letter stays readable."""


@op("fax.mmr_error", layer="page", kind="graded", effect="destroyed", by_word=True)
def mmr_error(page: Page, severity: int, draw: Stream) -> Page:
    """Ruin the rest of the page by wrong bits in its group 4 code, in which each line depends on the one above.

    severity: the error is before at most the last 8 to 80 % of the lines with ink, in ten even steps; a page
    gets 20 to 100 % of it, drawn once. There two bursts of up to eight bits per millimetre are flipped in the code. A
    receiver that takes invalid code for the end of a line reads on for 4 to 30 mm; then it gives up, and the rest stays
    white or repeats the last line. The page is black and white, and its fields from the error on are destroyed. If word
    positions are unknown, all fields are.
    Source: ITU-T T.6 has no line that restarts the code and assumes a channel without errors; how readers treat wrong
    code
    words: SerenityOS/serenity#23884 (lines of the wrong length), haraldk/TwelveMonkeys#225 (a rest in black or white).
    """
    pixels = black_and_white(page.pixels, grey_between(page.pixels))
    inked = np.flatnonzero(pixels.min(axis=1, initial=255) == 0)
    if not len(inked):
        return page
    repeats, garbled = draw.choice((False, True)), draw.uniform(*GARBLED_MM)
    first = int(inked[-max(1, round(RUINED_SHARE * severity * own_share(EARLIEST, draw) * len(inked)))])
    count = min(max(1, round(garbled * page.dpi[1] / MM_PER_INCH)), len(pixels) - first)
    read = paint(_misread(pixels, first, count, garbled, draw), pixels.shape[1])
    pixels[first:] = read[-1] if repeats and len(read) else 255
    pixels[first : first + len(read)] = read
    return replace(page, pixels=pixels, words=tuple(_ruined(word, first) for word in page.words))


def _misread(pixels: Pixels, first: int, count: int, garbled: float, draw: Stream) -> list[list[int]]:
    """`count` lines from `first` on as read from code with errors, by their changes; fewer if it ends."""
    # The line before is coded too, so that the code after it is the same as in the whole page.
    lines = Lines(group_4(pixels[max(0, first - 1) :]), pixels.shape[1])
    if first:
        lines.next_line()
    begin, changes = lines.at, lines.changes
    lines.next_line()
    hits = [begin + draw.below(max(1, lines.at - begin))]
    list(read_lines(lines, count - 1))
    hits += [begin + draw.below(lines.at - begin) for _ in range(round(BURSTS_MM * garbled))]
    damaged = Lines(_flipped(lines.code, hits, draw), lines.width, at=begin, changes=changes)
    return list(read_lines(damaged, count))


def _flipped(code: bytes, hits: list[int], draw: Stream) -> bytes:
    """The code with a burst of bits flipped at each of these positions."""
    value = int.from_bytes(code, "big")
    for at in hits:
        burst = 1 << BURST - 1 | draw.below(1 << BURST - 1)
        value ^= burst << max(0, 8 * len(code) - at - BURST)
    return value.to_bytes(len(code), "big")


def _ruined(word: Word, first: int) -> Word:
    return replace(word, legible=word.legible and max(word.quad[1::2]) <= first)
