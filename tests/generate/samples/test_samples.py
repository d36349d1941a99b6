"""The pilot's samples as teams have them: tables, objects, texts and pages, each with its truth."""

import json
from pathlib import Path

import pytest

from harness.core.errors import SampleError
from harness.core.sample import Samples
from harness.generate.samples.raw_samples import MAX_RECORDS
from harness.generate.samples.read_samples import read_samples


def written(folder: Path, **files: str) -> Path:
    """The folder with these files; `orders__csv` is orders.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def bodies(samples: Samples) -> list[object]:
    return [json.loads(sample.content) for sample in samples.items]


def test_a_csv_is_one_record_a_row_without_its_truth(tmp_path: Path) -> None:
    where = written(tmp_path, orders__csv="id,amount,paid,note,total\n007,12,true,,24.0\n8,-1.5,False,x,2\n")
    samples = read_samples(str(where), "total")
    assert [item.key for item in samples.items] == ["orders.csv#2", "orders.csv#3"]
    assert bodies(samples) == [
        {"id": "007", "amount": 12, "paid": True, "note": None},
        {"id": "8", "amount": -1.5, "paid": False, "note": "x"},
    ]
    assert [item.truth for item in samples.items] == [{"total": 24.0}, {"total": 2}]


def test_jsonl_keeps_the_types_of_its_values_and_names_each_line(tmp_path: Path) -> None:
    where = written(tmp_path, a__jsonl='{"id": "007", "n": {"deep": [1]}, "ok": true}\n\n{"id": 8, "ok": false}\n')
    samples = read_samples(str(where), "ok")
    assert [item.key for item in samples.items] == ["a.jsonl#1", "a.jsonl#3"]
    assert bodies(samples) == [{"id": "007", "n": {"deep": [1]}}, {"id": 8}]


def test_a_json_file_is_one_record_or_a_list_of_them(tmp_path: Path) -> None:
    where = written(tmp_path, one__json='{"a": 1, "t": 1}', many__json='[{"a": 2, "t": 2}, {"a": 3, "t": 3}]')
    samples = read_samples(str(where), "t")
    assert [item.key for item in samples.items] == ["many.json#1", "many.json#2", "one.json"]


def test_texts_take_their_truth_from_a_table_which_is_no_sample(tmp_path: Path) -> None:
    where = written(tmp_path / "mails", a__txt="please pay", b__txt="thank you")
    written(where, truth__csv="file;label\na.txt;invoice\nb.txt;other\n")
    samples = read_samples(str(where), str(where / "truth.csv"))
    assert (samples.kind, samples.columns) == ("text", ("label",))
    assert {item.key: item.truth for item in samples.items} == {
        "a.txt": {"label": "invoice"},
        "b.txt": {"label": "other"},
    }


def test_a_truth_table_may_be_json_lines_and_name_files_without_their_folder(tmp_path: Path) -> None:
    where = written(tmp_path / "mails")
    written(where / "deep" / "er", a__txt="please pay")
    truth = written(tmp_path, t__jsonl='{"file": "a.txt", "label": "invoice", "sure": true}\n') / "t.jsonl"
    assert read_samples(str(where), str(truth)).items[0].truth == {"label": "invoice", "sure": True}


def test_a_name_that_stands_twice_in_a_truth_table_is_refused(tmp_path: Path) -> None:
    where = written(tmp_path / "mails", a__txt="please pay")
    truth = written(tmp_path, t__csv="file,label,label\na.txt,invoice,other\n") / "t.csv"
    with pytest.raises(SampleError, match=r't.csv:1: column "label" appears twice \(columns 2 and 3\)'):
        read_samples(str(where), str(truth))


def test_a_truth_table_with_a_number_that_no_answer_equals_is_refused(tmp_path: Path) -> None:
    where = written(tmp_path / "mails", a__txt="please pay")
    truth = (
        written(tmp_path, t__jsonl='{"file": "b.txt", "total": null}\n{"file": "a.txt", "total": NaN}\n') / "t.jsonl"
    )
    with pytest.raises(SampleError, match=r't.jsonl:2: the truth of "total" is NaN.*\n  write null \(None in Python\)'):
        read_samples(str(where), str(truth))


@pytest.mark.parametrize("word", ["NaN", "nan", "inf", "-Infinity", "1e400", "9" * 5000, "9" * 400 + ".5"])
def test_a_cell_that_is_no_number_of_json_is_text_and_may_be_the_answer(tmp_path: Path, word: str) -> None:
    own = written(tmp_path / "own", a__csv=f"a,t\n1,{word}\n")
    assert read_samples(str(own), "t").items[0].truth == {"t": word}
    mails = written(tmp_path / "mails", a__txt="please pay")
    truth = written(tmp_path, t__csv=f"file,label\na.txt,{word}\n") / "t.csv"
    assert read_samples(str(mails), str(truth)).items[0].truth == {"label": word}


def test_a_bare_name_that_two_samples_have_is_refused(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        written(tmp_path / "mails" / folder, a__txt="hello")
    truth = written(tmp_path, t__csv="file,label\na.txt,invoice\n") / "t.csv"
    with pytest.raises(SampleError, match=r't.csv:2: "a.txt" is ambiguous: x/a.txt, y/a.txt'):
        read_samples(str(tmp_path / "mails"), str(truth))


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    where = written(tmp_path / "mails", a__txt="one", b__txt="two", c__txt="three")
    truth = written(tmp_path, t__csv="file,label\na.txt,invoice\nb.txt,\nz.txt,other\n") / "t.csv"
    samples = read_samples(str(where), str(truth))
    assert samples.notes == (
        "1 sample without a row in t.csv: not used (c.txt)",
        "1 row of t.csv that name no sample: not used (z.txt)",
        "1 cell of the truth empty: that field of that sample is not judged (b.txt label)",
    )


@pytest.mark.parametrize(
    ("files", "truth", "says"),
    [
        ({"a__json": "{"}, "t", "a.json: is not JSON"),
        ({"a__json": "3"}, "t", "a.json: expected a JSON object or a list of them, got int"),
        ({"a__json": "[1]"}, "t", "a.json: item 1: expected a JSON object, got int"),
        ({"a__jsonl": '{"t": 1}\n{"t": \n'}, "t", "a.jsonl:2: is not JSON"),
        ({"a__jsonl": "\n"}, "t", "contain no record"),
        ({"a__csv": "a,t\n1\n"}, "t", "a.csv:2: number of cells differs from the number of columns in the header"),
        ({"a__csv": "a,t\n1,2,3\n"}, "t", "a.csv:2: number of cells differs from the number of columns in the header"),
        ({"a__csv": "a,b,a,t\n1,2,3,4\n"}, "t", 'a.csv:1: column "a" appears twice (columns 1 and 3)'),
        ({"a__csv": "a,,t\n1,2,3\n"}, "t", "a.csv:1: column 2 has no name"),
        ({"a__csv": "a,t\n1,2\n"}, "total", 'a.csv:2: no column "total" for the truth\n  columns: a, t'),
        ({"a__csv": "a,t\n" + "x" * 200_000 + ",1\n"}, "t", "a.csv:2: cannot be read as CSV: field larger than"),
        ({"a__txt": "x", "b__jsonl": '{"t": 1}\n'}, "t", "samples of several kinds (1 texts, 1 records)"),
        ({"a__txt": "x"}, "label", "label: no such truth table, and text samples have no columns"),
        (
            {"a__jsonl": '{"t": null}\n{"t": NaN}\n'},
            "t",
            'a.jsonl:2: the truth of "t" is NaN, and no answer can equal it',
        ),
        ({"a__jsonl": '{"t": 1e400}\n'}, "t", 'a.jsonl:1: the truth of "t" is Infinity'),
        ({"a__json": '[{"t": 1}, {"t": [{"u": -Infinity}]}]'}, "t", 'item 2: the truth of "t" is [{"u": -Infinity}]'),
        ({"a__json": '{"t": NaN}'}, "t", 'a.json: the truth of "t" is NaN'),
        (
            {"a__jsonl": '{"t": ' + "[" * 100_000 + "]" * 100_000 + "}"},
            "t",
            "a.jsonl:1: is not JSON: ",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, files: dict[str, str], truth: str, says: str
) -> None:
    where = written(tmp_path / "pilot", **files)
    with pytest.raises(SampleError) as raised:
        read_samples(str(where), truth)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            "id,t\nMüller,1\n".encode("latin-1"),
            'a.csv:2: is not UTF-8 (byte 6)\n  as Windows-1252 it reads "Müller,1"; save it as UTF-8',
        ),
        (
            "id,t\nMüller,1\n".encode() + "Jörg,2\n".encode("latin-1"),
            "a.csv:3: is not UTF-8 (byte 16)\n  the lines above are UTF-8, so the file has two encodings; "
            "as Windows-1252 it",
        ),
        ("id,t\nx,1\n".encode("utf-16"), "a.csv:1: is not UTF-8 (byte 0)\n  it is UTF-16; save it as UTF-8"),
    ],
)
def test_another_encoding_is_named_with_its_line_and_its_byte(tmp_path: Path, content: bytes, says: str) -> None:
    where = written(tmp_path / "pilot")
    (where / "a.csv").write_bytes(content)
    with pytest.raises(SampleError) as raised:
        read_samples(str(where), "t")
    assert says in str(raised.value)


def test_a_mark_semicolons_and_other_line_ends_are_read(tmp_path: Path) -> None:
    where = written(tmp_path / "pilot")
    (where / "a.csv").write_bytes('\ufeffid;note;t\r7;"a\u2028b\rc";1\r\r8;;2'.encode())
    samples = read_samples(str(where), "t")
    assert bodies(samples) == [{"id": 7, "note": "a\u2028b\rc"}, {"id": 8, "note": None}]


def test_a_line_of_jsonl_is_not_cut_at_separators_that_json_takes(tmp_path: Path) -> None:
    where = written(tmp_path / "pilot", a__jsonl='{"a": "x\u2028y\x85z", "t": 1}\n')
    assert bodies(read_samples(str(where), "t")) == [{"a": "x\u2028y\x85z"}]


def test_of_very_many_records_some_are_kept_whatever_stands_beside_them(tmp_path: Path) -> None:
    lines = [f"{k},{k % 7}" for k in range(MAX_RECORDS + 4000)]
    where = written(tmp_path / "pilot", a__csv="\n".join(["id,t", *lines]) + "\n")
    samples = read_samples(str(where), "t")
    keys = {item.key for item in samples.items}
    assert samples.notes[0] == "20000 of 24000 records are used, drawn by their keys; the others are ignored"
    assert 0.45 < sum(int(key.partition("#")[2]) > 12_000 for key in keys) / MAX_RECORDS < 0.55
    written(tmp_path / "pilot", a__csv="\n".join(["id,t", *lines, "9,1"]) + "\n")
    assert len(keys - {item.key for item in read_samples(str(where), "t").items}) <= 1


def test_of_very_many_records_those_with_a_truth_are_kept_first(tmp_path: Path) -> None:
    written(tmp_path / "pilot", a__jsonl="".join(f'{{"id": {k}}}\n' for k in range(MAX_RECORDS + 4000)))
    named = list(range(7, MAX_RECORDS, 100))
    truth = written(tmp_path, t__csv="file,label\n" + "".join(f"a.jsonl#{k},x\n" for k in named)) / "t.csv"
    samples = read_samples(str(tmp_path / "pilot"), str(truth))
    assert sorted(int(item.key.partition("#")[2]) for item in samples.items) == named


def test_a_glob_takes_what_it_matches_and_keys_are_paths_below_its_folder(tmp_path: Path) -> None:
    written(tmp_path / "pilot", a__jsonl='{"t": 1}\n', b__txt="x")
    written(tmp_path / "pilot" / "old", c__jsonl='{"t": 2}\n')
    assert [item.key for item in read_samples(f"{tmp_path}/pilot/*.jsonl", "t").items] == ["a.jsonl#1"]
    assert [item.key for item in read_samples(f"{tmp_path}/pilot/**/*.jsonl", "t").items] == [
        "a.jsonl#1",
        "old/c.jsonl#1",
    ]


def test_the_digest_changes_with_any_byte_and_any_truth(tmp_path: Path) -> None:
    texts = ['{"a": 1, "t": 1}\n', '{"a": 2, "t": 1}\n', '{"a": 1, "t": 2}\n', '{"a": 1, "t": "1"}\n']
    digests = set()
    for text in texts:
        written(tmp_path, a__jsonl=text)
        digests.add(read_samples(str(tmp_path), "t").digest())
    assert len(digests) == len(texts)
