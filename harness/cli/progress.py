"""Writes the events of a run: a progress bar on a terminal, plain lines elsewhere, one JSON document with --json."""

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import click
import msgspec

from harness.cli.pipes import let_go_of
from harness.core.verdict import Verdict
from harness.diff.gate.power import tell
from harness.report.terminal import screen
from harness.report.words import duration, printable
from harness.run.events import Event, Finished, Noted, PhaseStarted, Priced, Progressed

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

COLOURS = {"go": "green", "no-go": "red", "undecided": "yellow"}


class Writer:
    """Consumes events. Standard output carries the result, standard error everything on the way to it."""

    def __init__(self, *, as_json: bool = False) -> None:
        """as_json: the result is verdict.json instead of the screen."""
        self._as_json = as_json
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "Writer":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, event: Event) -> None:
        """Write one event."""
        match event:
            case Noted():
                self._say(f"{event.about}: {event.text}")
            case Priced():
                self._price(event)
            case PhaseStarted():
                self._start(event)
            case Progressed():
                if self._bar and self._task is not None:
                    self._bar.update(self._task, completed=event.done)
            case Finished():
                self._finish(event)

    def _say(self, text: str) -> None:
        text = printable(text)
        if self._bar:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            echo(text, err=True)

    def _price(self, event: Priced) -> None:
        packs = ", ".join(f"{name} {n}" for name, n in event.packs.items())
        time = f", about {duration(event.seconds)}" if event.seconds else ", time told after the first look"
        cost = f", cost {event.cost:.2f}" if event.cost else ""
        faults = f"; faults {event.faults}" if event.faults else ""
        robustness = "".join(f"; {name} {n}" for name, n in event.robustness.items())
        cases = f"cases: {packs}{robustness}; probes {event.probes}{faults}"
        self._say(f"price: at most {event.calls} calls{time}{cost} ({cases})")
        for sight in event.sights:
            self._say(f"sight: {tell(sight)}")

    def _start(self, event: PhaseStarted) -> None:
        pace = f"at {event.rate:.3g}/s" if event.rate else "one at a time" if event.together == 1 else ""
        pace = pace or f"{event.together} at a time"
        text = f"{event.phase}: {event.cases} case{'' if event.cases == 1 else 's'} {pace}"
        if event.rate and event.cases / event.rate > 10:
            text += f", {duration(event.cases / event.rate)}"
        if self._bar:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(text, total=event.cases)
        else:
            self._say(text)

    def _finish(self, event: Finished) -> None:
        if self._bar:
            self._bar.stop()
        if self._as_json:
            echo(msgspec.json.format(msgspec.json.encode(event.verdict), indent=2))
            return
        page = page_of(event.folder)
        text = screen(event.verdict, event.findings, event.folder, event.calls, event.seconds, page, event.load)
        echo(f"\n{coloured(text, event.verdict)}")


def page_of(folder: Path) -> Path | None:
    """The run's report page; None for a run from before there was one."""
    page = folder / "report.html"
    return page if page.is_file() else None


def coloured(text: str, verdict: Verdict) -> str:
    """The screen with its first word in colour; click drops it where the output is no terminal."""
    first, _, rest = text.partition("\n")
    return click.style(first, fg=COLOURS[verdict.verdict], bold=True) + "\n" + rest


def echo(text: str | bytes, *, err: bool = False) -> None:
    """Print; when somebody closed the pipe (`| head`) the run goes on, and its exit code stands."""
    try:
        click.echo(text, err=err)
    except BrokenPipeError:
        let_go_of(sys.stderr if err else sys.stdout)
