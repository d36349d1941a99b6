"""The same bytes from two customers: does one get what the other was answered?"""

from hashlib import sha256
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.checking import findings, parts, reasons, routed, write_samples
from tests.endpoints.command import Said, harness
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
    assert {"state/variant_1", "state/variant_1_other"} <= parts()
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
        address = next(a for a, _ in RunFolder.read(Path("run")).replies if a.startswith("state/variant_1_other#"))
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
