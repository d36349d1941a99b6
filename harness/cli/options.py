"""The options that all commands share that send cases."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar

import click

from harness.core.loading.field_docs import help_of
from harness.core.settings import Budget, Pilot
from harness.run.setup.configure import FILE, RunRequest

CALLS_HELP = f"{help_of(Budget, 'calls')} [default: 480, more for many packs]"
F = TypeVar("F", bound=Callable[..., Any])
_REQUEST = frozenset(one.name for one in fields(RunRequest))

_OPTIONS = (
    click.argument("url", required=False, default=""),
    click.option("--samples", default="", metavar="PATH", help=help_of(Pilot, "samples")),
    click.option("--truth", default="", metavar="TABLE|COLUMNS", help=help_of(Pilot, "truth")),
    click.option("--font-dir", default="", metavar="FOLDER", help=help_of(Pilot, "font_dir")),
    click.option("--config", default="", metavar="FILE", help=f"Settings. [default: {FILE}]"),
    click.option("--pack", "packs", multiple=True, metavar="NAME|FOLDER", help="Only these packs. Repeatable."),
    click.option(
        "--seed",
        default=None,
        type=click.IntRange(0),
        help="The same seed gives the same cases. [default: the baseline's, or 1]",
    ),
)


def request_options(command: Callable[..., int]) -> Callable[..., int]:
    """The command with URL, --samples, --truth, --font-dir, --config, --pack and --seed.

    The command gets one argument `request`. It holds these options and all others that are fields of RunRequest.
    """

    @wraps(command)
    def with_request(**given: Any) -> int:
        request = RunRequest(**{name: given.pop(name) for name in _REQUEST & given.keys()})
        return command(request=request, **given)

    for option in reversed(_OPTIONS):
        with_request = option(with_request)
    return with_request


_SCREEN_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help="Print verdict.json instead of the screen."),
    click.option("--verbose", is_flag=True, help="Print every criterion, cause and finding."),
)


def screen_options(command: F) -> F:
    """The command with --json and --verbose, which select the output."""
    for option in reversed(_SCREEN_OPTIONS):
        command = option(command)
    return command
