"""For the tests of ops: what is asked of one op stands together, so that what it does is worked out once."""

from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the laws about an op by the op and the noise, and leave everything else where it is."""
    places = [place for place, item in enumerate(items) if _op_of(item)]
    for place, item in zip(places, sorted((items[place] for place in places), key=_op_of), strict=True):
        items[place] = item


def _op_of(item: pytest.Item) -> tuple[str, ...]:
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    one: Any = params.get("one")
    here = item.path.parent == HERE and hasattr(one, "layer")
    return (item.path.name, one.name, str(params.get("noise", 0))) if here else ()
