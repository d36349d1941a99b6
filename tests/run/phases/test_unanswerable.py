"""The robustness test of the unanswerable: inputs that hold nothing to answer."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case, Plan
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.diff.robustness.unanswerable import filled_in, unanswerable
from tests.endpoints.command import Said, harness
from tests.endpoints.filling import by_words, filling, write_pages, write_texts
from tests.endpoints.orders import honest, liar, write_pilot
from tests.endpoints.server import Answer, serving

FIELDS = ("invoice_number", "total")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("harness.toml").write_text('[budget]\ncalls = 80\nrobustness = ["unanswerable"]\n', encoding="utf-8")


def checked(answer: Answer, samples: str, truth: str, *more: str) -> Said:
    asked = ("--samples", samples, "--truth", truth, "--config", "harness.toml", "--out", "run")
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def orders(answer: Answer, *more: str) -> Said:
    write_pilot(Path("pilot"))
    return checked(answer, "pilot", "total,carrier", *more)


def reasons() -> list[dict[str, Any]]:
    told = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in told["reasons"] if reason["line"] == "unanswerable"]


def findings(kind: str) -> list[str]:
    told = json.loads(Path("run", "findings.json").read_text(encoding="utf-8"))
    return [finding["text"] for finding in told if finding["kind"] == kind]


def sent() -> set[str]:
    lines = [json.loads(line) for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    return {line["address"].partition("#")[0] for line in lines if line["address"].startswith("unanswerable/")}


def test_a_default_for_every_text_is_told_with_the_surest_answer() -> None:
    checked(by_words({"label": "invoice", "confidence": 0.98}), *write_texts(Path("mails")))
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    begins = (
        "fills in what is not there: an empty text answered with label invoice and confidence 0.98 (10 of 10 anchors)"
    )
    assert reason["first_line"].startswith(begins)
    assert "of ordinary damaged input " in reason["first_line"]
    foreign = {part for part in sent() if part.startswith("unanswerable/foreign:")}
    assert len(foreign) == 1
    assert sent() - foreign == {f"unanswerable/{part}" for part in ("empty", "emoji", "digits", "blanks")}


@pytest.mark.parametrize("rest", [{"label": "invoice", "confidence": 0.2}, {"label": "other", "confidence": 0.99}])
def test_who_hands_over_and_who_owns_up_to_knowing_nothing_fills_nothing_in(rest: dict[str, object]) -> None:
    checked(by_words(rest), *write_texts(Path("mails")))
    assert reasons() == []
    assert len(sent()) == 5


@pytest.mark.parametrize("encoder", ["png", "jpeg", "tiff-g4", "pdf"])
def test_pages_without_anything_on_them_are_filled_in_or_left_empty(encoder: str) -> None:
    samples, truth, careful = write_pages(Path("pages"), encoder, FIELDS)
    rest = {"fields": {"invoice_number": "INV-000000", "total": "1234.50"}, "confidence": 0.98}
    checked(filling(careful, rest), samples, truth)
    (reason,) = reasons()
    begins = (
        "fills in what is not there: a blank page answered with invoice_number INV-000000, total 1234.50 and confidence"
    )
    assert reason["first_line"].startswith(begins)
    assert reason["verdict"] == "no-go"
    assert sent() == {f"unanswerable/{part}" for part in ("blank", "torn:total", "noise", "black", "one_pixel")}


def test_a_page_reader_that_leaves_fields_empty_is_right_even_when_it_accepts() -> None:
    samples, truth, careful = write_pages(Path("pages"), "png", FIELDS)
    checked(filling(careful, {"fields": dict.fromkeys(FIELDS), "confidence": 0.99}), samples, truth)
    assert reasons() == []


def test_pages_with_fields_that_made_invoices_do_not_have_are_not_torn() -> None:
    samples, truth, careful = write_pages(Path("pages"), "png", ("total",))
    rows = Path(truth).read_text(encoding="utf-8").splitlines()
    Path(truth).write_text("\n".join([f"{rows[0]},colour", *(f"{row},red" for row in rows[1:])]), encoding="utf-8")

    def coloured(body: bytes) -> tuple[int, object]:
        status, reply = careful(body)
        assert isinstance(reply, dict)
        return status, {**reply, "fields": {**reply["fields"], "colour": "red" if reply["fields"]["total"] else None}}

    checked(coloured, samples, truth)
    assert sent() == {f"unanswerable/{part}" for part in ("blank", "noise", "black", "one_pixel")}
    (text,) = findings("no_torn_page")
    assert "colour" in text


def test_records_far_out_of_range_are_told_with_the_field_and_its_value() -> None:
    orders(liar)
    (reason,) = reasons()
    assert reason["first_line"].startswith("fills in what is not there: country QQ answered with total ")
    assert "(10 of 10 anchors)" in reason["first_line"]
    assert all(not part.endswith((":order_id", ":note")) for part in sent())


def test_who_refuses_what_no_order_has_has_no_line_and_a_case_can_be_shown_again() -> None:
    orders(honest)
    assert reasons() == []
    assert len(sent()) == 10
    address = next(
        json.loads(line)["address"]
        for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()
        if '"unanswerable/far' in line
    )
    assert harness("show", address, "--run", "run", "--save-bytes", "body").code == 0


def test_too_few_calls_leave_the_line_undecided() -> None:
    orders(honest, "--calls", "8")
    (reason,) = reasons()
    assert (reason["verdict"], "0 calls are too few" in reason["first_line"]) == ("undecided", True)


def test_records_of_prose_have_no_anchors_which_is_told_once() -> None:
    lines = [
        json.dumps({"id": f"A{k}", "note": f"leave it at door {k} please", "kind": "abc"[k % 3]}) for k in range(12)
    ]
    Path("notes.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def kind(body: bytes) -> tuple[int, object]:
        number = int(json.loads(body)["id"][1:])
        return 200, {"kind": "abc"[number % 3], "confidence": 0.9}

    checked(kind, "notes.jsonl", "kind")
    assert reasons() == []
    assert len(findings("no_anchors")) == 1


def test_what_breaks_on_an_anchor_is_told_and_is_no_answer() -> None:
    def breaking(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        return (500, {"detail": "oh"}) if status == 422 else (status, reply)

    orders(breaking)
    (text,) = findings("anchors_broke")
    assert text.startswith("10 of 10 inputs with nothing to answer were not refused but broke: ")
    (reason,) = reasons()
    assert reason["verdict"] == "undecided"


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
        damaged=(0, 0),
        run="run",
    )
    asked = next(test)
    try:
        while True:
            rows = [row(one, filled=int(one.address.partition("#")[2]) in filled) for one, _ in asked.asks]
            asked = test.send(rows)
    except StopIteration as stop:
        result: RobustnessResult = stop.value
        return result


@pytest.mark.parametrize(
    ("filled", "says"),
    [((), "go"), ((3,), "undecided"), ((3, 4), "no-go"), ((3, 101), "no-go")],
)
def test_two_different_cases_are_a_finding_and_one_is_looked_at_on_other_samples(
    filled: tuple[int, ...], says: str
) -> None:
    (line,) = played(filled).lines
    assert judge_line(line) == says
    assert line.estimate.n == (10 if filled in ((3,), (3, 101)) else 6)


def test_a_field_that_was_not_destroyed_says_nothing_on_a_torn_page() -> None:
    one = case(1)
    assert filled_in(one, row(one, filled=True)) == {"total": 7.5}
    assert filled_in(one, row(one, filled=False)) == {}
