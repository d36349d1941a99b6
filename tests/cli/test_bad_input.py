"""What people get wrong: one clear message on standard error, exit code 4, never a traceback."""

import socket
from pathlib import Path

import pytest

from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving

PACK = 'pack = "ours"\nversion = "1.0.0"\n[[scenario]]\nid = "one"\nbase = "records"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")


def refused(*args: str, says: str, code: int = 4) -> CommandResult:
    """The command is refused with this text, and with nothing else that looks like a crash."""
    said = harness(*args)
    assert said.out == ""
    assert says in said.err
    assert (said.code, said.err.count("error: "), said.err.count("Traceback")) == (code, 1, 0)
    return said


def check(
    *more: str, says: str, answer: Answer = honest, truth: str = "total,carrier", samples: str = "pilot", url: str = ""
) -> CommandResult:
    with serving(answer, documents=None) as own:
        return refused(
            "check",
            url or own,
            "--samples",
            samples,
            "--truth",
            truth,
            "--calls",
            "12",
            "--out",
            "run",
            *more,
            says=says,
        )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[target]\nurll = 'x'\n", 'harness.toml:2: unknown key "urll"\n  did you mean "url"?'),
        ("[target\n", "harness.toml:1: TOML syntax: "),
        ("[[mix]]\npack = 'pilot'\nshare = 1.2\n", "harness.toml:3: mix.0.share: expected `float` <= 1.0"),
        (
            "[[mix]]\npack = 'pilot'\nshare = 0.9\n[[mix]]\npack = 'malformed_records'\nshare = 0.2\n",
            "harness.toml:1: the shares of the mix add up to 1.1",
        ),
        (
            "[[mix]]\npack = 'scaned_faxes'\nshare = 0.1\n",
            'unknown pack "scaned_faxes"\n  did you mean "scanned_faxes"?',
        ),
        (
            "[[mix]]\npack = 'scanned_faxes'\nshare = 0.1\n",
            'pack "scanned_faxes" of the mix has no scenario for these samples: it needs pages',
        ),
        ("[target]\nanswer = 'a.['\n", "harness.toml:2: target.answer: "),
        ("[target.headers]\nA = 'env:HARNESS_NOT_SET'\n", 'header "A": the environment variable HARNESS_NOT_SET'),
    ],
)
def test_a_wrong_configuration_is_told_before_the_first_connection(text: str, says: str) -> None:
    Path("harness.toml").write_text(text, encoding="utf-8")
    check(says=says)
    assert not Path("run").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PACK + 'ops = [{ op = "record.dorp" }]\n', 'own/pack.toml:6: unknown op "record.dorp" in scenario "one"'),
        (PACK + 'ops = [{ op = "record.drop", severity = "1..11" }]\n', 'severity "1..11" of op "record.drop"'),
        (PACK + "opps = []\n", 'own/pack.toml:6: unknown key "opps"\n  did you mean "ops"?'),
        (PACK + 'encode = "cvs"\n', 'own/pack.toml:6: unknown encoder "cvs"\n  did you mean "csv"?'),
        (PACK + "ops = [\n", "own/pack.toml:7: TOML syntax: "),
    ],
)
def test_a_wrong_pack_is_told_by_check_and_by_lint(text: str, says: str) -> None:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(text, encoding="utf-8")
    check("--pack", "own", says=says)
    refused("packs", "lint", "own", says=says)


def test_an_unknown_pack_names_the_nearest() -> None:
    check("--pack", "malformed_record", says='unknown pack "malformed_record"\n  did you mean "malformed_records"?')


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        ("pilto", "pilto: no sample matches (nothing found)"),
        ("pilot/*.pdf", "pilot/*.pdf: no sample matches (nothing found)"),
        ("own", "own: no sample matches (1 files there, none of a known type)"),
    ],
)
def test_no_sample_matches(samples: str, says: str) -> None:
    Path("own").mkdir()
    Path("own/a.docx").touch()
    check(samples=samples, says=says)


@pytest.mark.parametrize(
    ("truth", "says"),
    [
        ("pilot/truth.csv", "pilot/truth.csv: no such truth table"),
        ("totl,carrier", 'no column "totl" for the truth\n  did you mean "total"?'),
        ("", "no truth given"),
        ("no_file.csv", 'no_file.csv:1: no column "file"; columns: name, total'),
        ("empty_cell.csv", "empty_cell.csv:3: the column `file` is empty"),
        ("twice.csv", 'twice.csv:3: "a" is already on line 2'),
        ("strangers.csv", "none of its 1 rows names a sample"),
        ("header_only.csv", "contains no row of truth"),
    ],
)
def test_truth_that_does_not_fit(truth: str, says: str) -> None:
    Path("no_file.csv").write_text("name,total\na,1\n", encoding="utf-8")
    Path("empty_cell.csv").write_text("file,total\na,1\n,2\n", encoding="utf-8")
    Path("twice.csv").write_text("file,total\na,1\na,2\n", encoding="utf-8")
    Path("strangers.csv").write_text("file,total\nnobody.json,1\n", encoding="utf-8")
    Path("header_only.csv").write_text("file,total\n", encoding="utf-8")
    check(truth=truth, says=says)


