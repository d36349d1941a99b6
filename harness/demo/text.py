"""Pieces of text: the output of a reader, and the input of the field rules."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words together on a line, with their box. sure: mean confidence of the characters, 0..1."""

    text: str
    sure: float
    left: float
    top: float
    right: float
    bottom: float
    em: float

    @property
    def middle(self) -> float:
        """Half-way down."""
        return (self.top + self.bottom) / 2


def spell(chars: Sequence[str], white: Sequence[float], space: float) -> str:
    """The characters as words. white: the gap after each beyond the letters' own bearings, in ems."""
    parts = [char + (" " if gap > space else "") for char, gap in zip(chars, white, strict=True)]
    return "".join(parts).strip()
