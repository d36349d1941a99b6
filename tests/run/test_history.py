"""The history stage: the same cases later, after many of one answer, and behind the opening of another."""

import json
import shlex
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import ROOT, Said, harness
from tests.endpoints.orders import honest, unsteady, write_pilot
from tests.endpoints.remembering import (
    cached,
    cached_for_all,
    first_letters,
    for_each_customer,
    route,
    spoilt_after,
    stricter_for,
    swayed,
    write_texts,
)
from tests.endpoints.server import Answer, Heard, Known, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))
    write_texts(Path("texts"))


def checked(answer: Answer, *more: str, out: str = "run") -> Said:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--out", out)
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def routed(answer: Answer, *more: str) -> Said:
    asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
    with serving(answer, "/route") as url:
        return harness("check", url, *asked, *more)


def reasons(out: str = "run") -> list[dict[str, Any]]:
    told = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in told["reasons"] if reason["line"] == "history"]


def findings(kind: str, out: str = "run") -> list[str]:
    told = json.loads(Path(out, "findings.json").read_text(encoding="utf-8"))
    return [finding["text"] for finding in told if finding["kind"] == kind]


def parts(out: str = "run") -> set[str]:
    return {address.partition("#")[0] for address, _ in RunFolder.read(Path(out)).replies}


def test_a_cache_keyed_by_the_beginning_is_told_by_two_texts_with_one_opening() -> None:
    assert routed(cached(route, first_letters)).code == 1
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith("an answer repeats that of the request before with the same opening: ")
    assert "; asked first, 0 of " in reason["first_line"]
    assert all(case.startswith("history/opening_") for case in reason["cases"])


def test_a_cache_keyed_by_the_whole_request_is_let_be() -> None:
    routed(cached(route, bytes))
    assert reasons() == []
    assert "history/opening_1" in parts()


def test_the_two_texts_of_an_opening_are_shown_with_the_same_beginning() -> None:
    routed(route)
    addresses = sorted(a for a, _ in RunFolder.read(Path("run")).replies if a.startswith("history/opening_1#"))
    texts = []
    for k, address in enumerate(addresses):
        assert harness("show", address, "--run", "run", "--save-bytes", f"{k}.json").code == 0
        texts.append(json.loads(Path(f"{k}.json").read_bytes())["text"])
    first, second = texts
    assert first != second
    assert first[:300] == second[:300]


def test_answers_that_are_spoilt_in_the_course_of_the_run_are_told_by_the_first_cases_again() -> None:
    default = {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}
    checked(spoilt_after(honest, 240, default))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith("answers become 0.0 / parcel when asked again at the end of the run: ")
    assert "; asked twice in a row, 0 of " in reason["first_line"]


def test_an_answer_that_goes_on_after_many_of_its_kind_is_told_by_what_comes_after_a_burst() -> None:
    routed(swayed(route, 5))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert "when 8 requests with another answer came before: " in reason["first_line"]
    assert all(case.startswith("history/after_a_burst#") for case in reason["cases"])


def test_an_honest_service_has_no_history_line_and_is_told_what_was_not_asked() -> None:
    assert checked(honest).code == 0
    assert reasons() == []
    assert {"history/burst", "history/later"} <= parts()
    (text,) = findings("not_asked")
    assert "near-twins of records" in text


@pytest.mark.parametrize("right", [0.98, 0.8])
def test_a_service_that_differs_by_chance_is_noise_and_not_blamed_on_history(right: float) -> None:
    for number in range(4):
        checked(unsteady(number, right), out=f"run-{number}")
        assert [reason["verdict"] for reason in reasons(f"run-{number}")] in ([], ["undecided"])


def test_too_few_calls_leave_the_line_undecided() -> None:
    checked(honest, "--calls", "40")
    (reason,) = reasons()
    assert reason["verdict"] == "undecided"
    assert "calls are too few" in reason["first_line"]


def test_more_calls_ask_longer_bursts_and_never_more_than_a_tenth() -> None:
    checked(honest, "--calls", "1200")
    sent = [address for address, _ in RunFolder.read(Path("run")).replies if address.startswith("history/")]
    burst = sum(address.startswith("history/burst#") for address in sent)
    assert 20 < burst <= 120


