"""Writes junit.xml: one test case per criterion, so that any CI shows the verdict among its tests."""

import re
from xml.sax.saxutils import escape, quoteattr

from harness.core.verdict import CriterionResult, Status
from harness.report.causes import explain, explanation
from harness.report.criteria import name_of, words_of
from harness.report.findings.registry import Words
from harness.report.view import View
from harness.report.words import heading

_ELEMENT = {"failed": "failure", "undecided": "error"}


def junit(view: View) -> str:
    """The whole document. Failed and undecided criteria are failures; their first line says which of the two."""
    results = (*view.verdict.reasons, *view.verdict.passed)
    cases = [_valid(view), *(_case(view, result) for result in results)]
    failures = sum(result.status == "failed" for result in results)
    errors = sum(result.status == "undecided" for result in results) + (not view.verdict.valid)
    name = _attribute(f"harness {view.kind}")
    figures = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="0" time="{view.seconds:.3f}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f"<testsuites name={name} {figures}>",
            f"<testsuite name={name}{_when(view.started)} {figures}>",
            f'<properties><property name="verdict" value={_attribute(heading(view.verdict))}/></properties>',
            *cases,
            "</testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _valid(view: View) -> str:
    """The failure of a run that is not valid, whatever its criteria show."""
    start = f'<testcase classname={_attribute(f"harness.{view.kind}")} name="the run can be trusted" time="0"'
    if view.verdict.valid:
        return f"{start}/>"
    problems = view.verdict.problems or ("the run is not valid",)
    return f"{start}>{_element('undecided', f'undecided: {problems[0]}', *problems[1:])}</testcase>"


def _case(view: View, result: CriterionResult) -> str:
    name = _attribute(name_of(result))
    start = f'<testcase classname={_attribute(f"harness.{view.kind}")} name={name} time="0">'
    own = words_of(result)
    if result.status == "passed":
        return f"{start}<system-out>{_text(_joined(explain(result)))}</system-out></testcase>"
    more = "\n".join(explanation(result))
    cases = [f"cases: {', '.join(result.cases)}"] if result.cases else []
    first = f"{result.status}: {own.headline}"
    return f"{start}{_element(result.status, first, *own.evidence, more, *own.advice, *cases, result.show)}</testcase>"


def _joined(words: Words) -> str:
    return "\n".join((words.headline, *words.evidence))


def _element(status: Status, first: str, *more: str) -> str:
    kind = _ELEMENT[status]
    whole = "\n".join(part for part in (first, *more) if part)
    return f'<{kind} type="{status}" message={_attribute(first)}>{_text(whole)}</{kind}>'


def _when(started: str) -> str:
    """The time in a run's name as ISO 8601; empty if there is none."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)", started)
    return ' timestamp="{}-{}-{}T{}:{}:{}"'.format(*found.groups()) if found else ""


def _attribute(text: str) -> str:
    return quoteattr(_clean(text).replace("\n", " "))


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """The text with U+FFFD for characters that XML 1.0 forbids or that cannot be printed."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
