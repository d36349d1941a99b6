"""A Python function of the team in the place of a service, and what only the way over httpx has."""

import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.endpoints.server import serving
from tests.endpoints.ways import over_httpx as sent


def test_without_due_times_requests_go_one_after_the_other() -> None:
    with serving(lambda body: (200, {})) as url:
        replies = [one.reply for one in sent(url, 4)]
    assert [reply.address for reply in replies] == [f"p/s#{k}" for k in range(4)]
    assert all(a.done <= b.due for a, b in pairwise(replies))


MODULE = """
import sys
def echo(content): return {"size": len(content)}
def refuse(content): raise ValueError("no total")
def crash(content): return 1 / 0
def leave(content): sys.exit(3)
def odd(content): return {(1, 2): 3}
def loop(content):
    value = []
    value.append(value)
    return value
def nan(content): return {"total": float("nan")}
def hang(content):
    import time
    time.sleep(3)
number = 7
"""


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"functions_of_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / f"{name}_broken.py").write_text("this is no Python", encoding="utf-8")
    (tmp_path / f"{name}_script.py").write_text("raise SystemExit(0)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield name
    sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("function", "status", "body"),
    [
        ("echo", 200, b'{"size": 2}'),
        ("refuse", 422, b'{"error": "no total"}'),
        ("crash", 500, b'{"error": "ZeroDivisionError: division by zero"}'),
        ("leave", 500, b'{"error": "SystemExit: 3"}'),
        ("nan", 200, b'{"total": NaN}'),
    ],
)
def test_a_python_function_answers_as_a_service_would(functions: str, function: str, status: int, body: bytes) -> None:
    (one,) = sent(f"{functions}:{function}", protocol="python")
    assert (one.reply.status, one.body) == (status, body)


@pytest.mark.parametrize("function", ["odd", "loop"])
def test_what_json_cannot_hold_is_a_crash_of_the_function(functions: str, function: str) -> None:
    (one,) = sent(f"{functions}:{function}", protocol="python")
    assert one.reply.status == 500
    assert b"JSON cannot hold" in one.body


def test_a_python_function_that_hangs_does_not_hold_up_the_run(functions: str) -> None:
    began = time.monotonic()
    (one,) = sent(f"{functions}:hang", protocol="python", deadline="100ms")
    assert one.reply.error == "timeout"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere_at_all:f", 'cannot import "nowhere_at_all"'),
        ("{0}_broken:f", "SyntaxError"),
        ("{0}_script:f", "SystemExit"),
        ("{0}:ech", 'did you mean "echo"'),
        ("{0}:number", 'has no function "number"'),
        ("{0}", "it must take the bytes of a case"),
    ],
)
def test_a_function_that_is_not_there_is_named(functions: str, name: str, says: str) -> None:
    from harness.core.errors import TargetError
    from harness.replay.python_call import load

    with pytest.raises(TargetError, match=says):
        load(name.format(functions))
