"""One case of a run again: on the screen, as bytes, as a command line, and sent once more."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.endpoints.command import harness
from tests.endpoints.golden import assert_golden
from tests.endpoints.orders import liar, write_pilot
from tests.endpoints.server import Heard, serving

CASE = "malformed_records/truncated#0"
heard: list[Heard] = []


@pytest.fixture(scope="module", autouse=True)
def _ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A run of the liar, in the folder `run`, whose service is still there."""
    where, before = tmp_path_factory.mktemp("show"), Path.cwd()
    os.chdir(where)
    write_pilot(where / "pilot")
    with serving(liar, heard=heard) as url:
        harness("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "run")
        yield
    os.chdir(before)


def sent() -> Heard:
    """The case as it went over the wire in the run."""
    return next(one for one in heard if one.header("X-Harness-Case") == CASE)


def line() -> dict[str, object]:
    lines = map(json.loads, Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines())
    return next(one for one in lines if one["address"] == CASE)


def test_a_case_is_shown_with_what_was_sent_expected_and_said() -> None:
    said = harness("show", CASE, "--run", "run")
    assert said.code == 0
    assert "expects reject" in said.out
    assert "SILENT ERROR" in said.out
    assert_golden("show-case.out", said.out)


def test_a_pilot_case_shows_truth_against_answer() -> None:
    said = harness("show", "pilot/samples#orders.jsonl#19", "--run", "run")
    assert said.code == 0
    assert_golden("show-pilot.out", said.out)


def test_a_case_as_json_is_one_document() -> None:
    said = harness("show", CASE, "--run", "run", "--json")
    told = json.loads(said.out)
    assert (told["line"]["address"], len(told["replies"]), len(told["bodies"])) == (CASE, 1, 1)
    assert json.loads(harness("show", CASE, "--run", "run", "--json", "--curl", "--send").out) == told


def test_saved_bytes_are_those_that_were_sent() -> None:
    said = harness("show", CASE, "--run", "run", "--save-bytes", "case.json")
    content = Path("case.json").read_bytes()
    assert said.code == 0
    assert content == sent().body
    assert sha256(content).hexdigest() == line()["sha256"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_printed_command_sends_the_same_request_from_a_shell() -> None:
    said = harness("show", CASE, "--run", "run", "--curl")
    before = len(heard)
    done = subprocess.run(["sh", "-c", said.out], capture_output=True, text=True, check=True)
    assert len(heard) == before + 1
    again = heard[-1]
    assert (again.path, again.body) == (sent().path, sent().body)
    for name in ("Content-Type", "Accept", "X-Harness-Case", "traceparent"):
        assert again.header(name) == sent().header(name)
    assert json.loads(done.stdout)["result"]["carrier"]


def test_a_case_is_sent_again_outside_the_run() -> None:
    rows = Path("run/replies.jsonl").read_bytes()
    said = harness("show", CASE, "--run", "run", "--send")
    assert said.code == 0
    assert "\nsent again: status 200, accepted, " in said.out
    assert '"needs_review": false' in said.out
    assert (heard[-1].body, Path("run/replies.jsonl").read_bytes()) == (sent().body, rows)


def test_a_case_that_the_run_does_not_have_names_the_nearest() -> None:
    said = harness("show", "malformed_records/truncatd#0", "--run", "run")
    assert (said.code, said.out) == (4, "")
    assert f'did you mean "{CASE}"?' in said.err


def test_bytes_that_cannot_be_written_are_told() -> None:
    said = harness("show", CASE, "--run", "run", "--save-bytes", "missing/case.json")
    assert said.code == 4
    assert "missing/case.json: cannot be written: No such file or directory" in said.err


def test_samples_that_changed_since_the_run_are_named() -> None:
    file = Path("pilot/orders.jsonl")
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("parcel", "pallet"), encoding="utf-8")
    said = harness("show", CASE, "--run", "run", "--save-bytes", "case.json")
    file.write_text(before, encoding="utf-8")
    assert said.code == 4
    assert "run: samples changed since this run" in said.err
