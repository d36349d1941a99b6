"""Records to bytes, the odd ones too."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.generate.payloads import Record
from harness.generate.records.json_text.write import write_json

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=8)
"""Lone surrogates and controls among the rest."""

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | any_text
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3), max_leaves=6
)
records = st.lists(st.tuples(any_text, values), max_size=6).map(lambda pairs: Record(pairs=tuple(pairs)))


def read_pairs(content: bytes) -> list[tuple[str, Any]]:
    """The outermost object's pairs, repeated keys and all; objects inside it as mappings."""

    def keep(pairs: list[tuple[str, Any]]) -> Any:
        kept.append(pairs)
        return dict(pairs)

    kept: list[list[tuple[str, Any]]] = []
    json.loads(content, object_pairs_hook=keep)
    return kept[-1]


@given(records)
def test_a_record_is_read_back_as_it_was_pair_by_pair(record: Record) -> None:
    assert read_pairs(write_json(record)) == list(record.pairs)


@given(records)
def test_bytes_are_utf_8_whatever_the_text_holds(record: Record) -> None:
    write_json(record).decode("utf-8")


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_a_plain_record_is_written_as_the_standard_library_does(plain: dict[str, Any]) -> None:
    written = write_json(Record(pairs=tuple(plain.items())))
    assert written == json.dumps(plain, ensure_ascii=False).encode()


@pytest.mark.parametrize("text", ["".join(map(chr, range(128))) * 4, "ä" * 300, "a" * 300 + "\ud800"])
def test_a_long_text_is_written_as_a_short_one(text: str) -> None:
    written = write_json(Record(pairs=((text, text),)))
    short = "".join(json.dumps(char, ensure_ascii=False)[1:-1] for char in text)
    assert written == f'{{"{short}": "{short}"}}'.encode("utf-8", "backslashreplace")


def test_a_repeated_key_stands_as_often_as_it_is_there() -> None:
    assert write_json(Record(pairs=(("a", 1), ("b", 2), ("a", 1)))) == b'{"a": 1, "b": 2, "a": 1}'


def test_nan_and_infinity_are_written_as_bare_words() -> None:
    record = Record(pairs=(("a", math.nan), ("b", [math.inf, -math.inf])))
    assert write_json(record) == b'{"a": NaN, "b": [Infinity, -Infinity]}'


def test_a_lone_surrogate_is_written_as_its_escape() -> None:
    assert write_json(Record(pairs=(("\ud800", "x\udfffy"),))) == b'{"\\ud800": "x\\udfffy"}'


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError):
        write_json(Record(pairs=(("a", {1, 2}),)))
