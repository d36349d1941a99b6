"""`harness load --faults`: what happens to answers while an upstream fails under load, before that and after it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.core.under_load.load import Load
from harness.core.under_load.results import UnderFault
from harness.demo.__main__ import free_port
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import serving
from tests.endpoints.vendors import Failing, break_down, fall_back, flag, price_list, pricing

CONFIG = """
[target]
deadline = "2s"
[gate]
samples = 5
silent_errors = 0.05
p95 = "500ms"
[[mix]]
pack = "pilot"
share = 0.8
[[mix]]
pack = "record_formats"
share = 0.2
"""
OUTAGE = '[[fault]]\nkind = "status"\nwhere = "prices"\nname = "outage"\nwindow = [2, 4]\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One load run. criteria: name, slice and status of each."""

    said: CommandResult
    folder: RunFolder
    criteria: dict[tuple[str, str], str]
    findings: list[dict[str, Any]]

    @property
    def load(self) -> Load:
        assert self.folder.head.load is not None
        return self.folder.head.load

    @property
    def fault(self) -> UnderFault:
        (one,) = self.load.faults
        return one


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "pilot")
    return tmp_path


@pytest.fixture
def relay() -> Iterator[str]:
    """Where the relay will listen; harness.toml says so."""
    with serving(price_list, "/price") as upstream:
        listen = f"127.0.0.1:{free_port(2)}"
        entry = f'[[upstream]]\nname = "prices"\nurl = "{upstream.removesuffix("/price")}"\nlisten = "{listen}"\n'
        Path("harness.toml").write_text(CONFIG + entry, encoding="utf-8")
        yield f"http://{listen}/price"


def loaded(url: str, faults: str, *more: str, duration: str = "6s") -> Loaded:
    Path("faults.toml").write_text(faults, encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240", "--out", "run", "--rate", "40")
    said = harness("load", url, *asked, "--duration", duration, "--faults", "faults.toml", *more)
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    rows = [*verdict["reasons"], *verdict["passed"]]
    return Loaded(
        said=said,
        folder=RunFolder.read(Path("run")),
        criteria={(one["criterion"], one["slice"]): one["status"] for one in rows},
        findings=json.loads(Path("run/findings.json").read_text(encoding="utf-8")),
    )


def test_a_silent_fallback_in_an_outage_under_load_fails_the_upstream_and_no_other_criterion(relay: str) -> None:
    with pricing(relay, fall_back) as url:
        got = loaded(url, OUTAGE)
    assert got.criteria[("upstream", "prices")] == "failed"
    assert [key for key, status in got.criteria.items() if status == "failed"] == [("upstream", "prices")]
    inside, before = got.fault.inside, got.fault.before
    assert (before.silent, got.fault.after.silent) == (0, 0)
    assert inside.silent > 0.9 * inside.n > 30
    assert got.fault.windows == ((2.0, 4.0),)


@pytest.mark.full_dose
@pytest.mark.parametrize("failing", [flag, break_down])
def test_a_service_that_notices_the_outage_goes(relay: str, failing: Failing) -> None:
    with pricing(relay, failing) as url:
        got = loaded(url, OUTAGE)
    assert got.criteria[("upstream", "prices")] == "passed"
    assert "failed" not in got.criteria.values()
    assert got.fault.inside.silent == 0
    assert got.fault.inside.right <= 2  # at the edges of the window
    assert got.fault.normal is not None


def test_faults_on_the_way_to_the_target_are_met_by_key_and_count_for_themselves_alone(here: Path) -> None:
    Path("harness.toml").write_text(CONFIG, encoding="utf-8")
    faults = '[[fault]]\nkind = "reset"\nwhere = "target"\nshare = 0.5\nwindow = [1, 2]\nevery = 2\n'
    with serving(honest) as url:
        got = loaded(url, faults)
    met = [row for row in got.folder.replies.values() if row.faults]
    assert {row.faults for row in met} == {("target.reset",)}
    assert all(row.error.startswith("dropped: ") for row in met)
    assert got.fault.windows == ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))
    assert 20 < len(met) < 100
    assert "failed" not in got.criteria.values()
    assert got.load.errors == {}


