"""The robustness test `round_trip`: whether values that the reply repeats come back as they were sent."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.command import CommandResult, harness
from tests.endpoints.filling import write_pages
from tests.endpoints.orders import honest, timid, write_pilot
from tests.endpoints.remembering import cached, folded
from tests.endpoints.repeating import (
    as_double,
    as_number,
    composed,
    of_the_last,
    repeating,
    trimmed,
    write_numbered,
)
from tests.endpoints.server import Answer, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    configure()


def configure(more: str = "") -> None:
    Path("harness.toml").write_text(f'[budget]\ncalls = 120\nrobustness = ["round_trip"]\n{more}', encoding="utf-8")


def checked(answer: Answer, *more: str, samples: str = "pilot", truth: str = "total,carrier") -> CommandResult:
    if not Path("pilot").exists():
        write_pilot(Path("pilot"))
    with serving(answer) as url:
        return harness("check", url, "--samples", samples, "--truth", truth, "--out", "run", *more)


def verdict() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    return document


def reasons() -> list[dict[str, Any]]:
    return [reason for reason in verdict()["reasons"] if reason["criterion"] == "round_trip"]


def passed() -> list[dict[str, Any]]:
    return [one["finding"] for one in verdict()["passed"] if one["criterion"] == "round_trip"]


def failed() -> dict[str, Any]:
    """The finding of the only criterion, which failed."""
    (reason,) = reasons()
    finding: dict[str, Any] = reason["finding"]
    assert (reason["status"], finding["why"]) == ("failed", None)
    return finding


def findings(run: str = "run") -> list[dict[str, Any]]:
    all_findings = json.loads(Path(run, "findings.json").read_text(encoding="utf-8"))
    return [finding for finding in all_findings if finding["test"] == "round_trip"]


def id_kind(value: str) -> list[dict[str, str]]:
    return [{"where": "id_kind", "value": value, "field": ""}]


def sent() -> list[str]:
    lines = [json.loads(line) for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    return [line["address"] for line in lines if line["address"].startswith("round_trip/")]


def test_an_id_that_comes_back_as_sent_passes_and_is_named() -> None:
    assert "answer: echo = meta.id <- order_id\n" in checked(repeating(honest)).err
    assert (reasons(), findings()) == ([], [])
    (finding,) = passed()
    assert (finding["kind"], finding["names"]) == ("round_trip_kept", ["meta.id"])
    assert finding["count"]["hits"] == finding["count"]["n"] > 24
    assert finding["parts"] == {"odd_ids": {"hits": 8, "n": 8}}
    kinds = [address.removeprefix("round_trip/").partition(":")[0] for address in sent()]
    assert kinds == ["zeros", "large", "exponent", "decomposed", "letters", "accent", "long", "blanks"]


def test_an_id_kept_as_a_number_loses_its_leading_zeros() -> None:
    checked(repeating(honest, as_number))
    finding = failed()
    assert (finding["kind"], finding["subject"]) == ("round_trip_changed", "order_id")
    assert finding["circumstances"] == id_kind("with leading zeros")
    example = finding["example"]
    assert (example["field"], example["given"][0], example["got"]) == ("meta.id", "0", int(example["given"]))
    assert finding["count"]["hits"] == finding["count"]["n"] > 1
    assert finding["control"]["n"] > 0


def test_an_id_kept_as_a_double_is_rounded_above_2_to_the_53() -> None:
    write_numbered(Path("pilot"))
    checked(repeating(honest, as_double))
    finding = failed()
    assert finding["circumstances"] == id_kind("above 2^53")
    assert (finding["count"], finding["control"]["hits"]) == ({"hits": 4, "n": 4}, 0)
    (reason,) = reasons()
    assert all(case.startswith("round_trip/large:order_id#") for case in reason["cases"])


def test_an_id_in_another_form_of_unicode_fails_after_more_of_its_kind_were_sent() -> None:
    checked(repeating(honest, composed))
    finding = failed()
    assert finding["circumstances"] == id_kind("with decomposed letters")
    assert (finding["count"], finding["control"]["hits"]) == ({"hits": 4, "n": 4}, 0)
    assert composed(finding["example"]["given"]) == finding["example"]["got"] != finding["example"]["given"]


def test_a_reply_that_a_cache_keeps_for_an_id_without_accents_returns_that_id() -> None:
    checked(cached(repeating(honest), folded(bytes.decode)))
    finding = failed()
    assert finding["circumstances"] == id_kind("with accents")
    assert finding["count"] == {"hits": 4, "n": 4}
    assert finding["control"]["n"] > 0


def test_blanks_that_are_removed_are_a_finding_and_no_reason() -> None:
    checked(repeating(honest, trimmed))
    assert reasons() == []
    (finding,) = findings()
    assert (finding["kind"], finding["example"]["field"]) == ("round_trip_trimmed", "meta.id")
    assert finding["example"]["given"].strip() == finding["example"]["got"] != finding["example"]["given"]
    (kept,) = passed()
    assert kept["count"]["n"] - kept["count"]["hits"] == finding["count"]["hits"] == 1


def test_replies_with_the_id_of_another_request_fail_whatever_the_id() -> None:
    configure('[answer]\nechoes = { "meta.id" = "order_id" }\n')
    checked(of_the_last(honest, 5))
    finding = failed()
    assert (finding["kind"], finding["example"]["field"]) == ("round_trip_swapped", "meta.id")
    assert finding["example"]["other"].partition("#")[2] not in ("", finding["example"]["address"].partition("#")[2])
    assert 1 < finding["count"]["hits"] < finding["count"]["n"]
    (reason,) = reasons()
    assert len(reason["cases"]) > 1


def test_an_odd_id_that_is_refused_is_fine() -> None:
    def strict(body: bytes) -> tuple[int, object]:
        status, reply = repeating(honest, as_double)(body)
        known = str(json.loads(body).get("order_id")).isdigit() and len(str(json.loads(body)["order_id"])) == 6
        return (status, reply) if status != 200 or known else (422, {"detail": "no such id"})

    write_numbered(Path("pilot"))
    checked(strict)
    assert (reasons(), len(sent())) == ([], 1)


def test_a_reply_that_repeats_nothing_is_one_finding_and_has_no_criterion() -> None:
    checked(honest)
    assert (reasons(), passed()) == ([], [])
    (finding,) = findings()
    assert (finding["kind"], finding["why"]) == ("not_tested", "no_field")


def test_a_service_that_hands_everything_over_leaves_the_criterion_undecided() -> None:
    checked(repeating(timid, as_number))
    assert [(reason["status"], reason["finding"]["why"]) for reason in reasons()] == [("undecided", "not_repeated")]


def test_the_settings_may_name_the_echo_or_switch_it_off() -> None:
    configure('[answer]\nechoes = { "meta.id" = "order_id" }\n')
    assert "echo = meta.id <- order_id" in checked(repeating(honest, as_number)).err
    assert len(reasons()) == 1
    configure("[answer]\nechoes = {}\n")
    checked(repeating(honest, as_number), "--out", "off")
    assert findings("off") == []


@pytest.mark.parametrize(
    ("echoes", "message"),
    [
        ('{ "meta.id" = "order_idd" }', 'did you mean "order_id"?'),
        ('{ "meta..id" = "order_id" }', '"meta..id" is not a JMESPath'),
    ],
)
def test_a_wrong_echo_is_an_error_before_anything_is_sent(echoes: str, message: str) -> None:
    configure(f"[answer]\nechoes = {echoes}\n")
    result = checked(honest)
    assert (result.code, message in result.err) == (4, True)
    assert not Path("run").exists()


@pytest.mark.full_dose
def test_the_number_of_pages_is_an_echo_of_a_file() -> None:
    samples, truth, answer = write_pages(Path("pages"), "pdf", ("total",))

    def count_of(body: bytes) -> int:
        return int((re.findall(rb"/Count (\d+)", body) or [1])[-1])

    def counting(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        assert isinstance(reply, dict)
        return status, {**reply, "pages": [{"number": k} for k in range(count_of(body))]}

    assert "echo = length(pages) <- pages" in checked(counting, samples=samples, truth=truth).err
    assert reasons() == []


def test_a_template_of_the_body_keeps_the_id_where_it_stands_in_the_request() -> None:
    names = ("order_id", "quantity", "unit_price", "discount", "country", "express", "note")
    order = ", ".join(f'{name} = "{{{name}}}"' for name in names)
    configure(f'[target]\nrequest = {{ job = {{ ref = "{{order_id}}" }}, order = {{ {order} }} }}\n')

    def wrapped(body: bytes) -> tuple[int, object]:
        sent = json.loads(body)
        status, reply = honest(json.dumps(sent["order"]).encode())
        return status, {**reply, "ref": as_number(sent["job"]["ref"])} if isinstance(reply, dict) else reply

    assert "echo = ref <- job.ref" in checked(wrapped).err
    failed()
    assert any(address.startswith("round_trip/zeros:order_id#") for address in sent())


def test_a_resumed_run_gives_the_same_verdict_without_another_call() -> None:
    calls = 0

    def counted(body: bytes) -> tuple[int, object]:
        nonlocal calls
        calls += 1
        return repeating(honest, as_number)(body)

    Path("harness.toml").write_text("[budget]\ncalls = 100\n[target]\nrate = 200\n", encoding="utf-8")
    write_pilot(Path("pilot"))
    with serving(counted) as url:
        command = ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--out", "run")
        harness(*command)
        once, before = calls, Path("run", "verdict.json").read_bytes()
        harness(*command, "--resume")
    assert (calls, Path("run", "verdict.json").read_bytes()) == (once, before)


def test_a_case_with_an_odd_id_can_be_shown_again() -> None:
    checked(repeating(honest))
    assert harness("show", sent()[0], "--run", "run", "--save-bytes", "body").code == 0
