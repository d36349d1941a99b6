"""Where ops on texts work: words that are prose, and which of them a severity hits."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import compress
from math import gcd

from harness.core.seed import Stream

PROSE = r"[^\s\d@/\\]"
"""No character of an id, a date, an amount, an address or a link, each of which has a digit, an @ or a slash."""

MOST_WORDS, LONGEST = 1 << 14, 1 << 12
"""Words that are remembered of one kind of site; characters of a text whose parts are kept."""

_PROSE_WITH_A_LETTER = re.compile(rf"(?<!\S)(?=\S*?[^\W\d_]){PROSE}++(?!\S)")
_OTHER_BLANK, _ANY_BLANK = re.compile(r"[^\S \n]"), re.compile(r"(\s)")
LINE_END = " \n "

Write = Callable[[str, int], str]
"""What stands at a site, and 64 random bits of the site's own, to what is written there."""
_WORD, _ODD = (1 << 64) - 1, 0x9E3779B97F4A7C15


class Words(dict[str, bool]):
    """Which words are sites, remembered word by word: the words of texts come again and again.

    A word is what stands between blanks of any kind.
    """

    def __init__(self, word: str) -> None:
        """Sites are the words that match the expression as a whole."""
        super().__init__()
        self._fits = re.compile(word).fullmatch

    def __missing__(self, word: str) -> bool:
        if len(self) >= MOST_WORDS:
            self.clear()
        self[word] = found = self._fits(word) is not None
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]


Sites = re.Pattern[str] | Words
"""A pattern with one group, which is the site; or words."""

WORDS = Words(rf"{PROSE}{{2,}}+")
"""Words of two characters and more without a digit, an @ or a slash."""


def has_prose(text: str) -> bool:
    """Whether any word of it is no id, amount or address: beside anything else, nothing is put."""
    return _PROSE_WITH_A_LETTER.search(text) is not None


@lru_cache(maxsize=256)
def words_with(characters: str) -> Words:
    """Words of prose in which one of the characters stands."""
    inside = "[" + "".join(map(re.escape, characters)) + "]"
    return Words(rf"(?=\S*?{inside}){PROSE}++")


def rewrite(text: str, sites: Sites, percent: int, draw: Stream, write: Write) -> str:
    """The text with so many percent (0..100) of the sites written anew, rounded up; nested over the percent."""
    parts, at, between = cut(sites, text)
    bits, new = draw.bits(), list(parts)
    for k in picked(len(at), percent, draw):
        own = (bits + k) * _ODD & _WORD
        place = at[k]
        new[place] = write(new[place], own ^ own >> 32)
    return _joined(new, between)


def respell(text: str, sites: Sites, percent: int, draw: Stream, spell: Callable[[str], str]) -> str:
    """The same, where what is written at a site follows from what stood there."""
    parts, at, between = cut(sites, text)
    draw.bits()  # as `rewrite` does, so that both hit the same sites
    new = list(parts)
    for k in picked(len(at), percent, draw):
        new[at[k]] = spell(new[at[k]])
    return _joined(new, between)


Cut = tuple[Sequence[str], Sequence[int], str]
"""The parts of a text, which of them are sites, and what stood between them: nothing, a blank, or, as "\\n", a blank
with line ends among the parts."""


def cut(sites: Sites, text: str) -> Cut:
    """The text in parts; those of a text of usual length are kept, since many cases start from one text."""
    return _kept(sites, text) if len(text) <= LONGEST else _cut(sites, text)


def _cut(sites: Sites, text: str) -> Cut:
    if isinstance(sites, re.Pattern):
        parts = sites.split(text)
        return parts, range(1, len(parts), 2), ""
    if text.isprintable() or not _OTHER_BLANK.search(text):
        # Line ends become words of their own, which are no sites: texts are split by blanks fastest.
        parts = text.replace("\n", LINE_END).split(" ")
        between = "\n" if "\n" in text else " "
        return parts, list(compress(range(len(parts)), map(sites.__getitem__, parts))), between
    parts = _ANY_BLANK.split(text)  # every second one is a blank
    return parts, list(compress(range(0, len(parts), 2), map(sites.__getitem__, parts[::2]))), ""


def _joined(parts: Sequence[str], between: str) -> str:
    return " ".join(parts).replace(LINE_END, "\n") if between == "\n" else between.join(parts)


_kept = lru_cache(maxsize=2048)(_cut)


def picked(n: int, percent: int, draw: Stream) -> list[int]:
    """So many percent of the numbers 0..n-1, rounded up: those of fewer percent first, in the same order.

    A start and a stride are drawn, not an order of all: what is hit lies spread over the text, and costs two draws.
    """
    if not n:
        return []
    at, stride = draw.below(n), 1 + draw.below(n)
    while gcd(stride, n) > 1:
        stride += 1
    return [k % n for k in range(at, at + stride * -(-n * percent // 100), stride)]
