"""What the plugin costs those who do not use it: nothing is loaded before it is used."""

import subprocess
import sys
from pathlib import Path

from tests.endpoints.command import ROOT
from tests.endpoints.pytest_project import run_pytest

HEAVY = (
    *("httpx", "numpy", "msgspec", "PIL", "click", "hypothesis", "locust", "gevent", "rich", "jmespath", "rapidfuzz"),
    *("pypdfium2", "faker", "asyncio", "harness.pytest_support", "harness.core"),
)


def test_the_plugin_imports_pytest_and_the_standard_library_only() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import harness.pytest_plugin; "
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['harness', 'harness.pytest_plugin']"


LOADED = f"""
import sys

def test_what_is_loaded(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("golive_harness")
    assert [name for name in {HEAVY!r} if name in sys.modules] == []
"""


def test_a_session_that_does_not_use_it_loads_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "test_loaded.py").write_text(LOADED, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest]\nstrict = true\nfilterwarnings = ['error']\n", "utf-8")
    # Plugins of others (hypothesis, anyio) load things of their own.
    said = run_pytest(tmp_path, "-p", "golive_harness", env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert said.code == 0, said.out + said.err


def test_marker_fixtures_and_options_are_told(tmp_path: Path) -> None:
    markers = run_pytest(tmp_path, "--markers")
    assert "@pytest.mark.pack(name, cases=10): " in markers.out
    fixtures = run_pytest(tmp_path, "--fixtures", "-q")
    for name in ("case -- ", "target [session scope] -- ", "baseline [session scope] -- "):
        assert name in fixtures.out
    options = run_pytest(tmp_path, "--help").out.partition("golive-harness:")[2]
    told = [word for word in options.replace("=", " ").split() if word.startswith("--harness")]
    assert told[:7] == [
        "--harness",
        "--harness-config",
        "--harness-url",
        "--harness-seed",
        "--harness-calls",
        "--harness-allow-undecided",
        "--harness-out",
    ]


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    (tmp_path / "test_off.py").write_text("def test_it(): pass\n", encoding="utf-8")
    said = run_pytest(tmp_path, "-p", "no:golive_harness")
    assert said.code == 0
    assert "1 passed" in said.out
