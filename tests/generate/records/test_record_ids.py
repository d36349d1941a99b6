"""Odd ids: each op makes an id of the kind that a finding names, and leaves the rest of the record alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.diff.scoring.id_kinds import kind_of
from harness.generate.ops import get_op
from harness.generate.payloads import Record
from harness.generate.records.changes.placing import named_as_id, put, value_at
from tests.endpoints.remembering import without_accents

KINDS = {
    "zeros": "with leading zeros",
    "large": "above 2^53",
    "exponent": "with an E among digits",
    "letters": "with letters among digits",
    "decomposed": "with decomposed letters",
    "blanks": "with blanks around them",
    "long": "of 40 letters and more",
}


def changed(kind: str, value: object, seed: int = 1) -> object:
    record = Record(pairs=(("a", 1), ("to", (("id", value),)), ("note", "id")))
    after = get_op(f"record.id_{kind}").run(record, 10, Stream(seed, kind), "to.id")
    assert put(after, "to.id", value) == record
    return value_at(after, "to.id")


ids = st.from_regex(r"([A-Z]{1,3}-?)?[1-9][0-9]{2,9}", fullmatch=True)


@pytest.mark.parametrize("kind", KINDS)
@given(value=ids, seed=st.integers(0, 1000))
def test_each_op_makes_an_id_of_its_kind_behind_the_same_prefix(kind: str, value: str, seed: int) -> None:
    after = changed(kind, value, seed)
    prefix = value.rstrip("0123456789")
    assert isinstance(after, str)
    assert kind_of(after) == KINDS[kind]
    assert after.strip().startswith(prefix)


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_in_small_letters_gets_small_ones_and_one_in_capitals_capitals(kind: str) -> None:
    for value, written in (("ab-4172", str.lower), ("AB-4172", str.upper), ("4172", str.upper)):
        after = changed(kind, value)
        assert isinstance(after, str)
        assert after == written(after)


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_is_a_number_stays_one_or_is_left_as_it_is(kind: str) -> None:
    after = changed(kind, 417233)
    assert isinstance(after, int)
    assert (kind_of(after) == "above 2^53") == (kind in ("large", "long"))
    assert (after == 417233) == (kind not in ("large", "long"))


def test_a_large_number_is_none_that_a_double_holds() -> None:
    for seed in range(50):
        after = changed("large", 417233, seed)
        assert isinstance(after, int)
        assert int(float(after)) != after


@pytest.mark.parametrize(
    ("before", "after"),
    [("417B33", "417Ḃ33"), ("c-417", "ć-417"), ("QX-7", "QẌ-7"), ("Q7", "Q7"), ("4172", "4172"), (417233, 417233)],
)
def test_an_accent_is_put_on_the_last_letter_that_can_carry_one(before: object, after: object) -> None:
    assert changed("accent", before) == after


@given(value=ids, seed=st.integers(0, 1000))
def test_an_id_with_a_letter_and_then_an_accent_differs_from_it_by_the_accent_alone(value: str, seed: int) -> None:
    plain = changed("letters", value, seed)
    after = changed("accent", plain)
    assert after != plain
    assert without_accents(after) == plain
    assert kind_of(after) == "with accents"


@pytest.mark.parametrize(
    ("name", "is_id"),
    [
        ("customer_id", True),
        ("orderNo", True),
        ("meta.ref", True),
        ("ID", True),
        ("paid", False),
        ("unit_price", False),
    ],
)
def test_ids_are_known_by_their_name(name: str, is_id: bool) -> None:
    assert named_as_id(name) == is_id
