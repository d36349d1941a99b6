"""Letters with an accent, for pairs that only a system that drops accents takes for equal."""

import unicodedata
from collections.abc import Iterable

MARKS = "\u0301\u0308\u0307"
"""Acute, diaeresis, dot above: every Latin letter except J, Q and V has a precomposed form with one of them."""


def accented(text: str, places: Iterable[int]) -> str:
    """The text with an accent on the first of these positions that can carry one; unchanged if none can."""
    for place in places:
        for mark in MARKS:
            letter = unicodedata.normalize("NFC", text[place] + mark)
            if len(letter) == 1:
                return f"{text[:place]}{letter}{text[place + 1 :]}"
    return text