def test_a_dead_port_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    check(url=f"http://127.0.0.1:{port}/score", says=f"error: nothing answers at 127.0.0.1:{port}: ")
    assert not Path("run").exists()


def test_a_wrong_path_lists_the_paths_that_the_service_declares() -> None:
    document: dict[str, object] = {"paths": {"/score": {"post": {}}, "/batch": {"post": {}}, "/health": {"get": {}}}}
    with serving(honest, documents={"/openapi.json": document}) as url:
        said = check(url=url.replace("/score", "/scoer"), says="the service has no such path (status 404)")
    assert "it accepts POST on: /score, /batch" in said.err


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda body: (404, {}), "the service has no such path (status 404)\n  check the address"),
        (lambda body: (401, {}), "the service denies access (status 401)"),
        (lambda body: (405, {}), "the service does not accept POST (status 405)"),
        (lambda body: (503, {"detail": "loading"}), "none of the pilot's first 3 samples was answered: status 503"),
        (
            lambda body: (200, b"<html>hello"),
            "the reply is an HTML page, not JSON\n  is this the path that takes a sample",
        ),
        (lambda body: (200, b"\x1b[31m\x07"), "it said: \ufffd[31m\ufffd"),
        (lambda body: (200, {"x\x1b[2J": 1}), 'reply: "x\\u001b[2J"'),
        (
            lambda body: (200, {"a": {"b": 1}}),
            "no path of the reply matches the truth\n  truth: total, carrier\n  reply: a.b",
        ),
    ],
    ids=["404", "401", "405", "503", "html", "escapes", "escaping key", "no match"],
)
def test_a_service_that_is_another_one(answer: Answer, says: str) -> None:
    said = check(answer=answer, says=says)
    assert "\x1b" not in said.err


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.com/x", "host example.com is not this machine and is not allowed"),
        ("127.0.0.1:8000/x", '"127.0.0.1:8000/x" is not the address of a service\n  write http://127.0.0.1:8000/path'),
        ("nowhere_at_all:f", 'cannot import "nowhere_at_all"'),
        ("http://127.0.0.1:99999/x", "has no valid port"),
        ("http://127.0.0.1:1/\x07", "is not the address of a service"),
    ],
)
def test_an_address_that_cannot_be_called(url: str, says: str) -> None:
    check(url=url, says=says)


def test_a_folder_that_cannot_be_written() -> None:
    Path("file").touch()
    check("--out", "file/run", says="file/run: cannot be created: Not a directory")
    check("--out", "pilot", says="pilot: is not empty")
    check("--out", "/proc/self/run", says="cannot be created")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("show",), "reports: contains no run yet"),
        (("show", "nowhere"), "nowhere: contains no run (run.json is missing)"),
        (("show", "nowhere", "--curl"), "need one case\n  give its address: pack/scenario#index"),
        (("show", "a/b#0", "--run", "pilot"), "pilot: contains no run"),
        (("packs", "lint", "nowhere"), 'unknown pack "nowhere"'),
        (("packs", "draw", "malformed_records/missing_feld", "--out", "o"), "has no scenario"),
        (("packs", "draw", "malformed_record", "--out", "o"), 'did you mean "malformed_records"'),
        (
            ("packs", "draw", "malformed_records", "--out", "pilot", "--samples", "pilot", "--truth", "total"),
            "pilot: is not empty",
        ),
        (
            ("packs", "draw", "scanned_faxes", "--out", "o", "--samples", "pilot", "--truth", "total"),
            "nothing to draw: it needs pages",
        ),
    ],
)
def test_the_other_commands_are_as_clear(args: tuple[str, ...], says: str) -> None:
    refused(*args, says=says)


@pytest.mark.parametrize("kind", ["number", "money", "date", "set", "ranked", "table", "json"])
def test_truth_of_another_type_than_was_declared(kind: str) -> None:
    Path("harness.toml").write_text(f'[answer.fields.carrier]\ntype = "{kind}"\n', encoding="utf-8")
    said = check(says=f'[answer.fields.carrier] type = "{kind}", but the truth of orders.jsonl#')
    assert 'type = "exact", or remove the type; or correct the truth' in said.err


@pytest.mark.parametrize(
    "limit",
    [
        "silent_errors = -0.1",
        "regress = 1.5",
        "gap = nan",
        "unknown = nan",
        "straight_through = inf",
        "samples = -1",
        'p95 = "0ms"',
        'p95 = "-5ms"',
    ],
)
def test_a_limit_outside_its_range(limit: str) -> None:
    Path("harness.toml").write_text(f"[gate]\n{limit}\n", encoding="utf-8")
    check(says=f"harness.toml:2: gate.{limit.split()[0]}: ")
