"""Whole checks of page readers that know papers by their bytes: which packs are judged, and what is said."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case
from harness.generate.bases import Bases
from harness.generate.draw import clean_paper, draw_pack, make_case
from harness.generate.recipes.packs import read_pack
from harness.generate.samples.read_samples import read_samples
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.filling import write_pages
from tests.endpoints.server import Answer, serving

FIELDS = ("invoice_number", "total")
MOST, CALLS = 130, 130
"""Cases of the pack that the service knows, and calls of a check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Samples with their truth, a reader that knows only these, and what the pack can send by its digest."""

    folder: str
    truth: str
    known: Answer
    cases: Mapping[str, Case]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, truth, known = write_pages(tmp_path_factory.mktemp("papers") / "pages", "png", FIELDS, count=40)
    samples = read_samples(folder, truth)
    pack, bases = read_pack("unfamiliar_invoices"), Bases(seed=1, samples=samples)
    drawn = list(draw_pack(pack, pack.scenarios, samples, MOST, 1))
    papers = dict.fromkeys(one.control for one in drawn)
    cases = [make_case(one, bases) for one in (*drawn, *map(clean_paper, papers))]
    return Made(folder=folder, truth=truth, known=known, cases={case.sha256: case for case in cases})


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("harness.toml").write_text(
        '[[mix]]\npack = "pilot"\nshare = 0.8\n\n[[mix]]\npack = "unfamiliar_invoices"\nshare = 0.2\n\n'
        "[budget]\nrobustness = []\nrepeats = 1\n\n[gate]\nsilent_errors = 0.1\nerrors = 0.1\n",
        encoding="utf-8",
    )


def check(made: Made, read: Callable[[Case], bool]) -> CommandResult:
    """Check a reader that gives the truth of a case that it can read, and another total for the others, always sure."""

    def answer(body: bytes) -> tuple[int, object]:
        content = body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
        case = made.cases.get(sha256(content).hexdigest())
        if case is None:
            return made.known(body)
        fields = {name: case.truth[name] for name in FIELDS}
        return 200, {"fields": fields if read(case) else {**fields, "total": "1.00"}, "confidence": 0.97}

    with serving(answer, "/extract") as url:
        return harness(
            "check", url, "--samples", made.folder, "--truth", made.truth, "--calls", str(CALLS), "--out", "run"
        )


def reasons() -> dict[str, dict[str, Any]]:
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    return {f"{one['criterion']} {one['slice']}".strip(): one for one in verdict["reasons"]}


def findings(kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    return [one for one in found if one["kind"] == kind]


def is_clean(case: Case) -> bool:
    return case.address.startswith("made/")


@pytest.mark.usefixtures("_here")
def test_a_reader_that_cannot_read_made_papers_is_undecided_by_what_is_unknown_and_by_nothing_else(made: Made) -> None:
    said = check(made, lambda case: False)
    assert said.code == 5, said.out
    assert set(reasons()) == {"unknown"}
    assert "Not judged: unfamiliar_invoices (made papers that the service does not read)" in said.out
    (misread,) = findings("clean_papers_misread")
    assert misread["count"]["hits"] == misread["count"]["n"] > 0
    assert (misread["names"], misread["example"]["field"]) == (["invoices"], "total")


@pytest.mark.usefixtures("_here")
def test_a_reader_of_clean_papers_is_judged_by_the_changed_ones(made: Made) -> None:
    said = check(made, is_clean)
    assert said.code == 1, said.out
    assert reasons()["silent_errors_pack unfamiliar_invoices"]["status"] == "failed"
    assert findings("packs_not_judged") == findings("clean_papers_misread") == []


@pytest.mark.usefixtures("_here")
def test_a_reader_of_all_papers_is_a_go_and_the_price_has_the_clean_ones(made: Made) -> None:
    said = check(made, lambda case: True)
    assert said.code == 0, said.out
    replies = Path("run/replies.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(replies) <= CALLS
    papers = {json.loads(line)["address"] for line in replies if '"made/' in line}
    assert f"; clean papers {len(papers)}; probes" in said.err
    assert harness("show", min(papers), "--run", "run").code == 0


@pytest.mark.parametrize("address", ["made/invoices#x", "made/planets#1"])
def test_an_address_of_a_paper_that_cannot_be_is_refused_with_the_kinds(address: str) -> None:
    said = harness("packs", "draw", address, "--out", "out")
    assert said.code == 4
