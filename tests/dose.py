"""Parameters of which some run in the full dose only (`--dose=full`, see tests/conftest.py)."""

from collections.abc import Iterable
from typing import Any

import pytest


def most_in_full(values: Iterable[Any], quick: int = 1) -> list[Any]:
    """The values as parameters of a test. All but the first `quick` of them are marked for the full dose.

    A value that is a tuple holds several parameters.
    """
    first = list(values)
    rest = [value if isinstance(value, tuple) else (value,) for value in first[quick:]]
    return [*first[:quick], *(pytest.param(*value, marks=pytest.mark.full_dose) for value in rest)]
