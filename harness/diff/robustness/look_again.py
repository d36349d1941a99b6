"""Whether a change that a robustness test noticed is real: the same cases again, with the circumstance and without.

The cases were chosen because they changed, so the sendings that showed the change are no evidence against the service.
Only fresh sendings count.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from harness.core.finding import Circumstance, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES, Round, robustness_criterion
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion
from harness.diff.explain.contrast import Contrast
from harness.diff.explain.noticed import writable
from harness.diff.explain.unsteady import MOST_FREQUENT, not_repeatable
from harness.diff.gate.worst import WORST, show

LOOKS = 2
"""Maximum number of looks at a contrast; each uses half of the significance level."""

AGAIN = 16
"""Maximum number of requests per side and look; 8 changes of 16 against 0 of 16 have p = 0.0012."""

MIN_REPEATS = 8
"""Minimum number of requests per side and look; with 7, at least 6 must change to be significant."""

NOTHING_SENT = Contrast()

Asks = Generator[Round, Sequence[Judged | None], Contrast]


def looks_again(
    with_it: Callable[[int], Asks], without: Callable[[int], Asks], spare: int
) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
    """Send with the circumstance and without it, in turn, until it is significant or the spare calls are spent.

    with_it, without: send that many requests. Returns the fresh sendings of both.
    """
    changed, unchanged = Contrast(), Contrast()
    for _ in range(LOOKS):
        size = min(AGAIN, spare // 2)
        if size < MIN_REPEATS:
            break
        changed += yield from with_it(size)
        unchanged += yield from without(size)
        spare -= 2 * size
        if changed.chance(unchanged) <= ALPHA / LOOKS or not changed.changed:
            break
    return changed, unchanged


def verdict_on(
    test: RobustnessName,
    where: Circumstance,
    noticed: Contrast,
    again: Contrast,
    control: Contrast,
    run: str,
    *,
    change: str = "",
) -> tuple[Criterion, tuple[Finding, ...]]:
    """The criterion of the robustness test, and a finding if answers change by themselves.

    noticed: the sendings that raised the suspicion. again, control: fresh sendings with the circumstance and without.
    change: the subject of the finding, if the caller knows it better than `Contrast.change`.
    """
    if again.chance(control) <= ALPHA / LOOKS and again.samples() >= MIN_CASES:
        finding = change_finding(FindingKind.ANSWERS_CHANGED, where, again, run, control=control, change=change)
        return _criterion(test, finding, again), ()
    if not again.compared or (not control.changed and again.samples() >= MIN_CASES):
        return unconfirmed(test, where, noticed, run, again=again, control=control, change=change), ()
    stable = Finding(
        kind=FindingKind.ANSWERS_STABLE,
        circumstances=(where,),
        count=again.count,
        control=control.count,
        show=show((), run),
    )
    criterion = robustness_criterion(test, stable, "passed", value=0.0, n=again.compared, run=stable.show)
    return criterion, (replace(_not_repeatable(where, noticed + again + control, run), test=test),)


def unconfirmed(
    test: RobustnessName,
    where: Circumstance,
    noticed: Contrast,
    run: str,
    *,
    again: Contrast = NOTHING_SENT,
    control: Contrast = NOTHING_SENT,
    change: str = "",
) -> Criterion:
    """The undecided criterion: answers changed, and more calls are needed to rule out chance."""
    kind = FindingKind.CHANGE_UNCONFIRMED
    finding = change_finding(kind, where, noticed, run, again=again, control=control, change=change)
    return _criterion(test, finding, noticed)


def _criterion(test: RobustnessName, finding: Finding, seen: Contrast) -> Criterion:
    """Failed if the change is confirmed, else undecided with an open upper bound."""
    confirmed = finding.kind == FindingKind.ANSWERS_CHANGED
    return robustness_criterion(
        test,
        finding,
        "failed" if confirmed else "undecided",
        value=seen.share,
        high=None if confirmed else 1.0,
        n=seen.compared,
        worst=finding.cases,
        run=finding.show,
    )


def change_finding(
    kind: FindingKind,
    where: Circumstance,
    seen: Contrast,
    run: str,
    *,
    again: Contrast = NOTHING_SENT,
    control: Contrast = NOTHING_SENT,
    change: str = "",
) -> Finding:
    """Answers that changed under the circumstance, as a finding of that kind.

    again: fresh sendings, if `seen` are not those; their cases come first and their count is a part. change: the
    subject, if the caller knows it better than `Contrast.change`.
    """
    subject = change or seen.change()
    listed = (again.cases() or seen.cases())[:WORST]
    parts = {"again": again.count} if again.compared else {}
    shown = seen.showing(subject)
    return Finding(
        kind=kind,
        subject=subject,
        circumstances=(where,),
        count=seen.count,
        control=control.count if control.compared else None,
        parts=parts | ({subject: shown} if shown.hits else {}),
        names=(str(writable(seen.commonest()[0])),) if subject == "constant" else (),
        example=again.example(subject) or seen.example(subject),
        cases=listed,
        show=show(listed, run),
    )


def _not_repeatable(where: Circumstance, everything: Contrast, run: str) -> Finding:
    """The service answers the same input differently, with the circumstance and without."""
    odd, answers = everything.unusual()
    return not_repeatable(
        odd, answers, run, compared_with=MOST_FREQUENT, circumstances=(where,), example=everything.example()
    )
