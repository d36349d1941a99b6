"""How far the lines of a scanned page fall."""

import numpy as np

from harness.generate.pages.raster.raster import grey_between
from harness.generate.payloads import Pixels

MAX_DEGREES, COARSE, FINE = 3.0, 0.25, 0.05
"""Range and steps of the search, in degrees."""

MAX_POINTS = 60_000
"""Ink pixels that are looked at."""


def slope_of(pixels: Pixels) -> float:
    """Rows that a line falls per column, by the angle at which the rows of the page have the clearest profile."""
    rows, columns = np.nonzero(pixels < grey_between(pixels, 0.5))
    if len(rows) < 100:
        return 0.0
    step = -(-len(rows) // MAX_POINTS)
    rows, columns = rows[::step].astype(np.float64), columns[::step].astype(np.float64)
    best = _best(rows, columns, np.arange(-MAX_DEGREES, MAX_DEGREES + COARSE / 2, COARSE))
    best = _best(rows, columns, best + np.arange(-COARSE, COARSE + FINE / 2, FINE))
    return float(np.tan(np.radians(best)))


def _best(rows: np.ndarray, columns: np.ndarray, degrees: np.ndarray) -> float:
    return float(max(degrees, key=lambda one: (_clear(rows - np.tan(np.radians(one)) * columns), -abs(one))))


def _clear(rows: np.ndarray) -> int:
    """The sum of the squares of the profile: large if ink stands in few rows."""
    counts = np.bincount((rows - rows.min()).astype(np.int64))
    return int((counts.astype(np.int64) ** 2).sum())
