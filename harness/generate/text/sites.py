"""Where ops on texts work: words that are prose, and which of them a severity hits."""

import re
from collections.abc import Callable, Iterator
from math import gcd

from harness.core.seed import Stream

PROSE = r"[^\s\d@/\\]"
"""No character of an id, a date, an amount, an address or a link, each of which has a digit, an @ or a slash."""

WORDS = re.compile(rf"(?<!\S)({PROSE}{{2,}}+)(?!\S)")
"""Words of two characters and more without a digit, an @ or a slash. To be split by: every second part is a site."""

_PROSE_WITH_A_LETTER = re.compile(rf"(?<!\S)(?=\S*?[^\W\d_]){PROSE}++(?!\S)")

Write = Callable[[str, Stream], str]
"""What stands at a site, to what is written there. Draws as often at every severity."""


def has_prose(text: str) -> bool:
    """Whether any word of it is no id, amount or address: beside anything else, nothing is put."""
    return _PROSE_WITH_A_LETTER.search(text) is not None


def words_with(characters: str) -> re.Pattern[str]:
    """Words of prose in which one of the characters stands, as `WORDS`."""
    inside = "[" + "".join(map(re.escape, characters)) + "]"
    return re.compile(rf"(?<!\S)(?=\S*?{inside})({PROSE}++)(?!\S)")


def rewrite(text: str, pattern: re.Pattern[str], percent: int, draw: Stream, write: Write) -> str:
    """The text with so many percent (0..100) of the sites written anew, rounded up; nested over the percent."""
    parts = pattern.split(text)
    for k in picked(len(parts) // 2, percent, draw):
        parts[2 * k + 1] = write(parts[2 * k + 1], draw)
    return "".join(parts)


def picked(n: int, percent: int, draw: Stream) -> Iterator[int]:
    """So many percent of the numbers 0..n-1, rounded up: those of fewer percent first, in the same order.

    A start and a stride are drawn, not an order of all: what is hit lies spread over the text, and costs two draws.
    """
    if not n:
        return
    at, stride = draw.below(n), 1 + draw.below(n)
    while gcd(stride, n) > 1:
        stride += 1
    for _ in range(-(-n * percent // 100)):
        yield at
        at = (at + stride) % n
