"""The shipped profiles: each can be caused, cites its source, and says what a service may do."""

import re
from datetime import date
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.core.integration.kinds import KINDS
from harness.core.integration.upstreams import Upstream
from harness.inject.profiles import faults_named, profiles

ERP, CRM = Upstream(name="erp"), Upstream(name="crm")
NAMES = ["auth_outage", "crm_api_limit", "erp_night_batch", "key_rotation", "schema_drift", "version_retired"]
GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/faults.md"


def test_these_profiles_are_shipped() -> None:
    assert list(profiles()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_has_its_source_and_expects_something_of_each_fault(name: str) -> None:
    profile = profiles()[name]
    assert re.match(r"https?://[^ ]+$", profile.source)
    assert profile.checked
    assert profile.checked >= date(2026, 12, 1)
    for fault in faults_named(name, [ERP], alone=False):
        assert fault.kind in KINDS
        assert fault.where == "erp"
        assert fault.name.startswith("erp.")
        assert fault.expect
        assert fault.window
        assert fault.window[1] <= 60


@pytest.mark.parametrize("name", NAMES)
def test_in_a_check_each_fault_of_a_profile_hits_every_request_of_its_phase(name: str) -> None:
    found = faults_named(f"{name}@crm", [ERP, CRM], alone=True)
    assert {(one.where, one.share, one.window, one.every, one.ramp) for one in found} == {("crm", 1.0, None, 0.0, 0.0)}


@pytest.mark.parametrize(
    ("named", "upstreams", "message"),
    [
        ("erp_nite_batch", [ERP], 'no such file, and no profile "erp_nite_batch"\n  did you mean "erp_night_batch"?'),
        (
            "erp_night_batch",
            [ERP, CRM],
            "2 systems have an [[upstream]]\n  name the system that fails in it: --faults e",
        ),
        ("erp_night_batch", [], "0 systems have an [[upstream]]"),
        ("erp_night_batch@erb", [ERP, CRM], 'there is no [[upstream]] "erb"\n  did you mean "erp"?'),
    ],
)
def test_a_profile_that_cannot_be_meant_is_an_error(named: str, upstreams: list[Upstream], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        faults_named(named, upstreams, alone=False)
    assert message in str(error.value)


def test_the_guide_lists_each_profile_with_its_source() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name, profile in profiles().items():
        assert f"| `{name}` | {profile.about} | [source]({profile.source}) |" in text
