"""The robustness test of the echoes: whether what was sent comes back as sent."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.command import Said, harness
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
    Path("harness.toml").write_text(f'[budget]\ncalls = 100\nrobustness = ["round_trip"]\n{more}', encoding="utf-8")


def checked(answer: Answer, *more: str, samples: str = "pilot", truth: str = "total,carrier") -> Said:
    if not Path("pilot").exists():
        write_pilot(Path("pilot"))
    with serving(answer) as url:
        return harness("check", url, "--samples", samples, "--truth", truth, "--out", "run", *more)


def reasons() -> list[dict[str, Any]]:
    told = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in told["reasons"] if reason["line"] == "round_trip"]


def findings() -> dict[str, str]:
    told = json.loads(Path("run", "findings.json").read_text(encoding="utf-8"))
    return {finding["kind"]: finding["text"] for finding in told}


def sent() -> list[str]:
    lines = [json.loads(line) for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    return [line["address"] for line in lines if line["address"].startswith("round_trip/")]


def test_an_id_that_comes_back_as_sent_is_found_told_and_go() -> None:
    assert "answer: echo = meta.id <- order_id\n" in checked(repeating(honest)).err
    assert reasons() == []
    assert not {"no_echo", "echo_trimmed"} & set(findings())
    kinds = [address.removeprefix("round_trip/").partition(":")[0] for address in sent()]
    assert kinds == ["zeros", "large", "exponent", "decomposed", "letters", "accent", "long", "blanks"]


def test_an_id_kept_as_a_number_loses_its_leading_zeros() -> None:
    checked(repeating(honest, as_number))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith("meta.id comes back otherwise than it was sent: 0")
    assert " with leading zeros; as sent in " in reason["first_line"]


def test_an_id_kept_as_a_double_is_rounded_above_2_to_the_53() -> None:
    write_numbered(Path("pilot"))
    checked(repeating(honest, as_double))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert "(in 4 of 4 above 2^53; as sent in " in reason["first_line"]
    assert all(case.startswith("round_trip/large:order_id#") for case in reason["cases"])


def test_an_id_in_another_form_of_unicode_is_told_after_more_of_its_kind_were_sent() -> None:
    checked(repeating(honest, composed))
    (reason,) = reasons()
    assert "(in 4 of 4 with decomposed letters; as sent in " in reason["first_line"]
    assert "\\u03" in reason["first_line"]


def test_a_reply_kept_for_an_id_without_accents_is_told_by_the_id_that_comes_back() -> None:
    checked(cached(repeating(honest), folded(bytes.decode)))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert "(in 4 of 4 with accents; as sent in " in reason["first_line"]


def test_blanks_that_are_taken_off_are_noted_and_no_reason() -> None:
    checked(repeating(honest, trimmed))
    assert reasons() == []
    assert findings()["echo_trimmed"].startswith("meta.id comes back without the blanks around it")


def test_answers_that_carry_the_id_of_another_request_are_told_whatever_the_id() -> None:
    configure('[answer]\nechoes = { "meta.id" = "order_id" }\n')
    checked(of_the_last(honest, 5))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith("answers carry what another request sent: meta.id ")
    assert len(reason["cases"]) > 1


def test_an_odd_id_that_is_refused_is_fine() -> None:
    def strict(body: bytes) -> tuple[int, object]:
        status, reply = repeating(honest, as_double)(body)
        known = str(json.loads(body).get("order_id")).isdigit() and len(str(json.loads(body)["order_id"])) == 6
        return (status, reply) if status != 200 or known else (422, {"detail": "no such id"})

    write_numbered(Path("pilot"))
    checked(strict)
    assert (reasons(), len(sent())) == ([], 1)


def test_a_reply_that_repeats_nothing_is_noted_once_and_has_no_line() -> None:
    checked(honest)
    assert reasons() == []
    assert findings()["no_echo"].startswith("the reply repeats nothing of the request")


def test_who_hands_everything_over_is_not_held_to_it() -> None:
    checked(repeating(timid, as_number))
    assert [reason["verdict"] for reason in reasons()] == ["undecided"]


def test_the_settings_may_name_the_echo_or_switch_it_off() -> None:
    configure('[answer]\nechoes = { "meta.id" = "order_id" }\n')
    assert "echo = meta.id <- order_id" in checked(repeating(honest, as_number)).err
    assert len(reasons()) == 1
    configure("[answer]\nechoes = {}\n")
    checked(repeating(honest, as_number), "--out", "off")
    told = json.loads(Path("off", "findings.json").read_text(encoding="utf-8"))
    assert not [finding for finding in told if "echo" in finding["kind"]]


@pytest.mark.parametrize(
    ("echoes", "says"),
    [
        ('{ "meta.id" = "order_idd" }', 'did you mean "order_id"?'),
        ('{ "meta..id" = "order_id" }', '"meta..id" is no JMESPath'),
    ],
)
def test_a_wrong_echo_is_an_error_before_anything_is_sent(echoes: str, says: str) -> None:
    configure(f"[answer]\nechoes = {echoes}\n")
    said = checked(honest)
    assert (said.code, says in said.err) == (4, True)
    assert not Path("run").exists()


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
        asked = json.loads(body)
        status, reply = honest(json.dumps(asked["order"]).encode())
        return status, {**reply, "ref": as_number(asked["job"]["ref"])} if isinstance(reply, dict) else reply

    assert "echo = ref <- job.ref" in checked(wrapped).err
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert any(address.startswith("round_trip/zeros:order_id#") for address in sent())


def test_a_run_that_is_gone_on_with_says_the_same_without_another_call() -> None:
    asked = 0

    def counted(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        return repeating(honest, as_number)(body)

    Path("harness.toml").write_text("[budget]\ncalls = 100\n[target]\nrate = 200\n", encoding="utf-8")
    write_pilot(Path("pilot"))
    with serving(counted) as url:
        command = ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--out", "run")
        harness(*command)
        once, before = asked, Path("run", "verdict.json").read_bytes()
        harness(*command, "--resume")
    assert (asked, Path("run", "verdict.json").read_bytes()) == (once, before)


def test_a_case_with_an_odd_id_can_be_shown_again() -> None:
    checked(repeating(honest))
    assert harness("show", sent()[0], "--run", "run", "--save-bytes", "body").code == 0
