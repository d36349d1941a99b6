"""`harness check`: the release gate."""

import click

from harness.cli.options import CALLS_HELP, case_options, json_option
from harness.cli.progress import Writer
from harness.run.setup.configure import FILE, RunRequest

FAULTS_HELP = (
    "faults.toml: what goes wrong on the way, after the rest. [default: the usual faults of each [[upstream]]]"
)


@click.command("check", short_help="May this release go live?")
@case_options
@click.option("--faults", default="", metavar="FILE", help=FAULTS_HELP)
@click.option("--against", default="", metavar="URL", help="Another service, asked the same cases side by side.")
@click.option("--selftest", is_flag=True, help="Send nothing: plant known changes into the baseline, ask the gate.")
@click.option("--calls", default=None, type=click.IntRange(1), help=CALLS_HELP)
@click.option("--out", default="", metavar="FOLDER", help="The run folder itself. [default: reports/<time>-check]")
@click.option("--resume", is_flag=True, help="Go on with the run in --out, or start it when there is none.")
@click.option("--save", is_flag=True, help=f"Write the {FILE} that was worked out; never replaces one.")
@json_option
def command(
    url: str,
    samples: str,
    truth: str,
    font_dir: str,
    config: str,
    packs: tuple[str, ...],
    faults: str,
    against: str,
    selftest: bool,
    seed: int | None,
    calls: int | None,
    out: str,
    resume: bool,
    save: bool,
    as_json: bool,
) -> int:
    """May this release go live?

    Sends the pilot's own samples to URL, then tail cases made out of them; compares the answers with the truth and
    says go, no-go or undecided, each reason with a command that shows it again.

    Exit codes: 0 go, 1 no-go, 2 interrupted, 4 usage or configuration, 5 undecided.
    """
    if selftest:
        return _selftest(config, as_json=as_json)
    from harness.run.check import run_check

    asked = RunRequest(
        url=url,
        samples=samples,
        truth=truth,
        font_dir=font_dir,
        config=config,
        packs=packs,
        faults=faults,
        against=against,
        calls=calls,
        seed=seed,
        out=out,
        resume=resume,
        save=FILE if save else "",
    )
    writer = Writer(as_json=as_json)
    with writer:
        verdict = run_check(asked, writer)
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
