"""JSON numbers as they stand in a file: with more digits than a float holds, or beyond its range."""

import json
from collections.abc import Callable
from typing import Any


class WrittenFloat(float):
    """A number whose text says more than the float: it is written as it stands. text: the number in JSON."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> "WrittenFloat":
        """The number with its text."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __reduce__(self) -> tuple[type["WrittenFloat"], tuple[str]]:
        return WrittenFloat, (self.text,)


def read_float(text: str) -> float:
    """The number, with its text if a float would be written in another way.

    >>> type(read_float("0.5")), read_float("1.50").text
    (<class 'float'>, '1.50')
    """
    number = float(text)
    return number if repr(number) == text else WrittenFloat(text)


def read_value(text: str | bytes, object_pairs_hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The JSON value with its numbers as they are written. ValueError or RecursionError as `json.loads`."""
    return json.loads(text, parse_float=read_float, object_pairs_hook=object_pairs_hook)
