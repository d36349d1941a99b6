"""A run whose papers are set in a team's own fonts: told, made again, loaded, and held against others."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from harness.core.seed import Stream
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.typesetting.fonts import read_fonts
from harness.generate.payloads import Document
from tests.cli.test_bad_input import refused
from tests.endpoints.command import ROOT, CommandResult, harness
from tests.endpoints.pytest_project import run_pytest
from tests.endpoints.server import Heard, serving
from tests.generate.faces import Cut, cut_face

FORMS = {"multilingual_documents", "pilot"}
FEW = 20
"""Calls of a run of which only a message is asked."""

heard: list[Heard] = []


def answer(_: bytes) -> tuple[int, object]:
    return 200, {"invoice_number": "1", "confidence": 0.9}


@pytest.fixture(scope="module", autouse=True)
def _ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A run over papers in a house face, in the folder `run`, and the service's address in `url`."""
    where, before = tmp_path_factory.mktemp("fonts"), Path.cwd()
    os.chdir(where)
    write_pilot()
    cut_face(Path("fonts/house.ttf"), Cut(name="House", lean=0.2))
    cut_face(Path("fonts/hands/anna.ttf"), Cut(name="Anna", source="HandKalam-Regular"))
    with serving(answer, heard=heard) as url:
        Path("url").write_text(url, encoding="utf-8")
        said = check("run", "--font-dir", "fonts")
        Path("said").write_text(said.err, encoding="utf-8")
        yield
    os.chdir(before)


