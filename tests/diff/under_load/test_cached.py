"""Whether a cache answers: simulated times of cases sent three times, and of a load."""

import numpy as np
import pytest

from harness.core.finding_kinds import FindingKind
from harness.diff.under_load.cached import Sendings, cache_findings, cached

SLOW, QUICK = 0.05, 0.002


def exponential(seed: int, n: int = 20) -> list[Sendings]:
    """A plain service whose times vary as much as those of a queue."""
    draws = np.random.default_rng(seed).exponential(SLOW, (n, 3))
    return [(float(a), float(b), float(c)) for a, b, c in draws]


def test_a_cache_of_inputs_is_found_with_its_share_of_the_load() -> None:
    found = cached([(SLOW, QUICK, QUICK)] * 8, [QUICK] * 90 + [SLOW] * 10)
    assert found
    assert found.same_input
    assert found.share == pytest.approx(0.9)
    (finding,) = cache_findings(found)
    assert finding.kind is FindingKind.ANSWERS_CACHED
    assert finding.numbers["share"] == found.share


def test_a_cache_of_bytes_does_not_answer_a_load_of_different_bytes() -> None:
    found = cached([(SLOW, QUICK, SLOW)] * 8, [SLOW] * 100)
    assert found
    assert (found.same_bytes, found.same_input, found.share) == (True, False, 0)
    (finding,) = cache_findings(found)
    assert "share" not in finding.numbers


def test_a_plain_service_of_any_spread_has_no_cache() -> None:
    seen = [cached(exponential(seed), [SLOW] * 100) for seed in range(300)]
    assert sum(one is not None and one.same_bytes for one in seen) <= 6


def test_a_service_that_answers_in_a_millisecond_needs_no_cache() -> None:
    found = cached([(0.001, 0.0002, 0.0002)] * 20, [0.0002] * 100)
    assert found
    assert not found.same_bytes
    assert cache_findings(found) == ()


def test_without_sendings_nothing_is_known() -> None:
    assert cached([], [SLOW]) is None
    assert cache_findings(None) == ()
