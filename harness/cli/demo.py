"""`harness demo`: the whole story on the embedded pilot."""

from typing import Literal

import click


@click.command("demo", short_help="The whole story on the embedded pilot, in about a minute.")
@click.option("--calls", default=None, type=click.IntRange(1), help="Requests to the pilot, at most. [default: 400]")
@click.option(
    "--reader",
    default="glyphs",
    show_default=True,
    type=click.Choice(["glyphs", "tesseract"]),
    help="What reads the pages: the built-in reader, or Tesseract.",
)
@click.option("--out", default="", metavar="FOLDER", help="The run folder. [default: reports/<time>-check]")
@click.option("--json", "as_json", is_flag=True, help="verdict.json on standard output instead of the screen.")
def command(calls: int | None, reader: Literal["glyphs", "tesseract"], out: str, as_json: bool) -> int:
    """The whole story on the embedded pilot, in about a minute.

    Starts a small invoice reader and its ERP on this machine, then checks it on its own pilot samples and on the tail
    that a pilot never sees. Exits with 0 when it ran, and prints what `check` would have exited with.
    """
    from harness.cli.progress import Writer
    from harness.demo.story import tell

    with Writer(as_json=as_json) as writer:
        verdict = tell(writer, calls=calls, reader=reader, out=out)
    click.echo(f"harness check would have exited with {verdict.exit_code} ({verdict.verdict})", err=as_json)
    return 0
