"""What lies between two sides, as data: `harness diff` and the gate are told from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.regression.baseline import Change, Repeat
from harness.core.verdict import Estimate, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceDrop:
    """One slice on both sides.

    cases: of the baseline in it, missing of them not sent again. before, after: share that held, over the cases that
    can be compared, None without one. drop: before minus after. p: exact, one-sided. q: p corrected over the critical
    slices, None where the slice is not critical. exact: all samples there are.
    """

    slice: str
    critical: bool
    cases: int
    missing: int
    before: float | None
    after: float | None
    drop: Estimate
    p: float
    q: float | None
    exact: bool = False
    changes: Mapping[Change, int] = field(default_factory=dict)
    worst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case that is not the same on both sides. before, after: its repeats; empty where a side does not have it."""

    address: str
    change: Change
    before: tuple[Repeat, ...] = ()
    after: tuple[Repeat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field over the `cases` in which it was judged on both sides.

    before, after: share of their replies in which it was right, a case counting once. fell, rose: cases in which that
    share moved. noise: share of pairs of replies to one case that disagree on it, on either side; None without repeats.
    """

    name: str
    cases: int
    before: float
    after: float
    fell: int
    rose: int
    noise: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyChange:
    """Seconds in one slice: the median and the 95th percentile of the replies of each side."""

    slice: str
    median: tuple[float, float]
    p95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Replies of one side that never came, by cause; no part of its quality."""

    replies: int
    causes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What lies between two sides. other_bytes: addresses that are not the same case on both."""

    slices: tuple[SliceDrop, ...]
    changes: Mapping[Change, int]
    cases: tuple[CaseChange, ...]
    other_bytes: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    latency: tuple[LatencyChange, ...]
    errors: tuple[Errors, Errors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `harness diff` says: which two, the difference, and the verdict over the regression lines."""

    format: int
    before: str
    after: str
    verdict: Verdict
    difference: Difference
