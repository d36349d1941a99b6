"""The one field that differs between two versions of a record."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import CHANGED_FIELD, Plan, Step
from harness.generate.bases import Bases
from harness.generate.records.changes.compared import only_changed
from harness.generate.render import render
from harness.generate.samples.read_samples import read_samples
from tests.endpoints.orders import write_pilot

BEFORE: tuple[tuple[str, Any], ...] = (
    ("id", "A7"),
    ("amount", 12.5),
    ("express", True),
    ("customer", (("name", "Zoë"), ("age", 41))),
    ("lines", [(("sku", "x"), ("n", 1)), (("sku", "y"), ("n", 2))]),
)


def with_(name: str, value: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((key, value if key == name else old) for key, old in BEFORE)


@pytest.mark.parametrize(
    ("after", "path"),
    [
        (BEFORE, ""),
        (BEFORE[1:], "id"),
        (with_("amount", None), "amount"),
        (with_("amount", "12.5"), "amount"),
        (with_("express", 1), "express"),
        (with_("customer", (("name", "Zoë"),)), "customer.age"),
        (with_("customer", (("name", "Zoe"), ("age", 42))), ""),
        (with_("lines", [(("sku", "x"), ("n", 1)), (("sku", "y"), ("n", 3))]), "lines[1].n"),
        (with_("lines", []), "lines"),
        ((*BEFORE, ("more", 1)), ""),
        ((*BEFORE[1:], ("ID", "A7")), "id"),
        ((("amount", None), *BEFORE[2:]), ""),
        (tuple(reversed(BEFORE)), ""),
    ],
    ids=["same", "gone", "null", "text", "true and 1", "inside", "two", "in a list", "list", "more", "renamed", "both",
         "order"],
)  # fmt: skip
def test_the_path_of_the_one_field_that_was_changed_or_is_gone(after: tuple[tuple[str, Any], ...], path: str) -> None:
    assert only_changed(BEFORE, after) == path


@given(st.integers(0, len(BEFORE) - 1), st.one_of(st.none(), st.text(), st.integers(), st.floats(allow_nan=False)))
def test_a_field_with_another_value_is_named_and_one_with_its_own_is_not(place: int, value: Any) -> None:
    name, old = BEFORE[place]
    same = type(value) is type(old) and value == old
    assert only_changed(BEFORE, with_(name, value)) == ("" if same else name)


def test_a_rendered_record_has_the_field_as_a_tag_and_an_unchanged_one_has_none(tmp_path: Any) -> None:
    write_pilot(tmp_path / "pilot")
    samples = read_samples(str(tmp_path / "pilot"), "total,carrier")
    bases, base = Bases(seed=1, samples=samples), f"sample:{samples.items[0].key}"
    dropped = render(Plan(base=base, steps=(Step(op="record.drop", severity=1),), stream="one"), bases)
    several = render(Plan(base=base, steps=(Step(op="record.drop", severity=10),), stream="one"), bases)
    assert dropped.tags[CHANGED_FIELD].encode() not in dropped.file.content
    assert CHANGED_FIELD not in several.tags
    assert CHANGED_FIELD not in render(Plan(base=base), bases).tags
