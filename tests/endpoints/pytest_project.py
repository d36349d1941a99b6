"""A team's project with a harness.toml, and pytest run in it as a separate process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.endpoints.command import ROOT, CommandResult
from tests.endpoints.orders import write_pilot
from tests.endpoints.server import Heard

TOML = """\
[target]
protocol = "json"
url = "{url}"

[pilot]
samples = "pilot"
truth = "total,carrier"

[[mix]]
pack = "pilot"
share = 0.70
source = "log"

[[mix]]
pack = "malformed_records"
share = 0.30
source = "log"

[budget]
calls = {calls}
"""

WITHOUT = "-p no:anyio -p no:faker -p no:hypothesispytest -p no:locust"
"""Plugins of this project's own tools, which take a fifth of a session's time to import."""

TESTS = """\
import pytest


def test_of_their_own():
    pass


@pytest.mark.pack("malformed_records", cases=6)
def test_nothing_is_silently_wrong(case, target):
    reply = target.send(case)
    assert not reply.silent_error


@pytest.mark.pack("pilot", cases=3)
def test_the_pilot_is_read(case, target):
    reply = target.send(case)
    assert (reply.disposition, reply.judgement) == ("accepted", "right")
"""


def write_project(folder: Path, url: str, *, calls: int = 400, toml: str = TOML, tests: str = TESTS) -> Path:
    """The folder with harness.toml, the pilot's samples and tests/test_service.py."""
    write_pilot(folder / "pilot")
    (folder / "harness.toml").write_text(toml.format(url=url, calls=calls), encoding="utf-8")
    (folder / "tests").mkdir()
    (folder / "tests/test_service.py").write_text(tests, encoding="utf-8")
    return folder


def run_pytest(folder: Path, *args: str, env: Mapping[str, str] | None = None) -> CommandResult:
    """One pytest session in that folder, as its user would start it (wide enough for whole first lines)."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *args],
        cwd=folder,
        env={**_clean(), "COLUMNS": "200", "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": WITHOUT, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return CommandResult(code=done.returncode, out=done.stdout, err=done.stderr)


def _clean() -> dict[str, str]:
    """The environment without what the session that runs these tests has put there; under CI pytest prints more."""
    foreign = ("PYTEST_", "COV_", "BUILD_NUMBER")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign) and name != "CI"}


def addresses(heard: list[Heard]) -> list[str]:
    """The addresses of the cases that arrived at the service, in order."""
    return [one.header("X-Harness-Case") for one in heard]


def sent_once(heard: list[Heard]) -> list[str]:
    """The same without robustness tests that send a case repeatedly, each time as a new repeat."""
    return [one for one in addresses(heard) if not one.startswith(("concurrency/", "state/"))]
