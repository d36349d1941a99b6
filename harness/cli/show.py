"""`harness show`: show a run again, or one case of it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.options import screen_options
from harness.core.errors import ConfigError

if TYPE_CHECKING:
    from harness.core.case import Case
    from harness.store.folder import RunFolder


@click.command("show", short_help="Show a run again, or one case of it.")
@click.argument("what", metavar="RUN|ADDRESS", required=False, default="")
@click.option("--run", "run_path", default="", metavar="RUN", help="The run of the address. [default: the newest]")
@click.option("--send", is_flag=True, help="Send the case again now.")
@click.option("--curl", "as_curl", is_flag=True, help="Print the curl command that sends the case.")
@click.option("--save-bytes", default="", metavar="FILE", help="Write the exact bytes of the case.")
@screen_options
def command(what: str, run_path: str, send: bool, as_curl: bool, save_bytes: str, as_json: bool, verbose: bool) -> int:
    """Show a run (its folder, default the newest), or one case of a run (its address).

    A case is shown with its steps, the values that they changed, before and after (of a text: the text with its changes
    marked), and with truth and answer.

    Exits with 0 if it was shown. The exit code of the verdict is in verdict.json.
    """
    from harness.store.folder import RunFolder, newest

    if "#" not in what or Path(what, "run.json").is_file():
        if send or as_curl or save_bytes:
            raise ConfigError("--send, --curl and --save-bytes need one case\n  give its address: pack/scenario#index")
        folder = RunFolder.read(Path(what or run_path) if what or run_path else newest())
        _show_run(folder, as_json, verbose)
        return 0
    folder = RunFolder.read(Path(run_path) if run_path else newest())
    _show_case(folder, what, as_json, aside=as_curl)
    if send or as_curl or save_bytes:
        _do(folder, what, send=send, as_curl=as_curl, save_bytes=save_bytes, aside=as_json)
    return 0


def _show_run(folder: "RunFolder", as_json: bool, verbose: bool) -> None:
    from harness.cli.progress import coloured, page_of
    from harness.report.terminal import screen

    verdict = folder.read_verdict()
    if as_json:
        from harness.store.jsonl import json_text

        click.echo(json_text(verdict))
        return
    head, findings, replies = folder.head, folder.read_findings(), folder.calls
    page = page_of(folder.path)
    text = screen(verdict, findings, folder.path, replies, folder.seconds, page, head.load, verbose=verbose)
    click.echo(coloured(text, verdict))


def _show_case(folder: "RunFolder", address: str, as_json: bool, *, aside: bool) -> None:
    """aside: print to standard error, because standard output is for the shell."""
    from harness.report.one_case import case_screen
    from harness.run.outcome.replay_case import stored
    from harness.run.outcome.sent_input import sent_input

    found = stored(folder, address)
    found = replace(found, input=sent_input(folder, found.line))
    if as_json:
        from harness.store.jsonl import json_text

        click.echo(json_text(found))
        return
    line = found.line
    met = {reply.repeat: reply.faults for reply in found.replies}
    text = case_screen(address, line.steps, line.truth, line.tags, line.expect, found.judged, met, found.input)
    click.echo(text, err=aside)


def _do(folder: "RunFolder", address: str, *, send: bool, as_curl: bool, save_bytes: str, aside: bool) -> None:
    """aside: print to standard error, because standard output holds one JSON document."""
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
    """Write the body to a file, because a shell command cannot hold every byte."""
    import tempfile

    from harness.run.outcome.replay_case import body_of, curl

    path = Path(tempfile.gettempdir()) / f"harness-{case.sha256[:16]}.body"
    _write(path, body_of(case, folder))
    click.echo(curl(case, folder, path), err=aside)


def _send(folder: "RunFolder", case: "Case", aside: bool) -> None:
    from harness.report.words import printable
    from harness.run.outcome.replay_case import pretty, send_again

    reply, text, outcome = send_again(case, folder)
    result = reply.error or f"status {reply.status}"
    click.echo(f"\nsent again: {result}, {outcome.disposition}, {(reply.done - reply.sent) * 1000:.0f} ms", err=aside)
    click.echo(printable(pretty(text)), err=aside)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as reason:
        raise ConfigError(f"{path}: cannot be written: {reason.strerror}") from None
