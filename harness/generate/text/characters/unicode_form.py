"""The same letters in other code points, as written by keyboards, file systems, PDFs and social networks."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from string import ascii_letters
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.sites import cut

_CJK = "\u3040-\u30ff\u3400-\u9fff"
_SITES = re.compile(rf"([{_CJK}]+|(?<!\S)[^\s\d@/\\{_CJK}]++(?!\S))")
"""Words without a digit, @ or slash, so that ids, dates, amounts, addresses and links stay unchanged. In scripts
without spaces, a run of letters."""

_LIGATURES = MappingProxyType({"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"})
_LIGATURE = re.compile("|".join(_LIGATURES))
_BOLD = {"A": 0x1D5D4, "a": 0x1D5EE}
"""First code points of mathematical sans-serif bold, whose letters are in alphabetical order."""

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in ascii_letters}
_HALF_WIDTH, _COMPATIBLE_HAN = range(0xFF66, 0xFF9E), range(0xF900, 0xFA6E)


@op("text.unicode_form", layer="field", kind="nested")
def unicode_form(text: str, severity: int, draw: Stream) -> str:
    """Write words in another Unicode form: decomposed, in full width, with ligatures, in compatibility letters.

    One form per text, drawn among those that change any word of it. Decomposed works in every script with composed
    letters (Latin accents, Greek, Cyrillic, Vietnamese, Hangul, kana); full width, ligatures and bold letters in
    Latin; half width in katakana; compatibility ideographs in Han. NFKC returns the same for both texts.
    Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words that the form changes, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode Standard Annex 15 (normal forms) and the compatibility decompositions of the Unicode Character
    Database; estnltk/estnltk#34, avian2/unidecode#62; our own range.
    """
    parts = list(cut(text, _SITES))
    usable = [form for form in FORMS.values() if form.changes(text) and any(map(form.changes, parts[1::2]))]
    if not usable:
        return text
    form = draw.choice(usable)
    sites = [k for k in range(1, len(parts), 2) if form.changes(parts[k])]
    for k in draw.order(len(sites))[: ceil(severity * len(sites) / 10)]:
        parts[sites[k]] = form.write(parts[sites[k]])
    return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A Unicode form: whether it changes a word, and how it writes one."""

    changes: Callable[[str], object]
    write: Callable[[str], str]


@lru_cache(maxsize=1)
def _compatible_letters() -> dict[int, str]:
    """The compatibility form of a letter: bold Latin, half-width katakana, compatibility ideographs."""
    letters = {ord(c): chr(first + i) for a, first in _BOLD.items() for i, c in enumerate(_alphabet(a))}
    for code in (*_HALF_WIDTH, *_COMPATIBLE_HAN):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            letters.setdefault(ord(plain), chr(code))
    return letters


@lru_cache(maxsize=1)
def _compatible_sites() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(map(chr, _compatible_letters())))}]")


def _alphabet(first: str) -> str:
    return "".join(chr(ord(first) + i) for i in range(26))


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "decomposed": Form(
            changes=lambda word: not unicodedata.is_normalized("NFD", word),
            write=lambda word: unicodedata.normalize("NFD", word),
        ),
        "full width": Form(
            changes=re.compile("[A-Za-z]").search,
            write=lambda word: word.translate(_FULL_WIDTH),
        ),
        "ligatures": Form(
            changes=_LIGATURE.search,
            write=lambda word: _LIGATURE.sub(lambda found: _LIGATURES[found[0]], word),
        ),
        "compatible": Form(
            changes=lambda word: _compatible_sites().search(word),
            write=lambda word: word.translate(_compatible_letters()),
        ),
    }
)
