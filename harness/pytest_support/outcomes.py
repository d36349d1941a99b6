"""The results of one run, item by item, as plain data that can be passed to another process."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.case import Case, Scalar
from harness.core.decide import result_of
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.verdict import Criterion, CriterionResult, Status
from harness.diff.gate.evidence import PILOT
from harness.diff.gate.scenarios import part_lines, speaking
from harness.diff.gate.worst import RunContext
from harness.diff.scoring.judge import ANSWERED
from harness.pytest_support.project import Project
from harness.pytest_support.subjects import Subject, complete
from harness.report.accepted import accepted_lines
from harness.report.causes import explanation
from harness.report.criteria import words_of
from harness.report.terminal import answer_lines, screen, table_lines
from harness.report.words import heading, printable
from harness.run.events import Finished

NAMED = 3
"""Maximum cases, and fields of a case, in the text of a failing item; the run folder has all."""

LONGEST = 60
"""Maximum characters of a value in the text of a failing item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """The result of one item. text: empty if it passed; else the status first, and last the command that shows it.

    reason: of an item that may stay open, on one line: what is open, and what would decide it. measured: whether there
    is any figure.
    """

    status: Status
    text: str = ""
    reason: str = ""
    measured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run for all items of a project.

    refused: why there was no run ("" if there was), reported by the item `by`. run: the folder. summary: the derived
    settings, and the figures if the whole mix was sent. broken: why the run cannot be trusted, "" if it can.
    """

    refused: str = ""
    by: str = ""
    run: str = ""
    broken: str = ""
    summary: tuple[str, ...] = ()
    items: Mapping[str, ItemResult] = field(default_factory=dict)


def outcome_of(
    finished: Finished, chosen: Sequence[Subject], project: Project, only: tuple[str, ...], notes: Sequence[str]
) -> Outcome:
    """The outcome of a run that sent the scenarios `only` (() for the whole mix)."""
    run = str(finished.folder)
    results = _Results(finished, project, only)
    return Outcome(
        run=run,
        broken=results.broken,
        summary=_summary(finished, run, only, notes),
        items={subject.name: results.result(subject) for subject in chosen},
    )


def _summary(finished: Finished, run: str, only: tuple[str, ...], notes: Sequence[str]) -> tuple[str, ...]:
    """The derived settings, then the table and what a go accepts. A run of a part of the mix has no such figures."""
    verdict = finished.verdict
    table = () if only else ("", heading(verdict), *[*answer_lines(verdict)][1:], *table_lines(verdict), "")
    if not only and verdict.verdict == "go":
        table = (*table, *accepted_lines(verdict, finished.findings), "")
    lines = (*notes, *table, f"all results are in {run}/", f"again: harness show {run}")
    return tuple(printable(line) for line in lines)


class _Results:
    """Reads the results of the items from a finished run."""

    def __init__(self, finished: Finished, project: Project, only: tuple[str, ...]) -> None:
        self._finished = finished
        self._rows: dict[str, list[Judged]] = {}
        for row in finished.judged:
            self._rows.setdefault(row.address, []).append(row)
        pilot = sum(case.pack == PILOT for case in finished.cases.values())
        samples = len(project.samples.items)
        about = RunContext(run=str(finished.folder), samples=samples, pilot_complete=pilot == samples)
        self._lines = part_lines(finished.cases, finished.judged, project.settings.gate, about)
        self._complete = complete(project, only)
        # The first problem of a partial run is that it is partial, which does not affect the items of the part.
        problems = finished.verdict.problems[1:] if only else finished.verdict.problems
        self.broken = printable(problems[0]) if problems else ""

    def result(self, subject: Subject) -> ItemResult:
        """The result of the item of that subject. In a run that cannot be trusted every item is undecided."""
        run = self._finished.folder
        if subject.criterion == "verdict":
            return self._verdict()
        if self.broken:
            return _open(f"undecided: this run cannot be trusted: {self.broken}", f"harness show {run}")
        if not subject.criterion:
            return self._scenario(subject)
        if subject.criterion == "silent_errors_pack" and subject.slice in self._complete:
            return self._criterion(self._lines.get(subject.slice), subject)
        return self._reason(subject)

    def _verdict(self) -> ItemResult:
        done = self._finished
        if done.verdict.verdict == "go":
            return ItemResult(status="passed")
        _, *below = screen(done.verdict, done.findings, done.folder, done.calls, done.seconds).splitlines()
        text = "\n".join((heading(done.verdict), *below))  # without our exit code: pytest has its own
        if done.verdict.verdict == "no-go":
            return ItemResult(status="failed", text=text)
        return ItemResult(status="undecided", text=text, reason=f"{heading(done.verdict)}. harness show {done.folder}")

    def _scenario(self, subject: Subject) -> ItemResult:
        own = self._lines.get(subject.name)
        pack = self._lines.get(subject.pack) if subject.pack in self._complete else None
        return self._criterion(speaking(own, pack) if own else None, subject)

    def _criterion(self, criterion: Criterion | None, subject: Subject) -> ItemResult:
        if criterion is None:
            run = self._finished.folder
            return _open(f"undecided: {subject.name}: the budget covered none of its cases", f"harness show {run}")
        return self._described(result_of(criterion))

    def _reason(self, subject: Subject) -> ItemResult:
        """The result of a criterion of the verdict. A criterion that is not among the reasons passed."""
        for reason in self._finished.verdict.reasons:
            if (reason.criterion, reason.slice) == (subject.criterion, subject.slice):
                return self._described(reason)
        return ItemResult(status="passed")

    def _described(self, result: CriterionResult) -> ItemResult:
        if result.status == "passed":
            return ItemResult(status="passed")
        own = words_of(result)
        more = [f"  {line}" for line in (*own.evidence, *own.advice, *explanation(result))]
        first = f"{result.status}: {own.headline}"
        lines = [first, *more, *self._named(result.cases), result.show]
        # Without any answer, every case of a scenario failed, though not by a silent error.
        fails = result.status == "failed" or any(one.kind is FindingKind.NO_ANSWERS for one in result.notes)
        reason = "" if fails else printable(" ".join((f"{first}.", *own.advice, result.show)))
        measured = result.value is not None
        return ItemResult(status=result.status, text=printable("\n".join(lines)), reason=reason, measured=measured)

    def _named(self, worst: Sequence[str]) -> Iterator[str]:
        for address in worst[:NAMED]:
            case, rows = self._finished.cases.get(address), self._rows.get(address)
            if case and rows:
                yield f"  {case_line(case, max(rows, key=lambda row: row.silent_error))}"
        if len(worst) > NAMED:
            yield f"  and {len(worst) - NAMED} more of the worst"


def _open(first: str, show: str) -> ItemResult:
    """An item without a figure."""
    text, reason = printable(f"{first}\n{show}"), printable(f"{first}. {show}")
    return ItemResult(status="undecided", text=text, reason=reason, measured=False)


def case_line(case: Case, row: Judged) -> str:
    """One case on one line: what the service did with it, and where truth and answer differ."""
    sure = f", confidence {row.confidence:.2f}" if row.confidence is not None else ""
    cause = f" ({row.cause})" if row.cause else ""
    wrong = [scored.name for scored in row.fields if scored.verdict == "wrong"]
    parts = [
        f"{name} is {_short(case.truth.get(name))}, the service answered {_short(row.answer.get(name))}"
        for name in wrong
    ]
    detail = "; ".join(parts[:NAMED]) or row.reason or (row.judgement if row.disposition in ANSWERED else "no answer")
    return f"{case.address}: {row.disposition}{cause}{sure}: {detail}"


def _short(value: Scalar) -> str:
    text = "nothing" if value is None else " ".join(str(value).split()) or '""'
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def shown(text: str, folder: str, here: Path) -> str:
    """The text with the run's folder relative to here, so that the command is short and can be copied."""
    path = Path(folder)
    if folder and path.is_relative_to(here):
        return text.replace(folder, shlex.quote(str(path.relative_to(here))))
    return text