def test_of_a_fault_that_is_in_force_all_the_time_only_the_requests_that_met_it_count_for_it_alone(here: Path) -> None:
    Path("harness.toml").write_text(CONFIG, encoding="utf-8")
    with serving(honest) as url:
        got = loaded(url, '[[fault]]\nkind = "reset"\nwhere = "target"\nshare = 0.1\n')
    met = [row for row in got.folder.replies.values() if row.faults]
    assert len(met) > 10
    assert got.fault.inside.n == got.fault.inside.errors == got.fault.met <= len(met)
    assert got.fault.before.errors == 0
    assert got.fault.before.n > 5 * got.fault.inside.n
    assert got.load.errors == {}
    assert got.load.answered > 0.98 * got.load.rate
    assert "failed" not in got.criteria.values()
    assert "all the time, 10 % of requests" in got.said.out
    assert "others " in got.said.out
    assert "met it " in got.said.out


@pytest.mark.parametrize(
    "asked", ["", "window = [0, 3]\n[[fault]]\nkind = 'reset'\nwhere = 'target'\nwindow = [3, 9]\n"]
)
def test_faults_that_every_request_of_the_load_would_meet_are_an_error_before_it(here: Path, asked: str) -> None:
    Path("harness.toml").write_text(CONFIG, encoding="utf-8")
    Path("faults.toml").write_text(f'[[fault]]\nkind = "status"\nwhere = "target"\n{asked}', encoding="utf-8")
    with serving(honest) as url:
        given = ("--samples", "pilot", "--truth", "total,carrier", "--faults", "faults.toml")
        said = harness("load", url, *given, "--rate", "20", "--duration", "6s")
    assert said.code == 4
    assert "every request of the load would meet a fault" in said.err


def test_a_window_after_the_load_is_an_error_before_anything_is_sent(here: Path) -> None:
    Path("harness.toml").write_text(CONFIG, encoding="utf-8")
    Path("faults.toml").write_text('[[fault]]\nkind = "reset"\nwhere = "target"\nwindow = [60, 70]\n', encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--rate", "5", "--duration", "30s")
    said = harness("load", "http://127.0.0.1:9/x", *asked, "--faults", "faults.toml")
    assert said.code == 4
    assert "the window of target.reset begins after 60 s, the load lasts 30 s\n  give it more" in said.err


def test_the_timeline_is_printed_without_a_request(relay: str) -> None:
    Path("faults.toml").write_text(OUTAGE + "every = 10\nramp = 1\n", encoding="utf-8")
    asked = ("--samples", "pilot", "--rate", "40", "--duration", "30s", "--faults", "faults.toml", "--dry-run")
    said = harness("load", "http://127.0.0.1:9/x", *asked)
    assert said.code == 0
    assert said.out.splitlines()[0].split() == ["load", "constant,", "40/s", "for", "30", "s:", "1200", "requests"]
    assert "status at prices: 2 - 4 s, every 10 s (3 times), rises over 1 s" in said.out


@pytest.mark.full_dose
def test_a_load_is_compared_with_the_baseline_outside_the_windows_and_shown_beside_it_inside(relay: str) -> None:
    text = Path("harness.toml").read_text(encoding="utf-8")
    Path("harness.toml").write_text(text.replace("record_formats", "malformed_records"), encoding="utf-8")
    pilot = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "240")
    promoted = ("--as", "pilot", "--approver", "me", "--why", "x", "--until", "2999-01-31", "--accept-no-go", "x")
    with pricing(relay, fall_back) as url:
        harness("check", url, *pilot, "--out", "checked")
        assert harness("promote", "checked", *promoted).code == 0
        got = loaded(url, OUTAGE)
        assert got.criteria[("regress", "pilot")] == "passed"
        assert got.fault.inside.right < 0.1 * got.fault.inside.n
        assert got.fault.baseline is not None
        assert got.fault.baseline > 0.9
        assert "in the baseline 100.0 % of the same cases passed" in got.said.out
    worse = OUTAGE.replace("[2, 4]", "[4, 5]")
    with pricing(relay, fall_back, wrong=lambda body: b"express" in body and b"true" in body) as url:
        got = loaded(url, worse, "--out", "worse")
    verdict = json.loads(Path("worse/verdict.json").read_text(encoding="utf-8"))
    assert ("regress", "pilot") in {(one["criterion"], one["slice"]) for one in verdict["reasons"]}
