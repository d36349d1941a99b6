"""`harness check --faults`: what a service does when what it calls fails, and who is not blamed for it."""

import json
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.demo.__main__ import free_port
from harness.store.folder import RunFolder
from tests.endpoints.command import Said, ended, harness, start
from tests.endpoints.orders import write_pilot
from tests.endpoints.server import serving
from tests.endpoints.vendors import Failing, break_down, fall_back, flag, price_list, pricing

ONLY = '[budget]\nrobustness = ["upstream"]\n'
"""The calls of the other robustness tests stay with the faults."""
DOWN = '[[fault]]\nkind = "status"\nwhere = "prices"\n'


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


def check(url: str, faults: str, *more: str, calls: int = 200) -> Said:
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
    (found,) = findings("silent_fallback")
    assert findings()[0] == found
    assert found["text"].startswith(
        "prices.status (prices answers 500): SILENT: all 8 accepted and wrong, right without"
    )
    assert "total became 0.0 in 8 of 8 cases" in found["text"]
    assert "; right when asked next" in found["text"]
    assert (found["count"], len(found["cases"]), found["slice"]) == (8, 8, "prices.status")
    assert found["show"] == f"harness show {found['cases'][0]} --run run"
    (reason,) = verdict()["reasons"]
    assert "prices.status: total became 0.0 in 8 of 8 cases" in reason["first_line"]
    assert f"1. no-go: {reason['first_line']}\n   {reason['show']}\n" in said.out
    assert found["text"] not in said.out, "one defect is told once on the screen"
    assert "; probes 26; faults 24)" in said.err
    judged = {(row.address, row.repeat): row for row in RunFolder.read(Path("run")).read_judged()}
    for address in found["cases"]:
        key = address.partition("#")[2]
        assert judged[(address, 0)].silent_error
        assert judged[(address, 1)].straight_through
        assert judged[(f"fault/clean#{key}", 0)].straight_through
        assert judged[(f"pilot/samples#{key}", 0)].straight_through


def verdict(run: str = "run") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))
    return found


def upstream_reason() -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in verdict()["reasons"] if one["line"] == "upstream"]
    (reason,) = found
    return reason


