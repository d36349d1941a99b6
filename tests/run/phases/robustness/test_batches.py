"""Batches: the same records alone and as rows of one request, among others and beside a bad one."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.finding_kinds import FindingKind
from harness.core.robustness import in_batch
from harness.store.folder import RunFolder
from tests.dose import most_in_full
from tests.endpoints.command import CommandResult, harness
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


def checked(rows: Answer, *more: str, single: Answer = honest, heard: list[Heard] | None = None) -> CommandResult:
    if not Path("harness.toml").exists():
        configured()
    arguments = ("--samples", "pilot", "--truth", "total,carrier", "--out", "run", *more)
    with serving(single, also={"/score/batch": rows}, heard=heard) as url:
        return harness("check", url, *arguments)


def reasons(run: str = "run") -> list[dict[str, Any]]:
    verdict = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in verdict["reasons"] if reason["criterion"] == "concurrency"]


def findings(kind: FindingKind, run: str = "run") -> list[dict[str, Any]]:
    found = json.loads(Path(run, "findings.json").read_text(encoding="utf-8"))
    return [finding for finding in found if finding["kind"] == kind]


def where(finding: dict[str, Any]) -> list[str]:
    return [one["where"] for one in finding["circumstances"]]


def changed(reason: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Kind, subject and circumstances of the finding of a reason."""
    finding = reason["finding"]
    return finding["kind"], finding["subject"], where(finding)


@pytest.mark.parametrize("results", most_in_full([misaligned, padded]))
def test_rows_after_a_bad_one_that_get_their_neighbours_answer_are_found(results: Any) -> None:
    assert checked(taking(results)).code == 1
    (reason,) = reasons()
    assert reason["status"] == "failed"
    assert changed(reason) == ("answers_changed", "swapped", ["after_bad_row"])
    assert reason["finding"]["count"]["hits"] > 1
    assert reason["finding"]["control"]["hits"] == 0
    assert reason["finding"]["control"]["n"] > 0
    assert all(case.startswith("concurrency/batch_") for case in reason["cases"])


def test_a_service_that_answers_every_row_for_itself_passes_and_every_group_is_on_record() -> None:
    assert checked(taking(each)).code == 0
    assert reasons() == []
    folder = RunFolder.read(Path("run"))
    lines = {line.address: line for line in folder.read_cases()}
    groups = {address.partition("#")[0] for address, _ in folder.replies if address in lines and in_batch(address)}
    kinds = ("mixed", "permuted", "repeated", "bad_row", "row_dropped", "row_retyped")
    assert groups == {f"concurrency/batch_{kind}" for kind in kinds}
    assert findings(FindingKind.UNANSWERED_IN_CIRCUMSTANCE) == []
    assert [one for one in findings(FindingKind.NOT_TESTED) if where(one) == ["bad_row"]] == []
    (passed,) = [
        one["finding"]
        for one in json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))["passed"]
        if one["criterion"] == "concurrency"
    ]
    assert passed["kind"] == "answers_stable"
    assert {"in_flight", "in_batch", "batch_order", "repeated_row", "bad_row"} <= set(where(passed))
    requests, rows = passed["parts"]["requests"], passed["parts"]["rows"]
    assert (requests["hits"], rows["hits"]) == (0, 0)
    assert requests["n"] > 0 < rows["n"]
    assert passed["count"] == {"hits": 0, "n": requests["n"] + rows["n"]}
    assert passed["numbers"]["batches"] == 5


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
    (found,) = findings(FindingKind.UNANSWERED_IN_CIRCUMSTANCE)
    assert (found["subject"], where(found), found["count"]) == ("batch", ["bad_row"], {"hits": 2, "n": 2})
    assert found["causes"] == {"422": 2}


def test_results_in_an_order_of_their_own_are_found_as_swapped_answers() -> None:
    assert checked(taking(sorted_by_id)).code == 1
    (reason,) = reasons()
    assert changed(reason) == ("answers_changed", "swapped", ["in_batch"])
    assert reason["finding"]["control"]["hits"] == 0
    assert reason["finding"]["control"]["n"] > 0


def test_results_in_the_order_of_an_earlier_batch_are_found_by_another_order() -> None:
    assert checked(taking(in_first_order([]))).code == 1
    (reason,) = reasons()
    assert changed(reason) == ("answers_changed", "swapped", ["batch_order"])


def test_two_rows_that_are_taken_for_one_are_found_by_the_repetition() -> None:
    assert checked(taking(without_repetitions)).code == 1
    (reason,) = reasons()
    assert reason["finding"]["kind"] == "answers_changed"
    assert where(reason["finding"]) == ["repeated_row"]


