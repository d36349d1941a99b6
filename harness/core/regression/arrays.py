"""Types of NumPy arrays, and functions for rows of several columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEW = 4096
"""Range of codes up to which a lookup table is faster than sorting, even for few rows."""


def looked_up(table: NDArray[Any], places: Ints) -> NDArray[Any]:
    """The table's value at each index; empty for an empty table."""
    return table[places] if len(places) else table[:0]


def alike(*columns: Ints) -> tuple[Ints, Ints]:
    """The kind of each row, equal for rows that are equal in all columns, and one row of each kind.

    The columns contain numbers from 0.
    """
    kind = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        width = int(column.max(initial=0)) + 1
        kind = _numbered(kind * width + column, (int(kind.max(initial=0)) + 1) * width)
    one_of_each = np.zeros(int(kind.max(initial=-1)) + 1, np.int64)
    one_of_each[kind] = np.arange(len(kind))
    return kind, one_of_each


def _numbered(code: Ints, end: int) -> Ints:
    """The rank of each code among the existing ones, all below `end`."""
    if end > max(FEW, len(code)):
        return np.unique(code, return_inverse=True)[1]
    met = np.zeros(end, np.int64)
    met[code] = 1
    return (np.cumsum(met) - 1)[code]
