"""The same with `-n 2`: identical items in each worker, nothing sent twice, nothing lost when a worker dies."""

import os
import re
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.orders import MANNERS, honest
from tests.endpoints.pytest_project import addresses, run_pytest, sent_once, write_project
from tests.endpoints.server import Heard, serving


def words(out: str) -> str:
    """The last line without its time."""
    return re.sub(r" in [\d.]+s.*", "", out.strip().splitlines()[-1].strip("= "))


def test_two_workers_share_one_run(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["honest"], heard=heard) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "--harness", "-n", "2")
    assert (said.code, words(said.out)) == (0, "40 passed"), said.out
    sent = Counter(sent_once(heard))
    repeats = 5 * 30
    assert sum(sent.values()) == len(sent) + repeats + 6 + 3, "beyond the plan, only what the tests sent themselves"
    assert said.out.count("harness: one run for 30 items, at most 400 calls") == 1
    assert said.out.count("pilot-to-production gap") == 1
    runs = {path.name.partition("-pytest")[2] for path in (tmp_path / "reports").iterdir()}
    assert "" in runs
    assert runs <= {"", "-tests-gw0", "-tests-gw1"}


def test_the_same_items_fail_with_the_same_first_lines(tmp_path: Path) -> None:
    with serving(MANNERS["liar"]) as url:
        write_project(tmp_path, url)
        one, two = run_pytest(tmp_path, "harness.toml"), run_pytest(tmp_path, "harness.toml", "-n", "2")
    first = [sorted(line for line in said.out.splitlines() if line.startswith("FAILED")) for said in (one, two)]
    assert first[0]
    assert first[0] == first[1]
    assert words(one.out) == words(two.out)


@pytest.mark.full_dose
def test_an_unreachable_target_is_one_error_for_all_workers(tmp_path: Path) -> None:
    write_project(tmp_path, "http://127.0.0.1:9/score")
    said = run_pytest(tmp_path, "--harness", "-n", "2")
    assert (said.code, words(said.out)) == (1, "1 passed, 38 skipped, 1 error"), said.out
    assert said.out.count("is the service started, and is this its port?\n") == 1


def test_the_worker_that_dies_in_the_middle_leaves_its_rows_to_the_other(tmp_path: Path) -> None:
    heard: list[Heard] = []
    killed = threading.Event()

    def kills(body: bytes) -> tuple[int, object]:
        if len(heard) > 60 and not killed.is_set():
            killed.set()
            os.kill(sender(tmp_path), signal.SIGKILL)
        return honest(body)

    with serving(kills, heard=heard) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "harness.toml", "-n", "2")
    assert killed.is_set()
    assert re.search(r"worker 'gw\d' crashed while running", said.out), said.out
    assert words(said.out) == "1 failed, 29 passed", said.out
    (path,) = (tmp_path / "reports").iterdir()
    run = RunFolder.read(path)
    assert run.read_verdict().verdict == "go"
    planned = {True: 6, False: 1}
    sent = Counter(sent_once(heard))
    twice = [address for address, times in sent.items() if times > planned[address.startswith("pilot/")]]
    assert len(twice) <= 64, "what was under way when the worker died is sent again, and nothing else"
    assert {address for address, _ in run.replies} == set(addresses(heard))


def sender(folder: Path) -> int:
    """The process that has the run's rows open."""
    for found in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if found.resolve().name == "replies.jsonl" and found.resolve().is_relative_to(folder.resolve()):
                return int(found.parts[2])
        except OSError:
            continue
    raise AssertionError("nobody writes rows")