def write_pilot() -> None:
    Path("pilot").mkdir()
    rows = ["file,invoice_number"]
    for number in range(10):
        invoice = draw_invoice(Stream(1, "fonts", number))
        file = encode(Document(pages=(render_invoice(invoice),)), "png", f"scan_{number}")
        Path("pilot", file.filename).write_bytes(file.content)
        rows.append(f"{file.filename},{invoice_truth(invoice)['invoice_number']}")
    Path("pilot/truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def command(out: str, *more: str, calls: int = 40) -> tuple[str, ...]:
    url = Path("url").read_text(encoding="utf-8")
    pilot = ("--samples", "pilot", "--truth", "pilot/truth.csv", "--pack", "multilingual_documents")
    return ("check", url, *pilot, "--calls", str(calls), "--out", out, *more)


def check(out: str, *more: str, calls: int = 40) -> CommandResult:
    return harness(*command(out, *more, calls=calls))


def lines(folder: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(folder, "cases.jsonl").read_text(encoding="utf-8").splitlines()]


def of_pack(folder: str) -> dict[str, dict[str, str]]:
    """The tags and digests of the pack's cases."""
    cases = (line for line in lines(folder) if str(line["address"]).startswith("multilingual_documents/"))
    return {str(one["address"]): {**one["tags"], "sha256": one["sha256"]} for one in cases}  # type: ignore[dict-item]


def digests(folder: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(Path(folder, "run.json").read_bytes())["digests"]
    return found


def test_what_can_be_set_is_told_before_the_first_call() -> None:
    said = Path("said").read_text(encoding="utf-8")
    assert "fonts: fonts: House sets en de fr es pl cs tr hu vi el ru uk; Anna writes en de fr es hi" in said


def test_papers_are_slices_by_their_face() -> None:
    faces = Counter(tags["face"] for tags in of_pack("run").values())
    assert set(faces) == {"House", "bundled"}


def test_the_digest_of_the_fonts_is_among_those_of_the_run() -> None:
    assert digests("run")["fonts"] == read_fonts("fonts").digest()


def test_a_case_is_made_again_with_the_bytes_that_were_sent() -> None:
    cases = of_pack("run")
    address = next(name for name, tags in cases.items() if tags["face"] == "House")
    said = harness("show", address, "--run", "run", "--save-bytes", "again")
    assert said.code == 0
    assert sha256(Path("again").read_bytes()).hexdigest() == cases[address]["sha256"]


def test_fonts_that_changed_or_are_gone_are_told_when_a_case_is_made_again() -> None:
    address = next(name for name, tags in of_pack("run").items() if tags["face"] == "House")
    with another():
        shutil.rmtree("fonts")
        said = harness("show", address, "--run", "run", "--save-bytes", "no")
        assert (said.code, "error: fonts: no such font folder" in said.err) == (4, True)
    with another():
        said = harness("show", address, "--run", "run", "--save-bytes", "no")
        assert (said.code, "error: run: fonts changed since this run\n" in said.err) == (4, True)
    assert not Path("no").exists()


@contextmanager
def another() -> Iterator[None]:
    """Another face in the folder of fonts, as long as the block runs."""
    Path("fonts").rename("elsewhere")
    cut_face(Path("fonts/house.ttf"), Cut(name="House", lean=0.1))
    try:
        yield
    finally:
        shutil.rmtree("fonts", ignore_errors=True)
        Path("elsewhere").rename("fonts")


@pytest.mark.full_dose
def test_a_run_is_resumed_with_the_same_fonts_and_with_no_others() -> None:
    shutil.copytree("run", "stopped")
    head = json.loads(Path("stopped/run.json").read_bytes())
    Path("stopped/run.json").write_text(json.dumps({**head, "state": "stopped"}), encoding="utf-8")
    replies = Path("stopped/replies.jsonl").read_bytes().splitlines(keepends=True)
    Path("stopped/replies.jsonl").write_bytes(b"".join(replies[:-5]))
    says = (
        "stopped: was started with different fonts\n  resume with the same command, samples, fonts, packs and baseline"
    )
    with another():
        refused(*command("stopped", "--font-dir", "fonts", "--resume"), says=says)
    assert check("stopped", "--font-dir", "fonts", "--resume").code in (0, 1, 5)
    assert of_pack("stopped") == of_pack("run")


@pytest.mark.full_dose
def test_a_baseline_that_was_made_with_other_fonts_is_told_and_one_with_the_same_elsewhere_is_held() -> None:
    wish = ("--as", "v1", "--why", "first", "--until", "2999-01-01", "--approver", "Ada", "--accept-no-go", "known")
    assert harness("promote", "run", *wish).code == 0
    try:
        assert 'baseline: "v1"' in check("held", "--font-dir", "fonts", calls=FEW).err
        shutil.copytree("fonts", "moved/to/fonts")
        assert "is of other" not in check("moved-run", "--font-dir", "moved/to/fonts", calls=FEW).err
        assert 'baseline "v1". It is of other fonts.' in check("without", calls=FEW).out
        with another():
            assert 'baseline "v1". It is of other fonts.' in check("other", "--font-dir", "fonts", calls=FEW).out
            assert "run: fonts changed since this run, so no run could" in harness("promote", "run", *wish).err
    finally:
        shutil.rmtree("baseline")


def test_runs_over_other_fonts_are_not_compared() -> None:
    check("plain")
    said = harness("diff", "run", "plain")
    assert (said.code, "run is of other fonts" in said.err) == (4, True)
    assert all("face" not in tags for tags in of_pack("plain").values())
    assert "fonts" not in digests("plain")
    same = {name for name, tags in of_pack("run").items() if tags["sha256"] == of_pack("plain")[name]["sha256"]}
    assert same == {name for name, tags in of_pack("run").items() if tags["face"] == "bundled"}


@pytest.mark.full_dose
def test_the_worker_of_a_load_run_makes_the_same_papers() -> None:
    url = Path("url").read_text(encoding="utf-8")
    pilot = ("--samples", "pilot", "--truth", "pilot/truth.csv", "--pack", "multilingual_documents")
    before = len(heard)
    more = ("--calls", "40", "--rate", "20", "--duration", "3s", "--font-dir", "fonts")
    said = harness("load", url, *pilot, *more, "--out", "load")
    assert "cannot be trusted" not in said.out, said.out
    made = {name: tags["sha256"] for name, tags in of_pack("load").items()}
    assert {name: of_pack("run")[name]["sha256"] for name in made if name in of_pack("run")} == {
        name: digest for name, digest in made.items() if name in of_pack("run")
    }
    sent = [one for one in heard[before:] if one.header("X-Harness-Case") in made]
    assert len(sent) >= 20
    assert {of_pack("load")[one.header("X-Harness-Case")]["face"] for one in sent} == {"House", "bundled"}
    for one in sent:
        assert made[one.header("X-Harness-Case")] == sha256(_file(one.body)).hexdigest()


def _file(body: bytes) -> bytes:
    """What a multipart body carries."""
    boundary = body.partition(b"\r\n")[0]
    return body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n" + boundary)[0]


def write_project() -> None:
    """A project of a team beside the pilot, with its own harness.toml."""
    url = Path("url").read_text(encoding="utf-8")
    Path("project").mkdir(exist_ok=True)
    text = f"""[target]\nurl = "{url}"\n[pilot]\nsamples = "../pilot"\ntruth = "../pilot/truth.csv"
font_dir = "../fonts"\n[[mix]]\npack = "pilot"\nshare = 0.7\n[[mix]]\npack = "multilingual_documents"\nshare = 0.3\n"""
    Path("project/harness.toml").write_text(text, encoding="utf-8")


def test_the_folder_stands_beside_the_samples_in_harness_toml_and_is_saved_there() -> None:
    write_project()
    harness("check", "--config", "project/harness.toml", "--calls", "40", "--out", "configured")
    assert of_pack("configured") == of_pack("run")
    check("saved", "--font-dir", "fonts", "--save", calls=FEW)
    assert 'font_dir = "fonts"\n' in Path("harness.toml").read_text(encoding="utf-8")
    Path("harness.toml").unlink()


def test_items_of_pytest_send_papers_in_the_own_faces() -> None:
    before = len(heard)
    tests = 'import pytest\n@pytest.mark.pack("multilingual_documents/foreign_vendor", cases=8)\ndef test_it(case, target):\n    target.send(case)\n'  # noqa: E501
    write_project()
    Path("project/test_it.py").write_text(tests, encoding="utf-8")
    said = run_pytest(Path("project").resolve(), "-q", "test_it.py")
    assert said.code == 0, said.out
    sent = {one.header("X-Harness-Case"): sha256(_file(one.body)).hexdigest() for one in heard[before:]}
    made = {name: tags["sha256"] for name, tags in of_pack("run").items() if name in sent}
    assert len(made) >= 4
    assert {name: sent[name] for name in made} == made


def test_a_wrong_folder_is_told_before_a_call_or_a_file(tmp_path: Path) -> None:
    before = len(heard)
    Path("broken").mkdir()
    Path("broken/a.ttf").write_bytes(Path("fonts/house.ttf").read_bytes()[:4000])
    for folder, says in (("font", 'font: no such font folder\n  did you mean "fonts"?'), ("broken", "is truncated")):
        refused(*command("never", "--font-dir", folder), says=says)
        refused("packs", "draw", "papers_from_abroad", "--out", "never", "--font-dir", folder, says=says)
        refused("packs", "sheet", "papers_from_abroad", "--out", "never.png", "--font-dir", folder, says=says)
        refused("packs", "lint", "pilot", "--font-dir", folder, says=says)
        refused("load", *command("never", "--font-dir", folder)[1:], "--rate", "5", says=says)
    assert (len(heard), Path("never").exists(), Path("never.png").exists()) == (before, False, False)


def test_the_checkout_has_no_fonts_but_the_bundled_ones() -> None:
    """What the tests cut is never shipped."""
    assert not list((ROOT / "tests").rglob("*.ttf"))
