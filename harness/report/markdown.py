"""Writes report.md: the verdict as it fits into a comment on a pull request."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from harness.core.decide import judge_line
from harness.core.verdict import Estimate, Finding, Headline, Reason
from harness.report.sentences import by_cause, not_told_yet, sentence, under
from harness.report.view import View
from harness.report.words import broken, count, duration, percent, points, says, span, visible

MAX_CAUSES = 10
"""Causes, and findings; the page has all."""

MAX_CRITERIA_OF_A_CAUSE = 3
"""Lines that are told under one cause."""

FITS = 65_536
"""Characters that a comment takes."""

STRAIGHT = "straight through: accepted and right"
LONGEST = 600
"""Characters of one sentence."""


_LINKS = re.compile(r"(?<=\w)(?=://)|(?i:(?<=\bwww)(?=\.))|(?<=[@#])(?=\w)")
"""Where GitHub would make a link or a mention out of plain text."""


def markdown(view: View) -> str:
    """The whole comment. What a service said in it can neither format, link, mention nor embed anything."""
    verdict = view.verdict
    blocks = [
        [f"## {text(says(verdict))}"],
        [f"**This run cannot be trusted:** {text(problem)}" for problem in verdict.problems],
        _figures(verdict.headline),
        _reasons(verdict.reasons),
        _breaking(view),
        _noticed(not_told_yet(view.findings, view.verdict.reasons)),
        _inside(view),
        [_end(view)],
    ]
    parts = ["\n".join(block) for block in map(list, blocks) if block]
    while sum(map(len, parts)) + 2 * len(parts) > FITS and len(parts) > 2:
        del parts[-2]  # what matters less stands later; the last says where all of it is
    return "\n\n".join(parts) + "\n"


def _figures(head: Headline) -> Iterator[str]:
    assumed = " (assumed mix)" if head.mix == "assumed" else ""
    yield "| | | 95 % bounds |"
    yield "|---|---:|---|"
    yield f"| pilot-to-production gap{assumed} | **{points(head.gap.value)}** | {_bounds(head.gap)} |"
    yield f"| quality on the pilot | {percent(head.pilot.value)} | {count(head.samples, 'sample')} |"
    yield f"| projected on the mix | {percent(head.projected.value)} | {span(head.projected)} |"
    for name, one in (("silent errors: accepted and wrong", head.silent_errors), (STRAIGHT, head.straight_through)):
        yield f"| {name} | **{percent(one.value)}** | {span(one)} |"
    if head.handed_over:
        yield f"| handed over to a person | {percent(head.handed_over.value)} | {span(head.handed_over)} |"


def _bounds(gap: Estimate) -> str:
    """Of a difference, which is told in points."""
    return "not measured" if gap.value is None else f"{100 * gap.low:.1f} to {100 * gap.high:.1f}"


def _reasons(reasons: Sequence[Reason]) -> Iterator[str]:
    groups = by_cause(reasons)
    for number, group in enumerate(groups[:MAX_CAUSES], 1):
        worst = group[0]
        yield f"{number}. **{worst.verdict}**: {text(worst.cause or worst.first_line)}"
        yield from (
            f"   - {reason.verdict}: {text(reason.first_line)}" for reason in under(group)[:MAX_CRITERIA_OF_A_CAUSE]
        )
        yield from _rest(len(under(group)), "   - ", MAX_CRITERIA_OF_A_CAUSE)
        if worst.show:
            yield f"   {'- ' if under(group) else ''}{code(worst.show)}"
    yield from _rest(len(groups))


def _breaking(view: View) -> Iterator[str]:
    found = view.verdict.headline.breaking_points
    breaks = sorted((p for p in found if p.severity is not None), key=lambda p: (p.severity or 0, p.op))
    if breaks:
        yield f"Breaking points: {', '.join(text(broken(point)) for point in breaks[:MAX_CAUSES])}"


def _noticed(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield "Noticed:"
        yield ""
        yield from (f"- {text(finding.text)}" for finding in findings[:MAX_CAUSES])
        yield from _rest(len(findings), "- ")


def _inside(view: View) -> Iterable[str]:
    inside = [line for line in view.lines if judge_line(line) == "go"]
    if not inside:
        return
    yield f"<details><summary>{count(len(inside), 'line')} inside the limit</summary>"
    yield ""
    yield from (f"- {text(sentence(line))}" for line in inside[:MAX_CAUSES])
    yield from _rest(len(inside), "- ")
    yield ""
    yield "</details>"


def _rest(total: int, start: str = "", most: int = MAX_CAUSES) -> Iterator[str]:
    if total > most:
        yield f"{start}and {total - most} more in report.html"


def _end(view: View) -> str:
    replies = count(view.replies, "reply", "replies")
    again = code(f"harness show {shlex.quote(view.run)}")
    return f"{replies} in {duration(view.seconds)}, seed {view.seed}. Again: {again}"


def text(said: str) -> str:
    """The sentence as plain text of Markdown and HTML, on one line, cut where it is too long."""
    said = visible(said if len(said) <= LONGEST else f"{said[:LONGEST]}…")
    said = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    said = re.sub(r"([\\`*_{}\[\]|~!$])", r"\\\1", said)
    said = re.sub(r"^(\d*)([#+\-=.)])", r"\1\\\2", said)  # no heading and no list within an item
    return _LINKS.sub("<!-- -->", said)


def code(command: str) -> str:
    """The command as code, whatever backticks it holds."""
    command = visible(command)
    if len(command) > LONGEST:
        return "(the command is too long for here: see report.html)"
    fence = "`" * (max(map(len, re.findall("`+", command)), default=0) + 1)
    pad = " " if "`" in command else ""
    return f"{fence}{pad}{command}{pad}{fence}"
