"""Everything that docs/guides/faults.md shows is read and parsed here."""

import re
import shlex
from pathlib import Path

import pytest

from harness.cli.main import cli
from harness.core.errors import ConfigError
from harness.core.finding_kinds import FindingKind
from harness.core.integration.kinds import kinds_table
from harness.core.integration.upstreams import Upstream
from harness.core.loading.toml import read_toml
from harness.core.settings import Settings
from harness.diff.faults.under_fault import ORDER
from harness.inject.read_faults import read_faults
from harness.run.sending.permission import check_upstreams

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/faults.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", [text for text in blocks("toml") if "[[fault]]" in text])
def test_every_faults_file_is_read(tmp_path: Path, block: str) -> None:
    (tmp_path / "faults.toml").write_text(block, encoding="utf-8")
    found = read_faults(tmp_path / "faults.toml", [Upstream(name="erp")])
    assert len(found) == block.count("[[fault]]")


def test_every_upstream_is_read_and_allowed(tmp_path: Path) -> None:
    block = "\n".join(text for text in blocks("toml") if "[[upstream]]" in text)
    (tmp_path / "harness.toml").write_text(block, encoding="utf-8")
    settings = read_toml(tmp_path / "harness.toml", ConfigError).load(Settings)
    check_upstreams(settings)
    assert [one.name for one in settings.upstream] == ["erp", "warehouse"]


@pytest.mark.parametrize("line", [line for text in blocks("sh") for line in text.splitlines()])
def test_every_command_is_one(line: str) -> None:
    """Parsed by the command line itself, down to the last option; nothing is started."""
    words = shlex.split(line)
    assert words[0] == "harness"
    context = cli.make_context("harness", words[1:])
    while rest := [*context._protected_args, *context.args]:
        name, command, args = context.command.resolve_command(context, rest)  # type: ignore[attr-defined]
        assert command
        context = command.make_context(name, args, parent=context)
        if not hasattr(command, "resolve_command"):
            return
    raise AssertionError(f"{line}: names no command")


def test_the_table_of_kinds_is_made_from_the_code() -> None:
    assert kinds_table() in TEXT, f"put this below <!-- kinds --> in {GUIDE}:\n{kinds_table()}"


def test_every_finding_of_a_fault_is_explained() -> None:
    of_faults = {kind for kind in FindingKind if kind.name.startswith("FAULT_")}
    assert set(ORDER) <= of_faults
    assert [kind for kind in (*of_faults, FindingKind.UPSTREAM_UNUSED) if f"| `{kind}` |" not in TEXT] == []
