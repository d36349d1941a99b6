"""The state test: the same cases later, after many with one answer, and after another that begins and ends alike."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.finding import Where
from harness.core.finding_kinds import FindingKind, Why
from harness.diff.robustness.both_orders import REPEATED
from harness.store.folder import RunFolder
from tests.dose import most_in_full
from tests.endpoints.checking import (
    changed_in,
    checked,
    circumstance,
    cut_off,
    parts,
    reasons,
    routed,
    untested,
    write_samples,
)
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, unsteady
from tests.endpoints.remembering import (
    cached,
    file_name,
    first_letters,
    folded,
    last_bytes,
    order_id,
    route,
    shade,
    spoilt_after,
    swayed,
    write_pages,
)
from tests.endpoints.repeating import write_numbered
from tests.endpoints.server import serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_samples()


@pytest.mark.parametrize("key", most_in_full([last_bytes, first_letters]))
def test_a_cache_keyed_by_the_beginning_or_the_end_is_found_by_two_texts_that_have_it_in_common(
    key: Callable[[bytes], object],
) -> None:
    assert routed(cached(route, key)).code == 1
    finding = changed_in(Where.SAME_OPENING)
    assert finding["subject"] == REPEATED
    assert finding["parts"][REPEATED] == finding["count"] | {"n": finding["count"]["hits"]}
    assert finding["cases"]
    assert all(case.startswith("state/opening_") for case in finding["cases"])
    assert reasons()[0]["cases"] == finding["cases"]


def test_the_example_of_a_repeated_answer_has_both_answers_and_the_request_before() -> None:
    routed(cached(route, first_letters))
    example = changed_in(Where.SAME_OPENING)["example"]
    assert example["field"] == "label"
    assert example["expected"] != example["got"]
    rows = {row.address: row for row in RunFolder.read(Path("run")).read_judged()}
    assert rows[example["address"]].answer["label"] == example["got"]
    assert rows[example["other"]].answer["label"] == example["got"]


def test_a_cache_keyed_by_the_whole_request_passes() -> None:
    routed(cached(route, bytes))
    assert reasons() == []
    assert {"state/opening_1", "state/plain_1", "state/accented_1"} <= parts()


@pytest.mark.full_dose
def test_the_two_texts_of_an_opening_are_shown_with_the_same_beginning() -> None:
    routed(route)
    addresses = sorted(a for a, _ in RunFolder.read(Path("run")).replies if a.startswith("state/opening_1#"))
    texts = []
    for k, address in enumerate(addresses):
        assert harness("show", address, "--run", "run", "--save-bytes", f"{k}.json").code == 0
        texts.append(json.loads(Path(f"{k}.json").read_bytes())["text"])
    first, second = texts
    assert first != second
    assert first[:300] == second[:300]


def test_a_cache_keyed_by_the_file_name_is_found_by_two_pages_under_one_name() -> None:
    write_pages(Path("pages"))
    with serving(cached(shade, file_name), "/read") as url:
        harness("check", url, "--samples", "pages", "--truth", "pages/truth.csv", "--out", "run")
    assert changed_in(Where.SAME_FILE_NAME)["subject"] == REPEATED


def test_a_cache_keyed_by_the_id_is_found_by_two_records_with_one_id() -> None:
    checked(cached(honest, order_id))
    assert changed_in(Where.SAME_ID)["subject"] == REPEATED


def test_the_two_records_of_a_couple_have_one_id_and_nothing_else_in_common() -> None:
    checked(honest)
    addresses = sorted(a for a, _ in RunFolder.read(Path("run")).replies if a.startswith("state/opening_1#"))
    orders = []
    for k, address in enumerate(addresses):
        assert harness("show", address, "--run", "run", "--save-bytes", f"{k}.json").code == 0
        orders.append(json.loads(Path(f"{k}.json").read_bytes()))
    first, second = orders
    assert first["order_id"] == second["order_id"]
    assert {**first, "order_id": ""} != {**second, "order_id": ""}


def test_a_cache_keyed_without_accents_is_found_by_two_texts_whose_openings_differ_by_one() -> None:
    routed(cached(route, folded(first_letters)))
    assert changed_in(Where.ACCENT, "opening")["subject"] == REPEATED
    assert "state/opening_1" not in parts()


@pytest.mark.full_dose
def test_uploads_stored_under_names_without_accents_are_found_by_two_names_that_differ_by_one() -> None:
    write_pages(Path("pages"))
    with serving(cached(shade, folded(file_name)), "/read") as url:
        harness("check", url, "--samples", "pages", "--truth", "pages/truth.csv", "--out", "run")
    assert changed_in(Where.ACCENT, "file name")["subject"] == REPEATED


def test_records_kept_by_an_id_without_accents_are_found_by_two_ids_that_differ_by_one() -> None:
    checked(cached(honest, folded(order_id)))
    assert changed_in(Where.ACCENT, "id")["subject"] == REPEATED


@pytest.mark.full_dose
def test_records_whose_ids_are_numbers_have_no_look_alikes_with_an_accent() -> None:
    write_numbered(Path("pilot"))
    checked(honest)
    assert "state/opening_1" in parts()
    assert not {"state/plain_1", "state/accented_1"} & parts()


@pytest.mark.full_dose
def test_a_page_reader_without_a_cache_passes() -> None:
    write_pages(Path("pages"))
    with serving(shade, "/read") as url:
        harness("check", url, "--samples", "pages", "--truth", "pages/truth.csv", "--out", "run")
    assert reasons() == []
    assert "state/opening_1" in parts()


def test_answers_that_are_spoilt_in_the_course_of_the_run_are_found_by_the_first_cases_again() -> None:
    default = {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}
    checked(spoilt_after(honest, 378, default))
    finding = changed_in(Where.LATER)
    assert (finding["subject"], finding["names"]) == ("constant", ["0.0 / parcel"])


def test_an_answer_that_goes_on_after_many_of_its_kind_is_found_after_a_burst() -> None:
    routed(swayed(route, 7))
    finding = changed_in(Where.AFTER_SAME_ANSWER, "8")
    assert finding["cases"]
    assert all(case.startswith("state/after_a_burst#") for case in finding["cases"])


def test_an_honest_service_passes_and_the_report_names_what_was_not_tested() -> None:
    assert checked(honest).code == 0
    assert reasons() == []
    assert {"state/burst", "state/later"} <= parts()
    assert {where: (one["why"], one["subject"]) for where, one in untested().items()} == {
        Where.AFTER_START: (Why.NOT_CONFIGURED, "[target] start"),
        Where.OTHER_CUSTOMER: (Why.NOT_CONFIGURED, "[target] other_headers"),
    }


@pytest.mark.parametrize("number", most_in_full(range(4)))
@pytest.mark.parametrize("right", [0.98, 0.8])
def test_a_service_that_differs_by_chance_is_noise_and_not_blamed_on_state(right: float, number: int) -> None:
    checked(unsteady(number, right))
    assert [reason["status"] for reason in reasons()] in ([], ["undecided"])


def test_too_few_calls_leave_the_criterion_undecided() -> None:
    checked(honest, "--calls", "40")
    (reason,) = reasons()
    finding = reason["finding"]
    assert reason["status"] == "undecided"
    assert (finding["kind"], finding["why"]) == (FindingKind.NOT_TESTED, Why.TOO_FEW_CALLS)
    assert circumstance(finding) == (Where.LATER, "")
    assert finding["numbers"]["calls"] < finding["numbers"]["needed"]


@pytest.mark.full_dose
def test_more_calls_make_longer_bursts_and_never_more_than_a_tenth() -> None:
    checked(honest, "--calls", "1200")
    sent = [address for address, _ in RunFolder.read(Path("run")).replies if address.startswith("state/")]
    burst = sum(address.startswith("state/burst#") for address in sent)
    assert 20 < burst <= 120


@pytest.mark.full_dose
@pytest.mark.parametrize("address", most_in_full(["state/opening_2#", "state/opening_3#", "state/burst#"]))
def test_a_run_that_was_cut_off_in_the_test_comes_to_the_same_end(address: str) -> None:
    before = cut_off(cached(route, first_letters), address, 1)
    assert before
    assert reasons() == before
