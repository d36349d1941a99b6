"""`harness promote`: make a run the baseline."""

from pathlib import Path

import click

from harness.core.errors import BaselineError


@click.command("promote", short_help="Make a run the baseline for later runs.")
@click.argument("run", metavar="RUN")
@click.option(
    "--as", "name", required=True, metavar="NAME", help="The name of the baseline, for example a release or a date."
)
@click.option("--why", default="", metavar="TEXT", help="The reason for the approval.")
@click.option(
    "--until", default="", metavar="DATE", help="The last day on which the baseline is valid, for example 2027-01-31."
)
@click.option(
    "--approver", default="", metavar="NAME", help="The approver. [default: git config user.name, or the login name]"
)
@click.option(
    "--accept-no-go",
    default="",
    metavar="TEXT",
    help="Why a run whose verdict is no-go may be the baseline all the same.",
)
@click.option(
    "--config", default="", metavar="FILE", help="The file that sets [baseline] path. [default: harness.toml]"
)
@click.option("--json", "as_json", is_flag=True, help="Print baseline.json on standard output.")
def command(
    run: str, name: str, why: str, until: str, approver: str, accept_no_go: str, config: str, as_json: bool
) -> int:
    """Make the run in the folder RUN the baseline for later runs.

    The run must be finished and its measurements valid. A no-go needs --accept-no-go with the reason. The baseline
    records the verdict, the approver, the reasons and the last valid day. It is a folder of text files for git, at
    `[baseline] path` (default baseline/). Each promote replaces the previous baseline; git keeps the history. From
    then on `harness check` uses it.
    """
    if not until:
        raise BaselineError("no date given: a baseline needs a last valid day\n  add it: --until 2027-01-31")
    from harness.run.promote import Wish, promote
    from harness.run.setup.configure import baseline_path

    wish = Wish(name=name, why=why, until=until, approver=approver, accept_no_go=accept_no_go)
    done = promote(Path(run), wish, baseline_path(config))
    head = done.head
    if done.replaced:
        click.echo(f"replaced: {done.replaced}", err=True)
    text = f'{done.path}/: "{head.name}", {done.cases} cases of {head.run} ({head.verdict}), until {head.until}'
    click.echo(f"{text}\napproved by {head.approver} ({done.known_from}): {head.reason}", err=as_json)
    if head.accepted_no_go:
        click.echo(f"the no-go was accepted: {head.accepted_no_go}", err=as_json)
    click.echo(f"commit it; harness check compares every run with it (seed {head.seed})", err=True)
    if as_json:
        from harness.store.jsonl import json_text

        click.echo(json_text(head))
    return 0
