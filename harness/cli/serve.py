"""`harness serve`: start long-running parts, each on loopback."""

from typing import Literal

import click


@click.group("serve", short_help="Start long-running parts, on this machine only.")
def command() -> None:
    """Start long-running parts, on this machine only. Ctrl-C stops them."""


@command.command("pilot")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 selects a free port.")
@click.option(
    "--reader",
    default="glyphs",
    show_default=True,
    type=click.Choice(["glyphs", "tesseract"]),
    help="The OCR engine: the built-in reader, or Tesseract.",
)
def pilot(port: int, reader: Literal["glyphs", "tesseract"]) -> int:
    """Start the embedded pilot: an invoice reader behind HTTP, and the ERP that it calls.

    Then, in another terminal: harness check http://127.0.0.1:8000/extract --samples fixtures/pilot
    --truth fixtures/pilot/truth.csv
    """
    from harness.demo.serve import running_pilot

    with running_pilot(port=port, reader=reader) as url:
        click.echo(f"the embedded pilot answers on {url}/extract (stop it with Ctrl-C)")
        _until_stopped()
    return 0


@command.command("proxy")
@click.option(
    "--config", default="", metavar="FILE", help="The file with the [[upstream]] tables. [default: harness.toml]"
)
@click.option("--faults", default="", metavar="FILE", help="What goes wrong: faults.toml or a profile. All active.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same faults."
)
@click.option("--record", default="", metavar="FILE", help="Append each exchange to FILE, one JSON line each.")
@click.option(
    "--control",
    default=None,
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Listen there for changes of the faults. 0 selects a free port. The token is HARNESS_PROXY_TOKEN, or printed.",
)
def proxy(config: str, faults: str, seed: int, record: str, control: int | None) -> int:
    """Start a relay in front of each [[upstream]]. It can inject faults between your service and the upstream.

    Configure your service to call the addresses that it prints. Without --faults it passes every byte unchanged.
    """
    import os
    import secrets
    from contextlib import nullcontext

    from harness.run.tools.control import controlled
    from harness.run.tools.relaying import relaying

    written = os.environ.get("HARNESS_PROXY_TOKEN", "")
    token = written or secrets.token_urlsafe(16)
    with (
        relaying(config, faults, seed, record) as state,
        nullcontext("") if control is None else controlled(state, control, token) as api,
    ):
        for upstream, url in zip(state.upstreams, state.listening, strict=True):
            click.echo(f"{upstream.name}: {url} forwards to {upstream.url}")
        if state.trust:
            click.echo(state.trust)
        if state.faults:
            click.echo(f"active faults: {', '.join(fault.name for fault in state.faults)}")
        if api:
            click.echo(f"control: {api} (token {'in HARNESS_PROXY_TOKEN' if written else token})")
        _until_stopped("stop it with Ctrl-C")
    for upstream in state.upstreams:
        met = [f", {fault.name} {state.met[fault.name]}" for fault in state.faults if fault.where == upstream.name]
        click.echo(f"{upstream.name}: {state.passed[upstream.name]} exchanges{''.join(met)}")
    return 0


def _until_stopped(notice: str = "") -> None:
    """Wait for Ctrl-C or SIGTERM. notice: printed when both are handled."""
    import signal
    import threading

    done = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: done.set())
    if notice:
        click.echo(notice)
    while not done.wait(3600):
        pass
