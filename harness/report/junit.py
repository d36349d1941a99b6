"""Writes junit.xml: one test case a gate line, so that any CI shows the verdict among its tests."""

import re
from xml.sax.saxutils import escape, quoteattr

from harness.core.decide import judge_line
from harness.core.verdict import Criterion, Decision
from harness.report.sentences import sentence
from harness.report.view import View
from harness.report.words import says

_ELEMENT = {"no-go": "failure", "undecided": "error"}


def junit(view: View) -> str:
    """The whole document. No-go and undecided are failing items, and their first line says which."""
    answers = [judge_line(line) for line in view.lines]
    cases = [_valid(view), *(_case(view, line, answer) for line, answer in zip(view.lines, answers, strict=True))]
    failures, errors = answers.count("no-go"), answers.count("undecided") + (not view.verdict.valid)
    name = _attribute(f"harness {view.kind}")
    figures = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="0" time="{view.seconds:.3f}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f"<testsuites name={name} {figures}>",
            f"<testsuite name={name}{_when(view.started)} {figures}>",
            f'<properties><property name="verdict" value={_attribute(says(view.verdict))}/></properties>',
            *cases,
            "</testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _valid(view: View) -> str:
    """A run that cannot be trusted decides nothing, whatever its lines show."""
    start = f'<testcase classname={_attribute(f"harness.{view.kind}")} name="the run can be trusted" time="0"'
    if view.verdict.valid:
        return f"{start}/>"
    problems = view.verdict.problems or ("the run is not valid",)
    return f"{start}>{_element('undecided', f'undecided: {problems[0]}', *problems[1:])}</testcase>"


def _case(view: View, line: Criterion, answer: Decision) -> str:
    name = f"{line.name} in {line.slice}" if line.slice else line.name
    start = f'<testcase classname={_attribute(f"harness.{view.kind}")} name={_attribute(name)} time="0">'
    told = sentence(line)
    if answer == "go":
        return f"{start}<system-out>{_text(told)}</system-out></testcase>"
    cause = f"cause: {line.cause}" if line.cause and line.cause != told else ""
    looks = [f"look at: {', '.join(line.worst)}"] if line.worst else []
    return f"{start}{_element(answer, f'{answer}: {told}', cause, *looks, line.show)}</testcase>"


def _element(answer: Decision, first: str, *more: str) -> str:
    kind = _ELEMENT[answer]
    whole = "\n".join(part for part in (first, *more) if part)
    return f'<{kind} type="{answer}" message={_attribute(first)}>{_text(whole)}</{kind}>'


def _when(started: str) -> str:
    """The moment of a run's stamp as ISO 8601; nothing where there is none."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)", started)
    return ' timestamp="{}-{}-{}T{}:{}:{}"'.format(*found.groups()) if found else ""


def _attribute(said: str) -> str:
    return quoteattr(_clean(said).replace("\n", " "))


def _text(said: str) -> str:
    return escape(_clean(said))


def _clean(said: str) -> str:
    """The text without what XML 1.0 cannot hold, and without what would turn the lines of a viewer or a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in said)
