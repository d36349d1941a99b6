"""A confidence that nobody wrote a threshold for: the verdict is the one that holds with and without the usual one."""

import json
from pathlib import Path

import pytest

from harness.core.finding_kinds import FindingKind
from harness.core.settings import Budget, Pilot, Settings, Target
from harness.core.verdict import Decision
from harness.run.check import run_check
from harness.run.events import Event, Finished, Noted
from harness.run.setup.configure import RunRequest
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, liar, write_pilot
from tests.endpoints.server import Answer, serving


def confident(right: float, wrong: float, *, scale: float = 1, flag: bool = False, careful: bool = False) -> Answer:
    """The liar with a confidence: `right` for what the honest service answers too, `wrong` for the rest.

    careful: the honest service, which refuses the rest.
    """

    def answer(body: bytes) -> tuple[int, object]:
        fine, (status, reply) = honest(body), (honest if careful else liar)(body)
        if status != 200 or not isinstance(reply, dict):
            return status, reply
        return status, {
            "result": reply["result"],
            "confidence": scale * (right if fine[0] == 200 and fine[1] == {**reply, "needs_review": False} else wrong),
            **({"needs_review": False} if flag else {}),
        }

    return answer


def check(answer: Answer, folder: Path, flag_below: float | None = None) -> tuple[Finished, list[str]]:
    told: list[Event] = []
    with serving(answer) as url:
        settings = Settings(
            target=Target(url=url, rate=300.0, flag_below=flag_below),
            pilot=Pilot(samples=str(write_pilot(folder / "pilot")), truth="total,carrier"),
            budget=Budget(robustness=()),
        )
        run_check(RunRequest(out=str(folder / "run")), told.append, settings)
    end = next(event for event in told if isinstance(event, Finished))
    return end, [event.text for event in told if isinstance(event, Noted) and event.about == "answer"]


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize(
    ("answer", "flag_below", "verdict"),
    [
        ((0.95, 0.4), None, "undecided"),
        ((0.95, 0.4), 0.8, "go"),
        ((0.95, 0.4), 0.0, "no-go"),
        ((0.95, 0.9), None, "no-go"),
    ],
)
def test_without_a_written_threshold_the_verdict_must_hold_with_and_without_it(
    answer: tuple[float, float], flag_below: float | None, verdict: Decision, scale: float, tmp_path: Path
) -> None:
    end, _ = check(confident(*answer, scale=scale), tmp_path, flag_below)
    assert end.verdict.verdict == verdict
    open_ = [finding for finding in end.findings if finding.kind is FindingKind.THRESHOLD_DECIDES]
    assert bool(open_) == (verdict == "undecided")
    if open_:
        assert open_[0].names == ("no-go", "go")
        numbers = open_[0].numbers
        assert numbers["silent_errors_other_without"] > numbers["silent_errors_other_with"] == 0.0
        assert end.verdict.reasons[0].criterion == "hand_over"
        assert end.verdict.exit_code == 5


def test_right_answers_with_little_confidence_are_not_called_no_go(tmp_path: Path) -> None:
    end, _ = check(confident(0.67, 0.3, careful=True), tmp_path)
    assert end.verdict.verdict == "undecided"
    (finding,) = [one for one in end.findings if one.kind is FindingKind.THRESHOLD_DECIDES]
    assert finding.names == ("go", "no-go")


def test_a_flag_in_the_reply_leaves_no_threshold_to_be_invented(tmp_path: Path) -> None:
    end, told = check(confident(0.95, 0.4, flag=True), tmp_path)
    assert end.verdict.verdict == "no-go"
    assert "hand-over = needs_review" in told
    assert "confidence = confidence; hands nothing over" in told


@pytest.mark.parametrize(
    ("flag", "written", "saved"),
    [(True, "", "flag_below = 0.0"), (False, "flag_below = 0.7\n", "flag_below = 0.7"), (False, "", "")],
)
def test_what_applied_is_saved(
    flag: bool, written: str, saved: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))
    with serving(confident(0.95, 0.9, flag=flag)) as url:
        Path("given.toml").write_text(
            f'[target]\nurl = "{url}"\n{written}[pilot]\nsamples = "pilot"\ntruth = "total,carrier"\n', encoding="utf-8"
        )
        said = harness("check", "--config", "given.toml", "--calls", "60", "--save", "--out", "run")
    text = Path("harness.toml").read_text(encoding="utf-8")
    assert saved in text
    assert ("flag_below" in text) == bool(saved)
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    assert said.code == verdict["exit_code"]
