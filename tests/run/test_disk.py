"""No room on the disk, and nothing on it that should not be there."""

import resource
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import ended, harness, start
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Heard, serving


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


def command(url: str) -> tuple[str, ...]:
    return ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "run")


def test_a_full_disk_ends_the_run_in_words_and_every_row_stays(here: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

    with serving(honest) as url:
        said = ended(start(*command(url), cwd=here, first=little_room))
        kept = len(RunFolder.read(here / "run").replies)
        content = (here / "run/replies.jsonl").read_bytes()
        again = harness(*command(url), "--resume")
    assert said.code == 4
    assert said.out == ""
    assert "replies.jsonl: cannot be written: " in said.err
    assert "free disk space, then continue with --resume --out run" in said.err
    assert "Traceback" not in said.err
    assert kept == content.count(b"\n") > 5
    assert content.endswith(b"}\n")
    assert again.code in (0, 5)
    assert RunFolder.read(here / "run").head.state == "complete"


def test_no_secret_is_ever_on_disk(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TEST_TOKEN", "Bearer in-the-environment")
    (here / "harness.toml").write_text(
        '[target.headers]\nAuthorization = "env:HARNESS_TEST_TOKEN"\nX-Key = "in-the-clear"\n', encoding="utf-8"
    )
    heard: list[Heard] = []
    with serving(honest, heard=heard) as url:
        said = harness(*command(url.replace("http://", "http://me:in-the-address@")))
        shown = harness("show", "pilot/samples#orders.jsonl#19", "--run", "run", "--curl")
    sent = {name: heard[0].header(name) for name in ("Authorization", "X-Key")}
    assert sent["X-Key"] == "in-the-clear"
    assert said.code in (0, 5)
    everything = [path.read_bytes() for path in (here / "run").rglob("*") if path.is_file()]
    everything += [said.out.encode(), said.err.encode(), shown.out.encode(), shown.err.encode()]
    for secret in (b"in-the-environment", b"in-the-clear", b"in-the-address"):
        assert not any(secret in content for content in everything)
    assert "$HARNESS_TEST_TOKEN" in shown.out


def test_a_password_in_the_address_is_not_in_the_messages_either(here: Path) -> None:
    with serving(lambda body: (404, {})) as url:
        said = harness(*command(url.replace("http://", "http://me:in-the-address@")))
    assert said.code == 4
    assert "in-the-address" not in said.err
