"""Runs that are killed, stopped or cut short, and go on where they were."""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, ended, harness, start
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, HangUp, Heard, serving

CALLS = "60"


def slow(body: bytes) -> tuple[int, object]:
    time.sleep(0.004)
    return honest(body)


def stalling(after: int, go_on: threading.Event) -> Answer:
    """An honest service that lets every request after the first so many wait, until it is told to go on."""
    seen = count()

    def answer(body: bytes) -> tuple[int, object]:
        if next(seen) >= after:
            go_on.wait(30)
        return honest(body)

    return answer


def command(url: str, out: str, *more: str) -> tuple[str, ...]:
    return ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", CALLS, "--out", out, *more)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    pilot = write_pilot(folder / "pilot")
    with serving(honest) as url:
        said = harness(
            "check",
            url,
            "--samples",
            str(pilot),
            "--truth",
            "total,carrier",
            "--calls",
            CALLS,
            "--out",
            str(folder / "run"),
        )
    assert said.code == 5
    return folder / "run"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


def rows_of(path: Path) -> int:
    return len(path.read_bytes().splitlines()) if path.exists() else 0


def stopped_after(rows: int, process: "subprocess.Popen[str]", out: Path, how: signal.Signals) -> CommandResult:
    """What the process came to that got the signal once so many replies were on disk."""
    for _ in range(3000):
        if rows_of(out / "replies.jsonl") >= rows or process.poll() is not None:
            break
        time.sleep(0.005)
    process.send_signal(how)
    return ended(process)


def dispositions(path: Path) -> dict[tuple[str, int], str]:
    return {(row.address, row.repeat): row.disposition for row in RunFolder.read(path).read_judged()}


def verdict(path: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((path / "verdict.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("rows", [0, 4, 25, 50])
def test_a_killed_run_resumes_and_comes_to_what_it_would_have_come_to(here: Path, whole: Path, rows: int) -> None:
    heard: list[Heard] = []
    go_on = threading.Event()
    with serving(stalling(rows, go_on), heard=heard) as url:
        killed = stopped_after(rows, start(*command(url, "run"), cwd=here), here / "run", signal.SIGKILL)
        go_on.set()
        before = rows_of(here / "run/replies.jsonl")
        again = harness(*command(url, "run", "--resume"))
    assert killed.code == -signal.SIGKILL
    assert rows <= before < int(CALLS)
    assert (again.code, RunFolder.read(here / "run").head.state) == (5, "complete")
    assert dispositions(here / "run") == dispositions(whole)
    assert RunFolder.read(here / "run").replies.keys() == RunFolder.read(whole).replies.keys()
    assert len(heard) <= int(CALLS) + 64  # at most what was in flight went out twice


def test_a_resumed_run_sends_nothing_that_it_has(here: Path) -> None:
    heard: list[Heard] = []
    with serving(honest, heard=heard) as url:
        first = harness(*command(url, "run"))
        heard.clear()
        again = harness(*command(url, "run", "--resume"))
    assert heard == []
    assert again.code == first.code


def test_resume_starts_a_run_that_is_not_there(here: Path) -> None:
    with serving(honest) as url:
        assert harness(*command(url, "run", "--resume")).code == harness(*command(url, "other")).code


def test_resume_needs_the_folder(here: Path) -> None:
    with serving(honest) as url:
        said = harness("check", url, "--samples", "pilot", "--truth", "total", "--resume")
    assert (said.code, said.out) == (4, "")
    assert "--resume needs the folder of the run" in said.err


def test_ctrl_c_keeps_what_was_answered_and_says_how_to_go_on(here: Path, whole: Path) -> None:
    go_on = threading.Event()
    with serving(stalling(25, go_on)) as url:
        said = stopped_after(25, start(*command(url, "run"), cwd=here), here / "run", signal.SIGINT)
        go_on.set()
        kept = rows_of(here / "run/replies.jsonl")
        again = harness(*command(url, "run", "--resume"))
    assert (said.code, said.out) == (2, "")
    assert f"error: stopped: {kept} of 60 planned replies are kept in run\n" in said.err
    assert "  go on: the same command with --resume --out run\n" in said.err
    assert "Traceback" not in said.err
    assert again.code == 5
    assert dispositions(here / "run") == dispositions(whole)


def test_a_run_that_was_stopped_says_so_when_it_is_shown(here: Path) -> None:
    go_on = threading.Event()
    with serving(stalling(20, go_on)) as url:
        stopped_after(20, start(*command(url, "run"), cwd=here), here / "run", signal.SIGINT)
        go_on.set()
    assert RunFolder.read(here / "run").head.state == "stopped"
    said = harness("show", "run")
    assert (said.code, said.err.splitlines()[0]) == (4, "error: run: the run was not finished")


def _other_samples(here: Path) -> None:
    write_pilot(here / "pilot", 25)


@pytest.mark.parametrize(
    ("more", "change", "named"),
    [
        (("--seed", "2"), None, "seed"),
        (("--calls", "61"), None, "settings"),
        (("--pack", "pilot"), None, "settings"),
        ((), _other_samples, "samples"),
    ],
    ids=["seed", "calls", "packs", "samples"],
)
def test_resuming_another_run_is_refused_by_name(
    here: Path, more: tuple[str, ...], change: Callable[[Path], None] | None, named: str
) -> None:
    with serving(honest) as url:
        assert harness(*command(url, "run")).code in (0, 5)
        if change:
            change(here)
        before = (here / "run/replies.jsonl").read_bytes()
        said = harness(*command(url, "run", "--resume", *more))
    assert said.code == 4
    assert "run: was started with different" in said.err
    assert named in said.err.partition("was started with different")[2].partition("\n")[0]
    assert (here / "run/replies.jsonl").read_bytes() == before


def test_a_target_that_dies_in_the_middle_makes_the_run_undecided(here: Path) -> None:
    asked = 0

    def dies(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked > 30:
            raise HangUp
        return slow(body)

    with serving(dies) as url:
        said = harness(*command(url, "run"))
        told = verdict(here / "run")
        state = RunFolder.read(here / "run").head.state
        asked = -1000
        again = harness(*command(url, "run", "--resume"))
    assert (said.code, told["exit_code"], told["valid"], state) == (5, 5, False, "stopped")
    problem = "the target stopped answering: 12 requests in a row got no reply"
    assert told["problems"] == [problem]
    assert f"This run cannot be trusted: {problem}" in said.out
    assert again.code in (0, 1, 5)
    assert RunFolder.read(here / "run").head.state == "complete"
    kept = RunFolder.read(here / "run").replies
    assert len([address for address, _ in kept if address.startswith(("pilot/", "malformed_records/"))]) == 45


def test_a_budget_of_seconds_ends_the_sending_and_the_run_is_undecided(here: Path) -> None:
    (here / "harness.toml").write_text("[budget]\nseconds = 0.6\n[target]\nrate = 40\n", encoding="utf-8")
    with serving(slow) as url:
        said = harness(*command(url, "run"))
    assert said.code == 5
    assert verdict(here / "run")["problems"] == ["the budget of 0.6 seconds ran out"]
    assert 5 < rows_of(here / "run/replies.jsonl") < 40


def test_the_same_command_twice_never_mixes_two_runs(here: Path) -> None:
    with serving(honest) as url:
        harness(*command(url, "run"))
        said = harness(*command(url, "run"))
    assert said.code == 4
    assert said.err.splitlines()[-2:] == [
        "error: run: already contains a run",
        "  continue it: --resume --out run   or choose another folder",
    ]
