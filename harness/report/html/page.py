"""Writes report.html. Everything in it is escaped by the template engine; its one style and one script are ours."""

import base64
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.core.decide import judge_line
from harness.core.verdict import Answer, BreakingPoint, Line, Reason, Verdict
from harness.report.html.bars import Bar, bar_of, bar_of_line
from harness.report.html.chart import chart_of, seconds, waits_of
from harness.report.marks import field_pairs, short, wrong_fields
from harness.report.sentences import sentence
from harness.report.tables import Cell, GridRow, by_pack, failing_probes, listed, silent_by_severity
from harness.report.view import Excerpt, Picture, Row, View
from harness.report.words import broken, count, duration, percent, points, says, span, visible

HERE = Path(__file__).resolve().parent
MOST_ROWS = 2_000
"""Rows in the table of all cases; the run folder has the rest."""

STEPS_OF_COLOUR = 5
TITLES: Mapping[Answer, str] = {"go": "Go", "no-go": "No-go", "undecided": "Undecided"}


def page(view: View) -> str:
    """The whole page: one file, no address outside it, nothing of the moment it was written at."""
    rows = listed(view.rows, MOST_ROWS)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            view=view,
            head=view.verdict.headline,
            lines=[(line, judge_line(line)) for line in view.lines],
            packs=by_pack(view.rows, view.mix),
            grid=silent_by_severity(view.rows),
            points=[(point, failing_probes(view.rows, point.op)) for point in _ordered(view)],
            chart=chart_of(view.rows),
            waits=waits_of(view.rows),
            rows=rows,
            unjudged=_unjudged(view),
            noticed=[finding for finding in view.findings if finding.kind not in UNJUDGED],
            style=_asset("page.css"),
            script=_asset("page.js"),
            policy=_policy(),
        )
    )


UNJUDGED = ("not_judged", "no_reply_row", "vacuous")
"""Findings that say what was not judged."""


def _unjudged(view: View) -> list[str]:
    """What is in no figure of this page, and why; one sentence each."""
    found = [finding.text for finding in view.findings if finding.kind in UNJUDGED]
    if view.untimed:
        found.append(f"latency: {view.untimed}")
    elif all(line.name != "p95" for line in view.lines):
        found.append("latency: no limit is declared ([gate] p95)")
    quiet = [point.op for point in view.verdict.headline.breaking_points if point.how == "not probed"]
    if quiet:
        found.append(f"breaking points of {', '.join(quiet)}: the budget did not reach them")
    open_ = round(1 - sum(part.share for part in view.mix), 9)
    if view.mix and open_ > 0:
        found.append(f"{percent(open_)} of production's traffic that nobody described: it widens the headline's bounds")
    return found


def _ordered(view: View) -> list[BreakingPoint]:
    """Those that break first, the earliest of them first; then those that hold; then those not probed."""
    found = view.verdict.headline.breaking_points
    return sorted(found, key=lambda p: (p.severity is None, p.severity or 0, p.how == "not probed", p.op))


def heat(cell: Cell) -> int:
    """The step of colour of a share: 0 for none, then 1..5 in equal parts."""
    return 0 if not cell.hit else min(STEPS_OF_COLOUR, 1 + int(cell.share * STEPS_OF_COLOUR))


def data_uri(picture: Picture) -> str:
    """The picture within the page."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode('ascii')}"


def lines_of(excerpt: Excerpt) -> str:
    """An excerpt that keeps its lines and nothing else that cannot be seen."""
    return "\n".join(map(visible, excerpt.text.split("\n")))


def gist(verdict: Verdict) -> str:
    """The answer in one line without its first word."""
    rest = says(verdict).partition(": ")[2]
    return f"{rest[:1].upper()}{rest[1:]}."


def how(word: str) -> str:
    """A disposition, or the way in which something breaks, as people say it."""
    return {"rejected": "refused", "handed_over": "handed over", "silent": "silently", "error": "error"}.get(word, word)


def moment(stamp: str) -> str:
    """The stamp of a run (20261124-041500) as 2026-11-24 04:15 UTC."""
    if not re.fullmatch(r"\d{8}-\d{6}", stamp):
        return visible(stamp)
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[9:11]}:{stamp[11:13]} UTC"


def of_kind(found: Sequence[tuple[BreakingPoint, GridRow]], word: str) -> list[str]:
    """Names of the ops that `breaks`, `holds` or are `not probed`."""
    return [visible(p.op) for p, _ in found if (p.how if p.severity is None else "breaks") == word]


def values(rows: Sequence[Row], name: str) -> list[str]:
    """The dispositions or judgements that stand in the rows."""
    return sorted({str(getattr(row.judged, name)) for row in rows if row.judged})


def bar_of_reason(reason: Reason, lines: Sequence[Line]) -> Bar | None:
    """The bar of the gate line that the reason tells."""
    line = next((one for one in lines if (one.name, one.slice) == (reason.line, reason.slice)), None)
    return bar_of_line(line) if line else None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        percent=percent, points=points, span=span, broken=broken, duration=duration, visible=visible, seconds=seconds,
        short=short, heat=heat, data_uri=data_uri, lines_of=lines_of, sentence=sentence, gist=gist, how=how,
        moment=moment, of_kind=of_kind, values=values, quoted=shlex.quote,
    )  # fmt: skip
    environment.globals.update(
        says=says, count=count, bar_of=bar_of, bar_of_line=bar_of_line, field_pairs=field_pairs,
        wrong_fields=wrong_fields, bar_of_reason=bar_of_reason, badge_word=TITLES,
    )  # fmt: skip
    environment.tests["picture"] = lambda look: isinstance(look, Picture)
    environment.tests["excerpt"] = lambda look: isinstance(look, Excerpt)
    return environment


@cache
def _asset(name: str) -> Markup:
    """Our own style or script, the only text of the page that is not escaped."""
    return Markup((HERE / name).read_text(encoding="utf-8"))


@cache
def _policy() -> str:
    """Nothing may be loaded, nothing may run, but the style and the script with these digests."""
    style, script = (_digest(_asset(name)) for name in ("page.css", "page.js"))
    return (
        f"default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode('ascii')}"
