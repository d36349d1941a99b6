"""`harness serve`: long-running parts, each on loopback."""

from typing import Literal

import click


@click.group("serve", short_help="Long-running parts, on this machine only.")
def command() -> None:
    """Long-running parts, on this machine only. Ctrl-C stops them."""


@command.command("pilot")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option(
    "--reader",
    default="glyphs",
    show_default=True,
    type=click.Choice(["glyphs", "tesseract"]),
    help="What reads the pages: the built-in reader, or Tesseract.",
)
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


@command.command("proxy")
@click.option("--config", default="", metavar="FILE", help="Names the upstreams. [default: harness.toml]")
@click.option("--faults", default="", metavar="FILE", help="faults.toml: what goes wrong, all of it from now on.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same faults.")
@click.option("--record", default="", metavar="FILE", help="Append each exchange, one JSON line.")
def proxy(config: str, faults: str, seed: int, record: str) -> int:
    """A relay before each [[upstream]]: between your service and what it calls, with faults if you want some.

    Point the service at the addresses that it prints. Without --faults every byte goes through as it came.
    """
    from harness.run.tools.relaying import relaying

    with relaying(config, faults, seed, record) as state:
        for upstream, url in zip(state.upstreams, state.listening, strict=True):
            click.echo(f"{upstream.name}: {url} stands before {upstream.url}")
        if state.faults:
            click.echo(f"faults in force: {', '.join(fault.name for fault in state.faults)}")
        _until_stopped("stop it with Ctrl-C")
    for upstream in state.upstreams:
        met = [f", {fault.name} {state.met[fault.name]}" for fault in state.faults if fault.where == upstream.name]
        click.echo(f"{upstream.name}: {state.passed[upstream.name]} exchanges{''.join(met)}")
    return 0


def _until_stopped(say: str = "") -> None:
    """Until Ctrl-C or a kind kill, either of which also stops what runs. say: printed once that is so."""
    import signal
    import threading

    done = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: done.set())
    if say:
        click.echo(say)
    while not done.wait(3600):
        pass
