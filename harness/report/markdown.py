"""Writes report.md: the verdict as it fits into a comment on a pull request."""

import re
import shlex
from collections.abc import Iterator, Sequence

from harness.core.finding import Finding
from harness.report.accepted import UNTESTED, accepted_lines
from harness.report.causes import causes_of, not_covered
from harness.report.classes import population_lines
from harness.report.findings.describe import one_line
from harness.report.table import COLUMNS, rows_of
from harness.report.under_load import load_figures
from harness.report.view import View
from harness.report.words import broken, count, duration, heading, visible

MAX_CAUSES = 10
"""Maximum number of causes, of breaking points and of findings; the HTML page has all."""

MAX_COMMENT = 65_536
"""Maximum number of characters in a GitHub comment."""

MAX_SENTENCE = 600
"""Maximum number of characters in a sentence or a command."""

_LINKS = re.compile(r"(?<=\w)(?=://)|(?i:(?<=\bwww)(?=\.))|(?<=[@#])(?=\w)")
"""Positions at which GitHub would turn plain text into a link or a mention."""


def markdown(view: View) -> str:
    """The whole comment. Text from a service cannot format, link, mention or embed anything in it."""
    verdict = view.verdict
    blocks = [
        [f"## {text(heading(verdict))}"],
        [f"**This run cannot be trusted:** {text(problem)}" for problem in verdict.problems],
        _load(view),
        _table(view),
        _causes(view),
        _breaking(view),
        _findings([one for one in not_covered(view.findings, verdict.reasons) if one.kind not in UNTESTED]),
        [f"- {text(line)}" for line in accepted_lines(verdict, view.findings)],
        [_end(view)],
    ]
    parts = ["\n".join(block) for block in map(list, blocks) if block]
    while sum(map(len, parts)) + 2 * len(parts) > MAX_COMMENT and len(parts) > 2:
        del parts[-2]  # less important parts come later; the last one has the command that shows the run
    return "\n\n".join(parts) + "\n"


def _table(view: View) -> Iterator[str]:
    """The same rows as on the screen."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---|---:|---|---|---|---|"
    for row in rows_of(view.verdict):
        name, *rest, status = map(text, row.columns)
        yield f"| {' | '.join((name, *rest, f'**{status}**' if status.isupper() else status))} |"
    yield ""
    yield from (f"- {text(line)}" for line in population_lines(view.verdict.headline))


def _load(view: View) -> Iterator[str]:
    """What a load run measured, as on the screen."""
    if view.load:
        yield from ("```", *filter(None, load_figures(view.load)), "```")


def _causes(view: View) -> Iterator[str]:
    causes = causes_of(view.verdict.reasons)
    for number, cause in enumerate(causes[:MAX_CAUSES], 1):
        yield f"{number}. **{text(cause.words.headline)}** ({cause.status}: {text(cause.criteria)})"
        yield from (f"   - {text(line)}" for line in (*cause.words.evidence, *cause.words.advice))
        if cause.show:
            yield f"   - {code(cause.show)}"
    yield from _rest(len(causes))


def _breaking(view: View) -> Iterator[str]:
    found = view.verdict.headline.breaking_points
    breaks = sorted((p for p in found if p.severity is not None), key=lambda p: (p.severity or 0, p.op))
    if breaks:
        yield f"Breaking points: {', '.join(text(broken(point)) for point in breaks[:MAX_CAUSES])}"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield "Findings:"
        yield ""
        yield from (f"- {text(one_line(finding))}" for finding in findings[:MAX_CAUSES])
        yield from _rest(len(findings), "- ")


def _rest(total: int, start: str = "", most: int = MAX_CAUSES) -> Iterator[str]:
    if total > most:
        yield f"{start}and {total - most} more in report.html"


def _end(view: View) -> str:
    replies = count(view.replies, "reply", "replies")
    again = code(f"harness show {shlex.quote(view.run)}")
    return f"{replies} in {duration(view.seconds)}, seed {view.seed}. Again: {again}"


def text(sentence: str) -> str:
    """The sentence as plain text of Markdown and HTML, on one line, cut if it is too long."""
    sentence = visible(sentence if len(sentence) <= MAX_SENTENCE else f"{sentence[:MAX_SENTENCE]}…")
    sentence = sentence.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    sentence = re.sub(r"([\\`*_{}\[\]|~!$])", r"\\\1", sentence)
    sentence = re.sub(r"^(\d*)([#+\-=.)])", r"\1\\\2", sentence)  # no heading and no list within an item
    return _LINKS.sub("<!-- -->", sentence)


def code(command: str) -> str:
    """The command as code, also if it contains backticks."""
    command = visible(command)
    if len(command) > MAX_SENTENCE:
        return "(the command is too long for here: see report.html)"
    fence = "`" * (max(map(len, re.findall("`+", command)), default=0) + 1)
    pad = " " if "`" in command else ""
    return f"{fence}{pad}{command}{pad}{fence}"
