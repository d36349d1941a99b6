"""Runs whose target went down in the middle: a resume asks again what failed then, once."""

from itertools import count
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, HangUp, serving


def command(url: str, out: str, *more: str) -> tuple[str, ...]:
    return ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "60", "--out", out, *more)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    (tmp_path / "harness.toml").write_text("[target]\nrate = 100\n", encoding="utf-8")
    return tmp_path


def rows_of(path: Path) -> int:
    return len(path.read_bytes().splitlines())


def dispositions(path: Path) -> dict[tuple[str, int], str]:
    return {(row.address, row.repeat): row.disposition for row in RunFolder.read(path).read_judged()}


def dies_after(replies: int, again: int = 10_000) -> Answer:
    """Honest; hangs up after so many requests, and is there again `again` requests later."""
    asked = count(1)

    def answer(body: bytes) -> tuple[int, object]:
        if replies < next(asked) <= replies + again:
            raise HangUp
        return honest(body)

    return answer


def test_what_failed_while_the_service_was_down_is_asked_again_and_stays_on_record(here: Path) -> None:
    with serving(dies_after(30)) as url:
        first = harness(*command(url, "run"))
        _, port = url.rsplit(":", 1)
    lost = [row for row in RunFolder.read(here / "run").replies.values() if not row.status]
    with serving(honest, port=int(port.partition("/")[0])) as url:
        again = harness(*command(url, "run", "--resume"))
        harness(*command(url, "whole"))
    assert (first.code, again.code) == (5, 5)
    assert len(lost) >= 12
    assert f"{len(lost)} requests got no reply while the target was down: they are sent again" in again.err
    assert rows_of(here / "run/down.jsonl") == len(lost)
    assert dispositions(here / "run") == dispositions(here / "whole")


def test_a_case_is_asked_again_once_so_that_a_resume_comes_to_an_end(here: Path) -> None:
    with serving(dies_after(30)) as url:
        harness(*command(url, "run"))
        before = rows_of(here / "run/replies.jsonl")
        for _ in range(2):
            harness(*command(url, "run", "--resume"))
    assert rows_of(here / "run/down.jsonl") >= 12
    assert rows_of(here / "run/replies.jsonl") > before


def test_a_short_break_is_no_time_in_which_the_service_was_down(here: Path) -> None:
    with serving(dies_after(30, again=8)) as url:
        harness(*command(url, "run"))
        harness(*command(url, "run", "--resume"))
    assert not (here / "run/down.jsonl").exists()
    assert sum(row == "dropped" for row in dispositions(here / "run").values()) == 8
