"""Records as CSV, XML, EDI and columns: read back by other readers, what is harmless is, what is broken shows."""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import PackError
from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.payloads import File, Record
from harness.generate.recipes.packs import read_pack
from harness.generate.records.forms import columns, edi, table, table_ways, xml_ways
from harness.generate.records.forms.encode import RECORD_ENCODERS, write_record
from harness.generate.records.forms.flat import Cells, cells_of
from harness.generate.records.forms.rows import row_names
from tests.endpoints.reference_forms import FORMS, Unreadable

RECORD = Record(
    pairs=(
        *(("id", "00417"), ("name", 'Müller "Pike" AG, Söhne'), ("amount", -12.5), ("big", 417233), ("note", None)),
        *(("call", "call + me: it's fine?"), ("vip", True), ("where", (("dock", 4), ("hall", "B 2")))),
    )
)
FLAT = dict(cells_of(RECORD))
WAYS: Mapping[str, Mapping[str, Callable[..., bytes | None]]] = MappingProxyType(
    {"csv": table_ways.ROWS, "xml": xml_ways.ROWS, "edi": edi.ROWS, "fixed": columns.ROWS}
)
HARMLESS = [(form, row) for form in WAYS for row in row_names(f"{form}_form")]
BROKEN = [(form, row) for form in WAYS for row in row_names(f"{form}_broken")]


def plain(form: str) -> File:
    return write_record(RECORD, form, "r.json")


def written(form: str, kind: str, row: str) -> File:
    op = get_op(f"record.{form}_{kind}")
    file: File = op.run(plain(form), 10, Stream(1, "forms", row), row)
    return file


@pytest.mark.parametrize("form", WAYS)
def test_a_record_is_read_back_as_it_was_written(form: str) -> None:
    assert FORMS[form](plain(form).content) == FLAT


def test_the_standard_library_reads_the_same() -> None:
    rows = list(csv.DictReader(io.StringIO(plain("csv").content.decode("utf-8"), newline="")))
    assert rows == [FLAT]
    root = ElementTree.fromstring(plain("xml").content)
    assert (root.findtext("name"), root.findtext("where/hall"), root.findtext("note")) == (FLAT["name"], "B 2", "")


@pytest.mark.parametrize(("form", "row"), HARMLESS)
def test_a_harmless_way_holds_the_same_record(form: str, row: str) -> None:
    file = written(form, "form", row)
    assert file.content != plain(form).content
    found = FORMS[form](file.content)
    if row.endswith("_before_text"):
        changed = [name for name in FLAT if found[name] != FLAT[name]]
        assert [found[name][1:] for name in changed] == [FLAT[name] for name in changed] != []
    elif row == "line_end_in_cell":
        assert {name: text.replace("\n", " ") for name, text in found.items()} == FLAT
    else:
        assert found == FLAT


@pytest.mark.parametrize(("form", "row"), BROKEN)
def test_a_broken_way_is_refused_or_says_something_else(form: str, row: str) -> None:
    file = written(form, "broken", row)
    if (form, row) == ("xml", "attributes"):
        assert file == plain(form), "a record with a record in it has no attributes for it"
        return
    assert file.content != plain(form).content
    try:
        found = FORMS[form](file.content)
    except Unreadable:
        return
    assert found != FLAT


def test_every_row_of_the_table_has_its_way_and_every_way_its_row() -> None:
    for form, ways in WAYS.items():
        told = [row for kind in (f"{form}_form", f"{form}_broken") for row in row_names(kind)]
        assert sorted(told) == sorted(ways)


texts = st.text(max_size=12)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
records = st.dictionaries(texts, scalars | st.lists(scalars, max_size=2), max_size=5).map(
    lambda found: Record(pairs=tuple(found.items()))
)


@pytest.mark.parametrize("form", ["csv", "edi"])
@given(record=records)
def test_any_record_comes_back(form: str, record: Record) -> None:
    cells = cells_of(record)
    read: Callable[[bytes], Cells | None] = {"csv": table.read_table, "edi": edi.read_edi}[form]
    assert read(RECORD_ENCODERS[form].write(record)) == cells


@given(record=records)
def test_any_record_is_well_formed_xml(record: Record) -> None:
    ElementTree.fromstring(RECORD_ENCODERS["xml"].write(record))


def test_no_entity_grows_or_leaves_the_house() -> None:
    tower = written("xml", "broken", "entity_in_entity").content
    assert len(ElementTree.fromstring(tower).findtext("where/hall") or "") <= 10_010
    for row in ("external_entity", "external_subset"):
        assert b'"urn:golive-harness:nowhere"' in written("xml", "broken", row).content


def test_an_unknown_row_is_told_with_the_nearest() -> None:
    with pytest.raises(PackError, match=r'no row "semicolon" of csv_form\n  did you mean "semicolons"'):
        written("csv", "form", "semicolon")
    with pytest.raises(PackError, match=r'no situation "leading_zer" of JSON\n  did you mean "leading_zero'):
        get_op("record.json_number").run(
            File(content=b'{"a": 1}', media_type="", filename=""), 10, Stream(1), "leading_zer"
        )


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        ('encode = "tiff-g4"', 'p/pack.toml:7: encoder "tiff-g4" writes pages, but the base is "records"'),
        ('encode = "cvs"', 'p/pack.toml:7: unknown encoder "cvs"\n  did you mean "csv"?'),
        (
            'ops = [{ op = "record.csv_form", severity = 10 }]',
            'op "record.csv_form" does not work on base "records" of scenario "s", which is written as JSON\n'
            '  write base = "records" and encode = "csv", because that is the form it works on',
        ),
        (
            'encode = "xml"\nops = [{ op = "record.json_cut", severity = 10 }]',
            'op "record.json_cut" does not work on base "records" of scenario "s", which is written as xml\n'
            '  write base = "records" and no encode, because JSON is the form it works on',
        ),
        (
            'ops = [{ op = "container.deep", severity = 10 }]',
            'op "container.deep" does not work on base "records" of scenario "s"',
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(tmp_path: Path, scenario: str, says: str) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    head = 'pack = "p"\nversion = "1"\n\n[[scenario]]\nid = "s"\nbase = "records"\n'
    (folder / "pack.toml").write_text(head + scenario + "\n", encoding="utf-8")
    with pytest.raises(PackError) as raised:
        read_pack(str(folder))
    assert says in str(raised.value)


def test_an_encoder_of_records_is_none_of_pages(tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    path.write_text(
        'pack = "p"\nversion = "1"\n[[scenario]]\nid = "s"\nbase = "pages"\nencode = "csv"\n', encoding="utf-8"
    )
    with pytest.raises(PackError, match='encoder "csv" writes records, but the base is "pages"'):
        read_pack(str(path))
