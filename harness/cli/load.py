"""`harness load`: the release gate under load."""

import click

from harness.cli.options import request_options, screen_options
from harness.cli.progress import Writer
from harness.core.errors import ConfigError
from harness.run.setup.configure import RunRequest

CALLS_HELP = "Send the cases of a check with this many calls, repeatedly. [default: 480, more for many packs]"

DURATION_HELP = 'For example "90s", "5m" or "1h30m". [default: [load] duration, 60s]'
SCHEDULE_HELP = (
    "When requests are due: constant, poisson, bursty, ramp, step, spike, follow-the-sun or trace."
    " [default: [load] schedule, constant]"
)


@click.command("load", short_help="May this release go live under load?")
@request_options
@click.option(
    "--rate",
    default=None,
    type=click.FloatRange(0, min_open=True),
    help="Requests per second. [default: [target] rate]",
)
@click.option("--duration", default=None, metavar="TIME", help=DURATION_HELP)
@click.option("--schedule", default=None, metavar="NAME[(OPTIONS)]", help=SCHEDULE_HELP)
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 256), help="Number of worker processes."
)
@click.option("--faults", default="", metavar="FILE", help="What goes wrong meanwhile: faults.toml or a profile.")
@click.option("--find-limit", is_flag=True, help="Search for the highest rate that the service holds.")
@click.option("--dry-run", is_flag=True, help="Print the timeline of the load and send nothing.")
@click.option("--calls", default=None, type=click.IntRange(1), help=CALLS_HELP)
@click.option("--out", default="", metavar="FOLDER", help="The run folder. [default: reports/<time>-load]")
@screen_options
def command(
    request: RunRequest,
    duration: str | None,
    schedule: str | None,
    processes: int,
    find_limit: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
) -> int:
    """May this release go live under load?

    Sends the cases of a check at a fixed rate, open loop: each request is sent when it is due, even if earlier requests
    are still open. Its latency counts from that moment. Locust sends the requests (pip install 'golive-harness[load]').
    Each pack gets its share of the traffic, and answers are judged over the whole mix. The service must answer at the
    rate, and its latency must stay below [gate] p95, or below 3 times that of single requests before the load.

    --find-limit sends short loads (10 s, or --duration) at different rates, beginning with --rate, until it knows from
    which rate on latency, errors or silent errors break their limits. It is a go if that is above --rate.

    --faults breaks upstreams and the connection to the target on purpose while the load lasts. What was due in the
    window of a fault counts for that fault alone: its report has quality, latency and errors before, inside and after.

    Exit codes: 0 go, 1 no-go, 2 interrupted, 4 usage or configuration, 5 undecided.
    """
    from harness.run.limit import run_find_limit
    from harness.run.load import run_load, timeline

    seconds = _seconds(duration) if duration else None
    if dry_run and find_limit:
        raise ConfigError(
            "--dry-run prints the timeline of one load, and --find-limit has none\n  leave one of them out"
        )
    if dry_run:
        for line in timeline(request, duration=seconds, schedule=schedule, workers=processes):
            click.echo(line)
        return 0
    writer = Writer(as_json=as_json, verbose=verbose)
    with writer:
        start = run_find_limit if find_limit else run_load
        verdict = start(request, writer, duration=seconds, schedule=schedule, workers=processes)
    return verdict.exit_code


def _seconds(text: str) -> float:
    from harness.replay.pace import parse_seconds

    try:
        return parse_seconds(text)
    except ValueError as reason:
        raise ConfigError(f"--duration: {reason}") from None
