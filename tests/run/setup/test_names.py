"""What columns of a truth mean: matched, told, written down, or named as what keeps packs out."""

import json
from pathlib import Path

import pytest

from harness.core.case import Plan, Step
from harness.generate.bases import Bases
from harness.generate.render import render
from harness.generate.samples.read_samples import read_samples
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.filling import write_pages
from tests.endpoints.server import serving

NAMES = {"invoice_number": "Rechnungsnr", "invoice_date": "datum", "total": "Betrag"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def renamed(names: dict[str, str], more: str = "") -> tuple[str, str]:
    """Pages whose truth has these names; more: a further column."""
    folder, truth, _ = write_pages(Path("pages"), "png", tuple(names))
    _, *rows = Path(truth).read_text(encoding="utf-8").splitlines()
    head = ",".join(("file", *names.values(), *([more] if more else [])))
    Path(truth).write_text("\n".join([head, *(f"{row},red" if more else row for row in rows)]) + "\n", encoding="utf-8")
    return folder, truth


def check(folder: str, truth: str) -> CommandResult:
    """A check of a service that hands everything over; what is told before the first call does not depend on it."""

    def nothing(body: bytes) -> tuple[int, object]:
        return 200, {"fields": dict.fromkeys((*NAMES.values(), "colour")), "confidence": 0.1}

    with serving(nothing, "/extract") as url:
        return harness("check", url, "--samples", folder, "--truth", truth, "--calls", "60", "--out", "run")


def test_made_papers_have_their_truth_under_the_names_of_the_team() -> None:
    folder, truth = renamed(NAMES)
    said = harness(
        "packs",
        "draw",
        "unfamiliar_invoices/date_forms",
        "-n",
        "4",
        "--samples",
        folder,
        "--truth",
        truth,
        "--out",
        "o",
    )
    assert said.code == 0, said.err
    for line in Path("o/cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        assert set(NAMES.values()) <= set(case["truth"])
        assert not set(NAMES) & set(case["truth"])
        assert case["truth"]["datum"][:2] == "20"


def test_an_effect_on_a_field_is_under_the_name_of_the_team() -> None:
    samples = read_samples(*renamed(NAMES))
    steps = (Step(op="page.torn_field", severity=10, site="total"),)
    torn = render(Plan(base="made:invoices#1", steps=steps, stream="torn"), Bases(seed=1, samples=samples))
    assert torn.effects["Betrag"] == "destroyed"
    assert "total" not in torn.effects


def test_what_was_matched_is_told_before_the_first_call() -> None:
    said = check(*renamed(NAMES))
    assert (
        "fields: Rechnungsnr is read as invoice_number, datum is read as invoice_date, Betrag is read as total;"
        in said.err
    )
    assert said.err.index("fields: Rechnungsnr") < said.err.index("price: ")
    assert (
        "unfamiliar_invoices" in Path("run/plan.md").read_text(encoding="utf-8") if Path("run/plan.md").exists() else 1
    )


def test_a_column_that_made_invoices_lack_is_told_with_the_packs_that_it_keeps_out_before_and_after() -> None:
    said = check(*renamed(NAMES, "colour"))
    packs = "multilingual_documents, unfamiliar_invoices, wrong_paper"
    assert (
        f"packs: {packs} do not apply: made invoices have no colour; if they have, say so in [pilot] fields" in said.err
    )
    findings = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    (found,) = [one for one in findings if one["kind"] == "packs_without_fields"]
    assert (found["names"], found["causes"]) == (packs.split(", "), {"colour": 1})
    verbose = harness("show", "run", "--verbose").out
    assert f"Not tested: {packs} (made invoices have no colour)" in " ".join(verbose.split())


def test_a_name_that_is_written_down_is_used() -> None:
    folder, truth = renamed({"invoice_number": "our_sign", "total": "total"})
    Path("harness.toml").write_text('[pilot]\nfields = { our_sign = "invoice_number" }\n', encoding="utf-8")
    said = check(folder, truth)
    assert "fields: our_sign is read as invoice_number;" in said.err
    assert "do not apply" not in said.err


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ('{ our_sgn = "total" }', '[pilot] fields: the truth has no column "our_sgn"\n  did you mean "our_sign"?'),
        (
            '{ our_sign = "invoice_numbr" }',
            '"invoice_numbr" for "our_sign" is not a usual name\n  did you mean "invoice_',
        ),
    ],
)
def test_a_name_that_cannot_be_is_an_error_with_the_nearest_one(fields: str, error: str) -> None:
    folder, truth = renamed({"invoice_number": "our_sign", "total": "total"})
    Path("harness.toml").write_text(f"[pilot]\nfields = {fields}\n", encoding="utf-8")
    said = check(folder, truth)
    assert said.code == 4
    assert error in said.err