def cut_off(answer: Answer, address: str, number: int) -> list[dict[str, Any]]:
    """The stage's reasons of a whole run, which then loses all rows from that one of the address on and goes on."""
    asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
    with serving(answer, "/route") as url:
        harness("check", url, *asked)
        before = reasons()
        rows = Path("run", "replies.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        cut = [k for k, row in enumerate(rows) if address in row][number]
        Path("run", "replies.jsonl").write_text("".join(rows[:cut]), encoding="utf-8")
        assert harness("check", url, *asked, "--resume").code != 4
    return before


@pytest.mark.parametrize("address", ["history/burst#", "history/opening_2#", "history/opening_3#"])
def test_a_run_that_was_cut_off_in_the_stage_comes_to_the_same_end(address: str) -> None:
    before = cut_off(cached(route, first_letters), address, 1)
    assert before
    assert reasons() == before


STARTED = "{python} -m tests.endpoints.remembering {{port}} {wrong} {seconds}"


def started(wrong: int, seconds: float = 0.0) -> str:
    """The command that starts the text service, whose first answers are the commonest label."""
    return STARTED.format(python=sys.executable, wrong=wrong, seconds=seconds)


def configured(command: str, **more: object) -> None:
    """A harness.toml with that start command."""
    lines = ["[target]", f"start = {json.dumps(command)}", *(f"{key} = {value}" for key, value in more.items())]
    Path("harness.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.mark.usefixtures("_importable")
def test_the_first_answers_after_a_start_are_told_with_what_they_are_and_when_they_end() -> None:
    configured(started(wrong=20))
    assert routed(route).code == 1
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"] == (
        "the first 20 answers after a start are billing: 10 of 10 changed, all of them to billing; "
        "from the 21st request on, 0 of 10 changed"
    )
    assert all(case.startswith("history/start_2#") for case in reason["cases"])
    assert harness("show", reason["cases"][0], "--run", "run").code == 0


@pytest.mark.usefixtures("_importable")
def test_an_instance_that_is_right_from_the_first_request_is_let_be_and_ended() -> None:
    configured(started(wrong=0, seconds=0.5))
    routed(route)
    assert reasons() == []
    assert "history/start_1" in parts()
    assert [text for text in findings("not_asked") if "right after a start" in text] == []
    command = next(line for line in Path("run", "run.json").read_text().split('"') if "tests.endpoints" in line)
    assert not running(command)


def running(command: str) -> list[str]:
    """Processes of this module's command."""
    said = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True)
    module = command.split()[2]
    return [line for line in said.stdout.splitlines() if f"-m {module}" in line and "grep" not in line]


@pytest.mark.usefixtures("_importable")
def test_an_instance_of_another_release_is_not_taken_for_a_cold_one() -> None:
    configured(started(wrong=1000))
    routed(route)
    (reason,) = reasons()
    assert reason["verdict"] == "undecided"
    assert "is [target] start the same release?" in reason["first_line"]


def test_a_command_that_ends_is_told_with_its_last_lines_and_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HISTORY_TOKEN", "very-secret-word")
    script = "import os, sys; print('no model in', os.environ['HISTORY_TOKEN'], sys.argv[1]); sys.exit(3)"
    configured(f"{sys.executable} -c {shlex.quote(script)} {{port}}", headers='{ Authorization = "env:HISTORY_TOKEN" }')
    routed(route)
    (reason,) = reasons()
    assert reason["verdict"] == "undecided"
    assert "it ended before it listened; its last lines: no model in (hidden)" in reason["first_line"]
    assert [
        path for path in Path("run").rglob("*") if path.is_file() and b"very-secret-word" in path.read_bytes()
    ] == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("uvicorn app:app", "has no {port}"),
        ("pyhton3 app.py {port}", 'there is no command "pyhton3"\n  did you mean "python3"?'),
        ("python3 'app.py {port}", "cannot be read: No closing quotation"),
    ],
)
def test_a_start_command_that_cannot_work_is_told_before_the_run(command: str, said: str) -> None:
    configured(command)
    ran = routed(route)
    assert ran.code == 4
    assert said in ran.err
    assert not Path("run").exists()


@pytest.mark.usefixtures("_importable")
def test_a_run_that_was_cut_off_after_a_start_does_not_mix_two_starts() -> None:
    configured(started(wrong=20))
    (before,) = cut_off(route, "history/start_1#", 11)
    (reason,) = reasons()
    assert (before["verdict"], reason["verdict"]) == ("no-go", "undecided")
    assert "another start is another; begin anew" in reason["first_line"]


