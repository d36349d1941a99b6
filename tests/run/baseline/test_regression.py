"""The short form of tests/shows/14_regression.py: a real reader with one character changed, and an unsteady service."""

import json
from pathlib import Path

import pytest

from harness.core.loading.shipped import shipped
from tests.endpoints.command import harness
from tests.endpoints.misread import reading
from tests.endpoints.orders import unsteady, write_pilot
from tests.endpoints.server import serving

PROMOTE = ("--as", "v1", "--why", "the first", "--until", "2099-12-31", "--approver", "Ada", "--accept-no-go", "known")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def regress(out: str) -> dict[str, str]:
    told = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return {reason["slice"]: reason["status"] for reason in told["reasons"] if reason["criterion"] == "regress"}


def read_pages(out: str, *options: str) -> None:
    pilot = shipped("fixtures") / "pilot"
    asked = ("--samples", str(pilot), "--truth", str(pilot / "truth.csv"), "--pack", "pilot", "--calls", "24")
    with reading(*options) as url:
        harness("check", url, *asked, "--out", out)


@pytest.mark.full_dose
def test_a_reader_that_takes_every_7_for_a_1_is_a_regression_and_the_same_reader_is_none() -> None:
    read_pages("first")
    assert harness("promote", "first", *PROMOTE).code == 0
    read_pages("sevens", "--wrong", "7", "--taken-for", "1")
    read_pages("again")
    assert (regress("sevens"), regress("again")) == ({"pilot": "failed"}, {})


def test_a_service_that_is_only_unsteady_is_not_called_worse() -> None:
    write_pilot(Path("orders"))
    for number in range(4):
        with serving(unsteady(number, 0.9)) as url:
            harness(
                "check", url, "--samples", "orders", "--truth", "total,carrier", "--calls", "60", "--out", str(number)
            )
        if number == 0:
            assert harness("promote", "0", *PROMOTE).code == 0
    statuses = [status for number in range(1, 4) for status in regress(str(number)).values()]
    assert "failed" not in statuses
    assert json.loads(harness("diff", "0", "1", "--json").out)["difference"]["changes"].keys() > {"same"}
