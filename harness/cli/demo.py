"""`harness demo`: a complete check of the embedded pilot."""

from typing import Literal

import click

from harness.cli.options import screen_options


@click.command("demo", short_help="Check the embedded pilot from start to end, in about a minute.")
@click.option(
    "--calls", default=None, type=click.IntRange(1), help="Maximum number of requests to the pilot. [default: 480]"
)
@click.option(
    "--reader",
    default="glyphs",
    show_default=True,
    type=click.Choice(["glyphs", "tesseract"]),
    help="The OCR engine: the built-in reader, or Tesseract.",
)
@click.option("--out", default="", metavar="FOLDER", help="The run folder. [default: reports/<time>-check]")
@screen_options
def command(calls: int | None, reader: Literal["glyphs", "tesseract"], out: str, as_json: bool, verbose: bool) -> int:
    """Check the embedded pilot from start to end, in about a minute.

    Starts a small invoice reader and its ERP on this machine. Checks it with its pilot samples and with tail cases
    that the pilot never saw. Exits with 0 if the check ran, and prints the exit code that `check` would return.
    """
    from harness.cli.progress import Writer
    from harness.demo.story import run_demo

    with Writer(as_json=as_json, verbose=verbose) as writer:
        verdict = run_demo(writer, calls=calls, reader=reader, out=out)
    click.echo(f"harness check would have exited with {verdict.exit_code} ({verdict.verdict})", err=as_json)
    return 0
