"""Whether what a robustness test noticed holds: asked again in both circumstances, and only the fresh sendings count.

What is tested was chosen because it looked odd, so the sendings that it was chosen by would convict the innocent.
"""

from collections.abc import Callable, Generator, Sequence

from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES, Round, robustness_criterion
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion, Finding
from harness.diff.explain.contrast import Contrast
from harness.diff.explain.unsteady import noise
from harness.diff.gate.criteria import WORST, show

LOOKS = 2
"""How often a contrast is looked at, each time at half of the significance."""

AGAIN = 16
"""Sendings of one look on either side: 8 of 16 against none come by chance in 1 of 700."""

MIN_REPEATS = 8
"""With fewer on either side no contrast could be told from chance."""

Asks = Generator[Round, Sequence[Judged | None], Contrast]


def looks_again(
    odd: Callable[[int], Asks], usual: Callable[[int], Asks], spare: int
) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
    """Ask in the odd circumstance and in the usual one, in turn, until it is clear or the spare calls are spent.

    odd, usual: ask so many. Gives the fresh sendings of both.
    """
    changed, unchanged = Contrast(), Contrast()
    for _ in range(LOOKS):
        size = min(AGAIN, spare // 2)
        if size < MIN_REPEATS:
            break
        changed += yield from odd(size)
        unchanged += yield from usual(size)
        spare -= 2 * size
        if changed.chance(unchanged) <= ALPHA / LOOKS or not changed.changed:
            break
    return changed, unchanged


def verdict_on(
    test: RobustnessName,
    odd: str,
    usual: str,
    noticed: Contrast,
    again: Contrast,
    control: Contrast,
    run: str,
    head: str = "",
) -> tuple[Criterion, tuple[Finding, ...]]:
    """The robustness test's line, and a finding where answers do not repeat themselves anyway.

    odd, usual: the two circumstances in words, as in "when 2 requests are in flight" and "asked alone". noticed: what
    was seen first; again, control: fresh sendings in the odd circumstance and in the usual one. head: what happens to
    the answers and when, where that can be said better than by the two.
    """
    chance = again.chance(control)
    worst = (again.cases() or noticed.cases())[:WORST]
    command = show(worst, run)
    if chance <= ALPHA / LOOKS and again.samples() >= MIN_CASES:
        says = f"{head or f'{again.what()} when {odd}'}: {again.counted()}; {usual}, {control.short()}"
        line = robustness_criterion(
            test, says, value=again.share, n=again.compared, worst=worst, run=command, q=min(1.0, LOOKS * chance)
        )
        return line, ()
    if not again.compared or (not control.changed and again.samples() >= MIN_CASES):
        says = f"{test}: {noticed.short()} when {odd}, and it takes more calls to tell that from chance"
        line = robustness_criterion(
            test, says, value=noticed.share, high=1.0, n=noticed.compared, worst=worst, run=command, q=1.0
        )
        return line, ()
    says = f"{test}: no more answers change when {odd} than do {usual}"
    line = robustness_criterion(test, says, value=0.0, n=again.compared, run=show((), run))
    return line, (_noise(noticed + again + control, run),)


def _noise(everything: Contrast, run: str) -> Finding:
    """A service that does not say the same thing twice, with the rate of that."""
    odd, answers = everything.unusual()
    return noise(odd, answers, run, ", in no circumstance more than in another", than="mostly")
