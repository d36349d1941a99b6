"""`harness check`: the release gate."""

import click

from harness.cli.options import CALLS_HELP, request_options, screen_options
from harness.cli.progress import Writer
from harness.run.setup.configure import FILE, RunRequest

FAULTS_HELP = "faults.toml or a profile (erp_night_batch@NAME). [default: the default faults of each [[upstream]]]"


def _path(context: click.Context, option: click.Parameter, wanted: bool) -> str:
    return FILE if wanted else ""


@click.command("check", short_help="May this release go live?")
@request_options
@click.option("--faults", default="", metavar="FILE", help=FAULTS_HELP)
@click.option("--against", default="", metavar="URL", help="A second service. Both get the same cases, side by side.")
@click.option("--selftest", is_flag=True, help="Send nothing. Test the gate with known changes to the baseline.")
@click.option("--calls", default=None, type=click.IntRange(1), help=CALLS_HELP)
@click.option("--out", default="", metavar="FOLDER", help="The run folder. [default: reports/<time>-check]")
@click.option("--resume", is_flag=True, help="Continue the run in --out, or start it if there is none.")
@click.option(
    "--save", is_flag=True, callback=_path, help=f"Write the derived settings to {FILE}. Never replaces a file."
)
@screen_options
def command(request: RunRequest, selftest: bool, as_json: bool, verbose: bool) -> int:
    """May this release go live?

    Sends the pilot's samples to URL, then tail cases built from them. Compares the answers with the truth and
    prints go, no-go or undecided. Each reason comes with a command that reproduces it.

    Exit codes: 0 go, 1 no-go, 2 interrupted, 4 usage or configuration, 5 undecided.
    """
    if selftest:
        return _selftest(request.config, as_json=as_json)
    from harness.run.check import run_check

    writer = Writer(as_json=as_json, verbose=verbose)
    with writer:
        verdict = run_check(request, writer)
    return verdict.exit_code


def _selftest(config: str, *, as_json: bool) -> int:
    from harness.cli.progress import echo
    from harness.run.selftest import run_selftest

    found = run_selftest(config)
    if as_json:
        from harness.store.jsonl import json_text

        echo(json_text(found))
    else:
        from harness.report.selftest import selftest_screen

        echo(selftest_screen(found).rstrip())
    return found.exit_code
