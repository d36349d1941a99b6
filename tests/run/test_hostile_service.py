"""Services that say odd things for a whole run: every reply is evidence, but none of them stops the harness."""

import json
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, HangUp, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")


def sometimes(odd: Answer, every: int = 3) -> Answer:
    """Honest at first, so that it is taken for a service; then odd, now and again."""
    asked = 0

    def answer(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        return odd(body) if asked > 12 and asked % every == 0 else honest(body)

    return answer


def hang_up(body: bytes) -> tuple[int, object]:
    raise HangUp


ODD: dict[str, Answer] = {
    "escapes": lambda body: (200, {"result": {"total": "\x1b[2J\x07", "carrier": "\u202e"}}),
    "half a character": lambda body: (200, b'{"result": {"total": "\\ud800", "carrier": "x\\udfff"}}'),
    "huge number": lambda body: (200, {"result": {"total": 10**300, "carrier": -(10**40)}}),
    "not a number": lambda body: (200, b'{"result": {"total": NaN, "carrier": Infinity}}'),
    "nested": lambda body: (200, b'{"result": {"total": ' + b"[" * 900 + b"]" * 900 + b"}}"),
    "very nested": lambda body: (200, b"[" * 100_000),
    "lists": lambda body: (200, {"result": {"total": [1, {"a": 2}], "carrier": {}}}),
    "another shape": lambda body: (200, {"result": "none", "needs_review": {"why": "?"}}),
    "a list": lambda body: (200, [1, 2]),
    "null": lambda body: (200, None),
    "empty": lambda body: (200, b""),
    "not json": lambda body: (200, b"\xff\xfe\x00<html>"),
    "long": lambda body: (200, {"result": {"total": 1, "carrier": "x" * 200_000}}),
    "crash": lambda body: (500, {"detail": "oops"}),
    "redirect": lambda body: (302, {}),
    "auth": lambda body: (401, {}),
    "too many": lambda body: (429, {}),
    "hang up": hang_up,
    "error in 200": lambda body: (200, {"error": "\x1b[31mno"}),
    "odd flag": lambda body: (200, {"result": {"total": 1, "carrier": "x"}, "needs_review": "false"}),
}


@pytest.mark.parametrize("name", ODD)
def test_a_run_against_an_odd_service_ends_with_a_verdict_that_can_be_shown(name: str) -> None:
    with serving(sometimes(ODD[name])) as url:
        said = harness("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "run")
    assert said.code in (0, 1, 5), said.err
    assert json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))["exit_code"] == said.code
    folder = RunFolder.read(Path("run"))
    rows = folder.read_judged()
    assert {(row.address, row.repeat) for row in rows} == set(folder.replies)
    shown = [harness("show", address, "--run", "run") for address in sorted({row.address for row in rows})]
    shown += [harness("show", "run"), said]
    for one in shown:
        assert one.code in (0, said.code)
        assert not any(c in one.out + one.err for c in "\x1b\x07\u202e")
