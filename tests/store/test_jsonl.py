"""Documents on disk: what values may be in them."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from harness.store.jsonl import json_text


@dataclass(frozen=True)
class Figure:
    """A figure of a finding."""

    share: float
    name: str


@pytest.mark.parametrize("value", [np.float64(0.25), np.float32(0.25), 0.25], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("name", ["a", "a\ud800"], ids=["text", "lone surrogate"])
def test_a_figure_that_numpy_computed_is_written_as_a_number(value: float, name: str) -> None:
    assert json.loads(json_text([Figure(value, name)]))[0]["share"] == 0.25


def test_a_value_without_a_form_in_json_is_an_error() -> None:
    with pytest.raises((NotImplementedError, TypeError)):
        json_text([object()])
