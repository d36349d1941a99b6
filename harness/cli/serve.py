"""`harness serve`: long-running parts, each on loopback."""

from typing import Literal

import click


@click.group("serve", short_help="Long-running parts, on this machine only.")
def command() -> None:
    """Long-running parts, on this machine only. Ctrl-C stops them."""


@command.command("pilot")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--reader", default="glyphs", show_default=True, type=click.Choice(["glyphs", "tesseract"]))
def pilot(port: int, reader: Literal["glyphs", "tesseract"]) -> int:
    """The embedded pilot: an invoice reader behind HTTP, and the ERP that it asks.

    Then, in another terminal: harness check http://127.0.0.1:8000/extract --samples fixtures/pilot
    --truth fixtures/pilot/truth.csv
    """
    from harness.demo.serve import running_pilot

    with running_pilot(port=port, reader=reader) as url:
        click.echo(f"the embedded pilot answers on {url}/extract (stop it with Ctrl-C)")
        _until_stopped()
    return 0


def _until_stopped() -> None:
    """Until Ctrl-C or a kind kill, either of which also stops the pilot's own processes."""
    import signal
    import threading

    done = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: done.set())
    while not done.wait(3600):
        pass
