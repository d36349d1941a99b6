"""`harness check --faults`: what a service does when an upstream fails, and which faults are not blamed."""

import json
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
import pytest

from harness.demo.__main__ import free_port
from harness.store.folder import RunFolder
from tests.dose import most_in_full
from tests.endpoints.command import CommandResult, ended, harness, start
from tests.endpoints.orders import write_pilot
from tests.endpoints.server import serving
from tests.endpoints.vendors import Answer, Failing, break_down, fall_back, flag, price_list, pricing

ONLY = '[budget]\nrobustness = ["upstream"]\n[gate]\nsilent_errors = 0.2\nerrors = 0.2\n'
"""The calls of the other robustness tests stay with the faults, and 200 calls can meet the limits."""
DOWN = '[[fault]]\nkind = "status"\nwhere = "prices"\n'


ALL, NONE = {"hits": 8, "n": 8}, {"hits": 0, "n": 8}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


@pytest.fixture
def relay() -> Iterator[str]:
    """Where the relay will listen; harness.toml says so."""
    with serving(price_list, "/price") as upstream:
        listen = f"127.0.0.1:{free_port(2)}"
        url = upstream.removesuffix("/price")
        Path("harness.toml").write_text(
            f'{ONLY}[target]\ndeadline = "1s"\n[[upstream]]\nname = "prices"\nurl = "{url}"\nlisten = "{listen}"\n',
            encoding="utf-8",
        )
        yield f"http://{listen}/price"


def check(url: str, faults: str, *more: str, calls: int = 200) -> CommandResult:
    Path("faults.toml").write_text(faults, encoding="utf-8")
    return harness(*arguments(url, calls), *more)


def arguments(url: str, calls: int = 200) -> tuple[str, ...]:
    return (
        *("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", "run"),
        *("--faults", "faults.toml"),
    )


def findings(kind: str = "") -> list[dict[str, Any]]:
    found = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    return [one for one in found if not kind or one["kind"] == kind]


def test_a_silent_fallback_is_found_and_named_with_its_cases(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        said = check(url, DOWN + 'status = 500\npath = "/price"\n')
    (found,) = findings("fault_silent")
    assert findings()[0] == found
    assert (found["subject"], found["slice"], found["fault"]["status"]) == ("prices.status", "prices", 500)
    assert (found["count"], found["control"]) == (ALL, NONE)
    assert {"field": "total", "how": "constant", "value": "0.0"} in found["modes"]
    assert (found["parts"]["field:total"], found["parts"]["recovered"]) == (ALL, ALL)
    assert found["numbers"] == {"seconds_after": 0.0}
    assert len(found["cases"]) == 8
    assert found["show"] == f"harness show {found['cases'][0]} --run run"
    shown(found)
    (reason,) = verdict()["reasons"]
    assert (reason["finding"]["kind"], reason["finding"]["subject"]) == ("upstream_fails_silently", "prices.status")
    assert (reason["finding"]["count"], reason["finding"]["parts"]["field:total"]) == (ALL, ALL)
    assert f"   $ {reason['show']}\n" in said.out
    assert said.out.count("(0 of 8 without the fault)") == 1, "one defect is described once"
    assert "; probes 26; faults 24)" in said.err
    judged = {(row.address, row.repeat): row for row in RunFolder.read(Path("run")).read_judged()}
    for address in found["cases"]:
        key = address.partition("#")[2]
        assert judged[(address, 0)].silent_error
        assert judged[(address, 1)].straight_through
        assert judged[(f"fault/clean#{key}", 0)].straight_through
        assert judged[(f"pilot/samples#{key}", 0)].straight_through


def shown(found: dict[str, Any]) -> None:
    """The example has the values of a case that the finding lists."""
    one = found["example"]
    judged = {row.address: row for row in RunFolder.read(Path("run")).read_judged() if not row.repeat}
    assert one["address"] in found["cases"]
    assert one["given"] == one["address"].partition("#")[2]
    assert one["got"] == judged[one["address"]].answer[one["field"]]
    right = judged[f"fault/clean#{one['given']}"].answer[one["field"]]
    assert str(one["expected"]) == str(right) != str(one["got"])


def verdict(run: str = "run") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))
    return found


