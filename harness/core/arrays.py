"""numpy's arrays by what they hold, and looking up in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def looked_up(table: NDArray[Any], places: Ints) -> NDArray[Any]:
    """The table's value at each place; nothing of nothing."""
    return table[places] if len(places) else table[:0]
