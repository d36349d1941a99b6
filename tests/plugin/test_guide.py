"""docs/guides/pytest.md, run: its harness.toml, its tests and its commands against a service."""

import re
from pathlib import Path

import pytest

from tests.dose import most_in_full
from tests.endpoints.command import ROOT
from tests.endpoints.orders import MANNERS
from tests.endpoints.pytest_project import run_pytest, write_project
from tests.endpoints.server import serving

TEXT = (ROOT / "docs/guides/pytest.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("command", most_in_full(block("console").splitlines(), quick=1))
def test_every_command_passes_on_a_service_without_a_defect(tmp_path: Path, command: str) -> None:
    with serving(MANNERS["honest"]) as url:
        toml = block("toml").replace("{", "{{").replace("}", "}}").replace("http://127.0.0.1:8000/score", url)
        write_project(tmp_path, url, toml=toml, tests=block("python"))
        said = run_pytest(tmp_path, *command.split()[1:])
    whole = "missing_field" not in command
    assert said.code == 0, said.out
    assert ("gate/verdict" in said.out or " passed" in said.out) if whole else " passed" in said.out