def upstream_reason() -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in verdict()["reasons"] if one["criterion"] == "upstream"]
    (reason,) = found
    return reason


def test_a_silent_fallback_fails_the_criterion_of_the_upstream(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        said = check(url, DOWN)
    assert (said.code, verdict()["verdict"]) == (1, "no-go")
    reason = upstream_reason()
    assert (reason["status"], reason["slice"], reason["value"], reason["limit"]) == ("failed", "prices", 1.0, 0.0)
    assert reason["low"] == pytest.approx(0.688, abs=5e-4)
    assert (reason["finding"]["subject"], reason["finding"]["modes"][0]["field"]) == ("prices.status", "total")
    assert len(reason["cases"]) == 8
    assert (reason["finding"]["parts"]["during"], reason["finding"]["parts"]["after"]) == (ALL, NONE)


def test_writes_to_an_upstream_are_told_after_the_first_cases_and_before_all_others(relay: str) -> None:
    with pricing(relay, flag) as url:
        said = check(url, DOWN, calls=60)
    lines = said.err.splitlines()
    (told,) = [line for line in lines if line.startswith("writes: ")]
    assert re.fullmatch(
        r"writes: the service sent \d+ POST requests to prices for \d+ cases; up to \d+ more will follow", told
    )
    assert lines.index(told) < next(i for i, line in enumerate(lines) if line.startswith("pilot and packs"))


def test_a_service_that_is_said_to_write_has_it_in_its_price(relay: str) -> None:
    text = Path("harness.toml").read_text(encoding="utf-8")
    Path("harness.toml").write_text(text.replace("[target]\n", "[target]\nwrites = true\n"), encoding="utf-8")
    with pricing(relay, flag) as url:
        said = check(url, DOWN, calls=60)
    assert "writes: each of up to 60 calls may change something in an upstream" in said.err
    assert said.err.index("writes: each") < said.err.index("first look: 1 case")


def now_and_then(order: Mapping[str, object]) -> Answer:
    """Falls back for two orders in five, and flags the others."""
    return fall_back(order) if crc32(json.dumps(order, sort_keys=True).encode()) % 5 < 2 else flag(order)


def test_a_fallback_now_and_then_gets_more_samples_until_it_is_decided(relay: str) -> None:
    with pricing(relay, now_and_then) as url:
        said = check(url, DOWN, calls=400)
    reason = upstream_reason()
    assert (said.code, reason["status"]) == (1, "failed"), (reason, said.err)
    count = reason["finding"]["count"]
    assert count["n"] > 8
    assert reason["finding"]["control"]["hits"] == 0
    assert RunFolder.read(Path("run")).calls <= 400


@pytest.mark.full_dose
def test_the_rates_are_those_of_a_run_without_faults(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, DOWN)
    Path("harness.toml").write_text(f'{ONLY}[target]\ndeadline = "1s"\n', encoding="utf-8")
    with serving(price_list, "/price") as upstream, pricing(upstream, fall_back) as url:
        args = [word for word in arguments(url) if word not in ("--faults", "faults.toml")]
        harness(*args[:-1], "again")
    first, second = verdict(), verdict("again")
    for one in (first, second):
        one["headline"].pop("breaking_points")
    assert first["headline"] == second["headline"]
    values = [[one["value"] for one in two["reasons"] if one["criterion"] != "upstream"] for two in (first, second)]
    assert values[0] == values[1]


DEFAULT = ("error_in_200", "field_missing", "status", "latency", "field_renamed", "timeout", "reset", "field_stale")


def check_default(url: str, calls: int = 400) -> CommandResult:
    args = [word for word in arguments(url, calls) if word not in ("--faults", "faults.toml")]
    return harness(*args)


def test_an_upstream_gets_the_default_faults_if_no_file_names_others(relay: str) -> None:
    with pricing(relay, flag) as url:
        said = check_default(url, calls=1000)
    found = {one["subject"]: one["kind"] for one in findings() if one["slice"] == "prices"}
    assert found == {
        **dict.fromkeys((f"prices.{kind}" for kind in DEFAULT), "fault_handed_over"),
        "prices.latency": "fault_passed",
        "prices.field_missing": "fault_silent",
        "prices.field_renamed": "fault_silent",
        "prices.error_in_200": "fault_silent",
        "prices.field_stale": "fault_unnoticeable",
    }
    assert "prices.error_in_200, prices.field_missing, prices.status" in said.err


@pytest.mark.full_dose
def test_the_default_faults_can_be_left_out(relay: str) -> None:
    path = Path("harness.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('"upstream"', '"concurrency"'), encoding="utf-8")
    with pricing(relay, fall_back) as url:
        check_default(url)
    assert [one for one in findings() if "prices" in one["slice"] or "prices" in one["subject"]] == []
    assert [one for one in verdict()["reasons"] if one["criterion"] == "upstream"] == []


def test_faults_beyond_the_budget_are_listed_with_the_most_often_silent_ones_tried_first(relay: str) -> None:
    with pricing(relay, flag) as url:
        check_default(url, calls=200)
    (left,) = findings("fault_not_tried")
    tried = len({one["subject"] for one in findings() if one["subject"].startswith("prices.")})
    assert tried
    assert left["names"] == [f"prices.{kind}" for kind in DEFAULT[tried:]]
    assert (left["why"], left["count"]) == ("too_few_calls", {"hits": len(left["names"]), "n": len(DEFAULT)})


def test_a_budget_without_room_for_a_fault_leaves_the_criterion_undecided(relay: str) -> None:
    with pricing(relay, flag) as url:
        check_default(url, calls=60)
    reason = upstream_reason()
    assert reason["status"] == "undecided"
    assert (reason["finding"]["kind"], reason["finding"]["why"]) == ("upstream_not_judged", "too_few_calls")


def test_each_upstream_has_a_criterion_of_its_own(relay: str) -> None:
    text, other = Path("harness.toml").read_text(encoding="utf-8"), f"127.0.0.1:{free_port(3)}"
    url = re.search(r'url = "(.*)"', text)
    assert url
    Path("harness.toml").write_text(
        f'{text}[[upstream]]\nname = "stock"\nurl = "{url[1]}"\nlisten = "{other}"\n', encoding="utf-8"
    )
    with pricing(relay, fall_back) as service:
        check_default(service)
    found = {one["slice"]: one for one in verdict()["reasons"] if one["criterion"] == "upstream"}
    assert {name: one["status"] for name, one in found.items()} == {"prices": "failed", "stock": "undecided"}
    assert (found["stock"]["finding"]["why"], found["stock"]["finding"]["names"]) == ("no_requests", [other])


def test_a_service_that_caches_the_upstream_meets_no_fault_and_is_undecided(relay: str) -> None:
    with pricing(relay, fall_back, remembers=True) as url:
        check_default(url)
    reason = upstream_reason()
    assert reason["status"] == "undecided"
    assert (reason["finding"]["kind"], reason["finding"].get("why")) == ("upstream_not_judged", None)


@pytest.mark.full_dose
def test_a_service_that_hands_over_every_odd_reply_passes(relay: str) -> None:
    with pricing(relay, flag, strict=True) as url:
        check_default(url, calls=1000)
    assert [one for one in verdict()["reasons"] if one["criterion"] == "upstream"] == []
    (passed,) = [one for one in verdict()["passed"] if one["criterion"] == "upstream"]
    assert (passed["finding"]["kind"], passed["finding"]["count"]["hits"]) == ("upstream_passed", 0)
    assert passed["finding"]["names"]
    assert "fault_unnoticeable" in {one["kind"] for one in findings()}
    assert findings("fault_silent") == []


@pytest.mark.full_dose
def test_a_cached_fallback_does_not_recover_and_the_next_fault_is_not_blamed_for_it(relay: str) -> None:
    with pricing(relay, fall_back, keeps=True) as url:
        said = check(url, DOWN + '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.01\n', calls=800)
    (lasting,) = findings("fault_lasting")
    assert findings()[0] == lasting
    assert (lasting["subject"], lasting["control"]["hits"]) == ("prices.status", 0)
    assert lasting["count"]["hits"] == lasting["count"]["n"] > 0
    assert lasting["parts"]["silent"] == lasting["count"]
    assert lasting["numbers"]["seconds_after"] > 0
    shown(lasting)
    reason = upstream_reason()
    assert (reason["status"], reason["finding"]["subject"]) == ("failed", "prices.status")
    assert reason["finding"]["parts"]["during"]["hits"] > 0
    assert reason["finding"]["parts"]["after"] == lasting["count"]
    (passed,) = findings("fault_passed")
    assert (passed["subject"], passed["count"]["hits"]) == ("prices.latency", passed["count"]["n"])
    assert said.code == 1


def test_a_fallback_that_only_begins_when_the_fault_is_over_counts_too(relay: str) -> None:
    """The failure itself is handed over; what was kept of it is then given as an answer."""
    with pricing(relay, flag, keeps=True) as url:
        check(url, DOWN, calls=400)
    assert findings("fault_silent") == []
    assert findings("fault_handed_over")
    reason = upstream_reason()
    assert (reason["status"], reason["finding"]["subject"]) == ("failed", "prices.status")
    assert reason["finding"]["parts"]["during"]["hits"] == 0 < reason["finding"]["parts"]["after"]["hits"]


def test_the_seconds_until_the_service_is_right_again_are_measured(relay: str) -> None:
    with pricing(relay, flag, rests=0.3) as url:
        check(url, DOWN, calls=400)
    (found,) = findings("fault_handed_over")
    assert 0.3 <= found["numbers"]["seconds_after"] < 5
    assert findings("fault_lasting") == []


@pytest.mark.parametrize(
    ("failing", "kind", "part", "causes"),
    [
        (flag, "fault_handed_over", "handed_over", {}),
        (break_down, "fault_no_answer", "no_answer", {"server_error": 8}),
    ],
)
def test_an_outcome_other_than_a_silent_error_has_a_kind_of_its_own(
    relay: str, failing: Failing, kind: str, part: str, causes: dict[str, int]
) -> None:
    with pricing(relay, failing) as url:
        check(url, DOWN)
    found = findings()[0]
    assert (found["kind"], found["subject"]) == (kind, "prices.status")
    assert (found["count"], found["control"], found["parts"][part]) == (ALL, NONE, ALL)
    assert found.get("causes", {}) == causes
    assert found["numbers"] == {"seconds_after": 0.0}
    assert [one for one in verdict()["reasons"] if one["criterion"] == "upstream"] == []


def test_a_fault_without_effect_stands_last(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.05\n')
    last = findings()[-1]
    assert (last["kind"], last["subject"], last["fault"]["seconds"]) == ("fault_passed", "prices.latency", 0.05)
    assert (last["count"], last["control"]) == (ALL, ALL)


def test_cases_that_did_not_meet_the_fault_are_not_counted(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, DOWN + "share = 0.5\n")
    (found,) = findings("fault_silent")
    replies = RunFolder.read(Path("run")).replies
    met = [a for (a, _), reply in replies.items() if reply.faults == ("prices.status",)]
    assert 2 <= len(met) <= 7
    assert sorted(found["cases"]) == sorted(met)
    assert found["count"] == {"hits": len(met), "n": len(met)}


def test_a_relay_that_gets_no_request_is_reported(relay: str) -> None:
    with pricing(relay, fall_back, asks=False) as url:
        check(url, DOWN)
    assert [one["kind"] for one in findings()[:2]] == ["fault_not_met", "upstream_unused"]
    assert (findings()[0]["subject"], findings()[0]["count"]) == ("prices.status", NONE)
    assert (findings()[1]["slice"], findings()[1]["names"]) == ("prices", [relay.split("/")[2]])
    reason = upstream_reason()
    assert (reason["status"], reason["value"], reason["limit"]) == ("undecided", None, 0.0)
    assert reason["finding"]["why"] == "no_requests"
    assert reason["finding"]["names"] == [relay.split("/")[2]]


def test_a_fault_is_not_blamed_for_errors_that_the_service_makes_by_itself(relay: str) -> None:
    """Seven of ten answers in the phase are wrong with or without the fault, which changes nothing."""
    count = 0

    def wrong(body: bytes) -> bool:
        nonlocal count
        count += 1
        return count > 150 and count % 10 < 7

    with pricing(relay, fall_back, wrong=wrong) as url:
        check(url, '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.01\n')
    assert findings("fault_silent") == []
    assert [one["status"] for one in verdict()["reasons"] if one["criterion"] == "upstream"] in ([], ["undecided"])


@pytest.mark.parametrize(
    ("kind", "more", "n", "cause"),
    most_in_full(
        [("reset", "", 12, "dropped"), ("wrong_type", "", 12, "not_json"), ("hang", 'at = "response"\n', 3, "timeout")]
    ),
)
def test_a_fault_on_the_target_shows_what_callers_see_and_ends_no_run(kind: str, more: str, n: int, cause: str) -> None:
    Path("harness.toml").write_text(f'{ONLY}[target]\ndeadline = "1s"\nrate = 60\n', encoding="utf-8")
    with serving(_alone) as url:
        check(url, f'[[fault]]\nkind = "{kind}"\nwhere = "target"\n{more}')
    (found,) = findings("fault_no_answer")
    assert (found["subject"], found["slice"], found["count"]) == (f"target.{kind}", "target", {"hits": n, "n": n})
    assert found["control"]["hits"] == 0
    assert found["causes"] == {cause: n}
    assert (verdict()["valid"], verdict()["problems"]) == (True, [])
    assert [one for one in verdict()["reasons"] if one["criterion"] == "upstream"] == []


def _alone(body: bytes) -> tuple[int, object]:
    status, told = price_list(body)
    return status, {"result": told, "needs_review": False} if status == 200 else told


def test_faults_of_a_file_beyond_the_budget_are_named() -> None:
    Path("harness.toml").write_text(ONLY, encoding="utf-8")
    kinds = ("status", "reset", "wrong_type", "corrupt")
    faults = "".join(f'[[fault]]\nkind = "{kind}"\nwhere = "target"\n' for kind in kinds)
    with serving(_alone) as url:
        check(url, faults, calls=72)
    (left,) = findings("fault_not_tried")
    assert (left["names"], left["why"]) == (["target.wrong_type", "target.corrupt"], "too_few_calls")
    assert left["count"] == {"hits": 2, "n": 4}


def test_a_run_that_was_killed_among_the_faults_is_completed_without_a_case_twice(relay: str, here: Path) -> None:
    Path("faults.toml").write_text(DOWN + '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.1\n')
    with pricing(relay, fall_back) as url:
        process = start(*arguments(url), "--resume", cwd=here)
        rows = here / "run/replies.jsonl"
        until = time.monotonic() + 60
        while (not rows.exists() or b'"fault/prices.latency' not in rows.read_bytes()) and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        ended(process)
        kept = rows.read_bytes().count(b"\n")
        said = harness(*arguments(url), "--resume")
    assert said.code in (0, 1, 5), said.err
    replies = RunFolder.read(here / "run").replies
    under = [key for key in replies if key[0].startswith("fault/")]
    assert kept < len(replies)
    assert len(under) == len(set(under)) == 20  # five clean, five under each fault, five after the one that hurt
    assert [one["kind"] for one in findings() if one["kind"].startswith("fault")] == ["fault_silent", "fault_passed"]
    Path("faults.toml").write_text(DOWN, encoding="utf-8")
    with pricing(relay, fall_back) as url:
        other = harness(*arguments(url), "--resume")
    assert "was started with different" in other.err


def test_a_case_under_a_fault_is_shown_with_what_it_met(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, DOWN)
    address = findings("fault_silent")[0]["cases"][0]
    said = harness("show", address, "--run", "run", "--save-bytes", "case.json")
    assert said.code == 0
    assert "met prices.status" in said.out
    assert "SILENT ERROR" in said.out
    clean_twin = harness("show", address.replace("prices.status", "clean"), "--run", "run", "--save-bytes", "twin.json")
    assert "met " not in clean_twin.out
    assert Path("case.json").read_bytes() == Path("twin.json").read_bytes()


@pytest.mark.parametrize(
    ("upstream", "says"),
    [
        ('url = "http://127.0.0.1:1"\nlisten = "0.0.0.0:9100"\n', '"prices": 0.0.0.0:9100 can be reached from other'),
        ('url = "http://127.0.0.1:1"\nlisten = "9100"\n', '"prices": "9100" is not an address to listen on'),
        ('url = "http://erp.example"\nlisten = "127.0.0.1:0"\n', "host erp.example is not this machine and is not all"),
        (
            'url = "http://127.0.0.1:1/v2"\nlisten = "127.0.0.1:0"\n',
            '"http://127.0.0.1:1/v2" is not an address for a relay',
        ),
        (
            'url = "http://a:b@127.0.0.1:1"\nlisten = "127.0.0.1:0"\n',
            '"http://(hidden)@127.0.0.1:1" is not an address for',
        ),
        ('listen = "127.0.0.1:0"\n', 'upstream "prices": "" is not an address for a relay'),
        ('url = "http://127.0.0.1:1"\nlistn = "127.0.0.1:0"\n', 'unknown key "listn"\n  did you mean "listen"?'),
    ],
)
def test_an_upstream_that_cannot_be_relayed_is_an_error_before_the_first_connection(upstream: str, says: str) -> None:
    Path("harness.toml").write_text(f'[[upstream]]\nname = "prices"\n{upstream}', encoding="utf-8")
    with serving(_alone) as url:
        said = check(url, DOWN)
    assert (said.code, says in said.err) == (4, True), said.err
    assert not Path("run").exists()


def test_a_port_of_a_relay_that_is_taken_is_an_error_before_the_first_connection(relay: str) -> None:
    host, _, port = relay.split("/")[2].partition(":")
    with socket.create_server((host, int(port))), serving(_alone) as url:
        said = check(url, DOWN)
    assert said.code == 4
    assert f"the relay of prices cannot listen on {host}:{port}: Address already in use" in said.err
    assert "choose another listen for [[upstream]]" in said.err
    assert not Path("run").exists()


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ('[[fault]]\nkind = "explode"\nwhere = "target"\n', 'faults.toml:2: unknown fault "explode"'),
        (
            '[[fault]]\nkind = "hang"\nwhere = "target"\nwindow = [9, 3]\n',
            "faults.toml:4: the window ends (3 s) before it",
        ),
    ],
)
def test_a_fault_that_cannot_be_meant_is_an_error_before_the_first_connection(faults: str, says: str) -> None:
    with serving(_alone) as url:
        said = check(url, faults)
    assert (said.code, says in said.err) == (4, True), said.err
    assert not Path("run").exists()


def test_faults_on_a_function_are_refused() -> None:
    said = check("module:function", '[[fault]]\nkind = "hang"\nwhere = "target"\n')
    assert (said.code, "faults on the target need a service; module:function is a function" in said.err) == (4, True)


def test_the_relay_ends_with_the_run(relay: str) -> None:
    before = threading.active_count()
    with pricing(relay, fall_back) as url:
        check(url, DOWN, calls=30)
    host, _, port = relay.split("/")[2].partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


def conduct() -> tuple[str, dict[str, Any]]:
    """The status of the criterion of expectations, and its finding."""
    criteria = [one for one in (*verdict()["reasons"], *verdict()["passed"]) if one["criterion"] == "expected"]
    (found,) = criteria
    return found["status"], found["finding"]


def fail_flat(order: Mapping[str, object]) -> Answer:
    return 500, {"detail": "Traceback (most recent call last)"}


@pytest.mark.parametrize(
    ("failing", "expect", "unmet"),
    [
        (flag, ["flagged"], {}),
        (flag, ["clear_error", "flagged"], {}),
        (flag, ["clear_error"], {"handed_over": ALL}),
        (break_down, ["clear_error"], {}),
        (break_down, ["masked", "flagged"], {"no_answer": ALL}),
        (fail_flat, ["clear_error"], {"no_answer": ALL, "unclear": ALL}),
        (fall_back, ["masked"], {"silent": ALL}),
    ],
)
def test_what_is_expected_under_a_fault_is_a_criterion(
    relay: str, failing: Failing, expect: list[str], unmet: dict[str, Any]
) -> None:
    with pricing(relay, failing) as url:
        check(url, DOWN + f"expect = {json.dumps(expect)}\n")
    status, found = conduct()
    assert status == ("failed" if unmet else "passed")
    assert found["kind"] == ("expectation_unmet" if unmet else "expectation_met")
    assert found.get("parts", {}) == unmet


def test_a_recovery_that_takes_longer_than_expected_is_unmet(relay: str) -> None:
    with pricing(relay, flag, rests=1.0) as url:
        said = check(url, DOWN + 'expect = ["flagged"]\nrecovers_within = 0.3\n', calls=400)
    status, found = conduct()
    assert (status, list(found["parts"])) == ("failed", ["late"])
    assert found["numbers"]["seconds_after"] > 0.3
    assert f"The last case was right again {found['numbers']['seconds_after']:.1f} s after the fault" in Path(
        "run/report.md"
    ).read_text(encoding="utf-8")
    assert "Under prices.status (prices answers 503) the service does not do what is expected" in said.out


def test_a_case_that_never_comes_right_is_counted_and_not_called_late(relay: str) -> None:
    with pricing(relay, fall_back, keeps=True) as url:
        check(url, DOWN + "recovers_within = 0.3\n", calls=400)
    status, found = conduct()
    assert (status, list(found["parts"])) == ("failed", ["still_wrong"])
    assert found["parts"]["still_wrong"] == found["count"]


@pytest.mark.parametrize(("most", "status"), [(3, "passed"), (2, "failed")])
def test_more_requests_for_a_case_than_expected_are_unmet(relay: str, most: int, status: str) -> None:
    def eager(order: Mapping[str, object]) -> Answer:
        for _ in range(2):
            httpx.post(relay, json=order, trust_env=False)
        return flag(order)

    with pricing(relay, eager) as url:
        check(url, DOWN + f"max_requests = {most}\n")
    found = conduct()
    assert found[0] == status
    assert found[1].get("numbers", {}) == ({"requests": 3} if status == "failed" else {})


def test_an_expectation_that_no_case_can_show_is_undecided(relay: str) -> None:
    with pricing(relay, flag, asks=False) as url:
        check(url, DOWN + 'expect = ["flagged"]\n')
    status, found = conduct()
    assert (status, found["kind"]) == ("undecided", "expectation_not_judged")
