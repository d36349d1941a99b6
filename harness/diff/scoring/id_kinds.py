"""Unusual properties of ids that some systems cannot store or transfer."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

EXACT, LONG = 2**53, 40
"""The largest integer up to which all are exact as doubles, and the minimum number of characters of a long id."""


def kind_of(value: Any) -> str:
    """The unusual property of an id, as a phrase after a noun; "" for an ordinary id."""
    if is_number(value):
        return "above 2^53" if abs(value) > EXACT else ""
    text = str(value)
    return next((words for words, holds in _KINDS.items() if holds(text)), "")


def _large(text: str) -> bool:
    return any(len(digits) < LONG and int(digits) > EXACT for digits in re.findall(r"\d+", text))


_KINDS: Mapping[str, Callable[[str], bool]] = {
    "with blanks around them": lambda text: text != text.strip(),
    "with decomposed letters": lambda text: unicodedata.normalize("NFC", text) != text,
    "with accents": lambda text: any(unicodedata.combining(mark) for mark in unicodedata.normalize("NFD", text)),
    f"of {LONG} letters and more": lambda text: len(text) >= LONG,
    "above 2^53": _large,
    "with an E among digits": lambda text: bool(re.search(r"\d[eE]\d", text)),
    "with letters among digits": lambda text: bool(re.search(r"\d[^\W\d_]+\d", text)),
    "with leading zeros": lambda text: bool(re.search(r"(?<!\d)0\d", text)),
}


def is_number(value: Any) -> bool:
    """Whether it is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
