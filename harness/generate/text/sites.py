"""Where ops on texts work: words that are prose, and which of them a severity hits."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from math import gcd

from harness.core.seed import Stream

PROSE = r"[^\s\d@/\\]"
"""No character of an id, a date, an amount, an address or a link, each of which has a digit, an @ or a slash."""

WORDS = re.compile(rf"(?<!\S)({PROSE}{{2,}}+)(?!\S)")
"""Words of two characters and more without a digit, an @ or a slash. To be split by: every second part is a site."""

_PROSE_WITH_A_LETTER = re.compile(rf"(?<!\S)(?=\S*?[^\W\d_]){PROSE}++(?!\S)")

Write = Callable[[str, int], str]
"""What stands at a site, and 64 random bits of the site's own, to what is written there."""
_WORD, _ODD = (1 << 64) - 1, 0x9E3779B97F4A7C15


def has_prose(text: str) -> bool:
    """Whether any word of it is no id, amount or address: beside anything else, nothing is put."""
    return _PROSE_WITH_A_LETTER.search(text) is not None


def words_with(characters: str) -> re.Pattern[str]:
    """Words of prose in which one of the characters stands, as `WORDS`."""
    inside = "[" + "".join(map(re.escape, characters)) + "]"
    return re.compile(rf"(?<!\S)(?=\S*?{inside})({PROSE}++)(?!\S)")


def rewrite(text: str, pattern: re.Pattern[str], percent: int, draw: Stream, write: Write) -> str:
    """The text with so many percent (0..100) of the sites written anew, rounded up; nested over the percent."""
    parts, bits = list(cut(pattern, text)), draw.bits()
    for k in picked(len(parts) // 2, percent, draw):
        own = (bits + k) * _ODD & _WORD
        parts[2 * k + 1] = write(parts[2 * k + 1], own ^ own >> 32)
    return "".join(parts)


@lru_cache(maxsize=512)
def cut(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The text split by the pattern; kept, since many cases start from one text."""
    return tuple(pattern.split(text))


def picked(n: int, percent: int, draw: Stream) -> Iterator[int]:
    """So many percent of the numbers 0..n-1, rounded up: those of fewer percent first, in the same order.

    A start and a stride are drawn, not an order of all: what is hit lies spread over the text, and costs two draws.
    """
    if not n:
        return
    at, stride = draw.below(n), 1 + draw.below(n)
    while gcd(stride, n) > 1:
        stride += 1
    for k in range(-(-n * percent // 100)):
        yield (at + k * stride) % n
