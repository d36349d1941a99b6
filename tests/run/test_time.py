"""How long a check takes: told when the speed is known, kept to ten minutes, and shown while it runs."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cli import progress
from harness.cli.progress import Writer
from harness.run.events import PhaseStarted, Progressed
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.remembering import route, write_texts
from tests.endpoints.server import Answer, serving

MIX = '[[mix]]\npack = "pilot"\nshare = 0.8\n\n[[mix]]\npack = "noisy_text"\nshare = 0.2\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def slow(seconds: float) -> Answer:
    """The text service, with an answer after so many seconds."""

    def answer(body: bytes) -> tuple[int, object]:
        time.sleep(seconds)
        try:
            return route(body)
        except ValueError:
            return 422, {"detail": "no JSON"}

    return answer


def check(seconds: float, limit: float, *options: str) -> tuple[CommandResult, float]:
    """A check of a service that takes so many seconds an answer, and how long it took."""
    with serving(slow(seconds), "/route") as url:
        return check_of(url, limit, *options)


def check_of(url: str, limit: float, *options: str) -> tuple[CommandResult, float]:
    """The same of a service that is already there."""
    if not Path("texts").exists():
        write_texts(Path("texts"))
    Path("harness.toml").write_text(f"{MIX}\n[budget]\nseconds = {limit}\nrobustness = []\n", encoding="utf-8")
    began = time.monotonic()
    said = harness("check", url, "--samples", "texts", "--truth", "texts/truth.csv", "--out", "run", *options)
    return said, time.monotonic() - began


def head() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("run/run.json").read_text(encoding="utf-8"))
    return found


def test_a_budget_that_nobody_wrote_down_is_cut_to_what_the_time_allows() -> None:
    said, took = check(0.05, 12)
    assert said.code in (0, 1, 5), said.err
    assert took < 12 * 1.3
    told = re.search(r"480 calls would take (\d+) s; this run is cut to (\d+), about (\d+) s in all", said.err)
    assert told, said.err
    whole, calls, about = map(int, told.groups())
    assert whole > 12 >= about > 12 / 2
    assert calls % 20 == 0
    assert head()["worked_out"]["calls"] == calls
    assert "the budget of" not in said.out + said.err  # it is not cut off


def test_a_pack_that_cannot_pass_then_is_named_with_the_calls_that_are_enough() -> None:
    said, _ = check(0.05, 5)
    told = re.search(r"noisy_text (\d+): fewer than the 29 cases .*; --calls (\d+) sends them, (\d+) s", said.err)
    assert told, said.err
    again, _ = check(0.0, 0, "--calls", told[2], "--out", "again")
    row = next(line for line in again.out.splitlines() if line.startswith("silent errors in noisy_text"))
    assert "UNDECIDED" not in row, again.out


def test_calls_that_are_written_down_are_sent() -> None:
    said, _ = check(0.06, 0, "--calls", "100")
    assert "cut" not in said.err
    assert re.search(r"time: about \d+ s in all at \d+ ms an answer", said.err)
    assert head()["worked_out"]["calls"] == 0


def test_a_run_that_is_resumed_keeps_its_cut_and_a_baseline_has_it_as_its_calls() -> None:
    with serving(slow(0.05), "/route") as url:
        said, _ = check_of(url, 30)
        cut, rows = head()["worked_out"]["calls"], Path("run/replies.jsonl").read_bytes()
        assert 0 < cut < 480
        again, took = check_of(url, 30, "--resume")
    assert again.code == said.code, again.err
    assert took < 10
    assert head()["worked_out"]["calls"] == cut
    assert Path("run/replies.jsonl").read_bytes() == rows
    promoted = harness(
        "promote", "run", "--as", "first", "--why", "a test", "--approver", "Ada", "--until", "2099-01-01"
    )
    assert promoted.code == 0, promoted.err
    assert json.loads(next(Path().rglob("baseline.json")).read_text(encoding="utf-8"))["calls"] == cut


def test_the_time_that_is_left_is_told_now_and_then_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN", 0.2)
    with Writer() as writer:
        started = PhaseStarted(phase="first look", cases=10, rate=0.0)
        writer(started)
        for done in range(1, 11):
            time.sleep(0.11)
            writer(Progressed(phase="first look", done=done, of=10))
        writer(replace(started, phase="next"))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "first look: 10 cases one at a time"
    assert 3 <= len(lines) - 2 <= 5
    assert re.fullmatch(r"first look: \d of 10, about \d s left", lines[1])