@pytest.fixture
def _two_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HISTORY_OWN", "anna-secret")
    monkeypatch.setenv("HISTORY_OTHER", "bert-secret")
    lines = (
        'headers = { Authorization = "env:HISTORY_OWN" }',
        'other_headers = { authorization = "env:HISTORY_OTHER" }',
    )
    Path("harness.toml").write_text("\n".join(("[target]", *lines)) + "\n", encoding="utf-8")


def asked_by_two(known: Known, *sample: str, path: str = "/route") -> Said:
    samples = sample or ("--samples", "texts", "--truth", "texts/truth.csv")
    with serving(route, path, known=known) as url:
        return harness("check", url, *samples, "--out", "run")


def hashed(known: Known) -> Known:
    """The same service, which shows no credential in its replies."""
    return lambda who, body: known(sha256(who.encode()).hexdigest()[:8], body)


LEAKS = "a customer gets what another one was answered before: "


@pytest.mark.usefixtures("_two_customers")
def test_a_cache_that_knows_no_customers_is_told_by_whose_answer_comes() -> None:
    assert asked_by_two(hashed(cached_for_all(for_each_customer(route)))).code == 1
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith(LEAKS)
    assert "; asked first, 0 of " in reason["first_line"]


@pytest.mark.usefixtures("_two_customers")
def test_records_of_two_customers_are_told_apart_as_well() -> None:
    orders = ("--samples", "pilot", "--truth", "total,carrier")
    asked_by_two(hashed(cached_for_all(for_each_customer(honest))), *orders, path="/score")
    (reason,) = reasons()
    assert reason["first_line"].startswith(LEAKS)


@pytest.mark.usefixtures("_two_customers")
def test_answers_that_differ_by_customer_show_a_leak_where_nothing_names_the_customer() -> None:
    other = sha256(b"bert-secret").hexdigest()[:8]
    default = {"label": "billing", "confidence": 0.95}
    asked_by_two(hashed(cached_for_all(stricter_for(other, route, default))))
    (reason,) = reasons()
    assert reason["first_line"].startswith(LEAKS)


@pytest.mark.usefixtures("_two_customers")
def test_two_customers_of_an_honest_service_are_let_be_and_their_secrets_never_stored() -> None:
    asked_by_two(hashed(for_each_customer(route)))
    assert reasons() == []
    assert {"history/variant_1", "history/variant_1_other"} <= parts()
    assert [text for text in findings("not_asked") if "leaks" in text] == []
    stored = b"".join(path.read_bytes() for path in Path("run").rglob("*") if path.is_file())
    assert b"-secret" not in stored


@pytest.mark.usefixtures("_two_customers")
def test_customers_who_are_answered_alike_and_one_who_is_not_answered_are_said() -> None:
    asked_by_two(lambda who, body: route(body))
    assert reasons() == []
    assert "leaks between customers (both are answered alike" in findings("not_asked")[0]
    asked_by_two_again = hashed(lambda who, body: route(body) if who == own() else (401, {"detail": "who?"}))
    with serving(route, "/route", known=asked_by_two_again) as url:
        harness("check", url, "--samples", "texts", "--truth", "texts/truth.csv", "--out", "refused")
    assert "(the second identity was not answered: auth)" in findings("not_asked", "refused")[0]


def own() -> str:
    return sha256(b"anna-secret").hexdigest()[:8]


@pytest.mark.usefixtures("_two_customers")
def test_a_case_of_the_second_customer_is_sent_again_as_that_customer() -> None:
    heard: list[Heard] = []
    with serving(route, "/route", known=hashed(for_each_customer(route)), heard=heard) as url:
        harness("check", url, "--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
        address = next(a for a, _ in RunFolder.read(Path("run")).replies if a.startswith("history/variant_1_other#"))
        harness("show", address, "--run", "run", "--send")
        assert heard[-1].header("Authorization") == "bert-secret"
    curl = harness("show", address, "--run", "run", "--curl").out
    assert "authorization: $HISTORY_OTHER" in curl
    assert "HISTORY_OWN" not in curl


def test_a_second_customer_whose_variable_is_not_set_is_told_before_the_run() -> None:
    Path("harness.toml").write_text(
        '[target]\nother_headers = { Authorization = "env:HISTORY_NONE" }\n', encoding="utf-8"
    )
    ran = routed(route)
    assert ran.code == 4
    assert "the environment has no HISTORY_NONE" in ran.err
