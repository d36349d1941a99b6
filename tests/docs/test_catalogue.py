"""The reference of what is reached is what the tables say, and the tables say nothing that is not so."""

import os
from pathlib import Path

import pytest

from harness.core.loading.shipped import shipped
from harness.generate.ops import all_ops
from harness.generate.text.rows import rows
from tests.docs.catalogue import catalogue, catalogue_table, rows_of
from tests.docs.reached import IN_ROBUSTNESS, OF_FILES, OF_RECORDS, TABLES, WITHOUT_ROWS

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/catalogue.md"
HEAD = """# Ways in which texts, records and files go wrong

The known ways, as a catalogue with an id each, and which op reaches which of them by which rows of its frozen table
(fixtures/tables, each row with its source); generated from the code. How much an op does at each severity:
[ops](ops.md). What happens to pages has no family here: its ops say how much of it there is.
"""
OURS = sorted({table for kinds in TABLES.values() for table, _ in kinds})


def test_the_reference_of_the_catalogue_is_what_the_code_says() -> None:
    text = f"{HEAD}\n{catalogue_table()}"
    if os.environ.get("HARNESS_GOLDEN") == "write":
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "HARNESS_GOLDEN=write makes it anew"


def test_every_op_on_records_says_what_it_reaches_and_reaches_what_there_is() -> None:
    assert {one.name for one in all_ops().values() if one.layer == "structure"} == set(OF_RECORDS)
    named = {entry for entries in (*OF_RECORDS.values(), *IN_ROBUSTNESS.values()) for entry in entries}
    assert named <= {one.entry for one in catalogue()}


def test_every_op_on_texts_says_what_it_reaches() -> None:
    named = {*TABLES, *WITHOUT_ROWS}
    assert {one.name for one in all_ops().values() if one.layer == "field"} <= named <= set(all_ops())
    assert {one.name for one in all_ops().values() if one.form and one.layer != "structure"} <= named


def test_what_is_said_of_ops_on_files_is_said_of_ops_that_work_on_files() -> None:
    known = {one.name for one in all_ops().values() if one.layer in ("serialise", "bytes", "envelope")}
    assert {*OF_FILES} <= known
    assert {entry for entries in OF_FILES.values() for entry in entries} <= {one.entry for one in catalogue()}


@pytest.mark.parametrize("table", OURS)
def test_every_row_is_drawn_by_an_op_and_names_entries_and_a_source(table: str) -> None:
    drawn = {row for op in TABLES for row in rows_of(op)}
    known = {one.entry for one in catalogue()}
    for row in rows(table):
        assert row in drawn
        assert row.entries
        assert set(row.entries) <= known
        assert len(row.source) >= len("our own")


@pytest.mark.parametrize("table", OURS)
def test_no_row_stands_twice(table: str) -> None:
    seen = [(row.kind, row.name, row.cells) for row in rows(table)]
    assert len(set(seen)) == len(seen)


def test_entries_without_rows_are_entries_of_the_catalogue() -> None:
    assert {entry for entries in WITHOUT_ROWS.values() for entry in entries} <= {one.entry for one in catalogue()}
    assert (shipped("fixtures") / "tables" / "catalogue.tsv").is_file()
