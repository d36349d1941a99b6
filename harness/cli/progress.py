"""Print the events of a run: a progress bar on a terminal, plain lines elsewhere, one JSON document with --json."""

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import click

from harness.cli.pipes import discard_output
from harness.core.verdict import Verdict
from harness.report.price import besides_packs, describe_power
from harness.report.terminal import screen
from harness.report.under_load import live_lines
from harness.report.words import duration, printable
from harness.run.events import Event, Finished, Noted, PhaseStarted, Priced, Progressed, Watched

if TYPE_CHECKING:
    from rich.live import Live
    from rich.progress import Progress, TaskID
    from rich.text import Text

SECONDS_BETWEEN = 15.0
"""Time between two lines about the progress of a phase, where there is no terminal."""

COLOURS = {"go": "green", "no-go": "red", "undecided": "yellow"}


class Writer:
    """Prints events. The result goes to standard output, everything else to standard error."""

    def __init__(self, *, as_json: bool = False, verbose: bool = False) -> None:
        """as_json: print verdict.json instead of the screen. verbose: print every criterion, cause and finding."""
        self._as_json = as_json
        self._verbose = verbose
        self._bar: Progress | None = None
        self._live: Live | None = None
        self._below: Text | None = None
        self._task: TaskID | None = None
        self._phase, self._began, self._told = "", 0.0, 0.0

    def __enter__(self) -> "Writer":
        if sys.stderr.isatty():
            from rich.console import Console, Group
            from rich.live import Live
            from rich.progress import Progress
            from rich.text import Text

            console = Console(stderr=True)
            self._bar, self._below = Progress(console=console), Text()
            self._live = Live(Group(self._bar, self._below), console=console, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Print one event."""
        match event:
            case Noted():
                self._say(f"{event.about}: {event.text}")
            case Priced():
                self._price(event)
            case PhaseStarted():
                self._start(event)
            case Progressed():
                self._progress(event)
            case Watched():
                self._watch(event)
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
        took = f", at least {duration(event.seconds)}" if event.seconds else ", time known after the first look"
        cost = f", cost {event.cost:.2f}" if event.cost else ""
        faults = f"; faults {event.faults}" if event.faults else ""
        robustness = "".join(f"; {name} {n}" for name, n in besides_packs(event.controls, event.robustness))
        cases = f"cases: {packs}{robustness}; probes {event.probes}{faults}"
        self._say(f"price: at most {event.calls} calls{took}{cost} ({cases})")
        for sight in event.sights:
            self._say(f"sight: {describe_power(sight)}")

    def _start(self, event: PhaseStarted) -> None:
        pace = f"at {event.rate:.3g}/s" if event.rate else "one at a time" if event.together == 1 else ""
        pace = pace or f"{event.together} at a time"
        text = f"{event.phase}: {event.cases} case{'' if event.cases == 1 else 's'} {pace}"
        if event.rate and event.cases / event.rate > 10:
            text += f", {duration(event.cases / event.rate)}"
        self._begin(event.phase, text, event.cases)
        if not self._bar:
            self._say(text)

    def _begin(self, phase: str, text: str, of: int) -> None:
        """A phase begins: a new bar on a terminal, and its clock."""
        self._phase, self._began, self._told = phase, time.monotonic(), time.monotonic()
        if self._bar and self._below is not None:
            self._below.plain = ""
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(text, total=of)

    def _progress(self, event: Progressed) -> None:
        """The bar on a terminal, which tells the time left; elsewhere a line now and then."""
        if event.phase != self._phase:
            self._begin(event.phase, event.phase, event.of)
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=event.done)
        now = time.monotonic()
        if not self._bar and now - self._told >= SECONDS_BETWEEN and event.done < event.of:
            left = (now - self._began) / event.done * (event.of - event.done)
            self._say(f"{event.phase}: {event.done} of {event.of}, about {duration(left)} left")
            self._told = now

    def _watch(self, event: Watched) -> None:
        """The figures of a load under its bar, as they change; elsewhere lines now and then."""
        lines, seen = live_lines(event.load), event.load
        if self._bar and self._below is not None and self._task is not None:
            self._bar.update(self._task, completed=seen.done)
            self._below.plain = "\n".join(f"  {line}" for line in lines)
        elif time.monotonic() - self._told >= SECONDS_BETWEEN and seen.done < seen.of:
            self._say(f"{event.phase}: {seen.done} of {seen.of}; {'; '.join(lines)}")
            self._told = time.monotonic()

    def _finish(self, event: Finished) -> None:
        if self._live:
            self._live.stop()
        if self._as_json:
            from harness.store.jsonl import json_text

            echo(json_text(event.verdict))
            return
        page = page_of(event.folder)
        text = screen(
            event.verdict,
            event.findings,
            event.folder,
            event.calls,
            event.seconds,
            page,
            event.load,
            verbose=self._verbose,
        )
        echo("", err=True)  # separates the result from the progress lines
        echo(coloured(text, event.verdict))


def page_of(folder: Path) -> Path | None:
    """The report page of the run, or None if the run has none."""
    page = folder / "report.html"
    return page if page.is_file() else None


def coloured(text: str, verdict: Verdict) -> str:
    """The screen with its first line in colour. click removes the colour if the output is not a terminal."""
    first, _, rest = text.partition("\n")
    return click.style(first, fg=COLOURS[verdict.verdict], bold=True) + "\n" + rest


def echo(text: str | bytes, *, err: bool = False) -> None:
    """Print. If the reader closed the pipe (`| head`), the run continues and keeps its exit code."""
    try:
        click.echo(text, err=err)
    except BrokenPipeError:
        discard_output(sys.stderr if err else sys.stdout)
