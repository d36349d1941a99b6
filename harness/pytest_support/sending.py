"""The fixture `target`: sends one case at a time for a test, and judges it exactly as a check does."""

import os
import shlex
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case
from harness.core.errors import ConfigError, HarnessError, RunError, TargetError
from harness.core.reply import Reply as Row
from harness.generate.draw import draw_pilot, find_case
from harness.generate.recipes.packs import PILOT
from harness.pytest_support.one_run import Refusal, bug_report
from harness.pytest_support.outcomes import Outcome, shown
from harness.pytest_support.project import Project, bases_of, packs_of
from harness.pytest_support.replied import Reply
from harness.pytest_support.shared import Shared
from harness.report.words import printable
from harness.run.events import emit_nothing
from harness.run.outcome.judge import Judge
from harness.run.outcome.judging import circumstances, conclude
from harness.run.phases.discovery import look
from harness.run.sending.permission import without_password
from harness.run.setup.answer_types import check_rules, types_of
from harness.run.setup.configure import configure
from harness.run.setup.prepare import Run, prepare
from harness.store.folder import RunFolder, new_path

BY_TESTS = "tests sent its cases one at a time: they are not a sample of the mix"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """The replies of discovery, for the other processes of the session. bodies: their texts."""

    rows: tuple[Row, ...]
    bodies: tuple[str, ...]


