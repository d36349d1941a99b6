"""What a service writes to an upstream: once for each accepted case, or lost, doubled, altered, orphaned."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.demo.__main__ import free_port
from tests.endpoints.booking import PATH, beating, booking, ledger
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import write_pilot
from tests.endpoints.server import serving

CONFIG = """
[budget]
robustness = ["upstream"]
[gate]
silent_errors = 0.2
errors = 0.2
[target]
deadline = "2s"
[[upstream]]
name = "ledger"
url = "{url}"
listen = "{listen}"
"""
EFFECT = """
[[effect]]
upstream = "ledger"
path = "/bookings"
key = "order_id"
fields = { order_id = "order", total = "amount.value" }
"""
LOST_REPLY = '[[fault]]\nkind = "reset"\nwhere = "ledger"\nat = "response"\n'
DOWN = '[[fault]]\nkind = "status"\nwhere = "ledger"\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


@pytest.fixture(params=[201])
def relay(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the relay of the ledger listens; harness.toml says so."""
    with serving(ledger(request.param), PATH, also={"/beats": lambda _: (201, {})}) as upstream:
        listen = f"127.0.0.1:{free_port(2)}"
        text = CONFIG.format(url=upstream.removesuffix(PATH), listen=listen)
        Path("harness.toml").write_text(text, encoding="utf-8")
        yield f"http://{listen}{PATH}"


