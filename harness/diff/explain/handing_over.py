"""More handed over than before: a release that flags everything has no silent errors and is useless."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from harness.core.regression.arrays import Bools, Ints
from harness.core.verdict import Finding
from harness.diff.explain.noticed import NAMED, cases, noticed
from harness.diff.regression.counts import Counts
from harness.diff.regression.pairs import Pairs, most_urgent

ALPHA = 0.01
"""The exact test says so, or nothing is told."""


def handing_findings(pairs: Pairs, run: str) -> Iterator[Finding]:
    """One finding where surely more is handed over than on the side before; those that were right before stand first.

    A sign test over the samples: the cases of one sample go over together.
    """
    before, after = pairs.sides
    compared = pairs.sent & (before.rows > 0) & (after.rows > 0)
    was, now = compared & _handed(before), compared & _handed(after)
    newly, back = (now & ~was)[pairs.kind], (was & ~now)[pairs.kind]
    p = sign_test(*_samples(pairs.base, newly, back))
    if p > ALPHA:
        return
    of, before_it, after_it = (int(one[pairs.kind].sum()) for one in (compared, was, now))
    told, wrong = np.flatnonzero(newly), (before.held == 0)[pairs.kind]
    text = (
        f"more is handed over: {after_it} of {cases(of)}, {before_it} before; {len(told)} newly,"
        f" {int((~wrong[told]).sum())} of them right before, and {int(back.sum())} no longer (p {p:.1g})"
    )
    first = pairs.addresses(most_urgent(pairs, told, (wrong[told],), NAMED))
    yield replace(noticed("more_handed_over", text, first, run), count=len(told))


def sign_test(up: int, down: int) -> float:
    """The chance that so many of those that move, or more, go up, where either way is as likely; 1.0 up to a half.

    Source: J. Arbuthnott, Phil. Trans. 27 (1710).

    >>> round(sign_test(7, 0) * 128, 9)
    1.0
    """
    n = up + down
    if up <= down:
        return 1.0
    first = math.lgamma(n + 1) - math.lgamma(up + 1) - math.lgamma(down + 1) - n * math.log(2)
    at = np.arange(up, n, dtype=float)
    return min(1.0, math.exp(first) * (1.0 + float(np.cumprod((n - at) / (at + 1)).sum())))


def _handed(side: Counts) -> Bools:
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
