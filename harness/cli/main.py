"""The command `harness`: a table of commands and their help lines, so that `--help` imports no command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from harness.cli.pipes import discard_output
from harness.core.errors import HarnessError, did_you_mean
from harness.core.version import VERSION
from harness.report.words import printable

COMMANDS = {
    "demo": "Check the embedded pilot from start to end, in about a minute.",
    "check": "May this release go live? Draw, send, judge, decide.",
    "load": "May this release go live under load? Open loop, sent by Locust.",
    "promote": "Make a run the baseline for later runs.",
    "diff": "Compare a run with an earlier run or a baseline.",
    "show": "Show a run again, or one case of it.",
    "packs": "List, check and draw the packs of tail cases.",
    "serve": "Start parts on this machine: embedded pilot, fault relay.",
}
BUG = 3
Resolved = tuple[str | None, click.Command | None, list[str]]


class _PipeClosed(Exception):
    """The reader closed the pipe (`| head`). The exit code that click uses for this would read as no-go."""


@contextmanager
def _pipe_may_close() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            discard_output(stream)
        raise _PipeClosed from None


class _Commands(click.Group):
    """The commands. Each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _pipe_may_close():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _pipe_may_close():
            return super().invoke(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return import_module(f"harness.cli.{name}").command  # type: ignore[no-any-return]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Resolved:
        if args and args[0] not in COMMANDS:
            hint = did_you_mean(args[0], COMMANDS, "all: harness --help")
            raise click.UsageError(f'no command "{args[0]}"\n{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="golive-harness %(version)s")
def cli() -> None:
    """Stress-test an AI system on its way from pilot to production.

    \b
    harness demo
    harness check http://127.0.0.1:8000/extract --samples pilot/ --truth pilot/truth.csv

    Exit codes: 0 go, 1 no-go, 2 interrupted, 3 bug in the harness, 4 usage or configuration, 5 undecided.
    """  # noqa: D301  (click needs the character, not the escape)


def main() -> None:
    """Run the command line and exit with its code. Errors are printed in plain words, without a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """The exit code of one command line."""
    try:
        code = cli.main(args, prog_name="harness", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as help:
        click.echo(help.format_message())
        return HarnessError.exit_code
    except click.ClickException as wrong:
        _say(_usage(wrong))
        return HarnessError.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("stopped")
        return 2
    except HarnessError as wrong:
        _say(str(wrong))
        return wrong.exit_code
    except _PipeClosed:
        return 0
    except Exception as bug:
        return _bug(bug)


def _usage(wrong: click.ClickException) -> str:
    context = getattr(wrong, "ctx", None)
    hint = f"\n  see: {context.command_path} --help" if context else ""
    return f"{wrong.format_message()}{hint}"


def _bug(bug: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="harness-bug-", suffix=".txt", delete=False) as file:
        traceback.print_exception(bug, file=file)
    what = f"a bug in the harness: {type(bug).__name__}: {bug}"
    _say(f"{what}\n  please report it and attach {file.name}; run folders are not changed")
    return BUG


def _say(text: str) -> None:
    # The text may contain parts of a reply.
    click.echo(click.style("error: ", fg="red", bold=True) + printable(text), err=True)