class _NotThisCase(HarnessError):
    """The case cannot be sent, but others can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    run: Run
    judge: Judge


class LiveTarget:
    """The target of the project's harness.toml. Nothing is connected to before the first `send`."""

    def __init__(self, project: Project, shared: Shared, *, here: Path, worker: str) -> None:
        """here: the working folder of pytest; its reports/ gets the run folder. worker: xdist's name, or ""."""
        self._project, self._shared, self._here, self._worker = project, shared, here, worker
        self._ready: _Ready | None = None
        # A separate thread: a test may have a running event loop, and two threads of one test never send at once.
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="harness")
        self._last = 0.0
        self._shows: dict[str, list[str]] = {}

    def __repr__(self) -> str:
        """As pytest shows it in a failing test."""
        return f"<target {without_password(self._project.settings.target.url)}>"

    @property
    def folder(self) -> str:
        """The run folder with all requests and replies; "" before the first case."""
        return str(self._ready.run.sender.folder.path) if self._ready else ""

    def send(self, case: Case) -> Reply:
        """Send the case now, wait for the reply and judge it. A case that is sent again is a new repeat.

        The test fails if the target cannot be called. Later tests are then skipped and point to it.
        """
        tried = self._try(case)
        if isinstance(tried, Reply):
            self._shows.setdefault(_this_test(), []).append(tried.show)
            return tried
        if tried.by == _this_test():
            pytest.fail(tried.text, pytrace=False)
        pytest.skip(f"nothing can be sent, see {tried.by}: {tried.text.partition(chr(10))[0]}")

    def _try(self, case: Case) -> Reply | Refusal:
        """The reply, or why there is none and which test reported that first."""
        try:
            return self._hand.submit(self._send, case).result()
        except _NotThisCase as wrong:
            return Refusal(text=printable(str(wrong)), by=_this_test())
        except HarnessError as wrong:
            return self._refusal(printable(str(wrong)))
        except Exception as bug:
            return self._refusal(bug_report(bug))

    def golive_harness(self, test: str) -> dict[str, Any]:
        """The run folder, and the commands that show the requests of that test again: plain data for the report."""
        return {"run": shown(self.folder, self.folder, self._here), "summary": [], "shows": self._shows.get(test, [])}

    def close(self) -> None:
        """Record the cases and their judgements, so that `harness show` can read the folder."""
        self._hand.shutdown()
        if self._ready is None:
            return
        run, judge = self._ready.run, self._ready.judge
        folder = run.sender.folder
        addresses = {address for address, _ in folder.replies}
        sent = {address: case for address, case in run.cases.items() if address in addresses}
        judged = judge.judge(sent)
        about = circumstances(
            run.settings, (), run=self.folder, samples=len(run.samples.items), untimed=BY_TESTS, pilot_complete=False
        )
        end = conclude(judge, sent, judged, (), about, (BY_TESTS,))
        folder.write_cases(sent.values())
        folder.write_judged(judged)
        folder.conclude(end.findings, end.verdict)
        folder.update(replace(folder.head, state="complete", problems=(BY_TESTS,), planned=len(folder.replies)))
        folder.close()

    def _refusal(self, text: str) -> Refusal:
        """Why nothing can be sent: the first report in this session, by any process."""
        with self._shared.alone():
            known = self._shared.read("refusal", Refusal)
            if known is None:
                known = Refusal(text=text, by=_this_test())
                self._shared.write("refusal", known)
        return known

    def _send(self, case: Case) -> Reply:
        self._ready = self._ready or self._get_ready()
        run, folder = self._ready.run, self._ready.run.sender.folder
        mine = self._own(run, case)
        repeat = sum(address == case.address for address, _ in folder.replies)
        row = self._ask(run, mine, repeat)
        if (
            mine.clean_twin
            and (mine.expect == "same" or not 0 < row.status < 500)
            and (mine.clean_twin, 0) not in folder.replies
        ):
            clean_twin = find_case(mine.clean_twin, run.samples, run.bases.seed, packs_of(self._project))
            self._ask(run, run.make([clean_twin])[0], 0)
        beside = {address: one for address, one in run.cases.items() if one.pack == PILOT}
        judged = self._ready.judge.judge({**beside, mine.address: mine})
        mined = next(j for j in judged if (j.address, j.repeat) == (mine.address, repeat))
        again = f"harness show {shlex.quote(printable(mine.address))} --run {self.folder}"
        return Reply(judged=mined, status=row.status, show=shown(again, self.folder, self._here))

    def _own(self, run: Run, case: Case) -> Case:
        """The case as recorded in the run. One address always has the same bytes."""
        known = run.cases.get(case.address)
        if known is not None and known.content != case.content:
            raise _NotThisCase(
                f"{case.address}: was already sent with other bytes\n"
                "  give the changed case its own address: dataclasses.replace(case, address=..., content=...)"
            )
        return run.cases.setdefault(case.address, run.limited(case))

    def _ask(self, run: Run, case: Case, repeat: int) -> Row:
        """Send one case, never faster than the declared ceiling and never beyond the budget."""
        target, budget = run.settings.target, run.settings.budget
        if len(run.sender.folder.replies) >= budget.calls:
            raise RunError(
                f"the budget of {budget.calls} calls is used up\n  raise it: --harness-calls N, or [budget] calls"
            )
        if target.max_rate:
            time.sleep(max(0.0, self._last + 1 / target.max_rate - time.monotonic()))
        self._last = time.monotonic()
        (row,) = run.sender.ask("tests", [(case, repeat)], 0.0)
        if row is None:
            raise TargetError(f"{without_password(target.url)}: {run.sender.stopped}")
        return row

    def _get_ready(self) -> _Ready:
        """Run discovery once per session. Another process, or the run of the packs, may have done it already."""
        with self._shared.alone():
            refusal = self._shared.read("refusal", Refusal)
            if refusal:
                raise TargetError(refusal.text)
            asked = replace(self._project.asked, out=self._new_folder())
            run = prepare(asked, configure(asked), emit_nothing)
            self._check_wrapping(run)
            check_rules(run.samples, run.settings.answer.fields)
            for row, body in self._looked():
                run.sender.folder.add(row, body.encode("utf-8", "surrogatepass"))
            pilot = run.make(draw_pilot(run.samples, run.allotment.pilot, run.bases.seed))
            profile = look(run.settings, run.sender, pilot, run.bases.seed, emit_nothing)
            run.set_profile(profile)
            folder = run.sender.folder
            rows = tuple(folder.replies.values())
            self._shared.write("looked", _Looked(rows=rows, bodies=tuple(folder.body(row) for row in rows)))
        types = types_of(run.samples, profile.paths.fields, run.settings.answer.fields)
        judge = Judge(settings=run.settings, paths=profile.paths, types=types, folder=folder)
        return _Ready(run=run, judge=judge)

    def _new_folder(self) -> str:
        end = f"-{self._worker}" if self._worker else ""
        if self._project.asked.out:
            return f"{self._project.asked.out}-tests{end}"
        return str(new_path(f"pytest-tests{end}", under=self._here / "reports"))

    def _looked(self) -> Iterator[tuple[Row, str]]:
        """The recorded replies of the pilot in this session."""
        known = self._shared.read("looked", _Looked)
        if known:
            yield from ((replace(row, body_file=""), body) for row, body in zip(known.rows, known.bodies, strict=True))
            return
        outcome = self._shared.read("outcome", Outcome)
        if outcome and outcome.run:
            before = RunFolder.read(Path(outcome.run))
            rows = (row for row in before.replies.values() if row.address.startswith(f"{PILOT}/") and not row.repeat)
            yield from ((replace(row, body_file=""), before.body(row)) for row in rows)

    def _check_wrapping(self, run: Run) -> None:
        """Texts only: their bytes were made before the service was called, so its protocol must be known by then."""
        if run.samples.kind == "text" and run.bases.wrapping != bases_of(self._project).wrapping:
            raise ConfigError(
                f"the service takes {run.settings.target.protocol}, but harness.toml does not set it\n"
                f'  set it: [target] protocol = "{run.settings.target.protocol}"'
            )


def _this_test() -> str:
    """The id of the running test, from pytest."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
