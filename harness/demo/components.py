"""Connected ink: the boxes of connected black pixels, in plain numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Boxes in pixels, right and bottom excluded, one entry each; `area` counts black pixels."""

    left: Ints
    top: Ints
    right: Ints
    bottom: Ints
    area: Ints

    @property
    def width(self) -> Ints:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> Ints:
        """Height in pixels."""
        return self.bottom - self.top

    def __len__(self) -> int:
        """Number of boxes."""
        return len(self.left)

    def take(self, chosen: Ints | Mask) -> "Boxes":
        """The boxes at the given indexes, in that order."""
        return Boxes(
            left=self.left[chosen],
            top=self.top[chosen],
            right=self.right[chosen],
            bottom=self.bottom[chosen],
            area=self.area[chosen],
        )

    def join(self, label: Ints) -> "Boxes":
        """One box around all boxes with one label."""
        order = np.argsort(label, kind="stable")
        first = np.flatnonzero(np.diff(label[order], prepend=-1))
        if not len(first):
            return self
        return Boxes(
            left=np.minimum.reduceat(self.left[order], first),
            top=np.minimum.reduceat(self.top[order], first),
            right=np.maximum.reduceat(self.right[order], first),
            bottom=np.maximum.reduceat(self.bottom[order], first),
            area=np.add.reduceat(self.area[order], first),
        )


def find_components(mask: Mask) -> Boxes:
    """The box of each component of a black-and-white page. Pixels that touch at a corner are connected."""
    stride = mask.shape[1] + 1
    starts, ends = _runs(mask)
    row = starts // stride
    runs = Boxes(left=starts % stride, top=row, right=ends - row * stride, bottom=row + 1, area=ends - starts)
    return runs.join(union(len(starts), *_touching(starts, ends, stride)))


def _runs(mask: Mask) -> tuple[Ints, Ints]:
    """The begin and end of horizontal black runs, counted through the rows with one white pixel after each."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=np.bool_)
    padded[:, :-1] = mask
    flat = padded.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[:1].any():
        edges = np.concatenate(([0], edges))
    return edges[::2], edges[1::2]


def _touching(starts: Ints, ends: Ints, stride: int) -> tuple[Ints, Ints]:
    """Pairs of runs in neighbouring rows that touch."""
    low = np.searchsorted(ends, starts + stride, side="left")
    high = np.searchsorted(starts, ends + stride, side="right")
    count = np.maximum(high - low, 0)
    upper = np.repeat(np.arange(len(starts)), count)
    within = np.arange(len(upper)) - np.repeat(np.cumsum(count) - count, count)
    return upper, np.repeat(low, count) + within


def union(n: int, one: Ints, other: Ints) -> Ints:
    """A label for each of n items, equal for items connected by pairs (one, other)."""
    parent = np.arange(n)
    while True:
        a, b = parent[one], parent[other]
        open_pairs = a != b
        if not open_pairs.any():
            return parent
        one, other, a, b = one[open_pairs], other[open_pairs], a[open_pairs], b[open_pairs]
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        parent = _flatten(parent)


def _flatten(parent: Ints) -> Ints:
    while True:
        higher = parent[parent]
        if np.array_equal(higher, parent):
            return parent
        parent = higher
