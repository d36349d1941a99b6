"""`harness load`: the release gate under load."""

from typing import Literal

import click

from harness.cli.options import json_option, request_options
from harness.cli.progress import Writer
from harness.core.errors import ConfigError
from harness.run.setup.configure import RunRequest

CALLS_HELP = "Cases: those of a check with so many calls, sent again and again. [default: 400, more for many packs]"


@click.command("load", short_help="May it go live under load?")
@request_options
@click.option(
    "--rate", default=None, type=click.FloatRange(0, min_open=True), help="Requests a second. [default: [target] rate]"
)
@click.option("--duration", default="60s", show_default=True, metavar="TIME", help='As "30s" or "5m".')
@click.option(
    "--schedule",
    default="constant",
    show_default=True,
    type=click.Choice(["constant", "poisson"]),
    help="Even distances, or as independent clients come.",
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 256), help="Workers that send.")
@click.option("--calls", default=None, type=click.IntRange(1), help=CALLS_HELP)
@click.option("--out", default="", metavar="FOLDER", help="The run folder itself. [default: reports/<time>-load]")
@json_option
def command(
    request: RunRequest, duration: str, schedule: Literal["constant", "poisson"], processes: int, as_json: bool
) -> int:
    """May it go live under load?

    Sends the cases of a check at a declared rate, open loop: each request goes out when it is due, whatever the target
    does with those before, and its latency counts from then. Locust sends (pip install 'golive-harness[load]').
    The answers are judged as in a check; [gate] p95 is judged too where it is written.

    Exit codes: 0 go, 1 no-go, 2 interrupted, 4 usage or configuration, 5 undecided.
    """
    from harness.run.load import run_load

    writer = Writer(as_json=as_json)
    with writer:
        verdict = run_load(request, writer, duration=_seconds(duration), schedule=schedule, workers=processes)
    return verdict.exit_code


def _seconds(text: str) -> float:
    from harness.replay.pace import parse_seconds

    try:
        return parse_seconds(text)
    except ValueError as reason:
        raise ConfigError(f"--duration: {reason}") from None
