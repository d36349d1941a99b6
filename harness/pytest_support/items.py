"""The nodes that pytest collects from a harness.toml: one item per scenario and criterion, one for the verdict."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import HarnessError
from harness.pytest_support.one_run import run_once
from harness.pytest_support.outcomes import ItemResult, Outcome, shown
from harness.pytest_support.project import Project, read_project
from harness.pytest_support.shared import Shared
from harness.pytest_support.subjects import VERDICT, Subject, subjects
from harness.pytest_support.using import use_of
from harness.report.words import printable

OUTCOMES = pytest.StashKey[dict[Path, Outcome]]()
"""The outcomes of the session's runs that this process knows, by path of the configuration."""


class NotGo(Exception):
    """An item that is not go. The user sees only its text."""


class HarnessFile(pytest.File):
    """A harness.toml. Errors in it, its samples or its packs are one collection error."""

    def collect(self) -> Iterator["HarnessItem"]:
        """The items. Nothing is sent."""
        try:
            project = read_project(use_of(self.config).asked(self.path))
        except HarnessError as wrong:
            raise self.CollectError(printable(str(wrong))) from None
        for subject in subjects(project):
            yield HarnessItem.from_parent(self, name=subject.name, subject=subject, project=project)


class HarnessItem(pytest.Item):
    """One scenario, one criterion, or the verdict."""

    def __init__(self, *, subject: Subject, project: Project, **given: Any) -> None:
        """subject: what the item is about. project: its harness.toml."""
        super().__init__(**given)
        self.subject = subject
        self.project = project
        self.result = ItemResult(status="undecided", text="undecided: not run")
        self.outcome = Outcome()

    def reportinfo(self) -> tuple[Path, int, str]:
        """Its position: the part of the mix, or the key of the gate."""
        return self.path, self.subject.row, self.name

    def setup(self) -> None:
        """The session's run: sent by the first item that needs it, and shared with all others.

        If the target cannot be called, the item that tried reports it. The other items point to that one.
        """
        self.outcome = self._outcome()
        if not self.outcome.refused:
            return
        if self.outcome.by == self.nodeid:
            pytest.fail(self.outcome.refused, pytrace=False)
        pytest.skip(f"no run, see {self.outcome.by}: {self.outcome.refused.partition(chr(10))[0]}")

    def runtest(self) -> None:
        """Fails with the text of the item if it failed. An undecided one is skipped with its reason, if it may be."""
        self.result = self.outcome.items[self.name]
        self.user_properties += [("harness_status", self.result.status), ("harness_run", self._short(self.outcome.run))]
        if self.result.status == "passed":
            return
        text = self._short(self.result.text)
        if self.result.reason and self._may_be_open():
            pytest.skip(self._short(self.result.reason))
        if not self.subject.blocks:
            pytest.xfail(f"{text.partition(chr(10))[0]} (not critical, does not block)")
        raise NotGo(text)

    def _may_be_open(self) -> bool:
        """Whether the session may pass though this item is undecided.

        The verdict may only if the user allows it, and never for a run that cannot be trusted. An item for which
        nothing was measured may if the verdict is in the session, because the verdict then tells it.
        """
        if self.name == VERDICT:
            return bool(self.config.option.harness_allow_undecided) and not self.outcome.broken
        return self.result.measured or VERDICT in self.outcome.items

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Only our own text without a traceback. pytest puts its first line into the short summary."""
        if isinstance(excinfo.value, NotGo):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def golive_harness(self, _: str) -> dict[str, Any]:
        """What the controller needs at the end of the session: plain data, put on the report."""
        summary = [self._short(line) for line in self.outcome.summary]
        return {"run": self._short(self.outcome.run), "summary": summary, "shows": []}

    def _outcome(self) -> Outcome:
        use = use_of(self.config)
        known = self.config.stash.setdefault(OUTCOMES, {})
        if self.path not in known:
            items = (item for item in self.session.items if isinstance(item, HarnessItem) and item.path == self.path)
            chosen = [item.subject for item in items]
            shared = Shared(use.token, self.path)
            known[self.path] = run_once(self.project, chosen, shared, by=self.nodeid, reports=use.here / "reports")
        return known[self.path]

    def _short(self, text: str) -> str:
        return shown(text, self.outcome.run, use_of(self.config).here)
