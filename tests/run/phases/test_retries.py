"""How a service repeats requests to an upstream that fails: each kind of misconduct, and a client that has none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.demo.__main__ import free_port
from tests.endpoints.booking import PATH, booking, ledger
from tests.endpoints.command import harness
from tests.endpoints.orders import write_pilot
from tests.endpoints.server import serving
from tests.run.phases.test_effects import CONFIG, LOST_REPLY

BUSY = '[[fault]]\nkind = "too_many_requests"\nwhere = "ledger"\nretry_after = 1\n'
DOWN = '[[fault]]\nkind = "status"\nwhere = "ledger"\n'
GONE = '[[fault]]\nkind = "status"\nwhere = "ledger"\nstatus = 410\n'
FINAL = range(400, 429)


def polite(k: int, asked: float) -> float:
    return max(asked, 0.12 * k)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


@pytest.fixture
def relay() -> Iterator[str]:
    """Where the relay of the ledger listens; harness.toml says so."""
    with serving(ledger(), PATH) as upstream:
        listen = f"127.0.0.1:{free_port(2)}"
        text = CONFIG.format(url=upstream.removesuffix(PATH), listen=listen).replace('"2s"', '"6s"')
        Path("harness.toml").write_text(text, encoding="utf-8")
        yield f"http://{listen}{PATH}"


def retries(url: str, faults: str) -> dict[str, dict[str, Any]]:
    """The findings about retries, by kind."""
    Path("faults.toml").write_text(faults, encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "200", "--out", "run")
    said = harness("check", url, *asked, "--faults", "faults.toml")
    assert said.code in (0, 1, 5), said.err
    found = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    return {one["kind"]: one for one in found if one["test"] == "retries"}


def test_a_client_that_waits_and_sends_a_key_and_gives_up_has_no_finding(relay: str) -> None:
    faults = BUSY + DOWN + GONE.replace("status =", 'name = "gone"\nstatus =') + LOST_REPLY
    with booking(relay, tries=2, key=True, pause=polite, final=FINAL) as url:
        assert retries(url, faults) == {}


@pytest.mark.parametrize(
    ("kind", "faults", "more", "attempts"),
    [
        ("retry_too_early", BUSY, {"tries": 3, "pause": lambda k, _: 0.12 * k, "key": True}, 3),
        ("retry_final", GONE, {"tries": 3, "pause": polite, "key": True}, 3),
        ("retry_without_key", LOST_REPLY, {"tries": 3, "pause": polite}, 3),
        ("retry_without_backoff", DOWN, {"tries": 4, "key": True}, 4),
    ],
)
def test_each_misconduct_is_found_in_every_case_that_met_the_fault_and_alone(
    relay: str, kind: str, faults: str, more: dict[str, Any], attempts: int
) -> None:
    with booking(relay, **more) as url:
        found = retries(url, faults)
    assert list(found) == [kind]
    one = found[kind]
    assert one["count"]["hits"] == one["count"]["n"] >= 8
    assert one["numbers"] == {"attempts": attempts}
    assert (one["slice"], one["fault"]["where"], one["names"]) == ("ledger", "ledger", ["POST /bookings"])


def test_many_attempts_are_a_storm_beside_the_requests_without_the_fault(relay: str) -> None:
    with booking(relay, tries=8, key=True) as url:
        found = retries(url, DOWN)
    assert set(found) == {"retry_without_backoff", "retry_storm"}
    assert found["retry_storm"]["numbers"] == {"with": 8.0, "without": 1.0}


def test_a_service_that_writes_everything_twice_by_design_is_not_said_to_repeat_it(relay: str) -> None:
    with booking(relay, twice=True) as url:
        assert retries(url, LOST_REPLY) == {}
