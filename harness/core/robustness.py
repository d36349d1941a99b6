"""The requests and results of a robustness test: a test beyond the truth of single requests."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding import Finding
from harness.core.reply import Judged
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion, Estimate, Status

ALPHA = 0.01
"""Significance level of a robustness test, for its exact p-value; repeated looks share it."""

MIN_CASES = 2
"""Minimum number of different cases for a finding; repeats of a single case are not enough."""

OTHER = "_other"
"""Suffix of the parts that the second identity sends, with the same bytes as the part without it."""


BY_ITSELF = "_alone"
"""Suffix of the parts that are sent alone, to compare the part without it with."""

BATCH = "batch_"
"""Prefix of the parts whose cases are rows of one request."""

ROW_REFUSED, ROW_MISSING = "error_in_row", "no_row"
"""Causes of the outcome of a row: an error in its place, and a list of results with too few items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Sendings of a robustness test, in order.

    name: shown while they are sent. together: number that leave at the same moment; the next ones leave when all of
    these are back. fresh: each over a new connection. instance: number of the instance that the harness starts; 0 for
    the target itself. other: with the credentials of the second identity. batch: those that leave together are the rows
    of one request.
    """

    name: str
    asks: tuple[tuple[Case, int], ...]
    together: int = 1
    fresh: bool = False
    instance: int = 0
    other: bool = False
    batch: bool = False

    @property
    def calls(self) -> int:
        """The number of requests. A batch is one, however many rows it has."""
        return len(self.waves()) if self.batch else len(self.asks)

    def waves(self) -> list[tuple[tuple[Case, int], ...]]:
        """The sendings that are in flight together."""
        return [self.asks[k : k + self.together] for k in range(0, len(self.asks), self.together)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessResult:
    """The criteria and findings of a robustness test."""

    criteria: tuple[Criterion, ...] = ()
    findings: tuple[Finding, ...] = ()

    def plus(self, other: "RobustnessResult") -> "RobustnessResult":
        """Both results together."""
        return RobustnessResult(criteria=(*self.criteria, *other.criteria), findings=(*self.findings, *other.findings))


RobustnessTest = Generator[Round, Sequence[Judged | None], RobustnessResult]
"""Yields rounds and receives their judged replies in the same order; None for a request that could not be sent."""


STREAMS: Mapping[RobustnessName, str] = {
    "coverage": "coverage",
    "concurrency": "company",
    "state": "history",
    "round_trip": "echoes",
    "unanswerable": "anchors",
}
"""The name of each test's random stream. It determines the bytes of the cases, so it must not change."""


def robustness_stream(test: RobustnessName, part: str, key: str = "") -> str:
    """The random stream of a case: its own if a sample's key is given, else one for all cases of the part."""
    return f"{STREAMS[test]}/{part}" + (f"#{key}" if key else "")


def robustness_address(test: RobustnessName, part: str, key: str) -> str:
    """The address of a test's case: the sample `key` in one of its parts, such as `concurrency/in_flight_2#KEY`."""
    return f"{test}/{part}#{key}"


def of_second_identity(address: str) -> bool:
    """Whether the case with this address is sent with the credentials of the second identity."""
    return address.partition("#")[0].endswith(OTHER)


def in_batch(address: str) -> bool:
    """Whether the case with this address is a row of a batch."""
    return address.startswith(f"concurrency/{BATCH}")


def in_robustness_test(clean: Case, test: RobustnessName, part: str) -> Case:
    """A clean case of the pilot as a robustness test sends it again. Its twin is the original case."""
    key = clean.tags["sample"]
    return replace(
        clean,
        address=robustness_address(test, part, key),
        tags={**clean.tags, "robustness": test},
        clean_twin=clean.address,
    )


def robustness_criterion(
    test: RobustnessName,
    finding: Finding,
    outcome: Status,
    *,
    value: float | None = None,
    high: float | None = None,
    n: int = 0,
    worst: Sequence[str] = (),
    run: str = "",
    where: str = "",
) -> Criterion:
    """The criterion of a robustness test: its outcome is decided by the test, its limit is 0.

    value: share of sendings that show what must not be, 0..1; None if the test was not run. high: 1.0 if a share cannot
    be told from chance. run: the command that shows it again.
    """
    top = (1.0 if value is None else value) if high is None else high
    return Criterion(
        name=test,
        slice=where,
        estimate=Estimate(value=value, low=0.0, high=top, n=n),
        limit=0.0,
        scalable=False,
        worst=tuple(worst),
        show=run,
        outcome=outcome,
        finding=replace(finding, test=test),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredField:
    """One field of the records.

    path: JMESPath. changes: names of the changes that fit it in at least one sample, by the order in which they are
    tried, each with its kind. values: the value of each sample, as JSON, by key of the sample. others: values that make
    another valid record, as JSON, by what they are: smallest, largest, rarest. unseen: values of the field's kind that
    no sample has, as JSON, by name.
    """

    path: str
    changes: Mapping[str, str]
    values: Mapping[str, str]
    others: Mapping[str, str]
    unseen: Mapping[str, str] = field(default_factory=dict)


SENT = "sent"
"""Tag of a case with a changed field: the value that was sent, as JSON; "" if the field was left out."""

WAS = "was"
"""Tag of a case with a changed text: its size before. Of a field, the value of the sample is shown."""

NEW_ID = "new_id"
"""The change that makes up an id: if it is accepted, any id is, and forms of ids cannot be judged."""

TWO_ORDERS = "two_orders"
"""The change of a list that is compared with itself: four times as long, in two orders."""

UNCHANGED = "unchanged"
"""Part of the addresses of samples that are sent as they are, as a control."""


def part_of(change: str, path: str) -> str:
    """The part of an address: `missing:amount`."""
    return f"{change}:{path}"
