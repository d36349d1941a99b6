"""Load runs: every planned request once on record, and undecided whenever the run itself cannot be trusted."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.core.clock import Clock
from harness.core.errors import RunError
from harness.core.under_load.load import Load
from harness.run.tools.locust import Handed, run_locust
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, ended, harness, start
from tests.endpoints.orders import honest, liar, write_pilot
from tests.endpoints.overloaded import dying
from tests.endpoints.processes import children, group, wait_until
from tests.endpoints.server import Answer, Heard, serving

CONFIG = """
[target]
max_rate = 300
headers = { Authorization = "env:LOAD_TEST_TOKEN", X-Clear = "in-the-clear-5678" }
[gate]
p95 = "20s"
samples = 5
"""
SECRETS = ("very-secret-1234", "in-the-clear-5678")


def command(url: str, out: str, *more: str, rate: int = 60, duration: str = "2s") -> tuple[str, ...]:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", out)
    return ("load", url, *asked, "--rate", str(rate), "--duration", duration, *more)


def rows(folder: Path, name: str = "replies-*.jsonl") -> list[dict[str, object]]:
    lines = (line for path in sorted(folder.glob(name)) for line in path.read_bytes().split(b"\n")[:-1])
    return [json.loads(line) for line in lines]


def load_of(folder: Path) -> Load:
    load = RunFolder.read(folder).head.load
    assert load is not None
    return load


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """Two load runs of the same cases, with one worker and with two, and what the service heard of the first."""

    where: Path
    one: CommandResult
    two: CommandResult
    heard: Sequence[Heard]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    where, before = tmp_path_factory.mktemp("load"), Path.cwd()
    write_pilot(where / "pilot")
    (where / "harness.toml").write_text(CONFIG, encoding="utf-8")
    os.environ["LOAD_TEST_TOKEN"] = SECRETS[0]
    os.chdir(where)
    heard: list[Heard] = []
    with serving(liar, heard=heard) as url:
        one = harness(*command(url, "one"))
        first = tuple(heard)
        two = harness(*command(url, "two", "--processes", "2", "--schedule", "poisson"))
    yield Ran(where=where, one=one, two=two, heard=first)
    os.chdir(before)
    del os.environ["LOAD_TEST_TOKEN"]


@pytest.mark.parametrize("name", ["one", "two"])
def test_every_planned_request_is_on_record_once(ran: Ran, name: str) -> None:
    keys = [(row["address"], row["repeat"]) for row in rows(ran.where / name, "replies*.jsonl")]
    load = load_of(ran.where / name)
    assert (load.planned, load.recorded) == (120, 120)
    assert len(rows(ran.where / name)) == 120
    assert len(keys) == len(set(keys)) > 130  # with those before the load and after it


def test_one_and_two_workers_send_the_same(ran: Ran) -> None:
    one, two = ({(row["address"], row["repeat"]) for row in rows(ran.where / name)} for name in ("one", "two"))
    assert one == two
    workers = [[row["worker"] for row in rows(ran.where / "two", f"replies-{k}.jsonl")] for k in (1, 2)]
    assert workers == [[1] * 60, [2] * 60]


def test_the_cases_are_those_of_a_check_to_the_byte(ran: Ran) -> None:
    with serving(liar) as url:
        asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "check")
        harness("check", url, *asked)
    checked, loaded = (
        {row["address"]: row["sha256"] for row in rows(ran.where / name, "cases.jsonl")} for name in ("check", "one")
    )
    assert {address: sha for address, sha in checked.items() if not str(address).startswith("probe/")} == loaded
    assert loaded.keys() == {row["address"] for row in rows(ran.where / "one")}


def test_answers_are_judged_as_in_a_check(ran: Ran) -> None:
    for said, name in ((ran.one, "one"), (ran.two, "two")):
        verdict = json.loads((ran.where / name / "verdict.json").read_text(encoding="utf-8"))
        wrong = [reason for reason in verdict["reasons"] if reason["status"] == "failed"]
        assert said.code == verdict["exit_code"]
        if verdict["valid"]:  # a machine that is too busy to send on time decides nothing
            assert said.code == 1
            assert "silent_errors_other" in [reason["criterion"] for reason in wrong]
        assert {reason["slice"] for reason in (*verdict["reasons"], *verdict["passed"])} == {""}
        assert "p95" not in [reason["criterion"] for reason in wrong]


def test_the_screen_tells_rate_latency_lag_and_errors_and_is_shown_again(ran: Ran) -> None:
    again = harness("show", "one")
    assert again.out.strip() == ran.one.out.strip()
    for label in ("rate  ", "latency from the moment due  p50 ", "send lag  ", "errors  "):
        assert f"\n{label}" in again.out
    assert "/s answered of 60/s asked" in again.out
    assert "constant, 2 s, 1 worker; 120 of 120 on record" in again.out
    assert "poisson, 2 s, 2 workers; 120 of 120 on record" in ran.two.out
    assert "breaking points" not in again.out


def test_the_price_is_told_before_the_first_call(ran: Ran) -> None:
    assert "price: at most 194 calls, at least 2 s" in ran.one.err
    assert "calls: up to 30 more, if they are needed to tell wrong answers under load from chance" in ran.one.err
    assert ran.one.err.index("price: ") < ran.one.err.index("first look: ")


def test_secrets_reach_the_service_and_no_file(ran: Ran) -> None:
    posts = [one for one in ran.heard if one.header("X-Harness-Case")]
    assert len(posts) > 120
    assert {(one.header("Authorization"), one.header("X-Clear")) for one in posts} == {SECRETS}
    for path in ran.where.rglob("*"):
        if path.is_file() and path.name != "harness.toml":
            assert not any(secret.encode() in path.read_bytes() for secret in SECRETS), path


def test_a_case_of_a_load_run_is_shown_and_sent_again(ran: Ran) -> None:
    address = str(rows(ran.where / "two")[0]["address"])
    assert harness("show", address, "--run", "two").out.startswith(address)


def test_a_check_does_not_go_on_with_a_load_run(ran: Ran) -> None:
    with serving(liar) as url:
        asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "one", "--resume")
        said = harness("check", url, *asked)
    assert said.code == 4
    assert "harness load" in said.err.partition("was started with different")[2]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


@pytest.mark.parametrize(
    ("more", "config", "says"),
    [
        (("--rate", "301"), "[target]\nmax_rate = 300\n", "harness.toml:2: rate 301/s is above the declared ceiling"),
        ((), "", "no rate given"),
        (("--rate", "5", "--duration", "two"), "", "--duration: "),
        (("--rate", "1", "--duration", "100ms"), "", "constant at 1/s for 0.1 s: 0 requests for 1 processes"),
        (
            ("--rate", "1", "--duration", "2s", "--processes", "3"),
            "",
            "constant at 1/s for 2 s: 2 requests for 3 processes",
        ),
        (("--rate", "0"), "", "Invalid value for '--rate'"),
        (("--rate", "inf"), "", "expected a number of requests per second"),
        (("--rate", "5", "--duration", "2m"), "[budget]\nseconds = 60\n", "more than [budget] seconds = 60 allows"),
        (("--rate", "5", "--processes", "0"), "", "Invalid value for '--processes'"),
        (("--rate", "5", "--schedule", "rmap"), "", 'unknown schedule "rmap"\n  did you mean "ramp"?'),
        (
            (),
            '[target]\nrate = 5\n[load]\nschedule = "spike(tims=3)"\n',
            "harness.toml:4: load.schedule: schedule spike: unknown",
        ),
        (
            ("--rate", "50", "--schedule", "spike"),
            "[target]\nmax_rate = 200\n",
            "reaches 250/s, above the declared ceiling",
        ),
    ],
)
def test_what_cannot_be_done_is_told_before_the_first_call(
    here: Path, more: tuple[str, ...], config: str, says: str
) -> None:
    (here / "harness.toml").write_text(config, encoding="utf-8")
    heard: list[Heard] = []
    with serving(honest, heard=heard) as url:
        said = harness("load", url, "--samples", "pilot", "--truth", "total,carrier", "--out", "run", *more)
    assert (said.code, said.out, heard) == (4, "", [])
    assert says in said.err
    assert not (here / "run").exists()


@pytest.mark.parametrize("url", ["module:function", "http://example.com/x"])
def test_functions_and_other_hosts_get_no_load(here: Path, url: str) -> None:
    said = harness(*command(url, "run"))
    assert said.code == 4
    assert "load is for services" in said.err or "is not allowed" in said.err


def started(url: str, here: Path, *more: str) -> "subprocess.Popen[str]":
    """A long load run, once each of its workers has replies on disk."""
    process = start(*command(url, "run", *more, duration="60s"), cwd=here)
    workers = 2 if more else 1
    wait_until(lambda: all(len(rows(here / "run", f"replies-{k + 1}.jsonl")) > 10 for k in range(workers)))
    return process


def told(here: Path) -> list[str]:
    problems: list[str] = json.loads((here / "run/verdict.json").read_text(encoding="utf-8"))["problems"]
    return problems


@pytest.mark.full_dose
def test_workers_that_say_nothing_while_they_read_samples_are_not_lost(here: Path) -> None:
    Path("slow.py").write_text(
        "import ctypes, sys\n"
        "def samples():\n"
        "    if 'locust' in sys.modules:  # a worker reads them again: nothing else of it runs for 5 s\n"
        "        ctypes.PyDLL(None).poll(None, 0, 5000)\n"
        "    return [{'text': f'where is parcel {k}', 'label': 'delivery'} for k in range(6)]\n",
        encoding="utf-8",
    )
    with serving(lambda _: (200, {"label": "delivery"}), "/route") as url:
        asked = ("--samples", "slow:samples", "--truth", "label", "--calls", "40", "--out", "run")
        harness("load", url, *asked, "--rate", "40", "--duration", "1s", "--processes", "2")
    assert told(here) == []
    assert len(rows(here / "run")) == 40


def test_a_killed_worker_makes_the_run_undecided_and_its_rows_are_kept(here: Path) -> None:
    with serving(honest) as url:
        process = started(url, here, "--processes", "2")
        (locust,) = children(process.pid)
        os.kill(children(locust)[0], signal.SIGKILL)
        said = ended(process)
    kept = len(rows(here / "run"))
    assert said.code == 5
    assert any(" of 2 was lost in the middle of its work" in problem for problem in told(here))
    assert f"{kept} of 3600 planned requests are on record" in told(here)
    assert "This run cannot be trusted: worker " in said.out
    assert {row["worker"] for row in rows(here / "run")} == {1, 2}
    assert RunFolder.read(here / "run").head.state == "stopped"
    assert group(locust) == []


def test_locust_killed_in_the_middle_makes_the_run_undecided_and_leaves_no_process(here: Path) -> None:
    with serving(honest) as url:
        process = started(url, here, "--processes", "2")
        (locust,) = children(process.pid)
        os.kill(locust, signal.SIGKILL)
        said = ended(process)
    assert said.code == 5
    assert told(here)[:2] == [
        "Locust was killed by signal 9",
        "worker 1, 2 of 2 was lost in the middle of its work",
    ]
    assert len(rows(here / "run")) > 20
    assert group(locust) == []


def test_ctrl_c_keeps_the_rows_and_leaves_no_process(here: Path) -> None:
    with serving(honest) as url:
        process = started(url, here)
        (locust,) = children(process.pid)
        process.send_signal(signal.SIGINT)
        said = ended(process)
    kept = len(rows(here / "run"))
    assert (said.code, said.out) == (2, "")
    assert f"error: stopped: {kept} of 3600 planned requests are on record in run\n" in said.err
    assert "Traceback" not in said.err
    assert group(locust) == []
    shown = harness("show", "run")
    assert (shown.code, "start the load run again" in shown.err) == (4, True)


def test_load_does_not_go_on_without_the_harness(here: Path) -> None:
    with serving(honest) as url:
        process = started(url, here, "--processes", "2")
        (locust,) = children(process.pid)
        process.kill()
        ended(process)
        wait_until(lambda: group(locust) == [])


def test_a_target_that_dies_stops_the_load_and_is_no_go_by_its_rate_and_its_errors(here: Path) -> None:
    said = ran_against(dying(after=70), "--processes", "2", duration="30s")
    sent = len(rows(here / "run"))
    assert 40 < sent < 400
    if not told(here):  # a machine that is too busy to send on time decides nothing
        assert said.code == 1
        assert {"rate", "errors"} <= failed(here)
        assert f"The service stopped answering; {1800 - sent} planned requests were not sent any more." in said.out


def failed(here: Path) -> set[str]:
    """The criteria that failed."""
    reasons = json.loads((here / "run/verdict.json").read_text(encoding="utf-8"))["reasons"]
    return {reason["criterion"] for reason in reasons if reason["status"] == "failed"}


def ran_against(answer: Answer, *more: str, duration: str) -> CommandResult:
    with serving(answer) as url:
        return harness(*command(url, "run", *more, duration=duration))


def test_an_error_that_the_service_makes_is_counted_by_its_cause(here: Path) -> None:
    asked = 0

    def every_fifth(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        return (503, {"detail": "busy"}) if asked > 10 and asked % 5 == 0 else honest(body)

    said = ran_against(every_fifth, duration="2s")
    assert load_of(here / "run").errors == {"server_error": 24}
    assert "\nerrors                       24 of 120: server_error 24\n" in said.out


def test_a_port_that_is_taken_is_told_in_locusts_own_words(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    given = Handed(run=str(folder), here=str(tmp_path), zero=Clock().zero, workers=2, url="http://127.0.0.1:1/x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            RunError, match=rf"Locust could not start: .*{port}(.|\n)*may have taken the port: run it again"
        ):
            run_locust(given, lambda _: None, port)
