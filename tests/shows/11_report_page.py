"""The demo's report page in Chromium: readable, accessible and small; a hostile answer in a page stays text.

# slow: a whole demo, a browser and an npm package
    python tests/shows/11_report_page.py [--keep FOLDER] [--run RUN]
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from harness.cli.main import run
from tests.endpoints.hostile import SAID, hostile
from tests.endpoints.orders import write_pilot
from tests.endpoints.server import serving

BROWSER = Path(__file__).with_name("page_in_browser.py")
CHROMIUM = Path("/usr/bin/chromium")
MAX_BYTES = 2 * 1024 * 1024


class Skipped(Exception):
    """Something that the machine has to bring is not there."""


def python_with_playwright(where: Path) -> str:
    """This Python where it has playwright, else one of an environment made for the show."""
    if importlib.util.find_spec("playwright"):
        return sys.executable
    made = where / "venv"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    install = [str(made / "bin/pip"), "install", "--quiet", "playwright"]
    if subprocess.run(install, capture_output=True, text=True).returncode:
        raise Skipped("playwright cannot be installed here")
    return str(made / "bin/python")


def axe_core(where: Path) -> Path:
    """The file of axe-core, fetched by npm."""
    npm = shutil.which("npm")
    command = [
        npm or "",
        "install",
        "--prefix",
        str(where / "axe"),
        "--no-audit",
        "--no-fund",
        "--silent",
        "axe-core@4",
    ]
    if not npm or subprocess.run(command, capture_output=True, text=True).returncode:
        raise Skipped("axe-core cannot be fetched: npm or its registry is not there")
    return where / "axe/node_modules/axe-core/axe.min.js"


def hostile_run(where: Path) -> Path:
    """A check of a service whose tail answers are scripts, styles and control characters."""
    write_pilot(where / "pilot")
    with serving(hostile()) as url:
        out = where / "hostile"
        run(
            [
                "check",
                url,
                "--samples",
                f"{where}/pilot",
                "--truth",
                "total,carrier",
                "--calls",
                "300",
                "--out",
                f"{out}",
            ]
        )
    return out


def looked_at(where: Path, shots: Path, demo: Path, bad: Path) -> list[dict[str, Any]]:
    command = [python_with_playwright(where), str(BROWSER), str(axe_core(where)), str(shots)]
    command += [f"demo={demo / 'report.html'}", f"hostile={bad / 'report.html'}"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": ""})
    if done.returncode:
        raise SystemExit(f"the browser failed:\n{done.stderr[-4000:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(where: Path, asked: argparse.Namespace) -> int:
    if not CHROMIUM.exists():
        raise Skipped("chromium is not installed")
    demo = asked.run or where / "demo"
    if not asked.run:
        run(["demo", "--out", str(demo)])
    shots = asked.keep or where / "shots"
    shots.mkdir(parents=True, exist_ok=True)
    found = looked_at(where, shots, demo, hostile_run(where))
    problems = [f"{one['page']} {one['view']}: {problem}" for one in found for problem in one["problems"]]
    print("\n".join(problems))
    size = (demo / "report.html").stat().st_size
    serious, views = sum(one["axe"] for one in found), sum(one["view"] != "used" for one in found)
    print(
        f"report.html {size / 1024:.0f} of {MAX_BYTES / 1024:.0f} KiB; axe: {serious} serious or critical in "
        f"{views} views; {len(SAID)} hostile answers inert, phone width, keyboard, filter, print: "
        f"{len(problems)} problems"
    )
    return 0 if not problems and size <= MAX_BYTES else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="where the screenshots stay")
    parser.add_argument("--run", type=Path, help="a run of the demo that is there already")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        try:
            return show(Path(name), asked)
        except Skipped as reason:
            print(f"skipped: {reason}")
            return 77


if __name__ == "__main__":
    sys.exit(main())
