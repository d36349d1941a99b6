"""The screen: the verdict, the table of figures, at most three causes, what was not tested, and the report."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.under_load.load import Load
from harness.core.verdict import BreakingPoint, CriterionResult, Verdict
from harness.report.accepted import UNTESTED, accepted_lines
from harness.report.causes import Cause, causes_of, not_covered
from harness.report.classes import population_lines
from harness.report.findings.describe import describe, one_line
from harness.report.table import COLUMNS, criterion_rows, figure_rows
from harness.report.under_load import load_figures
from harness.report.words import broken, count, duration, heading, printable

WIDTH = 100
"""Columns of the screen."""

MAX_CAUSES = 3
"""Maximum number of causes on the first screen; `--verbose` and the report show all."""

MAX_EVIDENCE = 2
"""Maximum number of lines of evidence for each cause on the first screen."""

MAX_ROWS = 11
"""Target number of table rows on the first screen if a criterion did not pass; passed criteria are cut to fit."""

MAX_ROWS_GO = 24
"""Target number of table rows on the first screen if all criteria passed."""

MAX_NOT_TESTED = 2
"""Maximum number of lines about untested parts and assumptions on the first screen, unless it is a go."""

NAME, VALUE, SPAN, LIMIT, COUNTS = 40, 8, 14, 10, 17
"""Widths of the table's columns except the last."""

COMPARED = (FindingKind.BASELINE, FindingKind.BASELINE_UNUSABLE, FindingKind.REFERENCE)
"""Kinds of findings about the sides that the run is compared with."""


def screen(
    verdict: Verdict,
    findings: Sequence[Finding],
    folder: Path,
    calls: int,
    seconds: float,
    page: Path | None = None,
    load: Load | None = None,
    *,
    verbose: bool = False,
) -> str:
    """The screen as plain text. page: report.html, if there is one. load: what a load run measured.

    verbose: every criterion, cause, line of evidence and finding, and not only what fits the first screen.
    """
    parts = [
        answer_lines(verdict),
        load_figures(load) if load else (),
        (*table_lines(verdict, verbose=verbose), *_breaking(verdict.headline.breaking_points, verbose)),
        _compared(findings),
        cause_lines(verdict.reasons, verbose=verbose),
        _further(findings, verdict, verbose),
        _not_tested(findings, verdict, verbose),
        _end(folder, calls, seconds, page, findings, verbose),
    ]
    return printable("\n\n".join("\n".join(part) for part in map(tuple, parts) if part))


def answer_lines(verdict: Verdict) -> Iterator[str]:
    """The verdict with its exit code, and why the run cannot be trusted, if it cannot."""
    left, right = heading(verdict), f"exit code {verdict.exit_code}"
    yield f"{left}{right:>{max(2 + len(right), WIDTH - len(left))}}"
    for problem in verdict.problems:
        yield f"This run cannot be trusted: {problem}"


def table_lines(verdict: Verdict, *, verbose: bool = False) -> Iterator[str]:
    """The table of figures and criteria; on the first screen, passed criteria are cut to fit."""
    figures, open_ = list(figure_rows(verdict.headline)), list(criterion_rows(verdict.reasons))
    passed = list(criterion_rows(verdict.passed))
    most = MAX_ROWS if open_ else MAX_ROWS_GO
    room = len(passed) if verbose else max(0, most - len(figures) - len(open_))
    yield _row(COLUMNS)
    yield from (_row(row.columns) for row in (*figures, *open_, *passed[:room]))
    if rest := passed[room:]:
        yield _fitting(f"passed as well ({len(rest)}): ", [row.name for row in rest])
    for line in population_lines(verdict.headline):
        yield from _wrapped(line, "   ")


def _row(columns: Sequence[str]) -> str:
    """One line: the name on the left, the value right-aligned, the other columns left-aligned."""
    name, value, span, most, counted, status = columns
    left = set_cell_size(name if cell_len(name) < NAME else f"{set_cell_size(name, NAME - 2)}…", NAME)
    counted = f"{counted} " if len(counted) >= COUNTS else f"{counted:<{COUNTS}}"
    return f"{left}{value:>{VALUE}}  {span:<{SPAN}}{most:<{LIMIT}}{counted}{status}".rstrip()


def _fitting(start: str, names: Sequence[str]) -> str:
    """The names on one line, as many as fit, and how many more there are."""
    for shown in range(len(names), 0, -1):
        rest = f" and {len(names) - shown} more" if shown < len(names) else ""
        line = f"{start}{', '.join(names[:shown])}{rest}"
        if cell_len(line) <= WIDTH:
            return line
    return _cut(f"{start}{', '.join(names)}")


def _cut(line: str) -> str:
    """The line, cut at the width of the screen."""
    return line if cell_len(line) <= WIDTH else f"{set_cell_size(line, WIDTH - 1)}…"


