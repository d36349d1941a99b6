"""Samples out of a function: what it gives is what files with the same content would be."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from harness.core.errors import SampleError
from harness.generate.samples.read_samples import read_samples
from harness.store.folder import RunFolder
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


def written(*lines: str) -> str:
    """A module of its own with these lines in a function `load`."""
    name = f"samples_{uuid4().hex[:8]}"
    Path(f"{name}.py").write_text("def load():\n" + "".join(f"    {line}\n" for line in lines), encoding="utf-8")
    return f"{name}:load"


def test_records_are_those_of_a_file_with_the_same_lines() -> None:
    rows = [{"id": k, "amount": 10.5 * k, "label": "a" if k % 2 else "b"} for k in range(4)]
    Path("rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    called = read_samples(written(f"yield from {rows!r}"), "label")
    filed = read_samples("rows.jsonl", "label")
    assert [(one.content, one.truth) for one in called.items] == [(one.content, one.truth) for one in filed.items]
    assert called.schema == filed.schema
    assert [one.key for one in called.items] == [f"load#{k}" for k in range(1, 5)]


def test_records_of_a_text_alone_are_texts() -> None:
    called = read_samples(written('return [{"text": "My parcel is late.", "label": "delivery"}]'), "label")
    assert (called.kind, called.items[0].content) == ("text", b"My parcel is late.")


def test_files_get_their_truth_from_a_table() -> None:
    Path("truth.csv").write_text("file,label\na.txt,delivery\nb.txt,login\n", encoding="utf-8")
    called = read_samples(written('yield "a.txt", b"My parcel."', 'yield "b.txt", b"My password."'), "truth.csv")
    assert {one.key: (one.content, one.truth["label"]) for one in called.items} == {
        "a.txt": (b"My parcel.", "delivery"),
        "b.txt": (b"My password.", "login"),
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("return 7", "raised TypeError: 'int' object is not iterable"),
        ("raise KeyError('rows')", "raised KeyError: 'rows'"),
        ("raise SystemExit(2)", "raised SystemExit: 2"),
        ("return []", "it returns no sample"),
        ("return [7]", "sample 1: is of type int"),
        ("return [{'a': 1, 'label': 2}, {'b': 1, 'a': {1}}]", 'sample 2: JSON cannot hold "a": it is of type set'),
        ("return [{'a': {('x', 1): 2}}]", 'sample 1: JSON cannot hold "a": keys must be str'),
        ("import datetime; return [{'due': datetime.date(2024, 2, 29)}]", 'cannot hold "due": it is of type date'),
        ("import datetime; return [{'due': datetime.datetime.max}]", 'cannot hold "due": it is of type datetime'),
        ("from decimal import Decimal; return [{'total': Decimal('1.50')}]", '"total": it is of type Decimal'),
        ("return [{'scan': b'%PDF'}]", '"scan": it is of type bytes\n  return dates and bytes as text'),
        ("import numpy; return [{'x': numpy.arange(3)}]", 'cannot hold "x": it is of type ndarray'),
        ("return [{'label': 1}, {'label': float('nan')}]", 'load: sample 2: the truth of "label" is NaN'),
        ("import numpy; return [{'label': numpy.float32('inf')}]", 'sample 1: the truth of "label" is Infinity'),
        ("return [('a.doc', b'')]", "sample 1: 'a.doc' is not a file of bytes of type .jpeg, .jpg, .pdf"),
        ("return [('a.txt', 'text')]", "sample 1: 'a.txt' is not a file of bytes"),
    ],
)
def test_what_a_function_should_not_give_is_named_with_its_place(line: str, said: str) -> None:
    with pytest.raises(SampleError) as refused:
        read_samples(written(line), "label")
    assert said in str(refused.value)


def test_numbers_of_numpy_are_what_a_file_would_hold_that_has_them_written() -> None:
    lines = ("import numpy as n", "return [{'a': n.int64(7), 'b': n.float32(0.1), 'label': n.bool_(True)}]")
    (one,) = read_samples(written(*lines), "label").items
    assert (one.content, one.truth) == (b'{"a": 7, "b": 0.1}', {"label": True})
    halves = written("import numpy as n", "return [{'a': 1, 'label': one(0.1)} for one in (n.float16, n.longdouble)]")
    assert [item.truth["label"] for item in read_samples(halves, "label").items] == [0.1, 0.1]


def test_none_as_truth_is_a_field_that_is_not_judged() -> None:
    called = read_samples(written("return [{'a': 1, 'label': None}, {'a': 2, 'label': 'x'}]"), "label")
    assert [item.truth for item in called.items] == [{"label": None}, {"label": "x"}]
    assert called.notes == ("1 cell of the truth empty: that field of that sample is not judged (load#1 label)",)


def test_a_function_that_is_not_there_is_told_with_the_nearest_one() -> None:
    where = written("return []")
    with pytest.raises(
        SampleError, match=r'did you mean "load"\?   functions there: load; it must take no arguments and return'
    ):
        read_samples(where.replace(":load", ":laod"), "label")
    with pytest.raises(SampleError, match='cannot import "no_such_module" for the samples: ModuleNotFoundError'):
        read_samples("no_such_module:load", "label")


def test_a_check_of_called_samples_can_be_shown_again() -> None:
    lines = (write_pilot(Path("pilot")) / "orders.jsonl").read_text(encoding="utf-8").splitlines()
    where = written(f"yield from {[json.loads(line) for line in lines]!r}")
    Path("harness.toml").write_text(f'[pilot]\nsamples = "{where}"\ntruth = "total,carrier"\n', encoding="utf-8")
    with serving(honest) as url:
        assert harness("check", url, "--calls", "100", "--out", "run").code != 4
    (address, _), *_ = RunFolder.read(Path("run")).replies
    assert address.startswith("pilot/")
    assert "load#" in address
    assert harness("show", address, "--run", "run").code == 0
