"""The processes of a local target during a load, and the figures that a terminal shows while it runs."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.under_load.load import Load
from harness.store.folder import RunFolder
from tests.endpoints.leaking import leaking
from tests.endpoints.orders import write_pilot

CONFIG = '[gate]\nsamples = 5\np95 = "1s"\n[[mix]]\npack = "pilot"\nshare = 1.0\n'
COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()", "load"]
ASKED = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240", "--out", "run")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    (tmp_path / "harness.toml").write_text(CONFIG, encoding="utf-8")


def on_terminal(*command: str) -> str:
    """What the command shows on a terminal of 120 columns."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, env={**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    ) as process:
        os.close(its)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # how Linux says that the other end is closed
            pass
        process.wait()
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode("utf-8", "replace"))


def load_of(folder: str = "run") -> Load:
    load = RunFolder.read(Path(folder)).head.load
    assert load is not None
    return load


def test_a_terminal_shows_the_load_while_it_runs_and_the_target_is_measured() -> None:
    with leaking("nothing") as url:
        shown = on_terminal(*COMMAND, url, *ASKED, "--rate", "100", "--duration", "4s")
    assert re.search(r"(9[5-9]|10\d)[\d.]*/s due, [\d.]+/s answered, \d+ in flight; \d s left", shown)
    assert re.search(r"p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms; 0.0 % errors, 0.0 % silent errors", shown)
    assert re.search(r"target: CPU \d+ %, \d+ MB, \d+ threads", shown)
    usage = load_of().usage
    assert usage
    assert usage.processes == 1
    assert 0 < usage.cpu < 1
    assert usage.memory[0] > 10e6
    assert len(Path("run/usage.jsonl").read_text(encoding="utf-8").splitlines()) > 8
    assert "the target's processes" in shown


@pytest.mark.full_dose
@pytest.mark.parametrize("what", ["memory", "handles", "nothing"])
def test_what_a_service_keeps_of_each_request_is_found(what: str) -> None:
    with leaking(what) as url:
        subprocess.run([*COMMAND, url, *ASKED, "--rate", "200", "--duration", "12s"], capture_output=True, check=False)
    usage = load_of().usage
    assert usage
    leaks = {one.what for one in usage.growth if one.leaks}
    assert what in leaks if what != "nothing" else not leaks
