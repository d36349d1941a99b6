"""Everything that the documents show is run here, or by a show (the README's two installing commands)."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.core.loading.shipped import shipped
from harness.core.loading.toml import read_toml
from harness.core.settings import Settings
from harness.demo.serve import running_pilot
from harness.diff.scoring.judge import judgement_table
from harness.generate.ops import ops_table
from tests.docs.files_page import BASELINE, RUN, undescribed
from tests.endpoints.command import harness
from tests.shows.readme import block, figures, steps

ROOT = Path(__file__).resolve().parents[2]


SHORTER = {"check": ("--calls", "60"), "load": ("--calls", "30", "--duration", "3s"), "sheet": ("-n", "1")}
SHORTER["promote"] = ("--accept-no-go", "so few calls")
DECIDES = ("check", "load", "diff")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pilot's samples in which the demo was run."""
    where = tmp_path_factory.mktemp("demo")
    shutil.copytree(shipped("fixtures") / "pilot", where / "pilot")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(where)
        assert harness("demo", "--calls", "60").code == 0
    return where


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of the embedded pilot."""
    with running_pilot() as address:
        yield address


@pytest.fixture
def after_demo(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory is a copy of the demo's folder."""
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def shorter(words: Sequence[str]) -> tuple[str, ...]:
    """Options by which a command does less, or takes what that comes to: only whether it works is asked."""
    return next((SHORTER[word] for word in words[:2] if word in SHORTER), ())


def _here(line: str, url: str) -> str:
    """The line with the service's own port, the newest run, a day that is still to come, and a shorter load."""
    newest = max(Path("reports").iterdir(), key=lambda path: path.stat().st_mtime_ns, default=Path("none"))
    soon = (datetime.now(UTC) + timedelta(days=90)).strftime("%Y-%m-%d")
    line = re.sub(
        r"\d{4}-\d\d-\d\d", soon, line.replace("http://127.0.0.1:8000", url).replace("reports/RUN", str(newest))
    )
    return line


def shell_lines(document: str) -> list[str]:
    """The lines of the document's shell blocks that call `harness` itself, without their comments."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("  #")[0].strip() for part in blocks for line in part.splitlines()]
    return [line for line in lines if line.startswith("harness ")]


def test_the_reference_of_judgements_is_what_the_function_says() -> None:
    assert (ROOT / "docs/reference/judgement.md").read_text(encoding="utf-8").endswith(f"\n\n{judgement_table()}")


OPS_HEAD = """# Ops

Every transformation that packs are made of, by the layer it works on. This page is generated from
the code, as is `harness packs ops --json`. Severity 0 is the identity. Kinds: `nested` (what is hit
at s is hit at s+1), `graded` (one parameter grows, with the same noise), `binary` (0 or 10). The
effect on a labelled field follows it into the truth: a field that is destroyed may be flagged, and
an answer is never demanded.
"""


def test_the_reference_of_ops_is_what_the_code_says() -> None:
    path, text = ROOT / "docs/reference/ops.md", f"{OPS_HEAD}\n{ops_table()}"
    if os.environ.get("HARNESS_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "HARNESS_GOLDEN=write makes it anew"


def test_the_readme_installs_and_runs_in_one_line_each() -> None:
    assert steps("command one")[-1] == ".venv/bin/harness demo"
    assert steps("command two")[-1] == ".venv/bin/python -m pytest -q -n 3"
    assert len(figures(block("demo output"))) == 5


@pytest.mark.usefixtures("after_demo")
def test_every_command_of_the_readme_works_after_the_demo(url: str) -> None:
    for line in shell_lines("README.md"):
        words = shlex.split(_here(line, url))[1:]
        said = harness(*words, *shorter(words))
        assert said.code in ((0, 1, 5) if words[0] in DECIDES else (0,)), f"{line}\n{said.err}"
    # What all of these wrote stands in the reference of the files.
    assert [name for run in Path("reports").iterdir() for name in undescribed(run, RUN)] == []
    assert undescribed(Path("baseline"), BASELINE) == []


@pytest.mark.full_dose
@pytest.mark.usefixtures("after_demo")
def test_every_command_of_the_guide_to_releases_works_after_the_demo(url: str) -> None:
    for line in shell_lines("docs/guides/releases.md"):
        words = shlex.split(_here(line, url))[1:]
        said = harness(*words, *(() if "--selftest" in words else shorter(words)))
        # With so few cases the gate is blind in some slices, and says so; it must not be wrong.
        expected = {"promote": (0,), "check": (0, 5) if "--selftest" in words else (0, 1, 5)}[words[0]]
        assert said.code in expected, f"{line}\n{said.err}"


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")))
def test_every_configuration_that_is_shown_can_be_loaded(document: Path, tmp_path: Path) -> None:
    shown_here = re.findall(r"```toml\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    others = ("[[fault]]", "[[scenario]]", "[project.")  # faults, packs and distributions have tests of their own
    for number, shown in enumerate(text for text in shown_here if not any(mark in text for mark in others)):
        file = tmp_path / f"{number}.toml"
        file.write_text(shown, encoding="utf-8")
        read_toml(file, ConfigError).load(Settings)


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("*.md")))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link
