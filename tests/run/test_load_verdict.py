"""What load runs come to against small services that are fast, slow, overloaded or broken."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from harness.core.under_load.load import Load
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.overloaded import crashing, failing, one_at_a_time
from tests.endpoints.server import Answer, serving

CONFIG = """
[target]
in_flight = 1024
deadline = "2s"
[gate]
samples = 5
silent_errors = 0.05
[[mix]]
pack = "pilot"
share = 0.7
[[mix]]
pack = "malformed_records"
share = 0.2
[[mix]]
pack = "record_formats"
share = 0.1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One load run. reasons: status by criterion, of all criteria."""

    said: CommandResult
    folder: RunFolder
    reasons: dict[str, str]

    @property
    def load(self) -> Load:
        assert self.folder.head.load is not None
        return self.folder.head.load

    def trusted(self) -> bool:
        """Whether this machine was quiet enough to send on time; else the run rightly decides nothing."""
        return not self.folder.head.problems


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


def loaded(here: Path, answer: Answer, rate: int = 60, duration: str = "2s", config: str = CONFIG) -> Loaded:
    (here / "harness.toml").write_text(config, encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240", "--out", "run")
    with serving(answer) as url:
        said = harness("load", url, *asked, "--rate", str(rate), "--duration", duration)
    verdict: Any = json.loads((here / "run/verdict.json").read_text(encoding="utf-8"))
    reasons = {one["criterion"]: one["status"] for one in (*verdict["reasons"], *verdict["passed"])}
    return Loaded(said=said, folder=RunFolder.read(here / "run"), reasons=reasons)


def test_instant_errors_on_malformed_input_are_no_latency_and_are_counted_once(here: Path) -> None:
    got = loaded(here, crashing)
    (kind, errors), load = next(iter(got.load.errors.items())), got.load
    assert (kind, load.errors_good, load.unanswered) == ("server_error", 0, 0)
    assert errors > 20
    assert load.p99 < 1.0
    assert f"{errors} of 120: server_error {errors}" in got.said.out
    assert f"of these 0 of {load.good} requests of good input" in got.said.out
    for report in ("report.md", "report.html"):
        assert f"{errors} of 120: server_error {errors}" in (here / "run" / report).read_text(encoding="utf-8")


def test_arrivals_follow_the_mix_and_no_single_pack_is_judged(here: Path) -> None:
    got = loaded(here, honest)
    packs = Counter(reply.address.partition("/")[0] for reply in got.folder.replies.values() if reply.worker)
    assert packs == {"pilot": 84, "malformed_records": 24, "record_formats": 12}
    assert "silent_errors_pack" not in got.reasons
    assert {"rate", "p95"} <= got.reasons.keys()
    if got.trusted():
        assert got.reasons["rate"] == "passed"


def test_the_usual_limit_of_latency_is_three_times_that_without_load(here: Path) -> None:
    got = loaded(here, one_at_a_time(0.04), rate=10)
    replies = got.folder.replies.values()
    before = [one for one in replies if not one.worker and one.due < got.load.started]
    assert 10 < len(before) <= 54
    assert got.load.unloaded_p95 >= 0.04
    assert got.load.p95_limit == pytest.approx(3 * got.load.unloaded_p95, rel=0.01)


def test_a_rate_that_is_not_reached_is_no_go_though_every_request_is_answered(here: Path) -> None:
    got = loaded(here, one_at_a_time(1 / 45), duration="6s", config=CONFIG.replace("2s", "20s"))
    assert (got.load.errors, got.load.recorded) == ({}, 360)
    assert got.load.answered < 50
    if got.trusted():
        assert (got.said.code, got.reasons["rate"]) == (1, "failed")
    assert "The service does not sustain the rate: " in got.said.out


def test_a_collapsed_service_is_no_go_by_rate_and_errors(here: Path) -> None:
    got = loaded(here, one_at_a_time(0.2), rate=40, duration="3s")
    lost = got.load.unanswered
    assert lost > 60
    if got.trusted():
        assert got.said.code == 1
        assert (got.reasons["rate"], got.reasons["errors"]) == ("failed", "failed")
    assert f"{lost} of {got.load.recorded}: timeout {lost}" in got.said.out
    assert f"{lost} of {got.load.recorded} requests got no reply." in got.said.out


def test_random_errors_under_load_are_not_blamed_on_damage(here: Path) -> None:
    got = loaded(here, failing(0.15, after=30), duration="4s")
    judged = got.folder.read_judged()
    assert not any(row.crashed_on_input for row in judged)
    assert got.load.crashed == 0
    assert "crashes the service" not in harness("show", "run", "--verbose").out
    errors: Any = next(one for one in got.folder.read_verdict().reasons if one.criterion == "errors")
    assert (errors.hits, errors.n) == (got.load.errors_good, got.load.good)


def test_a_limit_on_requests_in_flight_is_no_fault_of_the_service(here: Path) -> None:
    def steady(body: bytes) -> tuple[int, object]:
        pause.wait(0.2)
        return honest(body)

    pause = Event()
    got = loaded(here, steady, rate=40, config=CONFIG.replace("1024", "4"))
    assert got.said.code == 5
    assert "set a higher in_flight for 40/s" in got.said.out
