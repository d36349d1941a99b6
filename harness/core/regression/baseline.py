"""The side that a run is compared with: a promoted run, with one result per case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.core.case import Scalar
from harness.core.reply import Disposition
from harness.core.settings import Target
from harness.core.verdict import Decision

Change = Literal[
    "same",
    "improved",
    "regressed",
    "newly_failing",
    "newly_silent",
    "newly_passing",
    "newly_handed_over",
    "flaky",
    "unanswered",
    "missing",
    "new",
]
"""How a case differs between two sides; `classify` defines each value."""

FieldVerdict = Literal["right", "wrong", "unscored"]
"""The judgement of one field of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The result of one sending of a case.

    disposition: what the service did with the case.
    judgement: what the answer is, whatever the disposition.
    cause: cause of an error, in one word.
    crashed: the input broke the service. This counts as quality, not as an integration error.
    confidence: confidence of the service, from 0 to 1. Null: the reply has none.
    fields: whether each field is right, wrong or unscored.
    answer: the values that are not right. A right value is that of the truth.
    """

    disposition: Disposition
    judgement: Literal["right", "wrong", "unscored"]
    cause: str = ""
    crashed: bool = False
    confidence: float | None = None
    fields: Mapping[str, FieldVerdict] = field(default_factory=dict)
    answer: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def integration_error(self) -> bool:
        """No reply came, and the input did not cause it. Never counts as quality."""
        return self.disposition in ("error", "timeout", "dropped") and not self.crashed

    def passed(self, *, asks: bool) -> bool | None:
        """Whether the service did what is asked of it without a person; None if unknown.

        asks: it passed if it is accepted and right. Otherwise nothing is left to answer, and a rejection is as good: it
        passed if it is rejected, handed over, or accepted with nothing wrong in it.
        """
        if self.integration_error or (self.disposition == "accepted" and self.judgement == "unscored"):
            return None
        refused = not asks and self.disposition in ("rejected", "handed_over")
        return refused or (self.disposition == "accepted" and self.judgement == "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case of the mix and all its repeats.

    address: the case, as `pack/scenario#index`.
    sha256: digest of the bytes that were sent.
    asks: the case asks for an answer. False: the service may refuse it.
    tags: the scenario, the columns of the sample, and other properties that define slices.
    repeats: the result of each sending.
    """

    address: str
    sha256: str
    asks: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    repeats: tuple[Repeat, ...] = ()

    @property
    def pack(self) -> str:
        """The pack's name, first part of the address."""
        return self.address.partition("/")[0]

    def known(self) -> list[bool]:
        """Whether each repeat passed, of those that count as quality."""
        return [passed for repeat in self.repeats if (passed := repeat.passed(asks=self.asks)) is not None]

    def slices(self) -> set[str]:
        """The slices of the case: its pack, each tag's value, and `column=value`."""
        return {self.pack, *tag_slices(self.tags)}


def tag_slices(tags: Mapping[str, str]) -> set[str]:
    """The slices that follow from tags: each value, and `column=value`."""
    return {*tags.values(), *(f"{column}={value}" for column, value in tags.items())}


def in_slice(tags: Mapping[str, str], name: str) -> bool:
    """Whether `name` is one of them."""
    return name in tags.values() or ("=" in name and name in tag_slices(tags))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The distributions of one slice, small enough for git.

    slice: name of the slice.
    cases: number of its cases.
    replies: number of their replies.
    counts: number of replies by disposition and judgement, as `accepted right`.
    confidence: quantiles 0, 5, 25, 50, 75, 95 and 100 % of the confidence of answered cases. Empty: none has one.
    latency: the same quantiles of the latency, in seconds.
    fields: number of verdicts by field, as `total wrong`.
    """

    slice: str
    cases: int
    replies: int
    counts: Mapping[str, int] = field(default_factory=dict)
    confidence: tuple[float, ...] = ()
    latency: tuple[float, ...] = ()
    fields: Mapping[str, int] = field(default_factory=dict)


QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineHead:
    """The run that a baseline was made of, and its approver.

    format: version of the file format.
    name: what it is called, as given with `--as`.
    run: folder of the run.
    evidence: digest of the replies of the run.
    seed: seed of the run.
    calls: requests of the run.
    repeats: largest number of sendings of one case, by pack.
    approver: who approved it.
    reason: why it was approved.
    until: the last day on which it counts, as 2027-01-31.
    verdict: the verdict of the run.
    digests: digests of the samples and of each pack, by name.
    target: the endpoint, without secrets.
    harness: version of the harness that wrote it.
    content: digest over the rest of this file and over the other files.
    accepted_no_go: why the no-go of the run was accepted. Empty: its verdict was another one.
    """

    format: int
    name: str
    run: str
    evidence: str
    seed: int
    calls: int
    repeats: Mapping[str, int]
    approver: str
    reason: str
    until: str
    verdict: Decision
    digests: Mapping[str, str]
    target: Target
    harness: str = ""
    content: str = ""
    accepted_no_go: str = ""
