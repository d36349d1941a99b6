"""`PackUser` in people's own locustfiles, and the guide that shows it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.endpoints.command import ROOT
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Heard, serving

GUIDE = ROOT / "docs" / "guides" / "your-own-locustfile.md"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with the guide's locustfile and the pilot that it names."""
    write_pilot(tmp_path / "pilot")
    (source,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "locustfile.py").write_text(source, encoding="utf-8")
    return tmp_path


def locust(here: Path, host: str, *more: str) -> "subprocess.CompletedProcess[str]":
    options = ["--headless", "-u", "2", "-r", "2", "-t", "3s", "--only-summary", "--host", host, *more]
    return subprocess.run(
        [sys.executable, "-m", "locust", *options], cwd=here, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_guides_locustfile_sends_cases_and_tells_locust_about_them(here: Path) -> None:
    heard: list[Heard] = []
    with serving(honest, path="/extract", heard=heard) as url:
        said = locust(here, url.removesuffix("/extract"))
    assert said.returncode == 0, said.stderr
    addresses = [one.header("X-Harness-Case") for one in heard]
    assert {address.partition("/")[0] for address in addresses} == {"malformed_records"}
    assert len(set(addresses)) > 5
    assert re.search(r"^closed\s+malformed_records/missing_field\s+[1-9]", said.stdout + said.stderr, re.MULTILINE)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("http://127.0.0.1:8000", "http://example.com", "host example.com is not this machine and is not allowed"),
        ('pack = "malformed_records"', 'pack = "malformed_record"', 'did you mean "malformed_records"?'),
        ('samples = "pilot"', 'samples = "pilto"', "pilto: no sample matches"),
        ('samples = "pilot"', 'samples = "pilot"; font_dir = "fonts"', "fonts: no such font folder"),
    ],
)
def test_what_is_wrong_ends_the_test_with_one_message(here: Path, old: str, new: str, says: str) -> None:
    source = (here / "locustfile.py").read_text(encoding="utf-8")
    (here / "locustfile.py").write_text(source.replace(old, new), encoding="utf-8")
    said = locust(here, "http://example.com" if "example.com" in new else "http://127.0.0.1:1")
    assert said.returncode == 4
    assert says in said.stderr
    assert "Traceback" not in said.stderr


def test_asking_for_harness_load_imports_no_locust() -> None:
    code = "import sys, harness.load, harness.run.load; print([m for m in ('locust', 'gevent') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


WITHOUT = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, path=None, target=None):
        return None if name == "locust" else self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
from harness.cli.main import run
sys.exit(run(["load", "http://127.0.0.1:1/x", "--samples", "a", "--truth", "b", "--rate", "1"]))
"""


def test_without_locust_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert "Locust, which is not installed\n  pip install 'golive-harness[load]'" in done.stderr
