"""Texts: one normal form, and the character error rate."""

import unicodedata

from rapidfuzz.distance import Levenshtein

from harness.core.case import Scalar

_LONG = 10_000


def plain(value: Scalar) -> str:
    """The value as text in one form: NFC, white space folded to single blanks, booleans and whole floats as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and value.bit_length() > _LONG:
        return hex(value)  # Python refuses to write out integers of more than 4300 digits
    return " ".join(unicodedata.normalize("NFC", "" if value is None else str(value)).split())


def error_rate(truth: str, answer: str) -> float:
    """The character error rate: edits over the length of the truth, at most 1; 0 if both are empty.

    An empty truth with an answer is 1, and never a count.

    >>> error_rate("", ""), error_rate("", "abc"), error_rate("abcd", "abed")
    (0.0, 1.0, 0.25)
    """
    if not truth:
        return 1.0 if answer else 0.0
    edits = Levenshtein.distance(truth, answer, score_cutoff=len(truth))
    return min(1.0, float(edits) / len(truth))


def longer_rate(truth: str, answer: str) -> float:
    """Edits over the length of the longer text, 0..1; 1 minus it is the similarity that ANLS averages.

    Source: A. F. Biten et al., Scene Text Visual Question Answering (ICCV 2019), where up to 0.5 counts as found.

    >>> longer_rate("", ""), longer_rate("", "abc"), longer_rate("ab", "abcd")
    (0.0, 1.0, 0.5)
    """
    return float(Levenshtein.normalized_distance(truth, answer))
