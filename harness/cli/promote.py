"""`harness promote`: a run becomes the baseline."""

from pathlib import Path

import click

from harness.core.errors import BaselineError


@click.command("promote", short_help="Make a run the baseline that later runs are held against.")
@click.argument("run", metavar="RUN")
@click.option("--as", "name", required=True, metavar="NAME", help="What to call it: a release, a date.")
@click.option("--why", default="", metavar="TEXT", help="Why this run is what to hold to.")
@click.option("--until", default="", metavar="DATE", help="The last day on which it counts, as 2027-01-31.")
@click.option(
    "--approver", default="", metavar="NAME", help="Who approves it. [default: git config user.name, or the login name]"
)
@click.option("--config", default="", metavar="FILE", help="Where [baseline] path stands. [default: harness.toml]")
@click.option("--json", "as_json", is_flag=True, help="baseline.json on standard output.")
def command(run: str, name: str, why: str, until: str, approver: str, config: str, as_json: bool) -> int:
    """Make the run in the folder RUN the baseline that later runs are held against.

    Any run may be promoted that was finished and can be trusted; its verdict is recorded with who approved it, why and
    until when. The baseline is a folder of text for git, at `[baseline] path` (default baseline/); its history is
    git's, so each promote replaces the one before. `harness check` uses it from then on.
    """
    if not until:
        raise BaselineError(
            "no date given: a baseline counts until a day that you name\n  write it: --until 2027-01-31"
        )
    from harness.run.promote import Wish, promote
    from harness.run.setup.configure import baseline_path

    done = promote(Path(run), Wish(name=name, why=why, until=until, approver=approver), baseline_path(config))
    head = done.head
    if done.replaced:
        click.echo(f"replaced: {done.replaced}", err=True)
    text = f'{done.path}/: "{head.name}", {done.cases} cases of {head.run} ({head.verdict}), until {head.until}'
    click.echo(f"{text}\napproved by {head.approver} ({done.known_from}): {head.reason}", err=as_json)
    click.echo(f"commit it; harness check holds every run against it (seed {head.seed})", err=True)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(head), indent=2))
    return 0
