"""Which cases of a pack are sent: those that test something, as many as were allotted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.command import harness
from tests.endpoints.routers import by_keyword
from tests.endpoints.server import serving

PACK = 'pack = "{name}"\nversion = "1.0.0"\nsummary = "Figures"\n[[scenario]]\nid = "{name}"\nbase = "texts"\n{ops}\n'
OPS = 'ops = [{ op = "text.figures", severity = 10 }]'
FIGURES = "please send my refund of 1,284.50 EUR for order 47110"
WORDS = "please tell me where my parcel is"


def _drawn(texts: list[str]) -> dict[str, bool]:
    """The cases of the pack that a check of these texts draws, and whether their steps changed anything."""
    Path("figures").mkdir()
    Path("figures", "pack.toml").write_text(PACK.format(name="figures", ops=OPS), encoding="utf-8")
    rows = [{"text": text, "label": by_keyword(text)} for text in texts]
    Path("tickets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with serving(lambda body: (200, {"label": by_keyword(json.loads(body)["text"])}), "/route") as url:
        asked = ("--samples", "tickets.jsonl", "--truth", "label", "--pack", "figures", "--calls", "120")
        said = harness("check", url, *asked, "--out", "run")
    assert said.code in (0, 1, 5), said.err
    cases = [json.loads(line) for line in Path("run", "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    return {case["address"]: case["changed"] for case in cases if case["address"].startswith("figures/")}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_no_call_is_spent_on_a_case_that_its_steps_left_as_it_was() -> None:
    drawn = _drawn([f"{FIGURES} and {k}" if k % 2 else f"{WORDS} {'x' * k}" for k in range(8)])
    telling = {address for address, changed in drawn.items() if changed}
    assert set(_sent("figures/")) == telling
    assert 30 <= len(telling) < len(drawn)
    assert _finding("cases_unchanged")["count"] == {"hits": len(drawn) - len(telling), "n": len(drawn)}


def test_where_no_case_tests_anything_none_is_sent_and_they_are_counted() -> None:
    drawn = _drawn([f"{WORDS} {'x' * k}" for k in range(8)])
    assert len(drawn) >= 60
    assert not any(drawn.values())
    assert not _sent("figures/")
    verdict = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    assert (verdict["verdict"], _finding("cases_unchanged")["slice"]) == ("undecided", "figures/figures")
    assert _finding("cases_unchanged")["count"] == {"hits": len(drawn), "n": len(drawn)}


def _sent(start: str) -> list[str]:
    """The addresses with a reply that begin so."""
    rows = [json.loads(line) for line in Path("run", "replies.jsonl").read_text(encoding="utf-8").splitlines()]
    return [row["address"] for row in rows if row["address"].startswith(start)]


def _finding(kind: str) -> dict[str, Any]:
    (found,) = (one for one in json.loads(Path("run", "findings.json").read_text("utf-8")) if one["kind"] == kind)
    return dict(found)