def _breaking(found: Sequence[BreakingPoint], verbose: bool) -> Iterator[str]:
    """The ops that break, at the smallest severity first; with --verbose also those that hold or were not probed."""
    breaks = sorted((p for p in found if p.severity is not None), key=lambda p: (p.severity or 0, p.op))
    if breaks:
        points = [broken(point) for point in breaks]
        whole = f"breaking points: {', '.join(points)}"
        yield from _wrapped(whole) if verbose else [_fitting("breaking points: ", points)]
    if verbose:
        for how, label in (("holds", "no breaking point up to severity 10"), ("not probed", "not fully probed")):
            if names := [p.op for p in found if p.severity is None and p.how == how]:
                yield from _wrapped(f"{label}: {', '.join(names)}")


def _compared(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        if finding.kind in COMPARED:
            yield from _wrapped(one_line(finding))


def cause_lines(reasons: Sequence[CriterionResult], *, verbose: bool = False) -> Iterator[str]:
    """The causes, numbered: headline, evidence, and the command that shows the worst case."""
    causes = causes_of(reasons)
    shown = causes if verbose else causes[:MAX_CAUSES]
    for number, cause in enumerate(shown, 1):
        yield from _cause(number, cause, verbose)
    if rest := causes[len(shown) :]:
        yield f"   and {count(len(rest), 'more cause', 'more causes')} (--verbose)"


def _cause(number: int, cause: Cause, verbose: bool) -> Iterator[str]:
    words = cause.words
    several = len(cause.results)
    yield from _wrapped(
        f"{number}  {words.headline}" + (f" (explains {several} criteria)" if several > 1 else ""), "   "
    )
    evidence = words.evidence if verbose else words.evidence[:MAX_EVIDENCE]
    for line in evidence:
        yield from _wrapped(f"   {line}", "   ")
    if verbose and len(cause.results) > 1:
        yield from _wrapped(f"   Criteria: {cause.criteria}", "   ")
    if verbose or cause.status == "undecided":
        for line in words.advice:
            yield from _wrapped(f"   {line}", "   ")
    if cause.show and cause.results[0].cases:  # without a case it shows the whole run, as the last line does
        yield f"   $ {cause.show}"


def _further(findings: Sequence[Finding], verdict: Verdict, verbose: bool) -> Iterator[str]:
    """The findings that no cause covers: all of them with --verbose, else a few if little else is shown."""
    rest = [one for one in not_covered(findings, verdict.reasons) if one.kind not in (*COMPARED, *UNTESTED)]
    shown = rest if verbose else rest[: max(0, MAX_CAUSES - len(verdict.reasons))]
    if verdict.verdict == "undecided":
        shown += [one for one in rest if one.kind is FindingKind.MORE_CALLS and one not in shown]
    if shown:
        yield "Findings"
    for finding in shown:
        if not verbose:
            yield from _wrapped(f"   {one_line(finding)}", "   ")
            if finding.kind is FindingKind.MORE_CALLS:
                yield from _wrapped(f"   {' '.join(describe(finding).advice)}", "   ")
            continue
        words = describe(finding)
        yield from _wrapped(f"   {words.headline}", "   ")
        for line in (*words.evidence, *words.advice):
            yield from _wrapped(f"      {line}", "      ")
        if finding.show:
            yield f"      $ {finding.show}"


def _not_tested(findings: Sequence[Finding], verdict: Verdict, verbose: bool) -> Iterator[str]:
    """What the verdict rests on; on the first screen all of it if it is a go, else the last few lines."""
    lines = accepted_lines(verdict, findings, verbose=verbose)
    everything = verbose or verdict.verdict == "go"
    shown = lines if everything or len(lines) <= MAX_NOT_TESTED else lines[1 - MAX_NOT_TESTED :]
    for line in shown:
        yield from _wrapped(line, "   ") if everything else [_cut(line)]
    if len(shown) < len(lines):
        yield f"and {len(lines) - len(shown)} more not tested (--verbose)"


def _end(
    folder: Path, calls: int, seconds: float, page: Path | None, findings: Sequence[Finding], verbose: bool
) -> Iterator[str]:
    yield f"{calls} replies in {duration(seconds)}. Report: {page or folder}"
    if not verbose:
        yield f"Everything ({count(len(findings), 'finding')}): harness show {folder} --verbose"


def _wrapped(text: str, indent: str = "") -> list[str]:
    """The text in lines of at most WIDTH cells; a longer word is not broken, so that it can be copied."""
    lines, line = [], ""
    for word in re.findall(r"\s*\S+", text):
        if line.strip() and cell_len(line + word) > WIDTH:
            lines.append(line)
            line = indent + word.lstrip()
        else:
            line += word
    return [*lines, line]
