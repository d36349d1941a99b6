"""What a run is asked for on the command line: the same words for every command that sends cases."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

import click

from harness.run.configure import FILE, Asked

TRUTH_HELP = "Right answers: a CSV or JSONL table with a column `file`, or the samples' own columns."
FONTS_HELP = "Your own fonts: made papers are set in them too, and handwriting in those of its folder `hands`."
_REQUEST = frozenset(one.name for one in fields(Asked))

_OPTIONS = (
    click.argument("url", required=False, default=""),
    click.option(
        "--samples",
        default="",
        metavar="PATH",
        help="The pilot's samples: a folder, a file, a glob or module:function.",
    ),
    click.option("--truth", default="", metavar="TABLE|COLUMNS", help=TRUTH_HELP),
    click.option("--font-dir", default="", metavar="FOLDER", help=FONTS_HELP),
    click.option("--config", default="", metavar="FILE", help=f"Settings. [default: {FILE}]"),
    click.option("--pack", "packs", multiple=True, metavar="NAME|FOLDER", help="Only these packs. Repeatable."),
    click.option(
        "--seed",
        default=None,
        type=click.IntRange(0),
        help="The same seed, the same cases. [default: the baseline's, or 1]",
    ),
)


def request_options(command: Callable[..., int]) -> Callable[..., int]:
    """The command with URL, --samples, --truth, --font-dir, --config, --pack and --seed.

    It gets these, and every other option that is named as a field of the request, as one argument `request`.
    """

    @wraps(command)
    def with_request(**given: Any) -> int:
        request = Asked(**{name: given.pop(name) for name in _REQUEST & given.keys()})
        return command(request=request, **given)

    for option in reversed(_OPTIONS):
        with_request = option(with_request)
    return with_request


json_option = click.option(
    "--json", "as_json", is_flag=True, help="verdict.json on standard output instead of the screen."
)
