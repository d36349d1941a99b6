"""The screen: the answer, four figures, and at most five reasons with a command each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.core.load import Load
from harness.core.verdict import BreakingPoint, Finding, Headline, Reason, Verdict
from harness.report.sentences import by_cause, not_told_yet, under
from harness.report.under_load import load_figures
from harness.report.words import broken, duration, percent, points, printable, row, says, span

MAX_CAUSES = 5
"""Causes, and findings, on one screen; the run folder has all."""

MAX_OPS = 7
"""Ops without a breaking point that are named."""

MAX_CRITERIA_OF_A_CAUSE = 3
"""Lines that are told under one cause."""

BASELINE = "baseline"
"""The kind of finding that says what the run was held against; it stands with the figures."""


def screen(
    verdict: Verdict,
    findings: Sequence[Finding],
    folder: Path,
    calls: int,
    seconds: float,
    page: Path | None = None,
    load: Load | None = None,
) -> str:
    """The whole screen as plain text. page: report.html, where there is one. load: what a load run measured."""
    lines = [
        *answer_lines(verdict),
        "",
        *(load_figures(load) if load else ()),
        *figures(verdict.headline, probed=load is None),
        *(row("baseline", finding.text, "") for finding in findings if finding.kind == BASELINE),
        "",
        *reason_lines(verdict.reasons),
        *_noticed([one for one in not_told_yet(findings, verdict.reasons) if one.kind != BASELINE]),
        f"{calls} replies in {duration(seconds)}; everything is in {folder}/",
        *([f"report: {page}"] if page else []),
        f"again: harness show {folder}",
    ]
    return printable("\n".join(lines))


def answer_lines(verdict: Verdict) -> Iterator[str]:
    """The answer with its exit code, and why the run cannot be trusted, if it cannot."""
    yield f"{says(verdict)}   (exit {verdict.exit_code})"
    for problem in verdict.problems:
        yield f"  this run cannot be trusted: {problem}"


def figures(head: Headline, *, probed: bool = True) -> Iterator[str]:
    """The four figures, one or more lines each. probed: False where breaking points were not looked for."""
    assumed = " (assumed mix)" if head.mix == "assumed" else ""
    yield row("pilot-to-production gap", f"{points(head.gap.value)}{assumed}", _low_high(head.gap.low, head.gap.high))
    yield row("  quality on the pilot", percent(head.pilot.value), f"{head.samples} samples")
    yield row("  projected on the mix", percent(head.projected.value), span(head.projected))
    yield row("silent errors", percent(head.silent_errors.value), f"accepted and wrong; {span(head.silent_errors)}")
    yield row(
        "straight through", percent(head.straight_through.value), f"accepted and right; {span(head.straight_through)}"
    )
    if head.handed_over:
        yield row("  handed over", percent(head.handed_over.value), f"to a person; {span(head.handed_over)}")
    if probed:
        yield from _breaking(head.breaking_points)


def _low_high(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}"


def _breaking(found: Sequence[BreakingPoint]) -> Iterator[str]:
    """Those that break, the earliest first; the rest in one line."""
    breaks = sorted((p for p in found if p.severity is not None), key=lambda p: (p.severity or 0, p.op))
    holds = [p.op for p in found if p.severity is None and p.how == "holds"]
    unknown = [p.op for p in found if p.how == "not probed"]
    label = "breaking points"
    for point in breaks:
        yield row(label, broken(point), f"at least {percent(point.low, 0)} fail there")
        label = ""
    if holds:
        yield row(label, f"hold up to 10: {', '.join(holds)}", "")
        label = ""
    if unknown or not found:
        more = f" and {len(unknown) - MAX_OPS} more" if len(unknown) > MAX_OPS else ""
        named = ", ".join(unknown[:MAX_OPS]) or "the budget is too small"
        yield row(label, f"not probed: {named}{more}", "")


def reason_lines(reasons: Sequence[Reason]) -> Iterator[str]:
    """The first causes with the lines that they decide, and the lines without one; each with its command."""
    groups = by_cause(reasons)
    for number, group in enumerate(groups[:MAX_CAUSES], 1):
        worst, lines = group[0], under(group)
        yield f"{number}. {worst.verdict}: {worst.cause or worst.first_line}"
        yield from (f"   {reason.verdict}: {reason.first_line}" for reason in lines[:MAX_CRITERIA_OF_A_CAUSE])
        if len(lines) > MAX_CRITERIA_OF_A_CAUSE:
            yield f"   and {len(lines) - MAX_CRITERIA_OF_A_CAUSE} more lines of the same cause in verdict.json"
        yield f"   {worst.show}"
    if len(groups) > MAX_CAUSES:
        yield f"   and {sum(map(len, groups[MAX_CAUSES:]))} more in verdict.json"
    if reasons:
        yield ""


def _noticed(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield "noticed"
    for finding in findings[:MAX_CAUSES]:
        yield f"  {finding.text}"
        if finding.kind == "silent_fallback":
            yield f"    {finding.show}"
    if len(findings) > MAX_CAUSES:
        yield f"  and {len(findings) - MAX_CAUSES} more in findings.json"
    yield ""
