"""The difference between two sides, as data for `harness diff` and the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.regression.baseline import Change, Repeat
from harness.core.verdict import Estimate, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentRise:
    """The silent errors of one slice on both sides.

    before: share of the comparable cases that were silent errors before.
    after: share of them that are silent errors after.
    rise: after minus before.
    p: exact one-sided p-value.
    q: p-value, corrected as that of the drop. Null: the slice is not critical.
    cases: number of cases in which the share of silent errors rose.
    worst: addresses of these cases, the worst first.
    """

    before: float
    after: float
    rise: Estimate
    p: float
    q: float | None
    cases: int
    worst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceDrop:
    """One slice on both sides.

    slice: name of the slice.
    critical: a drop in this slice can fail the gate.
    cases: number of cases of the baseline in the slice.
    missing: how many of them were not sent again.
    before: share of the comparable cases that passed before. Null: no case is comparable.
    after: share of them that passed after.
    drop: before minus after.
    p: exact one-sided p-value.
    q: p-value, corrected over the critical slices, with those of their silent errors. Null: the slice is not critical.
    silent: the rise of silent errors. Null: they did not change, or every case that did not pass is one.
    exact: the cases are all the samples that exist.
    changes: number of cases by change.
    worst: addresses of the worst cases, the worst first.
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
    silent: SilentRise | None = None
    exact: bool = False
    changes: Mapping[Change, int] = field(default_factory=dict)
    worst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case that is not the same on both sides.

    address: the case, as `pack/scenario#index`.
    change: what changed.
    before: what each sending came to before. Empty: the case is new.
    after: what each sending came to after. Empty: the case is missing.
    """

    address: str
    change: Change
    before: tuple[Repeat, ...] = ()
    after: tuple[Repeat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, over the cases in which it was judged on both sides.

    name: name of the field.
    cases: number of these cases.
    before: share of the replies before in which the field was right. Each case counts once.
    after: share of the replies after in which the field was right. Each case counts once.
    fell: number of cases in which that share fell.
    rose: number of cases in which that share rose.
    noise: share of pairs of replies to one case that disagree on the field. Null: no case was repeated.
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
    """The latency in one slice, in seconds.

    slice: name of the slice.
    median: median before and after.
    p95: 95th percentile before and after.
    """

    slice: str
    median: tuple[float, float]
    p95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Replies of one side that never came. They do not count as quality.

    replies: number of replies of this side.
    causes: number of missing replies by cause.
    """

    replies: int
    causes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The difference between two sides.

    slices: each slice on both sides.
    changes: number of cases by change.
    cases: the cases that are not the same on both sides.
    other_bytes: addresses whose bytes differ between the sides, so that they cannot be compared.
    fields: each field on both sides.
    latency: the latency of each slice on both sides.
    errors: replies that never came, before and after.
    """

    slices: tuple[SliceDrop, ...]
    changes: Mapping[Change, int]
    cases: tuple[CaseChange, ...]
    other_bytes: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    latency: tuple[LatencyChange, ...]
    errors: tuple[Errors, Errors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `harness diff` found.

    format: version of the document.
    before: the run or the baseline that it is compared with.
    after: the run that is compared.
    verdict: the verdict over the regression criteria.
    difference: the difference between the two.
    """

    format: int
    before: str
    after: str
    verdict: Verdict
    difference: Difference
