"""docs/reference/cli.md, made from the commands as click knows them."""

import inspect
import re
from collections.abc import Iterator

import click

from harness.cli.main import BUG, cli
from harness.core.errors import HarnessError, Interrupted
from harness.core.verdict import EXIT_CODES
from tests.docs.field_table import prose, table

HEAD = """# Command line

Every command and its options, as `harness COMMAND --help` shows them. This page is generated from
the code. The options of the pytest plugin are in its [guide](../guides/pytest.md), the files in
[file formats](files.md).
"""
CODES = {
    **{code: verdict for verdict, code in EXIT_CODES.items()},
    Interrupted.exit_code: "interrupted: the run can be resumed",
    BUG: "a bug of the harness: please report it",
    HarnessError.exit_code: "wrong usage or configuration, or an input that cannot be read",
}
_DEFAULT = re.compile(r"\s*\[default: (.*)\]\s*$", re.DOTALL)


def cli_page() -> str:
    """The whole page."""
    codes = table(("exit code", "meaning"), [(f"`{code}`", CODES[code]) for code in sorted(CODES)])
    return "\n".join([HEAD, f"## Exit codes\n\n{codes}\n", *_sections(cli, click.Context(cli, info_name="harness"))])


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """The command, and each of its own commands."""
    yield _section(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _sections(inner, click.Context(inner, info_name=name, parent=context))


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    rows = [_row(one) for one in options if "--help" not in one.opts]
    told = table(("option", "value", "default", "meaning"), rows) if rows else ""
    return "\n\n".join(filter(None, (f"## `{context.command_path}`", f"    {usage}", _help(command), told))) + "\n"


def _help(command: click.Command) -> str:
    """The paragraphs of the help; one that click is told not to wrap stands as code."""
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(_as_code(part) if part.startswith("\b") else prose(part) for part in parts)


def _as_code(part: str) -> str:
    return "\n".join(f"    {line}" for line in part.splitlines()[1:])


def _row(option: click.Option) -> tuple[str, ...]:
    named = _DEFAULT.search(option.help or "")
    shown = f"`{option.default}`" if option.show_default else named[1] if named else ""
    default = "required" if option.required else shown
    assert _DEFAULT.sub("", option.help or ""), f"{option.opts[0]} has no help"
    names = ", ".join(f"`{name}`" for name in option.opts)
    return names, _value(option), default, _DEFAULT.sub("", option.help or "")


def _value(option: click.Option) -> str:
    """What is written after the option; nothing after a flag."""
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return " or ".join(f"`{choice}`" for choice in option.type.choices)
    name = option.metavar or option.type.name.removesuffix(" range").upper()
    low, high = getattr(option.type, "min", None), getattr(option.type, "max", None)
    above = "above" if getattr(option.type, "min_open", False) else "from"
    return " ".join(
        filter(None, (f"`{name}`", f"{above} {low}" * (low is not None), f"to {high}" * (high is not None)))
    )
