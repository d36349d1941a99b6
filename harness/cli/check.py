"""`harness check`: the release gate."""

import click

from harness.cli.options import CALLS_HELP, json_option, request_options
from harness.cli.progress import Writer
from harness.run.setup.configure import FILE, RunRequest

FAULTS_HELP = (
    "faults.toml: what goes wrong on the way, after the rest. [default: the usual faults of each [[upstream]]]"
)


def _path(context: click.Context, option: click.Parameter, wanted: bool) -> str:
    return FILE if wanted else ""


@click.command("check", short_help="May this release go live?")
@request_options
@click.option("--faults", default="", metavar="FILE", help=FAULTS_HELP)
@click.option("--against", default="", metavar="URL", help="Another service, asked the same cases side by side.")
@click.option("--selftest", is_flag=True, help="Send nothing: plant known changes into the baseline, ask the gate.")
@click.option("--calls", default=None, type=click.IntRange(1), help=CALLS_HELP)
@click.option("--out", default="", metavar="FOLDER", help="The run folder itself. [default: reports/<time>-check]")
@click.option("--resume", is_flag=True, help="Go on with the run in --out, or start it when there is none.")
@click.option("--save", is_flag=True, callback=_path, help=f"Write the {FILE} that was worked out; never replaces one.")
@json_option
def command(request: RunRequest, selftest: bool, as_json: bool) -> int:
    """May this release go live?

    Sends the pilot's own samples to URL, then tail cases made out of them; compares the answers with the truth and
    says go, no-go or undecided, each reason with a command that shows it again.

    Exit codes: 0 go, 1 no-go, 2 interrupted, 4 usage or configuration, 5 undecided.
    """
    if selftest:
        return _selftest(request.config, as_json=as_json)
    from harness.run.check import run_check

    writer = Writer(as_json=as_json)
    with writer:
        verdict = run_check(request, writer)
    return verdict.exit_code


def _selftest(config: str, *, as_json: bool) -> int:
    from harness.cli.progress import echo
    from harness.run.selftest import run_selftest

    found = run_selftest(config)
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        from harness.report.selftest import selftest_screen

        echo(selftest_screen(found).rstrip())
    return found.exit_code
