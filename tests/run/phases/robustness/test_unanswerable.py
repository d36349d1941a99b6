"""The robustness test `unanswerable`: inputs that hold no answer."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case, Plan, Scalar
from harness.core.decide import status_of
from harness.core.finding import Count, Example, FailureMode, How
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import FieldScore, Judged
from harness.core.robustness import RobustnessResult
from harness.core.verdict import Status
from harness.diff.robustness.unanswerable import invented, unanswerable
from tests.dose import most_in_full
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.filling import by_words, filling, write_pages, write_texts
from tests.endpoints.orders import honest, liar, write_pilot
from tests.endpoints.server import Answer, serving

FIELDS = ("invoice_number", "total")
OF_VENDOR = FieldScore(name="vendor", verdict="wrong")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("harness.toml").write_text('[budget]\ncalls = 80\nrobustness = ["unanswerable"]\n', encoding="utf-8")


def checked(answer: Answer, samples: str, truth: str, *more: str) -> CommandResult:
    asked = ("--samples", samples, "--truth", truth, "--config", "harness.toml", "--out", "run")
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def orders(answer: Answer, *more: str) -> CommandResult:
    write_pilot(Path("pilot"))
    return checked(answer, "pilot", "total,carrier", *more)


def reasons() -> list[dict[str, Any]]:
    verdict = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in verdict["reasons"] if reason["criterion"] == "unanswerable"]


def passed() -> dict[str, Any]:
    verdict = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    (criterion,) = (one for one in verdict["passed"] if one["criterion"] == "unanswerable")
    finding: dict[str, Any] = criterion["finding"]
    return finding


def findings(kind: FindingKind) -> list[dict[str, Any]]:
    all_findings = json.loads(Path("run", "findings.json").read_text(encoding="utf-8"))
    return [one for one in all_findings if one["kind"] == kind and one["test"] == "unanswerable"]


def sent() -> set[str]:
    lines = [json.loads(line) for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    return {line["address"].partition("#")[0] for line in lines if line["address"].startswith("unanswerable/")}


def test_a_default_label_for_every_text_fails_and_the_example_is_the_most_confident_answer() -> None:
    checked(by_words({"label": "invoice", "confidence": 0.98}), *write_texts(Path("mails")))
    (reason,) = reasons()
    finding = reason["finding"]
    assert (reason["status"], finding["kind"]) == ("failed", "invented_values")
    assert finding["count"] == {"hits": 10, "n": 10}
    example = finding["example"]
    assert (example["given"], example["field"], example["got"], example["confidence"]) == (
        "an empty text",
        "label",
        "invoice",
        0.98,
    )
    assert finding["names"][0] == "an empty text"
    assert len(finding["names"]) == 5
    assert finding["parts"]["damaged"]["n"] > 0
    foreign = {part for part in sent() if part.startswith("unanswerable/foreign:")}
    assert len(foreign) == 1
    assert sent() - foreign == {f"unanswerable/{part}" for part in ("empty", "emoji", "digits", "blanks")}


@pytest.mark.parametrize("rest", [{"label": "invoice", "confidence": 0.2}, {"label": "other", "confidence": 0.99}])
def test_a_hand_over_and_a_label_that_admits_to_knowing_nothing_pass(rest: dict[str, object]) -> None:
    with Path("harness.toml").open("a", encoding="utf-8") as file:
        file.write("\n[target]\nflag_below = 0.8\n")
    checked(by_words(rest), *write_texts(Path("mails")))
    assert reasons() == []
    finding = passed()
    assert (finding["kind"], finding["count"]["hits"]) == ("nothing_invented", 0)
    assert finding["count"]["n"] >= len(finding["names"]) == 5
    assert len(sent()) == 5


@pytest.mark.parametrize("encoder", most_in_full(["pdf", "png", "jpeg", "tiff-g4"]))
def test_values_for_pages_without_content_fail(encoder: str) -> None:
    samples, truth, careful = write_pages(Path("pages"), encoder, FIELDS)
    rest = {"fields": {"invoice_number": "INV-000000", "total": "1234.50"}, "confidence": 0.98}
    checked(filling(careful, rest), samples, truth)
    (reason,) = reasons()
    finding = reason["finding"]
    assert (reason["status"], finding["kind"]) == ("failed", "invented_values")
    example = finding["example"]
    assert (example["given"], example["field"], example["got"]) == ("a blank page", "invoice_number", "INV-000000")
    assert example["confidence"] == 0.98
    assert {mode["field"] for mode in finding["modes"]} == set(FIELDS)
    assert sent() == {f"unanswerable/{part}" for part in ("blank", "noise", "black", "one_pixel")}
    (untested,) = findings(FindingKind.NOT_TESTED)
    assert (untested["subject"], untested["why"]) == ("page.torn_field", "no_control")


@pytest.mark.full_dose
def test_a_page_reader_that_leaves_fields_empty_passes_even_if_it_accepts() -> None:
    samples, truth, careful = write_pages(Path("pages"), "png", FIELDS)
    checked(filling(careful, {"fields": dict.fromkeys(FIELDS), "confidence": 0.99}), samples, truth)
    assert reasons() == []


def test_a_field_that_made_invoices_do_not_have_is_named_and_no_page_is_torn() -> None:
    samples, truth, careful = write_pages(Path("pages"), "png", ("total",))
    rows = Path(truth).read_text(encoding="utf-8").splitlines()
    Path(truth).write_text("\n".join([f"{rows[0]},colour", *(f"{row},red" for row in rows[1:])]), encoding="utf-8")

    def coloured(body: bytes) -> tuple[int, object]:
        status, reply = careful(body)
        assert isinstance(reply, dict)
        return status, {**reply, "fields": {**reply["fields"], "colour": "red" if reply["fields"]["total"] else None}}

    checked(coloured, samples, truth)
    assert sent() == {f"unanswerable/{part}" for part in ("blank", "noise", "black", "one_pixel")}
    (finding,) = findings(FindingKind.NOT_TESTED)
    assert (finding["subject"], finding["why"], finding["names"]) == ("page.torn_field", "no_field", ["colour"])


def test_the_example_of_a_record_names_the_field_and_its_value() -> None:
    orders(liar)
    (reason,) = reasons()
    finding = reason["finding"]
    assert finding["example"]["given"] == "a record with country QQ (an unknown word)"
    assert finding["example"]["field"] == "total"
    assert finding["count"] == {"hits": 10, "n": 10}
    assert all(not part.endswith((":order_id", ":note")) for part in sent())


def test_a_service_that_refuses_impossible_orders_passes_and_a_case_can_be_shown_again() -> None:
    orders(honest)
    assert reasons() == []
    assert len(sent()) == 10
    address = next(
        json.loads(line)["address"]
        for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()
        if '"unanswerable/far' in line
    )
    assert harness("show", address, "--run", "run", "--save-bytes", "body").code == 0


def test_too_few_calls_leave_the_criterion_undecided() -> None:
    orders(honest, "--calls", "8")
    (reason,) = reasons()
    finding = reason["finding"]
    assert (reason["status"], finding["kind"], finding["why"]) == ("undecided", "not_tested", "too_few_calls")
    assert finding["numbers"] == {"calls": 0}


def test_records_of_prose_have_no_unanswerable_input_which_is_one_finding() -> None:
    lines = [
        json.dumps({"id": f"A{k}", "note": f"leave it at door {k} please", "kind": "abc"[k % 3]}) for k in range(12)
    ]
    Path("notes.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def kind(body: bytes) -> tuple[int, object]:
        number = int(json.loads(body)["id"][1:])
        return 200, {"kind": "abc"[number % 3], "confidence": 0.9}

    checked(kind, "notes.jsonl", "kind")
    assert reasons() == []
    (finding,) = findings(FindingKind.NOT_TESTED)
    assert (finding["why"], finding["subject"]) == ("no_field", "")


def test_an_error_on_an_unanswerable_input_is_a_finding_and_no_answer() -> None:
    def breaking(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        return (500, {"detail": "oh"}) if status == 422 else (status, reply)

    orders(breaking)
    (finding,) = findings(FindingKind.UNANSWERABLE_FAILED)
    assert finding["count"] == {"hits": 10, "n": 10}
    assert sum(finding["causes"].values()) == 10
    (reason,) = reasons()
    assert (reason["status"], reason["finding"]["why"]) == ("undecided", "no_answers")
    assert reason["finding"]["causes"] == finding["causes"]


def case(number: int) -> Case:
    address = f"unanswerable/blank#{number}"
    return Case(
        address=address,
        plan=Plan(base="sample:x"),
        content=b"",
        media_type="image/png",
        filename="x",
        effects={"total": "destroyed"},
        expect="hand_over",
        tags={"unanswerable": "a blank page"},
    )


def row(one: Case, *, filled: bool) -> Judged:
    answer = {"total": 7.5 if filled else None}
    return Judged(address=one.address, repeat=0, disposition="accepted", judgement="wrong", answer=answer)


def played(filled: Sequence[int], count: int = 6, more: int = 4) -> RobustnessResult:
    """The robustness test with rows in which these cases are filled in; the further ones are numbered from 100."""
    test = unanswerable(
        [case(k) for k in range(count)],
        lambda _, n: [case(100 + k) for k in range(min(n, more))],
        calls=count,
        spare=50,
        damaged=Count(3, 40),
        run="run",
    )
    sent = next(test)
    try:
        while True:
            rows = [row(one, filled=int(one.address.partition("#")[2]) in filled) for one, _ in sent.asks]
            sent = test.send(rows)
    except StopIteration as stop:
        result: RobustnessResult = stop.value
        return result


@pytest.mark.parametrize(
    ("filled", "status", "why"),
    [((), "passed", None), ((3,), "undecided", Why.ONE_CASE), ((3, 4), "failed", None), ((3, 101), "failed", None)],
)
def test_two_different_cases_are_a_finding_and_one_is_tried_again_on_other_samples(
    filled: tuple[int, ...], status: Status, why: Why | None
) -> None:
    (criterion,) = played(filled).criteria
    n = 10 if filled in ((3,), (3, 101)) else 6
    assert (status_of(criterion), criterion.estimate.n) == (status, n)
    finding = criterion.finding
    assert finding
    assert (finding.count, finding.why) == (Count(len(filled), n), why)
    assert finding.kind == (FindingKind.INVENTED_VALUES if filled else FindingKind.NOTHING_INVENTED)


def test_the_finding_has_the_silent_errors_of_ordinary_damaged_inputs_for_comparison() -> None:
    (criterion,) = played((3, 4)).criteria
    finding = criterion.finding
    assert finding
    assert finding.parts == {"damaged": Count(3, 40)}
    assert finding.modes == (FailureMode("total", How.INVENTED),)
    assert finding.example == Example(address="unanswerable/blank#3", field="total", given="a blank page", got=7.5)
    assert finding.cases == ("unanswerable/blank#3", "unanswerable/blank#4")


def test_an_empty_field_is_not_invented() -> None:
    one = case(1)
    assert invented(one, row(one, filled=True)) == {"total": 7.5}
    assert invented(one, row(one, filled=False)) == {}


def test_only_a_wrong_value_of_a_destroyed_field_is_invented_if_the_case_asks_for_an_answer() -> None:
    one = replace(case(1), expect="answer")
    answer: dict[str, Scalar] = {"total": 7.5, "vendor": "Blue Harbor"}
    wrong, right = (
        replace(row(one, filled=True), answer=answer, fields=(FieldScore(name="total", verdict=verdict), OF_VENDOR))
        for verdict in ("wrong", "right")
    )
    assert (invented(one, wrong), invented(one, right)) == ({"total": 7.5}, {})
