"""Answers by concurrency and answers from a cache: load runs against small services that are known to do so."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.core.under_load.load import Load
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.crowded import default_when_busy, keeping
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, Heard, serving

CONFIG = """
[target]
in_flight = 256
[gate]
samples = 5
p95 = "1s"
silent_errors = 0.6
[[mix]]
pack = "pilot"
share = 1.0
"""
DEFAULT = {"result": {"total": 1.0, "carrier": "parcel"}, "needs_review": False}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    (tmp_path / "harness.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def loaded(url: str, *more: str) -> tuple[CommandResult, Load]:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240", "--out", "run", "--seed", "1")
    said = harness("load", url, *asked, *more)
    load = RunFolder.read(Path("run")).head.load
    assert load is not None
    return said, load


def slowly(answer: Answer, seconds: float = 0.03) -> Answer:
    def slow(body: bytes) -> tuple[int, object]:
        time.sleep(seconds)
        return answer(body)

    return slow


def findings(kind: str) -> list[Mapping[str, object]]:
    found = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    return [one for one in found if one["kind"] == kind]


def test_a_service_that_guesses_above_eight_in_flight_is_no_go_with_that_number() -> None:
    with serving(default_when_busy(honest, DEFAULT, 8)) as url:
        said, load = loaded(url, "--rate", "1000", "--duration", "3s", "--schedule", "ramp")
    assert said.code == 1
    assert "Answers become wrong above" in said.out
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    (failed,) = (one for one in verdict["reasons"] if one["criterion"] == "concurrency")
    assert failed["status"] == "failed"
    assert 7 <= int(failed["finding"]["circumstances"][0]["value"]) <= 12
    alone = load.concurrency[0]
    assert (alone.low, alone.quality.silent) == (0, 0)
    assert load.concurrency[-1].quality.silent > 10


def test_what_is_sent_alone_enters_no_rate_of_the_load() -> None:
    with serving(honest) as url:
        _, load = loaded(url, "--rate", "40", "--duration", "3s")
    assert load.recorded == load.planned == 120
    assert sum(one.quality.n for one in load.concurrency if one.low) == 120
    assert load.concurrency[0].quality.n >= 20


@pytest.mark.full_dose
def test_a_cache_of_inputs_is_found_and_the_share_of_its_answers() -> None:
    def by_input(body: bytes) -> tuple[int, object]:
        return kept(json.dumps(json.loads(body)).encode())

    kept = keeping(slowly(honest))
    with serving(by_input) as url:
        said, load = loaded(url, "--rate", "60", "--duration", "4s")
    assert load.cached
    assert load.cached.same_input
    assert load.cached.share > 0.9
    assert "The load was answered from a cache" in said.out


def test_a_cache_of_bytes_does_not_answer_the_load_and_its_requests_mean_the_same() -> None:
    heard: list[Heard] = []
    with serving(keeping(slowly(honest)), heard=heard) as url:
        _, load = loaded(url, "--rate", "60", "--duration", "4s")
    assert load.cached
    assert (load.cached.same_bytes, load.cached.same_input, load.cached.share) == (True, False, 0)
    assert load.p50 > 0.03
    bodies = [one.body for one in heard[-100:]]
    assert len(set(bodies)) > len({json.dumps(json.loads(body)) for body in bodies})


@pytest.mark.full_dose
def test_a_plain_service_has_no_cache() -> None:
    with serving(slowly(honest)) as url:
        _, load = loaded(url, "--rate", "60", "--duration", "4s")
    assert load.cached
    assert not load.cached.same_bytes
    assert findings("answers_cached") == []
