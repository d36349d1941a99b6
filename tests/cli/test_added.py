"""Ops and packs of another distribution: found by name, never assumed, and named where they cannot be had."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.endpoints.command import CommandResult, start

GUIDE = (Path(__file__).resolve().parents[2] / "docs/guides/your-own-packs.md").read_text(encoding="utf-8")
((OPS,), (PACK, POINTS), (COMMANDS,)) = (
    re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL) for language in ("python", "toml", "sh")
)
POINTS = POINTS.replace("project.entry-points.", "").replace('"', "")  # as a wheel has them


def install(site: Path, modules: dict[str, str], points: str) -> None:
    """A distribution acme-tail 1.2.0 in the folder `site`, as pip leaves one."""
    info = site / "acme_tail-1.2.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-tail\nVersion: 1.2.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    for name, text in modules.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")


def said(site: Path, *args: str) -> CommandResult:
    root = Path(__file__).resolve().parents[2]
    process = start(*args, cwd=site, env={"PYTHONPATH": f"{root}:{site}"})
    out, err = process.communicate(timeout=60)
    return CommandResult(code=process.returncode, out=out, err=err)


def project(folder: Path) -> Path:
    """A folder with the guide's distribution, three tickets and a service."""
    modules = {"acme_tail/__init__.py": "", "acme_tail/ops.py": OPS, "acme_tail/counter_tickets/pack.toml": PACK}
    tickets = [{"text": f"where is parcel {k}", "label": "delivery"} for k in range(3)]
    service = "def route(asked):\n    return {'label': 'delivery'}\n"
    files = {"tickets.jsonl": "".join(json.dumps(row) + "\n" for row in tickets), "service.py": service}
    install(folder, modules | files, POINTS)
    return folder


def test_every_command_of_the_guide_to_own_packs_works(tmp_path: Path) -> None:
    here = project(tmp_path / "site")
    listed, linted, drawn, checked, shown = (said(here, *shlex.split(line)[1:]) for line in COMMANDS.splitlines())
    assert "counter_tickets 1.2.0: Tickets from the old terminals" in listed.out
    assert "counter_tickets/pack.toml: counter_tickets 1.2.0, 1 scenarios" in linted.err
    assert drawn.err.startswith("20 cases in look/")
    assert (here / "look/cases.jsonl").read_text(encoding="utf-8").count("acme.shouted") == 20
    assert checked.code in (0, 5), checked.err
    assert "acme.shouted at 10" in shown.out
    head = json.loads((here / "run" / "run.json").read_text(encoding="utf-8"))
    assert head["versions"]["acme-tail"] == "1.2.0"
    assert Path(head["packs"]["counter_tickets"]) == here / "acme_tail/counter_tickets/pack.toml"


def test_an_installed_pack_is_never_assumed(tmp_path: Path) -> None:
    here = project(tmp_path / "site")
    checked = said(here, "check", "service:route", "--samples", "tickets.jsonl", "--truth", "label", "--out", "run")
    assert "mix: assumed: pilot 0.70" in checked.err
    assert "counter_tickets" not in checked.err


@pytest.mark.parametrize(
    ("modules", "points", "told"),
    [
        (
            {"acme_tail.py": "import acme_base\n"},
            "[harness.ops]\nacme = acme_tail\n",
            'entry point "acme" of acme-tail 1.2.0 (harness.ops): cannot import "acme_tail": '
            "ModuleNotFoundError: No module named 'acme_base'\n  repair it, or remove it: pip uninstall acme-tail",
        ),
        (
            {"acme_tail.py": "raise SystemExit('no licence')\n"},
            "[harness.packs]\nacme = acme_tail\n",
            'entry point "acme" of acme-tail 1.2.0 (harness.packs): cannot import "acme_tail": SystemExit: no licence',
        ),
        (
            {"acme_tail.py": OPS.replace("acme.shouted", "text.typos")},
            "[harness.ops]\nacme = acme_tail\n",
            'cannot import "acme_tail": PackError: op "text.typos" is registered twice',
        ),
        (
            {"acme_tail/__init__.py": ""},
            "[harness.packs]\nacme = acme_tail\n",
            "whose folder has a subfolder for each pack: NAME/pack.toml",
        ),
        (
            {"acme_tail/__init__.py": "", "acme_tail/scanned_faxes/pack.toml": PACK},
            "[harness.packs]\nacme = acme_tail\n",
            '(harness.packs): the harness also has a pack "scanned_faxes"\n  rename one of them',
        ),
    ],
    ids=["import", "exit", "twice", "nothing", "name"],
)
def test_what_cannot_be_had_is_named_once_before_anything_is_drawn(
    tmp_path: Path, modules: dict[str, str], points: str, told: str
) -> None:
    install(tmp_path, modules, points)
    linted = said(tmp_path, "packs", "lint")
    assert linted.code == 4
    assert linted.err.count("error: ") == 1
    assert told in linted.err
