"""Batches: the same records alone and as rows of one request, among others and beside a bad one."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import Said, harness
from tests.endpoints.in_batches import (
    all_or_nothing,
    each,
    in_first_order,
    misaligned,
    padded,
    says,
    sorted_by_id,
    taking,
    without_repetitions,
)
from tests.endpoints.orders import honest, liar, unsteady, write_pilot
from tests.endpoints.server import Answer, Heard, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def configured(batch: str = '{ url = "/score/batch" }') -> None:
    Path("harness.toml").write_text(
        f'[target]\nbatch = {batch}\n[budget]\nrobustness = ["concurrency"]\n', encoding="utf-8"
    )


def checked(rows: Answer, *more: str, single: Answer = honest, heard: list[Heard] | None = None) -> Said:
    if not Path("harness.toml").exists():
        configured()
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--out", "run", *more)
    with serving(single, also={"/score/batch": rows}, heard=heard) as url:
        return harness("check", url, *asked)


def reasons(run: str = "run") -> list[dict[str, Any]]:
    told = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in told["reasons"] if reason["line"] == "concurrency"]


def findings(kind: str, run: str = "run") -> list[str]:
    told = json.loads(Path(run, "findings.json").read_text(encoding="utf-8"))
    return [finding["text"] for finding in told if finding["kind"] == kind]


@pytest.mark.parametrize("results", [misaligned, padded])
def test_rows_after_a_bad_one_that_get_their_neighbours_answer_are_told_so(results: Any) -> None:
    assert checked(taking(results)).code == 1
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith("rows after a bad one get their neighbour's answer (")
    assert reason["first_line"].endswith(" without it)")
    assert all(case.startswith("concurrency/batch_") for case in reason["cases"])


def test_a_service_that_answers_every_row_for_itself_has_no_line_and_every_group_is_on_record() -> None:
    assert checked(taking(each)).code == 0
    assert reasons() == []
    folder = RunFolder.read(Path("run"))
    lines = {line.address: line for line in folder.read_cases()}
    groups = {lines[address].group for address, _ in folder.replies if lines[address].group}
    kinds = ("mixed", "permuted", "repeated", "bad_row")
    assert groups == {f"concurrency/batch_{kind}" for kind in kinds}
    assert findings("no_bad_row") == findings("batch_refused") == []


def test_a_batch_is_one_request_whose_rows_are_the_records_own_bytes() -> None:
    heard: list[Heard] = []
    checked(taking(each), heard=heard)
    sent = [json.loads(one.body) for one in heard if one.path == "/score/batch"]
    assert len(sent) == 5
    assert RunFolder.read(Path("run")).calls == len(heard)
    mixed = next(one.body for one in heard if one.path == "/score/batch")
    alone = {one.body for one in heard if one.path == "/score" and one.header("x-harness-case").startswith("pilot/")}
    by_id = {json.loads(body)["order_id"]: body for body in alone}
    assert mixed == b"[" + b",".join(by_id[row["order_id"]] for row in sent[0]) + b"]"


def test_the_list_stands_under_its_key_and_the_results_where_the_path_says() -> None:
    configured('{ url = "/score/batch", items = "orders", results = "scored" }')
    assert checked(taking(each, "orders", "scored")).code == 0
    assert reasons() == []
    assert any("#" in address for address, _ in RunFolder.read(Path("run")).replies)


def test_a_batch_that_is_refused_as_a_whole_for_a_bad_row_is_said_and_not_blamed() -> None:
    assert checked(all_or_nothing).code == 0
    assert reasons() == []
    (text,) = findings("batch_refused")
    assert text == "2 of 2 batches were refused or not answered when a row of the batch cannot be read (422)"


def test_results_in_an_order_of_their_own_are_told_as_exchanged_answers() -> None:
    assert checked(taking(sorted_by_id)).code == 1
    (reason,) = reasons()
    assert reason["first_line"].startswith("answers are exchanged when records come in one batch (")
    assert reason["first_line"].endswith(" asked alone)")


def test_results_in_the_order_of_an_earlier_batch_are_told_by_another_order() -> None:
    assert checked(taking(in_first_order([]))).code == 1
    (reason,) = reasons()
    assert reason["first_line"].startswith("answers are exchanged when the rows of a batch come in another order (")


def test_two_rows_that_are_taken_for_one_are_told_by_the_repetition() -> None:
    assert checked(taking(without_repetitions)).code == 1
    (reason,) = reasons()
    assert "when a row stands in a batch twice (" in reason["first_line"]


def test_a_service_that_takes_every_record_has_no_bad_row_and_that_is_said() -> None:
    def results(rows: list[Any]) -> list[Any]:
        return [liar(json.dumps(row).encode())[1] for row in rows]

    checked(taking(results), single=liar)
    assert reasons() == []
    assert len(findings("no_bad_row")) == 1


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (says({"detail": "queued"}), "no_list"),
        (says([]), "no_list"),
        (says([{"result": {"total": 1.0, "carrier": "parcel"}}] * 40), "too_many_rows"),
        (says({"detail": "too long"}, 413), "413"),
        (says({"detail": "oh"}, 500), "server_error"),
        (says(b"<html>"), "not_json"),
        (taking(lambda rows: [{"score": 1}] * len(rows)), "no_answer_in_any_row"),
        (taking(lambda rows: [{"error": "no order"}] * len(rows)), "no_answer_in_any_row"),
    ],
    ids=["object", "empty", "too many", "refused", "broken", "page", "other fields", "all errors"],
)
def test_a_reply_that_is_not_row_by_row_leaves_the_line_undecided_with_the_reason(rows: Answer, why: str) -> None:
    assert checked(rows).code == 5
    (reason,) = reasons()
    assert reason["verdict"] == "undecided"
    assert f"no batch was answered row by row ({why})" in reason["first_line"]


def test_a_service_that_differs_in_one_of_fifty_is_never_blamed_on_batches() -> None:
    for number in range(3):
        single = unsteady(number, 0.98)

        def results(rows: list[Any], single: Answer = single) -> list[Any]:
            replies = (single(json.dumps(row).encode()) for row in rows)
            return [reply if status == 200 else {"error": reply} for status, reply in replies]

        checked(taking(results), "--out", f"run-{number}", single=single)
        assert [reason["verdict"] for reason in reasons(f"run-{number}")] in ([], ["undecided"])


def test_a_row_of_a_batch_can_be_shown_by_its_address() -> None:
    checked(taking(misaligned))
    address = reasons()[0]["cases"][0]
    said = harness("show", address, "--run", "run", "--save-bytes", "row.json")
    assert said.code == 0
    assert "order_id" in json.loads(Path("row.json").read_text(encoding="utf-8"))


def test_a_run_that_was_cut_off_within_a_batch_goes_on_with_no_row_twice_or_missing() -> None:
    with serving(honest, also={"/score/batch": taking(misaligned)}) as url:
        configured()
        command = ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--out", "run")
        assert harness(*command).code == 1
        whole, first = set(RunFolder.read(Path("run")).replies), reasons()
        (file,) = Path("run").glob("replies*.jsonl")
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        rows = [number for number, line in enumerate(lines) if '"concurrency/batch_bad_row' in line]
        file.write_text("".join(lines[: rows[3]]), encoding="utf-8")
        assert harness(*command, "--resume").code == 1
    assert set(RunFolder.read(Path("run")).replies) == whole
    assert [reason["first_line"] for reason in reasons()] == [reason["first_line"] for reason in first]


def test_too_few_calls_leave_batches_unasked_and_say_so() -> None:
    checked(taking(each), "--calls", "24")
    (text,) = findings("concurrency")
    assert text.startswith("company: batches were not asked, 6 calls are too few")


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        ('{ url = "http://198.51.100.7/batch" }', "[target] batch: host 198.51.100.7 is not this machine"),
        ('{ url = "score/batch" }', '[target] batch: "score/batch" is no address'),
        ('{ items = "records" }', "[target] batch has no url"),
        ('{ url = "/batch", results = "rows[" }', "target.batch: "),
        ('{ url = "/batch", result = "rows" }', 'unknown key "result"'),
    ],
)
def test_a_batch_that_cannot_be_sent_is_refused_before_the_first_call(batch: str, said: str) -> None:
    configured(batch)
    heard: list[Heard] = []
    got = checked(taking(each), heard=heard)
    assert (got.code, heard) == (4, [])
    assert said in got.err


def test_a_batch_of_texts_is_refused_with_what_to_do() -> None:
    configured()
    Path("texts").mkdir()
    Path("texts", "a.txt").write_text("My parcel has not arrived.", encoding="utf-8")
    Path("truth.csv").write_text("file,label\na.txt,delivery\n", encoding="utf-8")
    with serving(honest) as url:
        said = harness("check", url, "--samples", "texts", "--truth", "truth.csv", "--out", "run")
    assert said.code == 4
    assert "[target] batch: the samples are texts, and only records are sent as rows" in said.err


def test_the_password_of_a_batch_address_never_reaches_the_disk() -> None:
    with serving(taking(each), "/score/batch") as other:
        configured(f'{{ url = "{other.replace("//", "//anna:geheim@")}" }}')
        checked(taking(each))
    assert "geheim" not in "".join(file.read_text(encoding="utf-8") for file in Path("run").glob("*.json*"))
