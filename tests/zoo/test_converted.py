"""A defect that only an op of the service's own team reaches is found with one, and its correct twin is not blamed."""

import json
from pathlib import Path

import pytest

from tests.cli.test_added import install, said
from tests.endpoints.server import serving
from tests.zoo import pilots
from tests.zoo.record import Scorer
from tests.zoo.record_defects import currency_ignored

POINTS = "[harness.ops]\nzoo = tests.zoo.converting\n[harness.packs]\nzoo = tests.zoo.packs\n"


@pytest.mark.parametrize("spoilt", [False, True], ids=["correct", "currency_ignored"])
def test_an_amount_that_is_taken_as_euros_is_found_by_an_op_with_the_rates_of_the_service(
    tmp_path: Path, spoilt: bool
) -> None:
    install(tmp_path, {}, POINTS)
    samples, truth = pilots.write_records(tmp_path)
    service = Scorer(lookup=pilots.customer)
    with serving(currency_ignored(service) if spoilt else service, "/score") as url:
        told = ("--samples", samples, "--truth", truth, "--pack", "converted_records", "--calls", "800")
        checked = said(tmp_path, "check", url, *told, "--out", "run")
    verdict = json.loads((tmp_path / "run" / "verdict.json").read_text(encoding="utf-8"))
    blamed = [one for one in verdict["reasons"] if one["slice"] == "converted_records"]
    assert checked.code == (1 if spoilt else 0), checked.out
    assert bool(blamed) is spoilt
    assert all(one["criterion"] == "silent_errors_pack" for one in blamed)
    assert all(note["kind"] != "worst_scenario" for one in blamed for note in one["notes"])
