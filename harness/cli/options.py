"""The options that say what is sent where: the same words for every command that runs cases."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from harness.core.loading.field_docs import help_of
from harness.core.settings import Budget, Pilot
from harness.run.setup.configure import FILE

CALLS_HELP = f"{help_of(Budget, 'calls')} [default: 400, more for many packs]"
F = TypeVar("F", bound=Callable[..., Any])

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
        help="The same seed, the same cases. [default: the baseline's, or 1]",
    ),
)


def case_options(command: F) -> F:
    """The command with URL, --samples, --truth, --font-dir, --config, --pack and --seed."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


json_option = click.option(
    "--json", "as_json", is_flag=True, help="verdict.json on standard output instead of the screen."
)
