"""`harness load --find-limit`: the rate from which latency, errors or silent errors break their limits."""

import json
from pathlib import Path

import pytest

from harness.core.under_load.results import Limit
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.overloaded import careless, dying, limited, one_at_a_time, refusing
from tests.endpoints.server import Answer, serving

CONFIG = """
[target]
in_flight = 1024
deadline = "3s"
max_rate = 160
[gate]
samples = 5
silent_errors = 0.05
p95 = "200ms"
[[mix]]
pack = "pilot"
share = 1.0
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    (tmp_path / "harness.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def searched(answer: Answer, rate: str, *more: str) -> tuple[CommandResult, Limit]:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "120", "--out", "run", "--find-limit")
    with serving(answer) as url:
        said = harness("load", url, *asked, "--rate", rate, "--duration", "2s", *more)
    load = RunFolder.read(Path("run")).head.load
    assert load is not None, said.err
    assert load.limit is not None
    return said, load.limit


def criterion() -> tuple[str, str]:
    """Status and kind of finding of the criterion; others may be undecided after so few requests."""
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    (found,) = [one for one in (*verdict["reasons"], *verdict["passed"]) if one["criterion"] == "limit"]
    return found["status"], found["finding"]["kind"]


@pytest.mark.full_dose
def test_the_limit_of_a_queue_is_its_capacity_and_more_than_is_needed_goes() -> None:
    said, limit = searched(one_at_a_time(0.02), "30")
    assert criterion() == ("passed", "limit_found")
    assert limit.broke in ("p95", "rate")
    assert 38 < limit.low <= (limit.high or 0) < 56
    assert "rate that the service holds" in said.out
    assert f"holds {limit.low:.4g}/s, breaks at {limit.high:.4g}/s by {limit.broke}" in said.out


@pytest.mark.full_dose
def test_a_service_that_refuses_above_its_limit_is_no_go_by_errors_if_more_is_needed() -> None:
    said, limit = searched(limited(40, refusing), "80")
    assert (said.code, limit.broke) == (1, "errors")
    assert 36 < limit.low < 44
    assert criterion() == ("failed", "limit_found")
    assert "/s needed" in said.out


@pytest.mark.full_dose
def test_a_service_that_answers_worse_above_its_limit_is_found_by_silent_errors() -> None:
    _, limit = searched(limited(40, careless), "20")
    assert limit.broke == "silent errors"
    assert 36 < limit.low < 50


@pytest.mark.full_dose
def test_wrong_answers_above_the_limit_are_found_from_above_too_where_no_rate_has_held_yet() -> None:
    _, limit = searched(limited(60.0, careless), "150")
    assert limit.broke == "silent errors"
    assert 50 < limit.low < (limit.high or 0) < 70


def test_a_service_that_nothing_breaks_has_no_upper_side_at_the_declared_ceiling() -> None:
    said, limit = searched(honest, "160")
    assert (limit.low, limit.high, criterion()) == (160, None, ("passed", "limit_found"))
    assert "no rate broke it" in said.out


@pytest.mark.full_dose
def test_a_service_that_dies_ends_the_search() -> None:
    said, limit = searched(dying(after=150), "40")
    assert (said.code, limit.low, limit.high) == (5, 40, 80)
    assert "the service did not recover from 80/s within 30 s" in said.out


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--dry-run",), "--dry-run prints the timeline of one load, and --find-limit has none"),
        (("--schedule", "trace(file=log.jsonl)"), "--find-limit needs a schedule with a rate"),
    ],
)
def test_what_has_no_limit_is_refused_before_anything_is_sent(more: tuple[str, ...], message: str) -> None:
    said = harness("load", "http://127.0.0.1:9/x", "--samples", "pilot", "--rate", "5", "--find-limit", *more)
    assert said.code == 4
    assert message in said.err


def test_faults_are_refused_with_what_to_do() -> None:
    said = harness("load", "http://127.0.0.1:9/x", "--samples", "pilot", "--rate", "5", "--find-limit", "--faults", "f")
    assert said.code == 4
    assert "find the limit first, then load at a rate below it" in said.err
