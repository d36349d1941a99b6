"""The strata that a pilot lacks are named before the first call, and nothing is said of columns that are not there."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

from harness.core.answer_settings import FieldRule
from harness.core.case import Kind, Scalar
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document
from harness.run.setup.strata import describe_missing, missing
from tests.endpoints.command import harness


def samples(
    columns: Mapping[str, Sequence[Scalar]], kind: Kind = "text", files: Sequence[tuple[bytes, str]] = ()
) -> Samples:
    """Samples with these columns as truth; `files` are the contents and media types in turn."""
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    held = files or [(b"", "text/plain")]
    items = tuple(
        Sample(
            key=f"{k:03d}",
            kind=kind,
            content=held[k % len(held)][0],
            media_type=held[k % len(held)][1],
            filename="a",
            truth=row,
        )
        for k, row in enumerate(rows)
    )
    return Samples(kind=kind, items=items, columns=tuple(columns))


def lacks(column: str, values: Sequence[Scalar], kind: Kind = "text") -> list[str]:
    return missing(samples({column: values}, kind), {})


LATE = [f"2025-03-{day}" for day in range(13, 28)]
CODES = [f"INV-{k:05d}" for k in range(40)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (LATE, ["no day up to 12 (x)"]),
        ([*LATE, "2025-03-12"], []),
        ([f"{day}.03.2025" for day in range(13, 28)], ["no day up to 12 (x)"]),
        (["12.50", "999.99", "-3.00"], ["no amount from 1,000 on (x)"]),
        (["12.50", "1000.00"], ["no amount below 0 (x)"]),
        (["12.50", "13"], ["no amount from 1,000 on (x)", "no amount below 0 (x)"]),
        (["1.234,50", "-1.00"], []),
        (["3", "1", "2", "5"], []),
        (["EUR"] * 9, ["EUR as its only currency (x)"]),
        (["EUR"] * 9 + ["JPY"] * 9, []),
        (["12.50 EUR", "1,300.00 EUR", "-1.00 EUR"], ["EUR as its only currency (x)"]),
        (["billing"] * 9 + ["refund"] * 9, ["no rare class (x)"]),
        (["billing"] * 9 + ["refund"] * 9 + ["legal"], []),
        (["yes"] * 9 + ["no"] * 9, ["no rare class (x)"]),
        (["billing"] * 9, []),
        ([str(k) for k in range(20417, 20440)], ["no id with letters or a leading zero (x)"]),
        ([f"2024-{k:04d}" for k in range(40)], ["no id with letters or a leading zero (x)"]),
        (["00417", *(str(k) for k in range(20417, 20440))], []),
        (CODES, []),
        (["Harrow & Pike", "Quillmark Press", "Ashton Freight"], []),
        ([None, "", None], []),
    ],
)
def test_a_kind_of_value_that_a_column_never_shows_is_named(values: list[Scalar], said: list[str]) -> None:
    assert lacks("x", values) == said


@pytest.mark.parametrize(
    ("count", "smallest", "rare"), [(24, 1, True), (24, 2, False), (400, 8, True), (400, 9, False)]
)
def test_a_class_is_rare_up_to_two_in_a_hundred_or_with_one_sample(count: int, smallest: int, rare: bool) -> None:
    values = ["billing"] * (count - smallest) + ["legal"] * smallest
    assert (lacks("x", values) == []) is rare


def test_columns_of_one_kind_count_together() -> None:
    both = samples({"net": ["900.00", "-10.00"], "total": ["1100.00", "12.50"]})
    assert missing(both, {}) == []


def test_a_number_that_is_worked_out_from_a_record_is_no_amount() -> None:
    assert lacks("score", [12.5, 31.25, 44.0], "record") == []
    assert lacks("total", ["12.50 EUR", "13.00 USD"], "record") != []


def test_columns_that_only_cut_into_slices_say_nothing() -> None:
    assert missing(samples({"since": LATE}), {}, beside=("since",)) == []


def test_a_type_that_the_configuration_names_counts() -> None:
    values = [f"2025-{k}" for k in range(1000, 1040)]
    assert lacks("x", values) == ["no id with letters or a leading zero (x)"]
    assert missing(samples({"x": values}), {"x": FieldRule(type="text")}) == []


PAGE = render_invoice(draw_invoice(Stream(3, "strata")))


def file(encoder: str, pages: int) -> tuple[bytes, str]:
    made = encode(Document(pages=(PAGE,) * pages), encoder, "scan")
    return made.content, made.media_type


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([file("pdf", 1)], ["no second page"]),
        ([file("tiff-g4", 1), file("pdf", 1)], ["no second page"]),
        ([file("pdf", 1), file("pdf", 2)], []),
        ([file("tiff-g4", 2)], []),
        ([file("png", 1)], []),
        ([(b"%PDF broken", "application/pdf")], ["no second page"]),
    ],
)
def test_a_second_page_is_missed_where_a_file_could_have_one(files: list[tuple[bytes, str]], said: list[str]) -> None:
    assert missing(samples({"x": ["Harrow & Pike", "Quillmark Press"]}, "page", files), {}) == said


def test_what_is_missing_is_one_sentence_that_stays_one_line() -> None:
    five = ["a (x)", "b (x)", "c (x)", "d (x)", "e (x)"]
    assert describe_missing([]) == ""
    assert describe_missing(five[:1]) == "the pilot has a (x); failures on such values will not be found"
    assert "a (x), b (x), c (x), d (x); failures" in describe_missing(five[:4])
    assert "a (x), b (x), c (x) and 2 more (harness packs lint --samples --truth); failures" in describe_missing(five)
    assert "d (x), e (x); failures" in describe_missing(five, all_of_them=True)


def write_pilot(where: Path) -> None:
    where.mkdir()
    rows = ["file,no,day,total,currency"]
    for k in range(12):
        Image.new("L", (60, 40), 255).save(where / f"{k}.png")
        rows.append(f"{k}.png,{20417 + k},2025-03-{13 + k},{k + 1}.50,EUR")
    Path("truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_lint_names_all_of_them_and_a_check_says_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    said = harness("packs", "lint", "pilot", "--samples", "pilot", "--truth", "truth.csv")
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines()[0] == (
        "pilot: the pilot has no day up to 12 (day), no amount from 1,000 on (total), no amount below 0 (total), "
        "EUR as its only currency (currency), no id with letters or a leading zero (no); "
        "failures on such values will not be found"
    )
    told = harness("check", "http://127.0.0.1:9/", "--samples", "pilot", "--truth", "truth.csv").err.splitlines()
    assert [line for line in told if line.startswith("samples: the pilot has")] == [
        "samples: the pilot has no day up to 12 (day), no amount from 1,000 on (total), no amount below 0 (total) "
        "and 2 more (harness packs lint --samples --truth); failures on such values will not be found"
    ]


def test_lint_without_samples_says_nothing_of_them(tmp_path: Path) -> None:
    assert "the pilot" not in harness("packs", "lint", "pilot").err
    assert harness("packs", "lint", "--truth", "total").code == 4
