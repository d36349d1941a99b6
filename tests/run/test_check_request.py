"""Requests from Python: what a type checker did not stop is refused in plain words before anything is connected to."""

from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import ConfigError
from harness.run.check import run_check
from harness.run.load import run_load
from harness.run.setup.configure import RunRequest

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"samples": Path("pilot")}, "samples: expected a text, not PosixPath('pilot')\n  write: samples='pilot'"),
    ({"packs": "noisy_text"}, "packs: expected a tuple of names, not a text\n  write: packs=('noisy_text',)"),
    ({"calls": 0}, "calls: expected a whole number of at least 1, not 0"),
    ({"calls": 40.0}, "calls: expected a whole number of at least 1, not 40.0"),
    ({"seed": -1}, "seed: expected a whole number of at least 0, not -1"),
    ({"seed": True}, "seed: expected a whole number of at least 0, not True"),
    ({"rate": 0}, "rate: expected a number of requests per second above 0, not 0"),
    ({"rate": float("nan")}, "rate: expected a number of requests per second above 0, not nan"),
]


@pytest.mark.parametrize(("given", "says"), WRONG)
def test_a_request_that_cannot_be_meant_is_refused_by_check_and_load(given: dict[str, Any], says: str) -> None:
    request = RunRequest(**{"url": "http://127.0.0.1:1/x", "samples": "pilot", "truth": "total", **given})
    with pytest.raises(ConfigError) as by_check:
        run_check(request)
    with pytest.raises(ConfigError) as by_load:
        run_load(request, duration=1)
    assert str(by_check.value) == str(by_load.value) == says


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"duration": 0}, "duration: expected a number of seconds above 0, not 0"),
        ({"duration": float("inf")}, "duration: expected a number of seconds above 0, not inf"),
        ({"workers": 0}, "workers: expected a whole number of at least 1, not 0"),
        ({"schedule": 5}, "schedule: expected a text, not 5\n  write: schedule='poisson'"),
    ],
)
def test_a_load_that_cannot_be_meant_is_refused(given: dict[str, Any], says: str) -> None:
    request = RunRequest(url="http://127.0.0.1:1/x", samples="pilot", truth="total", rate=10)
    with pytest.raises(ConfigError) as wrong:
        run_load(request, **{"duration": 1.0, **given})
    assert str(wrong.value) == says


def test_a_load_run_refuses_what_only_a_check_can_do() -> None:
    request = RunRequest(
        url="http://127.0.0.1:1/x", samples="pilot", truth="total", rate=10, save="f.toml", resume=True
    )
    with pytest.raises(ConfigError, match="a load run does not support resume, save\n"):
        run_load(request, duration=1)
