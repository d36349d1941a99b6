"""More cases handed over than before: a release that flags everything has no silent errors and is useless."""

import math
from collections.abc import Iterator

import numpy as np

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.regression.arrays import Bools, Ints
from harness.diff.explain.noticed import NAMED, noticed
from harness.diff.regression.counts import Counts
from harness.diff.regression.pairs import Pairs, most_urgent

ALPHA = 0.01
"""Maximum p-value of the exact test for a finding."""


def handing_findings(pairs: Pairs, run: str) -> Iterator[Finding]:
    """One finding if significantly more is handed over than before; cases that were right before come first.

    It is a sign test over the samples, because the cases of one sample change together.
    """
    before, after = pairs.sides
    compared = pairs.sent & (before.rows > 0) & (after.rows > 0)
    was, now = compared & _handed(before), compared & _handed(after)
    newly, back = (now & ~was)[pairs.kind], (was & ~now)[pairs.kind]
    p = sign_test(*_samples(pairs.base, newly, back))
    if p > ALPHA:
        return
    n, had, has = (int(one[pairs.kind].sum()) for one in (compared, was, now))
    chosen, wrong = np.flatnonzero(newly), (before.passed == 0)[pairs.kind]
    yield noticed(
        FindingKind.MORE_HANDED_OVER,
        pairs.addresses(most_urgent(pairs, chosen, (wrong[chosen],), NAMED)),
        run,
        n=n,
        count=Count(has, n),
        control=Count(had, n),
        parts={
            "newly": Count(len(chosen), n),
            "right_before": Count(int((~wrong[chosen]).sum()), len(chosen)),
            "no_longer": Count(int(back.sum()), n),
        },
        numbers={"p": p},
    )


def sign_test(up: int, down: int) -> float:
    """The p-value of a sign test: `up` or more of all changes go up; 1.0 if at most half of them do.

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
    """Samples with more cases handed over than before, and with fewer; a case without a sample counts alone."""
    step = newly.astype(np.int64) - back.astype(np.int64)
    alone = base < 0
    sums = np.zeros(int(base.max(initial=0)) + 1, np.int64)
    np.add.at(sums, base[~alone], step[~alone])
    moved = np.concatenate([sums, step[alone]])
    return int((moved > 0).sum()), int((moved < 0).sum())
