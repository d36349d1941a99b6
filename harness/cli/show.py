"""`harness show`: a run again, or one case of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.core.errors import ConfigError

if TYPE_CHECKING:
    from harness.core.case import Case
    from harness.store.folder import RunFolder


@click.command("show", short_help="Read a run again, or one case of it.")
@click.argument("what", metavar="RUN|ADDRESS", required=False, default="")
@click.option("--run", "run_path", default="", metavar="RUN", help="The run of the address. [default: the newest]")
@click.option("--send", is_flag=True, help="Send the case once more, now.")
@click.option("--curl", "as_curl", is_flag=True, help="Print the command that sends it.")
@click.option("--save-bytes", default="", metavar="FILE", help="Write the exact bytes of the case.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(what: str, run_path: str, send: bool, as_curl: bool, save_bytes: str, as_json: bool) -> int:
    """Read a run again (its folder, default the newest), or one case of it (its address).

    Exits with 0 once it is shown; the verdict's own code is in verdict.json.
    """
    from harness.store.folder import RunFolder, newest

    if "#" not in what or Path(what, "run.json").is_file():
        if send or as_curl or save_bytes:
            raise ConfigError(
                "--send, --curl and --save-bytes are for one case\n  name its address: pack/scenario#index"
            )
        folder = RunFolder.read(Path(what or run_path) if what or run_path else newest())
        _show_run(folder, as_json)
        return 0
    folder = RunFolder.read(Path(run_path) if run_path else newest())
    _show_case(folder, what, as_json, aside=as_curl)
    if send or as_curl or save_bytes:
        _do(folder, what, send=send, as_curl=as_curl, save_bytes=save_bytes, aside=as_json)
    return 0


def _show_run(folder: "RunFolder", as_json: bool) -> None:
    import msgspec

    from harness.cli.progress import coloured, page_of
    from harness.report.terminal import screen

    verdict = folder.read_verdict()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(verdict), indent=2))
        return
    head, findings, replies = folder.head, folder.read_findings(), folder.calls
    text = screen(verdict, findings, folder.path, replies, folder.seconds, page_of(folder.path), head.load)
    click.echo(coloured(text, verdict))


def _show_case(folder: "RunFolder", address: str, as_json: bool, *, aside: bool) -> None:
    """aside: on standard error, since standard output is for the shell."""
    import msgspec

    from harness.report.one_case import case_screen
    from harness.run.outcome.replay_case import stored

    found = stored(folder, address)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    line = found.line
    met = {reply.repeat: reply.faults for reply in found.replies}
    click.echo(case_screen(address, line.steps, line.truth, line.tags, line.expect, found.judged, met), err=aside)


def _do(folder: "RunFolder", address: str, *, send: bool, as_curl: bool, save_bytes: str, aside: bool) -> None:
    """aside: on standard error, since standard output holds one JSON document."""
    from harness.run.outcome.replay_case import remake

    case = remake(folder, address)
    if save_bytes:
        _write(Path(save_bytes), case.content)
        click.echo(f"{save_bytes}: {len(case.content)} bytes, sha256 {case.sha256}", err=True)
    if as_curl:
        _print_curl(folder, case, aside)
    if send:
        _send(folder, case, aside or as_curl)


def _print_curl(folder: "RunFolder", case: "Case", aside: bool) -> None:
    """The body goes to a file of its own, since a shell cannot hold every byte."""
    import tempfile

    from harness.run.outcome.replay_case import body_of, curl

    path = Path(tempfile.gettempdir()) / f"harness-{case.sha256[:16]}.body"
    _write(path, body_of(case, folder))
    click.echo(curl(case, folder, path), err=aside)


def _send(folder: "RunFolder", case: "Case", aside: bool) -> None:
    from harness.report.words import printable
    from harness.run.outcome.replay_case import pretty, send_again

    reply, text, outcome = send_again(case, folder)
    said = reply.error or f"status {reply.status}"
    click.echo(f"\nsent again: {said}, {outcome.disposition}, {(reply.done - reply.sent) * 1000:.0f} ms", err=aside)
    click.echo(printable(pretty(text)), err=aside)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as reason:
        raise ConfigError(f"{path}: cannot be written: {reason.strerror}") from None
