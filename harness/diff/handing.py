"""More handed over than before: a release that flags everything has no silent errors and is useless."""

from collections.abc import Iterator
from math import comb

import numpy as np

from harness.core.columns import Bools, Ints
from harness.core.verdict import Finding
from harness.diff.noticed import noticed
from harness.diff.pairs import Pairs, Side

ALPHA = 0.01
"""The exact test says so, or nothing is told."""


def handing_findings(pairs: Pairs, run: str) -> Iterator[Finding]:
    """One finding where surely more is handed over than on the side before; those that were right before stand first.

    A sign test over the samples: the cases of one sample go over together.
    """
    before, after = pairs.sides
    compared = (pairs.places[0] >= 0) & (pairs.places[1] >= 0) & (before.rows > 0) & (after.rows > 0)
    was, now = _handed(before), _handed(after)
    newly, back = compared & now & ~was, compared & was & ~now
    up, down = _samples(pairs.base, newly, back)
    p = sum(comb(up + down, k) for k in range(up, up + down + 1)) / 2 ** (up + down)
    if p > ALPHA:
        return
    told = np.flatnonzero(newly)
    order = told[np.argsort(before.held[told] == 0, kind="stable")]
    right = int((before.held[told] > 0).sum())
    text = (
        f"more is handed over: {(compared & now).sum()} of {compared.sum()} cases, {(compared & was).sum()} before;"
        f" {len(told)} newly, {right} of them right before, and {back.sum()} no longer (p {p:.1g})"
    )
    yield noticed("more_handed_over", text, [pairs.address(int(place)) for place in order], run)


def _handed(side: Side) -> Bools:
    """Whether every reply that is no integration error was handed over."""
    handed: Bools = (side.rows > 0) & (side.handed == side.rows)
    return handed


def _samples(base: Ints, newly: Bools, back: Bools) -> tuple[int, int]:
    """Samples of which more cases are handed over than before, and of which fewer; a case without one is its own."""
    step = newly.astype(np.int64) - back.astype(np.int64)
    alone = base < 0
    sums = np.zeros(int(base.max(initial=0)) + 1, np.int64)
    np.add.at(sums, base[~alone], step[~alone])
    moved = np.concatenate([sums, step[alone]])
    return int((moved > 0).sum()), int((moved < 0).sum())
