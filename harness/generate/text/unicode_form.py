"""The same letters in other code points: what other keyboards, file systems, PDFs and social networks write."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import ceil
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.registry import op

_CJK = "\u3040-\u30ff\u3400-\u9fff"
_SITES = re.compile(rf"[{_CJK}]+|(?<!\S)[^\s\d@/\\{_CJK}]++(?!\S)")
"""Words without a digit, and no addresses: ids, dates, amounts and links stay as they are. Where a script has no
spaces, a run of its letters."""

_LIGATURES = MappingProxyType({"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"})
_LIGATURE = re.compile("|".join(_LIGATURES))
_BOLD = {"A": 0x1D5D4, "a": 0x1D5EE}
"""Mathematical sans-serif bold, where Latin letters stand in a row."""

_HALF_WIDTH, _COMPATIBLE_HAN = range(0xFF66, 0xFF9E), range(0xF900, 0xFA6E)


@op("text.unicode_form", layer="field", kind="sites")
def unicode_form(text: str, severity: int, draw: Stream) -> str:
    """Write words in another Unicode form: decomposed, in full width, with ligatures, in compatibility letters.

    One form a text, drawn among those that change any word of it. Decomposed works in every script with composed
    letters (Latin accents, Greek, Cyrillic, Vietnamese, Hangul, kana); full width, ligatures and bold letters in
    Latin; half width in katakana; compatibility ideographs in Han. NFKC gives back what NFKC gives for the text itself.
    Words with a digit, an @ or a slash are left alone.
    severity: share of the words that the form changes, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode Standard Annex 15 (normal forms) and the compatibility decompositions of the Unicode Character
    Database; estnltk/estnltk#34, avian2/unidecode#62; our own range.
    """
    usable = _usable(text)
    if not usable:
        return text
    sites = draw.choice(usable)
    pieces, end = [], 0
    for k in sorted(draw.order(len(sites))[: ceil(severity * len(sites) / 10)]):
        start, stop, written = sites[k]
        pieces += [text[end:start], written]
        end = stop
    return "".join(pieces) + text[end:]


@lru_cache(maxsize=1024)
def _usable(text: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Of each form that changes any word: start and end of every such word, and the word in that form.

    Kept, since many cases start from one text.
    """
    words = [(*site.span(), site[0]) for site in _SITES.finditer(text)]
    found = (tuple((i, j, new) for i, j, word in words if (new := form(word)) != word) for form in FORMS.values())
    return tuple(sites for sites in found if sites)


def _decomposed(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _full_width(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in word)


def _ligatures(word: str) -> str:
    return _LIGATURE.sub(lambda found: _LIGATURES[found[0]], word)


def _compatible(word: str) -> str:
    return word.translate(_compatible_letters())


FORMS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"decomposed": _decomposed, "full width": _full_width, "ligatures": _ligatures, "compatible": _compatible}
)


@lru_cache(maxsize=1)
def _compatible_letters() -> dict[int, str]:
    """Of a letter its compatibility form: bold Latin, half-width katakana, compatibility ideographs."""
    letters = {ord(c): chr(first + i) for a, first in _BOLD.items() for i, c in enumerate(_alphabet(a))}
    for code in (*_HALF_WIDTH, *_COMPATIBLE_HAN):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            letters.setdefault(ord(plain), chr(code))
    return letters


def _alphabet(first: str) -> str:
    return "".join(chr(ord(first) + i) for i in range(26))
