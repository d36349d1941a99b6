"""What the team names in a module: found, or told with what is there."""

from pathlib import Path
from uuid import uuid4

import pytest

from harness.core.errors import TargetError
from harness.core.loading.imported import is_named, named_object

MODULE = """
from collections import Counter, OrderedDict
from fractions import Fraction
from decimal import Decimal

LIMIT = 3

def _hidden(): ...
def main(): ...
def load(): return "found"
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"named_{uuid4().hex[:8]}"
    Path(f"{name}.py").write_text(MODULE, encoding="utf-8")
    return name


def found(where: str) -> object:
    return named_object(where, TargetError, use="the target", noun="function", hint="it takes nothing")()


def test_what_stands_in_a_module_of_this_folder_is_found(module: str) -> None:
    assert found(f"{module}:load") == "found"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "laod",
            'has no function "laod"\n  did you mean "load"?   functions there: main, load, Counter, OrderedDict, ...',
        ),
        ("LIMIT", 'has no function "LIMIT"\n  functions there: main, load'),
        ("_hiden", 'has no function "_hiden"\n  functions there: main, load'),
    ],
)
def test_what_is_not_there_is_told_with_what_is_the_modules_own_first(module: str, name: str, says: str) -> None:
    with pytest.raises(TargetError) as told:
        found(f"{module}:{name}")
    assert says in str(told.value)
    assert str(told.value).endswith("; it takes nothing")


def test_a_module_without_any_such_thing_says_so() -> None:
    with pytest.raises(TargetError, match="streams there: none; it flows"):
        named_object("json:x", TargetError, use="x", noun="stream", hint="it flows", fits=lambda _: False)


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ("pilot_data:load", True),
        ("my.own.data:load", True),
        ("données:café", True),
        ("pilot/data.py:load", False),
        ("pilot_data:load.it", False),
        ("localhost:8000", False),
        ("C:\\pilot", False),
        ("pilot_data:", False),
        ("pilot.csv", False),
    ],
)
def test_a_name_in_a_module_is_told_from_a_path(where: str, named: bool) -> None:
    assert is_named(where) is named


def test_a_file_that_is_there_is_a_file_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("below").mkdir()
    Path("below/data:load").touch()
    assert is_named("data:load")
    assert not is_named("data:load", Path("below"))
