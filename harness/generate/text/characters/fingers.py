"""Typing errors of fingers, thumbs and narrow fields: slips of the keyboard by layout, and broken words."""

import re
from collections.abc import Mapping
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import rows
from harness.generate.text.sites import WORDS, rewrite

LONG = 4
"""Distance in letters of two typing errors in a word of at least twice this length; only longer words lose a letter."""


@op("text.typos", layer="field", kind="nested")
def typos(text: str, severity: int, draw: Stream) -> str:
    """Type the key next to the right one: one letter of a word, two from eight letters on.

    The neighbours come from a layout of the text's script, drawn among them (QWERTY, QWERTZ, AZERTY, ЙЦУКЕН, Greek,
    Hebrew, Arabic). Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: the layouts' key positions (Unicode CLDR keyboards), table fixtures/tables/keyboards.tsv; nlpaug and
    TextAttack slip on QWERTY alone; our own range.
    """
    near = _neighbours(draw.choice(_layouts(text)))
    return rewrite(text, WORDS, 5 * severity, draw, lambda word, bits: _slip(word, near, bits))


def _slip(word: str, near: Mapping[str, str], bits: int) -> str:
    """The word with a letter replaced by its neighbour: the first letter with a neighbour, from a drawn position on."""
    place, length = bits % (len(word) - 1), len(word)  # the last character is usually a mark
    for _ in range(1 + (length >= 2 * LONG)):
        while place < length and word[place] not in near:
            place += 1
        if place >= length:
            return word
        keys = near[word[place]]
        word = f"{word[:place]}{keys[(bits >> 32) % len(keys)]}{word[place + 1 :]}"
        place += LONG
    return word


@op("text.slips", layer="field", kind="nested")
def slips(text: str, severity: int, draw: Stream) -> str:
    """Exchange two letters of a word, drop one, double one, or hold its key.

    The first letter stays. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: our own; the kinds of F. J. Damerau (1964) except the wrong letter, and the held key of
    messages; our own range.
    """
    return rewrite(text, WORDS, 5 * severity, draw, _slipped)


def _slipped(word: str, bits: int) -> str:
    how, at = bits & 3, 1 + (bits >> 32) % (len(word) - 1)
    if how == 0 and at + 1 < len(word):
        return f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"
    if how == 1 and len(word) > LONG:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] * (5 if how == 3 else 2) + word[at + 1 :]


@op("text.broken_words", layer="field", kind="graded")
def broken_words(text: str, severity: int, draw: Stream) -> str:
    """Break words in two: by a blank, at a line's end with a hyphen, or with the soft hyphen that OCR keeps.

    One kind per text. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 3 to 30 % in ten even steps, rounded up; nested.
    Source: our own; hyphenated columns and letter-spaced headings in the output of OCR and text layers; our own range.
    """
    between = draw.choice((" ", "-\n", "\N{SOFT HYPHEN}\n", "- "))

    def broken(word: str, bits: int) -> str:
        at = 1 + bits % (len(word) - 1)
        return f"{word[:at]}{between}{word[at:]}"

    return rewrite(text, WORDS, 3 * severity, draw, broken)


def _layouts(text: str) -> tuple[str, ...]:
    """The layouts on which the text can have been typed; all Latin ones if no other fits."""
    found = None if text.isascii() or not _NOT_LATIN.search(text) else _OF_OTHER_SCRIPTS.search(text)
    return _of_script(found.lastgroup if found and found.lastgroup else "latin")


_NOT_LATIN = re.compile("[\u0370-\u06ff]")
_OF_OTHER_SCRIPTS = re.compile(
    "(?P<cyrillic>[\u0400-\u04ff])|(?P<greek>[\u0370-\u03ff])|(?P<hebrew>[\u0590-\u05ff])|(?P<arabic>[\u0600-\u06ff])"
)


@lru_cache(maxsize=16)
def _of_script(script: str) -> tuple[str, ...]:
    return tuple(row.name for row in rows("keyboards", script))


@lru_cache(maxsize=32)
def _neighbours(layout: str) -> dict[str, str]:
    """For each key the keys left and right of it, above and below, in both cases; letters only."""
    lines = rows("keyboards", name=layout)[0].cells[0].split(" ")
    near: dict[str, str] = {}
    for y, line in enumerate(lines):
        for x, key in enumerate(line):
            beside = line[max(0, x - 1) : x] + line[x + 1 : x + 2]
            above = lines[y - 1][x : x + 2] if y else ""
            below = lines[y + 1][max(0, x - 1) : x + 1] if y + 1 < len(lines) else ""
            near[key] = "".join(c for c in beside + above + below if c.isalpha())
    small = {key: keys for key, keys in near.items() if keys}
    return small | {key.upper(): keys.upper() for key, keys in small.items() if len(key.upper()) == 1}
