"""The same bytes from two customers: does one get the answer of the other?"""

from hashlib import sha256
from pathlib import Path

import pytest

from harness.core.finding import Where
from harness.core.finding_kinds import Why
from harness.diff.robustness.both_orders import REPEATED
from harness.store.folder import RunFolder
from tests.endpoints.checking import changed_in, parts, reasons, routed, untested, write_samples
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest
from tests.endpoints.remembering import (
    cached_for_all,
    for_each_customer,
    route,
    stricter_for,
)
from tests.endpoints.server import Heard, Known, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_samples()


@pytest.fixture
def _two_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_OWN", "anna-secret")
    monkeypatch.setenv("STATE_OTHER", "bert-secret")
    lines = (
        'headers = { Authorization = "env:STATE_OWN" }',
        'other_headers = { authorization = "env:STATE_OTHER" }',
    )
    Path("harness.toml").write_text("\n".join(("[target]", *lines)) + "\n", encoding="utf-8")


def sent_by_two(known: Known, *sample: str, path: str = "/route") -> CommandResult:
    samples = sample or ("--samples", "texts", "--truth", "texts/truth.csv")
    with serving(route, path, known=known) as url:
        return harness("check", url, *samples, "--out", "run")


def hashed(known: Known) -> Known:
    """The same service, which shows no credential in its replies."""
    return lambda who, body: known(sha256(who.encode()).hexdigest()[:8], body)


@pytest.mark.usefixtures("_two_customers")
def test_a_cache_that_knows_no_customers_is_found_by_whose_answer_comes() -> None:
    assert sent_by_two(hashed(cached_for_all(for_each_customer(route)))).code == 1
    finding = changed_in(Where.OTHER_CUSTOMER)
    assert finding["subject"] == REPEATED
    customers = {own(), sha256(b"bert-secret").hexdigest()[:8]}
    assert finding["example"]["field"] == "account.customer"
    assert {finding["example"]["expected"], finding["example"]["got"]} == customers


@pytest.mark.full_dose
@pytest.mark.usefixtures("_two_customers")
def test_records_of_two_customers_are_kept_apart_as_well() -> None:
    orders = ("--samples", "pilot", "--truth", "total,carrier")
    sent_by_two(hashed(cached_for_all(for_each_customer(honest))), *orders, path="/score")
    assert changed_in(Where.OTHER_CUSTOMER)["subject"] == REPEATED


@pytest.mark.usefixtures("_two_customers")
def test_answers_that_differ_by_customer_show_a_leak_if_nothing_names_the_customer() -> None:
    other = sha256(b"bert-secret").hexdigest()[:8]
    default = {"label": "billing", "confidence": 0.95}
    sent_by_two(hashed(cached_for_all(stricter_for(other, route, default))))
    assert changed_in(Where.OTHER_CUSTOMER)["subject"] == REPEATED


@pytest.mark.usefixtures("_two_customers")
def test_two_customers_of_an_honest_service_pass_and_their_secrets_are_never_stored() -> None:
    sent_by_two(hashed(for_each_customer(route)))
    assert reasons() == []
    assert {"state/variant_1", "state/variant_1_other"} <= parts()
    assert Where.OTHER_CUSTOMER not in untested()
    stored = b"".join(path.read_bytes() for path in Path("run").rglob("*") if path.is_file())
    assert b"-secret" not in stored


@pytest.mark.full_dose
@pytest.mark.usefixtures("_two_customers")
def test_customers_with_the_same_answers_and_one_without_answers_leave_leaks_untested() -> None:
    sent_by_two(lambda who, body: route(body))
    assert reasons() == []
    assert untested()[Where.OTHER_CUSTOMER]["why"] == Why.SAME_ANSWERS
    refuses_one = hashed(lambda who, body: route(body) if who == own() else (401, {"detail": "who?"}))
    with serving(route, "/route", known=refuses_one) as url:
        harness("check", url, "--samples", "texts", "--truth", "texts/truth.csv", "--out", "refused")
    finding = untested("refused")[Where.OTHER_CUSTOMER]
    assert (finding["why"], set(finding["causes"])) == (Why.NO_ANSWERS, {"auth"})


def own() -> str:
    return sha256(b"anna-secret").hexdigest()[:8]


@pytest.mark.full_dose
@pytest.mark.usefixtures("_two_customers")
def test_a_case_of_the_second_customer_is_sent_again_as_that_customer() -> None:
    heard: list[Heard] = []
    with serving(route, "/route", known=hashed(for_each_customer(route)), heard=heard) as url:
        harness("check", url, "--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
        address = next(a for a, _ in RunFolder.read(Path("run")).replies if a.startswith("state/variant_1_other#"))
        harness("show", address, "--run", "run", "--send")
        assert heard[-1].header("Authorization") == "bert-secret"
    curl = harness("show", address, "--run", "run", "--curl").out
    assert "authorization: $STATE_OTHER" in curl
    assert "STATE_OWN" not in curl


def test_a_second_customer_whose_variable_is_not_set_is_an_error_before_the_run() -> None:
    Path("harness.toml").write_text(
        '[target]\nother_headers = { Authorization = "env:STATE_NONE" }\n', encoding="utf-8"
    )
    ran = routed(route)
    assert ran.code == 4
    assert "the environment variable STATE_NONE" in ran.err
