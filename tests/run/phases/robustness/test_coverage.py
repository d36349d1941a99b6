"""The robustness test `coverage`: each field alone, each change alone, on a strict service and on guessing ones."""

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.dose import most_in_full
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.policies import (
    PRODUCTS,
    READ,
    REGIONS,
    WEAKNESSES,
    Read,
    Weakness,
    no_constant,
    once,
    priced,
    pricing,
    write_policies,
)
from tests.endpoints.remembering import shade, write_pages
from tests.endpoints.server import Answer, serving

SETTINGS = '[budget]\ncalls = 480\nrobustness = ["coverage"]\n'
BY_OTHERS = ("persons are clipped", "amounts are clipped")
"""Numbers out of a range that nobody wrote down: the test with unanswerable inputs finds them."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("harness.toml").write_text(SETTINGS, encoding="utf-8")
    write_policies(Path("pilot"))


def checked(answer: Answer, *more: str, config: str = "") -> CommandResult:
    Path("harness.toml").write_text(SETTINGS + config, encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "premium,class", "--config", "harness.toml", "--out", "run")
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def criterion(run: str = "run") -> dict[str, Any]:
    verdict = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))
    (found,) = (one for one in (*verdict["reasons"], *verdict["passed"]) if one["criterion"] == "coverage")
    return dict(found)


def findings(kind: str) -> list[dict[str, Any]]:
    return [one for one in json.loads(Path("run", "findings.json").read_text(encoding="utf-8")) if one["kind"] == kind]


def test_a_strict_service_passes_and_the_field_that_no_answer_depends_on_is_named() -> None:
    said = checked(pricing())
    found = criterion()
    assert (said.code, found["status"], found["finding"]["kind"]) == (0, "passed", "fields_covered")
    assert {*found["finding"]["names"]} == {"amount", "rate", "persons", "start", "product", "note"} | {
        "holder.region",
        "holder.vip",
    }
    assert "Not tested: changes of policy (no answer depends on them)" in said.out


@pytest.mark.parametrize("weakness", most_in_full([one for one in WEAKNESSES if one.name not in BY_OTHERS], quick=4))
def test_a_field_that_is_read_by_guessing_is_named_with_its_change(weakness: Weakness) -> None:
    said = checked(pricing({**READ, weakness.field: weakness.read}))
    found = criterion()
    assert said.code in (1, 5)
    assert found["status"] in ("failed", "undecided")
    assert found["finding"]["subject"].rpartition(".")[2] == weakness.field
    assert f"{found['finding']['subject']} is " in said.out


@pytest.mark.parametrize("name", ["a missing flag is false", "words other than yes are false"])
def test_a_flag_that_is_wrong_for_one_of_its_two_values_fails(name: str) -> None:
    (weakness,) = (one for one in WEAKNESSES if one.name == name)
    assert checked(pricing({**READ, "vip": weakness.read})).code == 1
    finding = criterion()["finding"]
    assert (finding["subject"], finding["count"]["hits"] >= 6) == ("holder.vip", True)


def test_the_finding_has_the_value_before_what_was_sent_the_answer_and_the_truth() -> None:
    checked(pricing({**READ, "product": lambda value: PRODUCTS.get(value, 1.0) if value else 1.0}))
    example = criterion()["finding"]["example"]
    before, _, sent = example["given"].partition(" -> ")
    assert (before, sent) in {(f'"{product}"', "absent") for product in PRODUCTS}
    assert example["expected"] != example["got"]
    assert "absent" in harness("show", "run", "--verbose").out


@pytest.mark.parametrize("wrapped", ["template", "list of one"])
def test_fields_are_changed_inside_a_template_and_inside_a_wrapper(wrapped: str) -> None:
    guessing = {**READ, "region": lambda value: REGIONS.get(str(value), 1.0)}
    if wrapped == "template":
        said = checked(pricing(guessing, inside="all"), config='[target]\nrequest = { all = ["{*}"] }\n')
    else:
        lines = Path("pilot/policies.jsonl").read_text(encoding="utf-8").splitlines()
        told = [json.loads(line) for line in lines]
        rows = [
            {"all": [{key: value for key, value in one.items() if key not in ("premium", "class")}]}
            | {"premium": one["premium"], "class": one["class"]}
            for one in told
        ]
        Path("pilot/policies.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
        said = checked(pricing(guessing, inside="all"))
    assert said.code == 1
    assert criterion()["finding"]["subject"].endswith("holder.region")


def lenient(name: str) -> Read:
    """Reads what still means the same, and refuses the rest."""

    def read(value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str):
            value = value.strip()
            value = (
                {"yes": True, "true": True, "no": False, "false": False}.get(value, value) if name == "vip" else value
            )
            value = value.casefold() if name == "product" else value
            value = float(value) if name == "amount" else int(value) if name == "persons" else value
        return READ[name](value)

    return read


def test_a_service_that_reads_other_forms_right_passes() -> None:
    said = checked(pricing({name: lenient(name) for name in READ}))
    assert (said.code, criterion()["status"]) == (0, "passed")


def test_a_service_that_is_wrong_at_random_is_not_blamed_for_a_field() -> None:
    draw, right = Random(5), pricing()

    def unsteady(body: bytes) -> tuple[int, object]:
        status, reply = right(body)
        wrong = {"result": {"premium": 1.0, "class": "C"}, "review": False}
        return (status, wrong) if status == 200 and draw.random() < 0.2 else (status, reply)

    checked(unsteady)
    assert criterion()["status"] != "failed"


def test_fields_that_the_budget_does_not_reach_leave_it_undecided_with_the_calls_that_are_missing() -> None:
    said = checked(pricing(), "--calls", "330")
    found = criterion()
    assert (said.code, found["status"], found["finding"]["kind"]) == (5, "undecided", "fields_not_covered")
    missing = int(found["finding"]["numbers"]["calls"])
    assert missing > 0
    checked(pricing(), "--calls", str(330 + missing), "--out", "run2")
    assert criterion("run2")["status"] == "passed"


def test_a_field_that_was_not_reached_is_never_called_one_on_which_no_answer_depends() -> None:
    said = checked(pricing(), "--calls", "290")
    found = criterion()["finding"]
    assert (said.code, found["kind"]) == (5, "fields_not_covered")
    assert found["count"]["n"] == found["count"]["hits"] == 9
    assert "no answer depends" not in said.out


def test_a_field_with_one_value_in_every_sample_is_changed_too() -> None:
    path = Path("pilot/policies.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["persons"] = 3
        answer = pricing()(json.dumps({k: v for k, v in row.items() if k not in ("premium", "class")}).encode())[1]
        row |= answer["result"]  # type: ignore[index]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    said = checked(pricing({**READ, "persons": lambda value: value if isinstance(value, int) else 1}))
    assert (said.code, criterion()["finding"]["subject"]) == (1, "persons")


def test_the_test_can_be_switched_off_and_other_samples_have_none() -> None:
    checked(pricing())
    asked = Counter(line.partition("/")[0] for line in Path("run/cases.jsonl").read_text().split('"address":"')[1:])
    assert asked["coverage"] > 20
    Path("harness.toml").write_text("[budget]\nrobustness = []\n", encoding="utf-8")
    with serving(pricing()) as url:
        harness("check", url, "--samples", "pilot", "--truth", "premium,class", "--out", "none")
    assert '"address":"coverage/' not in Path("none/cases.jsonl").read_text(encoding="utf-8")


def test_pages_have_no_fields_and_no_criterion() -> None:
    write_pages(Path("pages"))
    asked = ("--samples", "pages", "--truth", "pages/truth.csv", "--calls", "60", "--out", "pages-run")
    with serving(shade, "/shade") as url:
        harness("check", url, *asked)
    verdict = json.loads(Path("pages-run/verdict.json").read_text(encoding="utf-8"))
    assert "coverage" not in {one["criterion"] for one in (*verdict["reasons"], *verdict["passed"])}


def test_a_case_is_sent_again_by_its_address() -> None:
    checked(pricing())
    shown = harness("show", criterion_case(), "--run", "run")
    assert shown.code == 0
    assert "coverage/missing:amount" in shown.out


def criterion_case() -> str:
    lines = Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines()
    addresses = [str(json.loads(line)["address"]) for line in lines]
    return next(one for one in addresses if one.startswith("coverage/missing:amount"))


def test_values_that_are_accepted_and_that_no_sample_has_are_named_beside_a_go() -> None:
    """Prices are in two currencies of the four that the service accepts."""
    rates = {"EUR": 1.0, "USD": 1.1, "GBP": 0.9, "JPY": 160.0}
    rows = [json.loads(line) for line in next(Path("pilot").glob("*.jsonl")).read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        row["currency"] = ("EUR", "USD")[number % 2]
        row["premium"] = round(row["premium"] * rates[row["currency"]], 2)
    next(Path("pilot").glob("*.jsonl")).write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")

    def in_currencies(body: bytes) -> tuple[int, object]:
        try:
            policy = json.loads(body, object_pairs_hook=once, parse_constant=no_constant)
            rate = rates[policy.pop("currency")]
            result: dict[str, Any] = dict(priced(policy, READ))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as reason:
            return 422, {"detail": str(reason)}
        return 200, {"result": {**result, "premium": round(result["premium"] * rate, 2)}, "review": False}

    said = checked(in_currencies)
    (found,) = findings("unseen_values")
    assert (said.code, found["names"]) == (0, ["currency GBP, JPY"])
    assert "Not tested: currency GBP, JPY (accepted, but no sample has it)" in said.out