def declare(text: str = EFFECT) -> None:
    with Path("harness.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def check(url: str, faults: str = LOST_REPLY) -> CommandResult:
    Path("faults.toml").write_text(faults, encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "200", "--out", "run")
    return harness("check", url, *asked, "--faults", "faults.toml")


def effects() -> dict[str, Any]:
    """The criterion, with its status."""
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    (one,) = [one for one in (*verdict["reasons"], *verdict["passed"]) if one["criterion"] == "effects"]
    return dict(one)


@pytest.mark.parametrize("faults", [LOST_REPLY, DOWN])
@pytest.mark.parametrize("more", [{}, {"tries": 3, "key": True}])
def test_a_service_that_writes_once_or_with_a_key_passes(relay: str, more: dict[str, Any], faults: str) -> None:
    declare()
    with booking(relay, **more) as url:
        said = check(url, faults)
    got = effects()
    assert (got["status"], got["finding"]["kind"]) == ("passed", "effects_passed"), said.out
    assert said.code == 0


def test_a_retry_without_a_key_after_a_lost_reply_writes_twice_and_the_fault_is_named(relay: str) -> None:
    declare()
    with booking(relay, tries=3) as url:
        said = check(url)
    got = effects()
    found = got["finding"]
    assert (got["status"], found["kind"], found["fault"]["name"]) == ("failed", "effect_doubled", "ledger.reset")
    assert found["numbers"]["writes"] == 3
    assert found["count"]["hits"] == found["count"]["n"] >= 8
    assert found["control"]["hits"] == 0
    assert said.code == 1
    assert "One case is written to ledger up to 3 times" in said.out
    written = [json.loads(line) for line in Path("run/exchanges.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {one["answered"] for one in written} == {201}
    assert all(one["values"]["total"] > 0 for one in written)


def test_an_accepted_case_whose_write_failed_is_lost(relay: str) -> None:
    declare()
    with booking(relay, careless=True) as url:
        said = check(url, DOWN)
    got = effects()
    found = got["finding"]
    assert (got["status"], found["kind"], found["fault"]["name"]) == ("failed", "effect_lost", "ledger.status")
    assert (found["count"]["hits"], found["control"]["hits"]) == (found["count"]["n"], 0)
    assert said.code == 1
    assert "Accepted cases are not written to ledger" in said.out


def test_cases_that_are_never_written_are_lost_without_any_fault(relay: str) -> None:
    declare()
    with booking(relay, forgets=lambda order: order["express"]) as url:
        check(url)
    got = effects()
    assert (got["status"], got["finding"]["kind"], got["finding"]["fault"]) == ("failed", "effect_lost", None)
    assert 0 < got["finding"]["count"]["hits"] < got["finding"]["count"]["n"]


def test_another_amount_in_the_ledger_than_in_the_answer_is_altered(relay: str) -> None:
    declare()
    with booking(relay, alter=round) as url:
        said = check(url)
    got = effects()
    assert (got["status"], got["finding"]["kind"]) == ("failed", "effect_altered")
    example = got["finding"]["example"]
    assert example["field"] == "total"
    assert example["got"] == round(example["expected"]) != example["expected"]
    assert "The total written to ledger differs from the answer" in said.out


def test_a_case_for_a_person_that_is_written_all_the_same_is_orphaned(relay: str) -> None:
    declare()
    with booking(relay, reviews=lambda order: order["express"], eager=True) as url:
        check(url)
    got = effects()
    assert (got["status"], got["finding"]["kind"]) == ("failed", "effect_orphaned")


def test_a_case_for_a_person_that_is_not_written_is_fine(relay: str) -> None:
    declare()
    with booking(relay, reviews=lambda order: order["express"]) as url:
        check(url)
    assert effects()["status"] == "passed"


def test_an_effect_that_no_request_is_about_is_undecided_and_names_what_was_seen(relay: str) -> None:
    declare(EFFECT.replace("/bookings", "/invoices"))
    with booking(relay) as url:
        said = check(url)
    got = effects()
    assert (got["status"], got["finding"]["kind"]) == ("undecided", "effect_not_seen")
    assert said.code == 5
    assert "The relay saw no POST /invoices for any case. It saw: POST /bookings." in said.out


@pytest.mark.parametrize("text", [EFFECT, ""])
def test_a_heartbeat_of_the_service_belongs_to_no_case(relay: str, text: str) -> None:
    declare(text)
    with booking(relay, work=0.05) as url, beating(relay.replace(PATH, "/beats"), 0.015):
        said = check(url, DOWN)
    got = effects()
    assert (got["status"], got["finding"]["kind"]) == ("passed", "effects_passed"), said.out


@pytest.mark.parametrize("key", ['key = "order_id"', ""])
def test_a_service_that_writes_after_its_answer_is_undecided_and_not_blamed(relay: str, key: str) -> None:
    declare(EFFECT.replace('key = "order_id"', key))
    with booking(relay, later=0.05) as url:
        said = check(url)
    got = effects()
    assert (got["status"], got["finding"]["kind"]) == ("undecided", "effect_not_attributed"), said.out
    assert said.code == 5


@pytest.mark.parametrize(("relay", "status"), [(201, "failed"), (200, "undecided")], indirect=["relay"])
def test_without_an_effect_the_same_request_twice_fails_if_something_new_is_made(relay: str, status: str) -> None:
    with booking(relay, tries=3) as url:
        check(url)
    got = effects()
    kind = "writes_repeated" if status == "failed" else "writes_maybe_repeated"
    assert (got["status"], got["finding"]["kind"]) == (status, kind)
    assert got["finding"]["fault"]["name"] == "ledger.reset"


@pytest.mark.parametrize("relay", [200], indirect=True)
def test_an_upstream_that_is_declared_to_change_nothing_has_no_criterion(relay: str) -> None:
    text = Path("harness.toml").read_text(encoding="utf-8")
    Path("harness.toml").write_text(f"{text}writes = false\n", encoding="utf-8")
    with booking(relay, twice=True) as url:
        check(url)
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    assert "effects" not in {one["criterion"] for one in (*verdict["reasons"], *verdict["passed"])}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('upstream = "legder"', 'there is no such [[upstream]]\n  did you mean "ledger"?'),
        ('method = "GET"', "GET writes nothing"),
        ('fields = { totl = "amount" }', 'no sample has a column "totl"\n  did you mean "total"?'),
        ('key = "carrier"\nfields = { total = "amount" }', 'key = "carrier" is none of its fields'),
        ('fields = { total = "amount[" }', "is not a JMESPath"),
        ('path = "bookings"', "does not start with a slash"),
    ],
)
def test_an_effect_that_cannot_be_meant_is_an_error_before_any_call(relay: str, wrong: str, said: str) -> None:
    declare("[[effect]]\n" + ("" if wrong.startswith("upstream") else 'upstream = "ledger"\n') + wrong + "\n")
    got = check("http://127.0.0.1:9/score")
    assert got.code == 4
    assert said in got.err
