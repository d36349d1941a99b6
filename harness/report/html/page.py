"""Writes report.html. Everything in it is escaped by the template engine; its one style and one script are ours."""

import base64
import shlex
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.core.finding_kinds import FindingKind
from harness.core.verdict import BreakingPoint
from harness.report.causes import causes_of, not_covered
from harness.report.findings.describe import describe, one_line
from harness.report.html.bars import Bar, bar_of_result
from harness.report.html.chart import chart_of, waits_of
from harness.report.html.filters import FILTERS, FUNCTIONS, TITLES
from harness.report.table import COLUMNS, FigureRow, criterion_rows, figure_rows
from harness.report.tables import by_fault, by_pack, failing_probes, listed, silent_by_severity
from harness.report.under_load import load_figures
from harness.report.view import Excerpt, Picture, View
from harness.report.words import percent

HERE = Path(__file__).resolve().parent
MAX_ROWS = 2_000
"""Maximum number of rows in the table of all cases; the run folder has the rest."""

FIRST_PAIRS = 3
"""Number of silent errors whose inputs and answers are expanded when the page opens."""

UNJUDGED = (FindingKind.NOT_JUDGED, FindingKind.NO_REPLY, FindingKind.CASES_UNCHANGED, FindingKind.NOT_TESTED)
"""Kinds of findings about what no figure covers."""


def page(view: View) -> str:
    """The whole page: one file without external addresses and without the time of writing."""
    rows, verdict = listed(view.rows, MAX_ROWS), view.verdict
    template = _environment().get_template("page.html.j2")
    return template.render(
        view=view,
        head=verdict.headline,
        columns=COLUMNS,
        criteria=_criteria(view),
        causes=causes_of(verdict.reasons),
        packs=by_pack(view.rows, view.mix),
        faults=by_fault(view.rows),
        grid=silent_by_severity(view.rows),
        points=[(point, failing_probes(view.rows, point.op)) for point in _ordered(view)],
        chart=chart_of(view.rows, view.load),
        waits=waits_of(view.rows),
        load=[line for line in load_figures(view.load) if line] if view.load else [],
        rows=rows,
        unjudged=_unjudged(view),
        findings=[
            (finding, describe(finding))
            for finding in not_covered(view.findings, verdict.reasons)
            if finding.kind not in UNJUDGED
        ],
        style=_asset("page.css"),
        script=_asset("page.js"),
        policy=_policy(),
    )


def _criteria(view: View) -> list[tuple[FigureRow, Bar | None]]:
    """The rows of the table, each with its bar."""
    results = (*view.verdict.reasons, *view.verdict.passed)
    figures = [(row, None) for row in figure_rows(view.verdict.headline)]
    return [*figures, *zip(criterion_rows(results), map(bar_of_result, results), strict=True)]


def _unjudged(view: View) -> list[str]:
    """What no figure of this page covers, and why; one sentence each."""
    found = [one_line(finding) for finding in view.findings if finding.kind in UNJUDGED]
    criteria = {result.criterion for result in (*view.verdict.reasons, *view.verdict.passed)}
    if view.untimed:
        found.append(f"Latency: not judged, {view.untimed}")
    elif "p95" not in criteria:
        found.append("Latency: no limit is set ([gate] p95)")
    quiet = [point.op for point in view.verdict.headline.breaking_points if point.how == "not probed"]
    if quiet:
        found.append(f"Breaking points of {', '.join(quiet)}: the budget had no calls for them")
    open_ = round(1 - sum(part.share for part in view.mix), 9)
    if view.mix and open_ > 0:
        found.append(f"{percent(open_)} of the production traffic that nobody described: it widens the intervals")
    return found


def _ordered(view: View) -> list[BreakingPoint]:
    """Ops that break, the smallest severity first; then those that pass up to 10; then those not probed."""
    found = view.verdict.headline.breaking_points
    return sorted(found, key=lambda p: (p.severity is None, p.severity or 0, p.how == "not probed", p.op))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update({one.__name__: one for one in FILTERS}, quoted=shlex.quote)
    environment.globals.update({one.__name__: one for one in FUNCTIONS}, first_pairs=FIRST_PAIRS, titles=TITLES)
    environment.tests["picture"] = lambda look: isinstance(look, Picture)
    environment.tests["excerpt"] = lambda look: isinstance(look, Excerpt)
    return environment


@cache
def _asset(name: str) -> Markup:
    """The style or script of the page, the only text that is not escaped."""
    return Markup((HERE / name).read_text(encoding="utf-8"))


@cache
def _policy() -> str:
    """The content security policy: only the style and the script with these digests are allowed."""
    style, script = (_digest(_asset(name)) for name in ("page.css", "page.js"))
    return (
        f"default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode('ascii')}"