def test_a_service_that_answers_every_record_has_no_bad_row_and_the_run_names_it() -> None:
    def results(rows: list[Any]) -> list[Any]:
        return [liar(json.dumps(row).encode())[1] for row in rows]

    checked(taking(results), single=liar)
    assert reasons() == []
    (found,) = [one for one in findings(FindingKind.NOT_TESTED) if where(one) == ["bad_row"]]
    assert found["why"] == "nothing_refused"
    assert found["numbers"]["damaged"] > 0


@pytest.mark.parametrize(
    ("rows", "why"),
    most_in_full(
        [
            (says({"detail": "queued"}), "no_list"),
            (says([]), "no_list"),
            (says([{"result": {"total": 1.0, "carrier": "parcel"}}] * 40), "too_many_rows"),
            (says({"detail": "too long"}, 413), "413"),
            (says({"detail": "oh"}, 500), "server_error"),
            (says(b"<html>"), "not_json"),
            (taking(lambda rows: [{"score": 1}] * len(rows)), "no_answer_in_any_row"),
            (taking(lambda rows: [{"error": "no order"}] * len(rows)), "no_answer_in_any_row"),
        ]
    ),
    ids=["object", "empty", "too many", "refused", "broken", "page", "other fields", "all errors"],
)
def test_a_reply_that_is_not_row_by_row_leaves_it_undecided_with_the_reason(rows: Answer, why: str) -> None:
    assert checked(rows).code == 5
    (reason,) = reasons()
    found = reason["finding"]
    assert reason["status"] == "undecided"
    assert (found["kind"], found["why"], found["subject"]) == ("not_tested", "not_readable", "[target] batch")
    assert (where(found), found["causes"]) == (["in_batch"], {why: 1})


@pytest.mark.parametrize("number", most_in_full(range(3)))
def test_a_service_that_differs_in_one_of_fifty_is_never_blamed_on_batches(number: int) -> None:
    single = unsteady(number, 0.98)

    def results(rows: list[Any]) -> list[Any]:
        replies = (single(json.dumps(row).encode()) for row in rows)
        return [reply if status == 200 else {"error": reply} for status, reply in replies]

    checked(taking(results), single=single)
    assert [reason["status"] for reason in reasons()] in ([], ["undecided"])


@pytest.mark.full_dose
def test_a_row_of_a_batch_can_be_shown_by_its_address() -> None:
    checked(taking(misaligned))
    address = reasons()[0]["cases"][0]
    result = harness("show", address, "--run", "run", "--save-bytes", "row.json")
    assert result.code == 0
    assert "order_id" in json.loads(Path("row.json").read_text(encoding="utf-8"))


@pytest.mark.full_dose
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
    assert [reason["finding"] for reason in reasons()] == [reason["finding"] for reason in first]


def test_too_few_calls_leave_batches_untested_and_the_run_names_it() -> None:
    checked(taking(each), "--calls", "24")
    (found,) = [one for one in findings(FindingKind.NOT_TESTED) if where(one) == ["in_batch"]]
    assert (found["why"], found["numbers"]["calls"]) == ("too_few_calls", 6)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ('{ url = "http://198.51.100.7/batch" }', "[target] batch: host 198.51.100.7 is not this machine"),
        ('{ url = "score/batch" }', '[target] batch: "score/batch" is not an address'),
        ('{ items = "records" }', "[target] batch has no url"),
        ('{ url = "/batch", results = "rows[" }', "target.batch: "),
        ('{ url = "/batch", result = "rows" }', 'unknown key "result"'),
    ],
)
def test_a_batch_that_cannot_be_sent_is_refused_before_the_first_call(batch: str, message: str) -> None:
    configured(batch)
    heard: list[Heard] = []
    got = checked(taking(each), heard=heard)
    assert (got.code, heard) == (4, [])
    assert message in got.err


def test_a_batch_of_texts_is_refused_with_what_to_do() -> None:
    configured()
    Path("texts").mkdir()
    Path("texts", "a.txt").write_text("My parcel has not arrived.", encoding="utf-8")
    Path("truth.csv").write_text("file,label\na.txt,delivery\n", encoding="utf-8")
    with serving(honest) as url:
        result = harness("check", url, "--samples", "texts", "--truth", "truth.csv", "--out", "run")
    assert result.code == 4
    assert "[target] batch: the samples are texts, but only records can be sent as rows" in result.err


def test_the_password_of_a_batch_address_never_reaches_the_disk() -> None:
    with serving(taking(each), "/score/batch") as other:
        configured(f'{{ url = "{other.replace("//", "//anna:geheim@")}" }}')
        checked(taking(each))
    assert "geheim" not in "".join(file.read_text(encoding="utf-8") for file in Path("run").glob("*.json*"))
