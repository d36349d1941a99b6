"""A go lists what it accepts: on the screen, in report.md and in the summary of pytest."""

from pathlib import Path

import pytest

from harness.core.settings import Budget, Gate, Pilot, Settings, Target
from harness.report.accepted import accepted_lines
from harness.report.terminal import screen
from harness.run.check import run_check
from harness.run.events import Event, Finished
from harness.run.setup.configure import RunRequest
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.pytest_project import run_pytest, write_project
from tests.endpoints.server import serving

LOOSE = Gate(silent_errors=0.3, errors=0.3, silent_errors_pack=0.4, samples=10)


def sometimes_wrong(body: bytes) -> tuple[int, object]:
    status, reply = honest(body)
    if status == 200 and sum(body) % 11 == 0:
        return 200, {"result": {"total": 1.0, "carrier": "parcel"}, "needs_review": False}
    return status, reply


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("accepted")
    told: list[Event] = []
    with serving(sometimes_wrong) as url:
        settings = Settings(
            target=Target(url=url, rate=300.0),
            pilot=Pilot(samples=str(write_pilot(folder / "pilot")), truth="total,carrier"),
            budget=Budget(calls=300, robustness=()),
            gate=LOOSE,
        )
        run_check(RunRequest(out=str(folder / "run")), told.append, settings)
    return next(event for event in told if isinstance(event, Finished))


def test_silent_errors_inside_the_limit_are_counted_with_the_three_worst(finished: Finished) -> None:
    assert finished.verdict.verdict == "go"
    (line,) = [line for line in accepted_lines(finished.verdict, finished.findings) if line.startswith("Accepted")]
    (result,) = [one for one in finished.verdict.passed if one.criterion == "silent_errors"]
    assert f"({'weighted'} {round(result.hits or 0, 1):g}/{result.n})" in line
    for address in result.cases[:3]:
        assert address in line
    assert (result.hits or 0) > 0


def test_the_screen_of_a_go_has_every_line_and_report_md_too(finished: Finished) -> None:
    text = " ".join(screen(finished.verdict, finished.findings, finished.folder, 1, 1.0).split())
    report = (finished.folder / "report.md").read_text(encoding="utf-8")
    lines = accepted_lines(finished.verdict, finished.findings)
    assert any("no scenario fits the samples" in line for line in lines)
    assert any(line.startswith("Assumed") for line in lines)
    for line in lines:
        assert " ".join(line.split()) in text
        assert line[:12] in report


def test_the_summary_of_pytest_lists_it(tmp_path: Path) -> None:
    with serving(honest) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "harness.toml", "-q")
    end = said.out.partition("= golive-harness =")[2]
    assert "GO   all" in end
    assert "Not tested: cold start" in end
    assert "(no scenario fits the samples)" in end
