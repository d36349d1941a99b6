"""The command itself: help, exit codes, pipes, JSON, --save."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.main import COMMANDS
from harness.run.setup.configure import RunRequest, configure
from tests.endpoints.command import ROOT, CommandResult, ended, harness, start
from tests.endpoints.orders import MANNERS, write_pilot
from tests.endpoints.server import serving

HEAVY = ("numpy", "httpx", "PIL", "rich", "msgspec", "jmespath", "pypdfium2", "rapidfuzz", "asyncio", "jinja2")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


def checked(manner: str, *more: str) -> CommandResult:
    with serving(MANNERS[manner]) as url:
        return harness("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", *more)


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["no-such-command"]])
def test_the_front_door_imports_nothing_heavy(args: list[str]) -> None:
    code = (
        "import sys; from harness.cli.main import run; run(sys.argv[1:]); "
        f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_help_lists_every_command_with_its_line() -> None:
    said = harness("--help")
    assert said.code == 0
    assert "\n  harness demo\n  harness check http://127.0.0.1:8000/extract --samples pilot/" in said.out
    for name, line in COMMANDS.items():
        assert f"  {name} " in said.out
        assert line in said.out
        assert harness(name, "--help").code == 0


def test_without_a_command_the_help_is_shown() -> None:
    said = harness()
    assert (said.code, said.out.splitlines()[0]) == (4, "Usage: harness [OPTIONS] COMMAND [ARGS]...")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("chek",), 'no command "chek"\n  did you mean "check"?'),
        (("check", "--sampels", "x"), "No such option"),
        (("check", "--calls", "0"), "0 is not in the range"),
        (("check", "--calls", "many"), "'many' is not a valid integer"),
        (("check", "--seed", "-1"), "-1 is not in the range"),
        (("check", "a", "b"), "unexpected extra argument"),
        (("packs", "lst"), "No such command 'lst'"),
        (("packs", "draw", "pilot"), "give one of them: --out FOLDER"),
    ],
)
def test_usage_errors_exit_with_4_and_one_message(args: tuple[str, ...], says: str) -> None:
    said = harness(*args)
    assert (said.code, said.out) == (4, "")
    assert says in said.err
    assert said.err.count("error: ") == 1


def test_json_is_one_document_on_standard_output(here: Path) -> None:
    said = checked("liar", "--out", "run", "--json")
    assert json.loads(said.out) == json.loads((here / "run/verdict.json").read_text(encoding="utf-8"))
    assert said.code == json.loads(said.out)["exit_code"] == 1


def test_the_default_folder_stands_under_reports_and_is_the_newest(here: Path) -> None:
    said = checked("honest")
    (folder,) = (here / "reports").iterdir()
    assert f"Report: reports/{folder.name}/report.html\n" in said.out
    assert f"harness show reports/{folder.name} --verbose\n" in said.out
    assert harness("show").out.strip() == said.out.strip()


def test_what_is_saved_gives_the_same_verdict_without_any_option(here: Path) -> None:
    with serving(MANNERS["liar"]) as url:
        first = harness(
            "check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "a", "--save"
        )
        again = harness("check", "--out", "b")
    settings = configure(RunRequest())
    assert "harness.toml written" in first.err
    assert settings.target.answer == {"total": "result.total", "carrier": "result.carrier"}
    assert (settings.target.hand_over, settings.budget.calls) == ("needs_review", 40)
    a, b = (json.loads((here / name / "verdict.json").read_text(encoding="utf-8")) for name in ("a", "b"))
    assert (first.code, again.code, a["headline"]) == (1, 1, b["headline"])


def test_save_never_replaces_and_says_so_before_the_first_call(here: Path) -> None:
    (here / "harness.toml").write_text("# mine\n", encoding="utf-8")
    said = checked("honest", "--out", "run", "--save")
    assert (said.code, (here / "harness.toml").read_text(encoding="utf-8")) == (4, "# mine\n")
    assert "--save never replaces it" in said.err
    assert not (here / "run").exists()


def test_a_pack_of_ones_own_is_checked_saved_and_shown(here: Path) -> None:
    (here / "own").mkdir()
    (here / "own/pack.toml").write_text(
        'pack = "ours"\nversion = "1.0.0"\n[[scenario]]\nid = "gone"\nbase = "records"\n'
        'ops = [{ op = "record.drop", severity = "1..2" }]\n',
        encoding="utf-8",
    )
    said = checked("honest", "--out", "run", "--pack", "own", "--save")
    assert said.code in (0, 5), said.err
    assert harness("show", "ours/gone#0", "--run", "run", "--save-bytes", "case.json").code == 0
    assert [part.pack for part in configure(RunRequest()).mix] == ["pilot", "own/pack.toml"]
    with serving(MANNERS["honest"]) as url:
        assert harness("check", url, "--calls", "40", "--out", "again").code == said.code


@pytest.mark.parametrize("args", [("packs", "ops"), ("packs", "ops", "--json"), ("--help",)])
def test_a_closed_pipe_ends_quietly(here: Path, args: tuple[str, ...]) -> None:
    process = start(*args, cwd=here)
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    said = ended(process)
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize(("manner", "code"), [("honest", 5), ("liar", 1)])
def test_a_closed_pipe_neither_ends_a_check_nor_changes_its_exit_code(here: Path, manner: str, code: int) -> None:
    with serving(MANNERS[manner]) as url:
        process = start(
            *("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "run"), cwd=here
        )
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()
        process.stdout = process.stderr = None
        said = ended(process)
    assert said.code == code
    assert json.loads((here / "run/verdict.json").read_text(encoding="utf-8"))["exit_code"] == code


def test_a_bug_is_told_without_a_traceback_and_exits_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.generate.recipes.pack_folders.known_packs", lambda: 1 / 0)
    said = harness("packs", "list")
    assert said.code == 3
    assert "a bug in the harness: ZeroDivisionError" in said.err
    assert "Traceback" not in said.err
    Path(said.err.partition("report it and attach ")[2].partition(";")[0]).unlink()


def test_the_same_command_as_a_process(here: Path) -> None:
    with serving(MANNERS["honest"]) as url:
        args = ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "20", "--out", "run")
        said = ended(start(*args, cwd=here, env={"NO_COLOR": "1"}))
    assert said.code == 5
    assert "\x1b" not in said.out + said.err
