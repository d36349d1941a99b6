"""Letters with an accent, for two things that nobody takes for one but who leaves accents out."""

import unicodedata
from collections.abc import Iterable

MARKS = "\u0301\u0308\u0307"
"""Acute, diaeresis, dot above: every Latin letter but J, Q and V has one of them as a letter of its own."""


def accented(text: str, places: Iterable[int]) -> str:
    """The text with an accent on the first of those places whose letter can carry one; as it is where none can."""
    for place in places:
        for mark in MARKS:
            letter = unicodedata.normalize("NFC", text[place] + mark)
            if len(letter) == 1:
                return f"{text[:place]}{letter}{text[place + 1 :]}"
    return text
