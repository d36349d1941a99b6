"""A project outside the repo, from the built wheel: pytest fails for the right reason, and passes once it is mended.

Builds the wheel, installs it into an environment of its own with pytest-xdist, writes a project with a service that
has a defect (a field that is missing counts as nothing, with status 200), runs pytest on it, mends the service, runs it
again; the same under -n 2; then what `pytest --collect-only` costs those who do not use the plugin.
"""
# slow: builds a wheel and fills an environment of its own (about two minutes)

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.endpoints.orders import MANNERS
from tests.endpoints.pytest_project import sent_once, write_project
from tests.endpoints.server import Heard, serving
from tests.speed.plugin_start import GOAL, measure, ratio

ROOT = Path(__file__).resolve().parents[2]
ENV = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}
REASON = "failed: Silent errors in malformed_records/missing_field: "
BLOCKS = "FAILED harness.toml::gate/silent_errors - failed: Silent errors: "
GO = "\nGO   all "
"""How the verdict begins at the end of a session."""


def install(folder: Path) -> str:
    """The interpreter of an environment with the wheel of this checkout."""
    build = [sys.executable, "-m", "build", "--quiet", "--wheel", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, env=ENV, stdout=subprocess.DEVNULL)
    (wheel,) = (folder / "dist").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = str(folder / "venv/bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel), "pytest-xdist"], check=True, env=ENV)
    return python


@contextmanager
def service(manner: str, project: Path) -> Iterator[list[Heard]]:
    """The service on a port of its own, which the project's harness.toml names from now on."""
    heard: list[Heard] = []
    with serving(MANNERS[manner], heard=heard) as url:
        toml = (project / "harness.toml").read_text(encoding="utf-8").splitlines()
        lines = [f'url = "{url}"' if line.startswith("url = ") else line for line in toml]
        (project / "harness.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield heard


def pytest(python: str, project: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        [python, "-m", "pytest", *args],
        cwd=project,
        env={**ENV, "COLUMNS": "200", "CI": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"$ pytest {' '.join(args)}   exit {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.returncode, done.stdout


def story(python: str, project: Path, *more: str) -> list[str]:
    """What fell short, one sentence each: the defect, then the mended service."""
    short = []
    with service("liar", project) as heard:
        collected = pytest(python, project, "--harness", "--collect-only", "-q", *more)
        if collected[0] or "harness.toml::gate/verdict" not in collected[1] or heard:
            short.append(f"--collect-only {more}: exit {collected[0]}, {len(heard)} calls sent")
        code, out = pytest(python, project, "--harness", *more)
        reported = (
            REASON in out and BLOCKS in out and "test_nothing_is_silently_wrong[malformed_records/truncated#0]" in out
        )
        if code != 1 or not reported or "Traceback" in out:
            short.append(f"the defect {more}: exit {code}, the reason is reported: {reported}")
    with service("honest", project) as heard:
        code, out = pytest(python, project, "--harness", *more)
        twice = len(sent_once(heard)) - len(set(sent_once(heard)))
        if code or "37 passed" not in out or GO not in out or twice > 9:
            short.append(f"mended {more}: exit {code}, {twice} cases twice beside those that the tests send")
    return short


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = install(folder)
        project = write_project(folder / "project", "http://127.0.0.1:9/score")
        short = [*story(python, project), *story(python, project, "-n", "2")]
        found = measure(python, files=20, tests=25, runs=15)
    for line in short:
        print(f"FELL SHORT: {line}")
    told = ", ".join(f"{way} {1000 * sorted(times)[len(times) // 2]:.0f} ms" for way, times in found.items())
    held = "fails for the right reason, passes when mended, alone and under -n 2" if not short else "FELL SHORT"
    print(f"from the wheel: {held}; --collect-only of 500 tests {ratio(found):.3f}x (goal {GOAL:.2f}x; {told})")
    return 1 if short or ratio(found) > GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
