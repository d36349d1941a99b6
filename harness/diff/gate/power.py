"""Which rates of silent errors a budget can detect, computed before the first call."""

from collections.abc import Mapping, Sequence

from harness.core.settings import Gate, Mix
from harness.core.statistics.intervals import project, tally_of
from harness.core.statistics.power import SURE, PowerEstimate
from harness.core.statistics.shares import at_least, share_bounds
from harness.diff.gate.evidence import PILOT

BAD, GOOD = 0.20, 0.01
"""Rates of silent errors in a pack: one that must be detected, and one that must not block a release."""


def estimate_power(
    cases: Mapping[str, int], mix: Sequence[Mix], gate: Gate, *, repeats: int = 0
) -> tuple[PowerEstimate, ...]:
    """The rates of silent errors that `cases` per pack can detect: in each critical pack, then over the mix.

    repeats: how often each pilot sample is sent, if all of them are sent; else 0.
    """
    sent = {name: n * (repeats if repeats and name == PILOT else 1) for name, n in cases.items()}
    critical = [part.pack for part in mix if not gate.critical or part.pack in gate.critical]
    packs = [_pack(name, cases.get(name, 0), sent.get(name, 0), gate.silent_errors_pack) for name in critical]
    described = sum(part.share for part in mix) or 1.0
    none = {name: tally_of(n, 0) for name, n in sent.items()}
    over_mix = project({part.pack: part.share / described for part in mix}, none)
    total = sum(cases.get(part.pack, 0) for part in mix)
    return (*packs, PowerEstimate(slice="", cases=total, limit=gate.silent_errors, shows=over_mix.high))


def _pack(name: str, cases: int, n: int, limit: float) -> PowerEstimate:
    return PowerEstimate(
        slice=name,
        cases=cases,
        limit=limit,
        shows=tally_of(n, 0).bounds[1],
        bad=BAD,
        power=power(n, BAD, limit),
        found=found(n, limit),
        good=GOOD,
        passes=passes(n, GOOD, limit),
    )


def power(n: int, share: float, limit: float) -> float:
    """The exact chance that `n` cases with a true `share` of errors fail: that the lower bound is above `limit`.

    >>> round(power(70, 0.20, 0.10), 2)
    0.77
    """
    return at_least(_fewest(n, limit), n, share)


def _fewest(n: int, limit: float) -> int:
    """The fewest errors among `n` that make the criterion fail; n + 1 if none are enough."""
    return next((k for k in range(n + 1) if share_bounds(k, n)[0] > limit), n + 1)


def passes(n: int, share: float, limit: float) -> float:
    """The exact chance that `n` cases with a true `share` of errors pass: that the upper bound is inside `limit`."""
    return 1.0 - at_least(_most(n, limit) + 1, n, share)


def _most(n: int, limit: float) -> int:
    """The most errors among `n` with which the criterion passes; -1 if it does not even pass with none."""
    return next((k - 1 for k in range(n + 1) if share_bounds(k, n)[1] > limit), n)


def found(n: int, limit: float, sure: float = SURE) -> float | None:
    """The smallest true share, to a tenth of a percent, that fails with power `sure`; None if there is none."""
    fewest = _fewest(n, limit)
    shares = (thousandth / 1000 for thousandth in range(round(limit * 1000), 1001))
    return next((share for share in shares if at_least(fewest, n, share) >= sure), None)
