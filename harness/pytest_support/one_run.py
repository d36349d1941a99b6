"""One run for all items of a project in a session, sent by the first process that needs it."""

import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.core.errors import HarnessError, Interrupted
from harness.pytest_support.outcomes import Outcome, outcome_of
from harness.pytest_support.project import Project
from harness.pytest_support.shared import Shared
from harness.pytest_support.subjects import Subject, needed
from harness.report.words import printable
from harness.run.check import run_check
from harness.run.events import Event, Finished, Noted
from harness.store.folder import new_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nothing can be sent in this session, and the id of the item or test that reported it."""

    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Started:
    folder: str


def run_once(project: Project, chosen: Sequence[Subject], shared: Shared, *, by: str, reports: Path) -> Outcome:
    """The outcome of the session's run. It is sent now if no process of the session has sent it.

    chosen: the selected items; only their cases are sent. by: id of the requesting item.
    """
    with shared.alone():
        refusal = shared.read("refusal", Refusal)
        if refusal:
            return Outcome(refused=refusal.text, by=refusal.by)
        done = shared.read("outcome", Outcome)
        if done:
            return done
        outcome = _send(project, chosen, shared, by, reports)
        if outcome.refused:
            shared.write("refusal", Refusal(text=outcome.refused, by=by))
        else:
            shared.write("outcome", outcome)
        return outcome


def _send(project: Project, chosen: Sequence[Subject], shared: Shared, by: str, reports: Path) -> Outcome:
    only = needed(chosen, project)
    # If a worker is killed in the middle, the next one continues in its folder and sends only what is missing.
    before = shared.read("started", _Started)
    folder = before.folder if before else project.asked.out or str(new_path("pytest", under=reports))
    asked = replace(project.asked, out=folder, resume=before is not None, only=only)
    finished: list[Finished] = []
    notes: list[str] = []

    def emit(event: Event) -> None:
        if isinstance(event, Finished):
            finished.append(event)
        elif isinstance(event, Noted):
            notes.append(printable(f"{event.about}: {event.text}"))

    shared.write("started", _Started(folder=folder))
    try:
        run_check(asked, emit)
        return outcome_of(finished[0], chosen, project, only, notes)
    except Interrupted:
        raise KeyboardInterrupt from None
    except HarnessError as wrong:
        return Outcome(refused=printable(str(wrong)), by=by)
    except Exception as bug:
        return Outcome(refused=bug_report(bug), by=by)


def bug_report(bug: Exception) -> str:
    """A sentence for the user, with the traceback in a file for a bug report."""
    with tempfile.NamedTemporaryFile("w", prefix="harness-bug-", suffix=".txt", delete=False) as file:
        traceback.print_exception(bug, file=file)
    what = printable(f"a bug in the harness: {type(bug).__name__}: {bug}")
    return f"{what}\n  please report it and attach {file.name}; run folders are not changed"
