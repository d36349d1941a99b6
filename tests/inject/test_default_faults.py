"""The faults of an upstream if no file names any."""

import pytest

from harness.core.integration.kinds import KINDS
from harness.core.integration.upstreams import Upstream
from harness.inject.default_faults import DEFAULT_KINDS, default_faults


def test_every_upstream_gets_each_kind_and_a_small_budget_leaves_none_out() -> None:
    found = default_faults([Upstream(name="erp"), Upstream(name="crm")], 30.0)
    assert [one.name for one in found[:4]] == [
        "erp.error_in_200",
        "crm.error_in_200",
        "erp.field_missing",
        "crm.field_missing",
    ]
    assert len({one.name for one in found}) == len(found) == 2 * len(DEFAULT_KINDS)
    assert {one.kind for one in found} <= set(KINDS)


@pytest.mark.parametrize("deadline", [0.5, 2.0, 30.0, 600.0])
def test_none_of_them_lasts_as_long_as_the_deadline_of_the_target(deadline: float) -> None:
    slow = {one.name: one.seconds for one in default_faults([Upstream(name="erp")], deadline) if one.kind == "latency"}
    assert 0 < slow["erp.latency"] <= slow["erp.timeout"] <= min(6.0, deadline / 2)
    assert "hang" not in DEFAULT_KINDS


def test_the_kind_that_decides_nothing_comes_last() -> None:
    assert [one.kind for one in default_faults([Upstream(name="erp")], 30.0) if not KINDS[one.kind].noticeable] == [
        DEFAULT_KINDS[-1]
    ]


def test_a_database_gets_the_faults_that_need_no_http() -> None:
    found = default_faults([Upstream(name="db", url="tcp://127.0.0.1:5432")], 30.0)
    assert [one.name for one in found] == ["db.latency", "db.timeout", "db.reset"]
