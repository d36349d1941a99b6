"""The curves beside the reference keep what is promised of severities, and the table of breaking points is theirs."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.generate.ops import all_ops
from tests.speed.calibrate import ops_of_packs
from tests.speed.curves import FOLDER, READERS, Curves, breaking_table, exceptions, idle, read_curves

PAGE = FOLDER.parent / "breaking.md"
HEAD = """# Breaking points of two readers

The table shows the smallest severity of each op whose mean error exceeds a limit. In brackets is the
share of pages that were then accepted with a wrong field. The error is the share of the seven printed
fields of a made invoice that were not read right. It includes fields that the op made unreadable.
Both readers run behind the field rules of the embedded pilot, which reads only the first page. The
[table of ops](ops.md) has the physical range of each severity.

The measured values are in [one table for each reader](curves); the head of each table says how they
were measured. Below severity 8, no severity of an op on pages or documents raises the mean error by
more than 0.15 over the severity before it, if every severity was measured. Tesseract was measured at
1, 3, 5, 7 and 9; there the limit applies to each severity in between. Ops on the meaning of an invoice
(`invoice.`) are exempt: their severity is a place in a list, and a reader that knows the form of one
country fails at the next one.

`harness check` finds the ops that break *your* service. These two readers show that severities are
ordered as they should be.
"""


def not_yet(curves: Mapping[str, Curves]) -> str:
    """Which ops of the packs a reader was not asked about, as Markdown; nothing where it was asked about all."""
    found = ""
    for name, one in curves.items():
        missing = [f"`{op.name}`" for op in ops_of_packs() if op.name not in one.by_op()]
        found += f"\nNot measured with {name} yet: {', '.join(missing)}.\n" if missing else ""
    return found


def test_the_table_of_breaking_points_is_what_the_curves_say() -> None:
    curves = {name: read_curves(name) for name in READERS}
    told = "\n".join(f"- {'; '.join(one.head[:2])}" for one in curves.values())
    text = f"{HEAD}\n{told}\n\n{breaking_table(curves)}{not_yet(curves)}"
    if os.environ.get("HARNESS_GOLDEN") == "write":
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "HARNESS_GOLDEN=write makes it anew"


@pytest.mark.parametrize("reader", READERS)
def test_no_severity_of_an_op_on_pages_is_a_cliff_and_none_takes_damage_back(reader: str) -> None:
    curves = read_curves(reader)
    assert curves.points
    assert list(exceptions(reader, curves)) == []


def test_every_op_on_pages_hurts_a_reader_somewhere() -> None:
    assert idle([read_curves(name) for name in READERS]) == []


@pytest.mark.parametrize("reader", READERS)
def test_curves_are_of_ops_that_there_are_and_begin_with_the_clean_page(reader: str) -> None:
    for op, points in read_curves(reader).by_op().items():
        severities = [one.severity for one in points]
        assert op in all_ops()
        assert severities[0] == 0
        assert severities == sorted(set(severities))
        assert all(0 <= one.silent + one.handed_over <= 1 for one in points)


def test_the_tables_are_small_enough_to_be_read_in_a_review() -> None:
    assert all(Path(file).stat().st_size < 40_000 for file in FOLDER.glob("*.tsv"))
