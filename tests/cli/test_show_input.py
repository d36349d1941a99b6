"""What `harness show ADDRESS` says of the input: the changed value, the changed text, or the changed page."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.endpoints.command import harness
from tests.endpoints.office_papers import write_papers
from tests.endpoints.office_reader import RIGHT, lines_of_text
from tests.endpoints.orders import liar, write_pilot
from tests.endpoints.routers import TICKETS, by_keyword
from tests.endpoints.server import serving


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    where, before = tmp_path_factory.mktemp("orders"), Path.cwd()
    os.chdir(where)
    write_pilot(where / "pilot")
    with serving(liar) as url:
        harness("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "400", "--out", "run")
    yield
    os.chdir(before)


def shown(address: str) -> str:
    said = harness("show", address, "--run", "run")
    assert said.code == 0, said.err
    return said.out


def first(part: str) -> str:
    """The address of the first case of that part in the run."""
    lines = Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines()
    addresses: list[str] = [json.loads(line)["address"] for line in lines]
    return next(one for one in addresses if one.startswith(part))


def sample_of(address: str) -> dict[str, object]:
    key = json.loads(harness("show", address, "--run", "run", "--json").out)["line"]["tags"]["sample"]
    number = int(key.rpartition("#")[2])
    found: dict[str, object] = json.loads(
        Path("pilot/orders.jsonl").read_text(encoding="utf-8").splitlines()[number - 1]
    )
    return found


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(("part", "sent"), [("missing_field", "absent"), ("null_field", "null")])
def test_a_changed_field_is_shown_with_its_value_before_and_after(part: str, sent: str) -> None:
    address = first(f"malformed_records/{part}#")
    row = re.search(r"^    changed .*\n    (\S+) +(.*?)  +(\S+)\n", shown(address), re.MULTILINE)
    assert row
    assert (json.loads(row[2]), row[3]) == (sample_of(address)[row[1]], sent)


@pytest.mark.usefixtures("orders")
def test_a_case_of_the_coverage_test_shows_its_field_and_not_its_tags() -> None:
    said = shown(first("coverage/missing:"))
    assert re.search(r"^    \S+ +\S.*  absent$", said, re.MULTILINE)
    assert "changed_field" not in said


@pytest.mark.usefixtures("orders")
def test_a_body_that_is_no_record_any_more_is_shown_with_its_changes_marked() -> None:
    said = shown(first("malformed_records/truncated#"))
    assert "  sent, changes marked as [-removed-] and {+added+}:\n    {" in said
    assert re.search(r"\[-.*-\]", said, re.DOTALL)
    doubled = shown(first("malformed_records/duplicate_key#"))
    assert re.search(r"\{\+.*\+\}", doubled, re.DOTALL)


@pytest.mark.usefixtures("orders")
def test_without_the_samples_the_screen_says_so_and_shows_what_the_run_has() -> None:
    address, file = first("coverage/missing:"), Path("pilot/orders.jsonl")
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("parcel", "pallet"), encoding="utf-8")
    said = shown(address)
    file.write_text(before, encoding="utf-8")
    assert "  the input cannot be made again: run: samples changed since this run\n" in said
    assert re.search(r"^    \S+ +\S+ +absent$", said, re.MULTILINE)
    assert "truth " in said


@pytest.mark.usefixtures("orders")
def test_the_json_document_has_the_input() -> None:
    told = json.loads(harness("show", first("malformed_records/null_field#"), "--run", "run", "--json").out)
    (change,) = told["input"]["changes"]
    assert change["after"] == "null"


def sorted_by_keyword(body: bytes) -> tuple[int, object]:
    text = json.loads(body)["message"]["body"]
    return (200, {"label": by_keyword(text)}) if text.strip() else (422, {"detail": "empty"})


def test_the_text_of_a_ticket_is_printed_with_its_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pilot").mkdir()
    rows = [f"{k}.txt,{label}" for k, label in enumerate(TICKETS.values())]
    Path("labels.csv").write_text("\n".join(("file,label", *rows)) + "\n", encoding="utf-8")
    for k, text in enumerate(TICKETS):
        Path(f"pilot/{k}.txt").write_text(text, encoding="utf-8")
    with serving(sorted_by_keyword) as url:
        toml = (
            f'[target]\nprotocol = "json"\nurl = "{url}"\nrequest = {{ message = {{ id = "7", body = "{{text}}" }} }}\n'
        )
        Path("harness.toml").write_text(toml + "[budget]\nrobustness = []\n", encoding="utf-8")
        said = harness("check", "--samples", "pilot", "--truth", "labels.csv", "--calls", "200", "--out", "run")
    assert said.code in (0, 1, 5), said.err
    plain = " ".join(shown("pilot/samples#0.txt").split())
    assert f" sent: {next(iter(TICKETS))} " in plain
    lines = map(json.loads, Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines())
    changed = [one["address"] for one in lines if one["changed"] and not one["address"].startswith(("pilot", "probe"))]
    marked = [shown(address) for address in changed]
    texts = [one for one in marked if "changes marked as" in one]
    assert texts
    assert all(re.search(r"\[-.*-\]|\{\+.*\+\}", one, re.DOTALL) for one in texts)


def test_a_page_shows_what_it_prints_instead_of_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    samples, truth = write_papers(Path("papers"), 12, 0)
    mix = "".join(f'[[mix]]\npack = "{name}"\nshare = 0.5\n' for name in ("pilot", "changed_values"))
    Path("harness.toml").write_text(f"{mix}[budget]\nrobustness = []\n", encoding="utf-8")
    with serving(replace(RIGHT, lines=lines_of_text), "/extract") as url:
        said = harness("check", url, "--samples", samples, "--truth", truth, "--calls", "60", "--out", "run")
    assert said.code in (0, 1, 5), said.err
    lines = map(json.loads, Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines())
    one = next(one for one in lines if "changed_field" in one["tags"])
    assert re.search(rf"^    {one['tags']['changed_field']} +\S.*  \S", shown(one["address"]), re.MULTILINE)
