"""The sentence of a field is read from the docstring of its class."""

from dataclasses import dataclass

import pytest

from harness.core.loading.field_docs import describe_class, describe_fields, help_of
from harness.core.settings import Gate


@dataclass
class Tray:
    """A tray of a printer. It holds paper.

    size: what fits: letter or
    a4. Empty: anything.
    sheets: how many.

    It is made of plastic.
    """

    sheets: int
    size: str
    colour: str = ""


@dataclass
class Renamed:
    """A class whose field has another name now.

    old: what it was.
    """

    new: int


def test_each_field_has_its_own_lines_and_all_others_are_about_the_class() -> None:
    assert describe_fields(Tray) == {"sheets": "How many.", "size": "What fits: letter or a4. Empty: anything."}
    assert describe_class(Tray) == "A tray of a printer. It holds paper. It is made of plastic."


def test_help_is_the_first_sentence() -> None:
    assert help_of(Tray, "size") == "What fits: letter or a4."
    assert help_of(Gate, "critical") == "Slices that can fail the gate."


def test_a_sentence_about_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="the docstring of Renamed describes old, which is not a field of it"):
        describe_fields(Renamed)
