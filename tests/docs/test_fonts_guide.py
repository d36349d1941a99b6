"""Everything that docs/guides/fonts.md shows is run here, with fonts of nobody."""

import json
import shlex
import shutil
from pathlib import Path

import pytest

from harness.core.loading.shipped import shipped
from harness.demo.serve import running_pilot
from tests.docs.test_docs import shell_lines
from tests.endpoints.command import harness
from tests.generate.faces import Cut, cut_face


@pytest.mark.full_dose
def test_every_command_of_the_guide_to_fonts_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(shipped("fixtures") / "pilot", "pilot")
    cut_face(Path("fonts/house.ttf"), Cut(name="House", lean=0.2))
    cut_face(Path("fonts/hands/anna.ttf"), Cut(name="Anna", source="HandKalam-Regular"))
    lines = shell_lines("docs/guides/fonts.md")
    assert [line.split()[1] for line in lines] == ["packs", "packs", "packs", "check"]
    with running_pilot() as url:
        for line in lines:
            words = shlex.split(line.replace("http://127.0.0.1:8000/extract", url))[1:]
            more = ("--calls", "40", "--pack", "multilingual_documents", "--out", "run") if words[0] == "check" else ()
            said = harness(*words, *more)
            assert said.code in ((0, 1, 5) if words[0] == "check" else (0,)), f"{line}\n{said.err}"
            assert "House sets en" in said.err
    cases = [json.loads(line) for line in Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {case["tags"]["face"] for case in cases if "face" in case["tags"]} == {"House", "bundled"}