def test_a_silent_fallback_is_no_go_by_a_line_of_the_upstream(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        said = check(url, DOWN)
    assert (said.code, verdict()["verdict"]) == (1, "no-go")
    reason = upstream_reason()
    assert (reason["verdict"], reason["slice"], reason["value"], reason["limit"]) == ("no-go", "prices", 1.0, 0.0)
    assert reason["first_line"].startswith(
        "silent errors under upstream faults in prices: 100.0 % (at least 68.8 %), limit 0 %; prices.status: total"
    )
    assert len(reason["cases"]) == 8
    assert "does not recover" not in reason["first_line"]


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
    values = [[one["value"] for one in two["reasons"] if one["line"] != "upstream"] for two in (first, second)]
    assert values[0] == values[1]


USUAL = ("error_in_200", "field_missing", "status", "latency", "field_renamed", "timeout", "reset", "field_stale")


def check_usual(url: str, calls: int = 400) -> Said:
    args = [word for word in arguments(url, calls) if word not in ("--faults", "faults.toml")]
    return harness(*args)


def test_an_upstream_gets_the_usual_faults_where_no_file_names_others(relay: str) -> None:
    with pricing(relay, flag) as url:
        said = check_usual(url, calls=1000)
    told = {one["slice"]: one["kind"] for one in findings() if one["slice"].startswith("prices.")}
    assert told == {
        **dict.fromkeys((f"prices.{kind}" for kind in USUAL), "fault_handed_over"),
        "prices.latency": "fault_held",
        "prices.field_missing": "silent_fallback",
        "prices.field_renamed": "silent_fallback",
        "prices.error_in_200": "silent_fallback",
        "prices.field_stale": "fault_unnoticed",
    }
    assert "prices.error_in_200, prices.field_missing, prices.status" in said.err


def test_the_usual_faults_can_be_left_out(relay: str) -> None:
    path = Path("harness.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('"upstream"', '"concurrency"'), encoding="utf-8")
    with pricing(relay, fall_back) as url:
        check_usual(url)
    assert [one for one in findings() if "prices" in one["slice"]] == []
    assert [one for one in verdict()["reasons"] if one["line"] == "upstream"] == []


def test_what_the_budget_does_not_hold_is_told_in_the_order_of_silence(relay: str) -> None:
    with pricing(relay, flag) as url:
        check_usual(url, calls=200)
    (left,) = findings("fault_not_tried")
    tried = len({one["slice"] for one in findings() if one["slice"].startswith("prices.")})
    names = ", ".join(f"prices.{kind}" for kind in USUAL[tried:])
    assert left["text"] == f"not tried: {names} (the budget of calls is too small)"


def test_a_budget_without_room_for_a_fault_leaves_the_line_undecided(relay: str) -> None:
    with pricing(relay, flag) as url:
        check_usual(url, calls=60)
    reason = upstream_reason()
    assert reason["verdict"] == "undecided"
    assert reason["first_line"].endswith("none of its faults was tried: the budget of calls is too small")


def test_each_upstream_has_a_line_of_its_own(relay: str) -> None:
    text, other = Path("harness.toml").read_text(encoding="utf-8"), f"127.0.0.1:{free_port(3)}"
    url = re.search(r'url = "(.*)"', text)
    assert url
    Path("harness.toml").write_text(
        f'{text}[[upstream]]\nname = "stock"\nurl = "{url[1]}"\nlisten = "{other}"\n', encoding="utf-8"
    )
    with pricing(relay, fall_back) as service:
        check_usual(service)
    told = {one["slice"]: one for one in verdict()["reasons"] if one["line"] == "upstream"}
    assert {name: one["verdict"] for name, one in told.items()} == {"prices": "no-go", "stock": "undecided"}
    assert f"nothing came through its relay at {other}" in told["stock"]["first_line"]


def test_a_service_that_keeps_what_it_was_told_meets_no_fault_and_is_undecided(relay: str) -> None:
    with pricing(relay, fall_back, remembers=True) as url:
        check_usual(url)
    reason = upstream_reason()
    assert reason["verdict"] == "undecided"
    assert reason["first_line"].endswith(
        "no case met any of its faults (does the service keep what it was told before?)"
    )


def test_a_service_that_hands_over_whatever_is_odd_is_go(relay: str) -> None:
    with pricing(relay, flag, strict=True) as url:
        check_usual(url, calls=1000)
    assert [one for one in verdict()["reasons"] if one["line"] == "upstream"] == []
    assert "fault_unnoticed" in {one["kind"] for one in findings()}
    assert findings("silent_fallback") == []


def test_a_fallback_that_is_kept_does_not_recover_and_is_not_laid_at_the_next_faults_door(relay: str) -> None:
    with pricing(relay, fall_back, keeps=True) as url:
        said = check(url, DOWN + '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.01\n', calls=800)
    (lasting,) = findings("does_not_recover")
    assert findings()[0] == lasting
    assert lasting["text"].startswith("prices.status (prices answers 503): does not recover: all ")
    assert lasting["text"].endswith("accepted and wrong")
    assert "wrong during the fault and after it, does not recover (prices.status)" in upstream_reason()["first_line"]
    assert upstream_reason()["verdict"] == "no-go"
    assert "right all the same" in findings("fault_held")[0]["text"]
    assert said.code == 1


def test_a_fallback_that_only_begins_when_the_fault_is_over_counts_too(relay: str) -> None:
    """The failure itself is handed over; what was kept of it is then given as an answer."""
    with pricing(relay, flag, keeps=True) as url:
        check(url, DOWN, calls=400)
    assert findings("silent_fallback") == []
    assert findings("fault_handed_over")
    reason = upstream_reason()
    assert (reason["verdict"], "does not recover (prices.status)" in reason["first_line"]) == ("no-go", True)


def test_who_is_right_again_a_while_after_the_fault_recovers(relay: str) -> None:
    with pricing(relay, flag, rests=0.3) as url:
        check(url, DOWN, calls=400)
    (told,) = findings("fault_handed_over")
    after = re.search(r"right again (\d\.\d) s after it", told["text"])
    assert after
    assert 0.3 <= float(after[1]) < 5
    assert findings("does_not_recover") == []


@pytest.mark.parametrize(
    ("failing", "kind", "says"),
    [
        (flag, "fault_handed_over", "prices.status (prices answers 503): all 8 handed over"),
        (break_down, "fault_error", "prices.status (prices answers 503): all 8 without an answer (server_error)"),
    ],
)
def test_what_is_no_silent_error_is_called_what_it_is(relay: str, failing: Failing, kind: str, says: str) -> None:
    with pricing(relay, failing) as url:
        check(url, DOWN)
    assert findings()[0]["kind"] == kind
    assert findings()[0]["text"].startswith(f"{says}; right when asked next")
    assert [one for one in verdict()["reasons"] if one["line"] == "upstream"] == []


def test_a_fault_that_is_held_stands_last(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.05\n')
    assert findings()[-1]["text"] == "prices.latency (0.05 s late): all 8 right all the same"


def test_cases_that_did_not_meet_the_fault_say_nothing(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, DOWN + "share = 0.5\n")
    (found,) = findings("silent_fallback")
    replies = RunFolder.read(Path("run")).replies
    met = [a for (a, _), reply in replies.items() if reply.faults == ("prices.status",)]
    assert 2 <= len(met) <= 7
    assert sorted(found["cases"]) == sorted(met)
    assert f"all {len(met)} accepted and wrong" in found["text"]


def test_a_relay_that_nobody_calls_is_told(relay: str) -> None:
    with pricing(relay, fall_back, asks=False) as url:
        check(url, DOWN)
    assert [one["kind"] for one in findings()[:2]] == ["fault_not_met", "upstream_unused"]
    assert "prices.status (prices answers 503): none of 8 cases met it, so it says nothing" in findings()[0]["text"]
    assert f"is the service pointed at {relay.split('/')[2]}?" in findings()[1]["text"]
    reason = upstream_reason()
    assert reason["verdict"] == "undecided"
    assert reason["first_line"].endswith(
        f"not measured, limit 0 %; nothing came through its relay at {relay.split('/')[2]}"
    )


def test_a_service_that_errs_by_itself_is_not_blamed_on_the_fault(relay: str) -> None:
    """Seven of ten answers in the phase are wrong with or without the fault, which changes nothing."""
    count = 0

    def wrong(body: bytes) -> bool:
        nonlocal count
        count += 1
        return count > 150 and count % 10 < 7

    with pricing(relay, fall_back, wrong=wrong) as url:
        check(url, '[[fault]]\nkind = "latency"\nwhere = "prices"\nseconds = 0.01\n')
    assert findings("silent_fallback") == []
    assert [one["verdict"] for one in verdict()["reasons"] if one["line"] == "upstream"] in ([], ["undecided"])


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        (
            "reset",
            "",
            "target.reset (connection reset before the target sees the request): all 12 without an answer (drop",
        ),
        (
            "hang",
            'at = "response"\n',
            "target.hang (hangs when the target has replied): all 3 without an answer (timeout)",
        ),
        (
            "wrong_type",
            "",
            "target.wrong_type (a page instead of the reply of the target): all 12 without an answer (not_j",
        ),
    ],
)
def test_a_fault_on_the_target_tests_our_own_view_and_ends_no_run(kind: str, more: str, says: str) -> None:
    Path("harness.toml").write_text(f'{ONLY}[target]\ndeadline = "1s"\nrate = 60\n', encoding="utf-8")
    with serving(_alone) as url:
        check(url, f'[[fault]]\nkind = "{kind}"\nwhere = "target"\n{more}')
    assert findings("fault_error")[0]["text"].startswith(says)
    assert (verdict()["valid"], verdict()["problems"]) == (True, [])
    assert [one for one in verdict()["reasons"] if one["line"] == "upstream"] == []


def _alone(body: bytes) -> tuple[int, object]:
    status, told = price_list(body)
    return status, {"result": told, "needs_review": False} if status == 200 else told


def test_faults_beyond_the_budget_are_named() -> None:
    Path("harness.toml").write_text(ONLY, encoding="utf-8")
    kinds = ("status", "reset", "wrong_type", "corrupt")
    faults = "".join(f'[[fault]]\nkind = "{kind}"\nwhere = "target"\n' for kind in kinds)
    with serving(_alone) as url:
        check(url, faults, calls=72)
    (left,) = findings("fault_not_tried")
    assert left["text"] == "not tried: target.wrong_type, target.corrupt (the budget of calls is too small)"


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
    assert [one["kind"] for one in findings() if one["kind"].startswith(("silent", "fault"))] == [
        "silent_fallback",
        "fault_held",
    ]
    Path("faults.toml").write_text(DOWN, encoding="utf-8")
    with pricing(relay, fall_back) as url:
        other = harness(*arguments(url), "--resume")
    assert "was started with other" in other.err


def test_a_case_under_a_fault_is_shown_with_what_it_met(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        check(url, DOWN)
    address = findings("silent_fallback")[0]["cases"][0]
    said = harness("show", address, "--run", "run", "--save-bytes", "case.json")
    assert said.code == 0
    assert "met prices.status" in said.out
    assert "SILENT ERROR" in said.out
    twin = harness("show", address.replace("prices.status", "clean"), "--run", "run", "--save-bytes", "twin.json")
    assert "met " not in twin.out
    assert Path("case.json").read_bytes() == Path("twin.json").read_bytes()


@pytest.mark.parametrize(
    ("upstream", "says"),
    [
        ('url = "http://127.0.0.1:1"\nlisten = "0.0.0.0:9100"\n', '"prices": 0.0.0.0:9100 can be reached from other'),
        ('url = "http://127.0.0.1:1"\nlisten = "9100"\n', '"prices": "9100" is no address to listen on'),
        ('url = "http://erp.example"\nlisten = "127.0.0.1:0"\n', "host erp.example is not this machine and is not all"),
        (
            'url = "http://127.0.0.1:1/v2"\nlisten = "127.0.0.1:0"\n',
            '"http://127.0.0.1:1/v2" is no address for a relay',
        ),
        ('url = "http://a:b@127.0.0.1:1"\nlisten = "127.0.0.1:0"\n', '"http://(hidden)@127.0.0.1:1" is no address for'),
        ('listen = "127.0.0.1:0"\n', 'upstream "prices": "" is no address for a relay'),
        ('url = "http://127.0.0.1:1"\nlistn = "127.0.0.1:0"\n', 'unknown key "listn"\n  did you mean "listen"?'),
    ],
)
def test_an_upstream_that_cannot_be_relayed_is_told_before_the_first_connection(upstream: str, says: str) -> None:
    Path("harness.toml").write_text(f'[[upstream]]\nname = "prices"\n{upstream}', encoding="utf-8")
    with serving(_alone) as url:
        said = check(url, DOWN)
    assert (said.code, says in said.err) == (4, True), said.err
    assert not Path("run").exists()


def test_a_port_of_a_relay_that_is_taken_is_told_before_the_first_connection(relay: str) -> None:
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
def test_a_fault_that_cannot_be_meant_is_told_before_the_first_connection(faults: str, says: str) -> None:
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
