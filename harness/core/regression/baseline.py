"""What a run is held against: a promoted run, and one result a case as either side of a comparison has it."""

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
    "newly_passing",
    "newly_handed_over",
    "flaky",
    "unanswered",
    "missing",
    "new",
]
"""What became of a case between two sides; `classify` says when it is which."""

FieldVerdict = Literal["right", "wrong", "unscored"]
"""What became of one field of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What one sending of a case came to.

    cause: of an error. crashed: the input broke the service, which is its quality and no integration error. fields:
    the verdict of each field. answer: what was said where that was not right; a right answer is the truth.
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
        """Nothing came back, and the input was not what broke it: never counted as quality."""
        return self.disposition in ("error", "timeout", "dropped") and not self.crashed

    def held(self, *, asks: bool) -> bool | None:
        """Whether the service did what is asked of it without a person; None where that is not known.

        asks: accepted and right. Else there is nothing left to answer, and a refusal is as good: rejected, handed over,
        or accepted with nothing wrong in it.
        """
        if self.integration_error or (self.disposition == "accepted" and self.judgement == "unscored"):
            return None
        refused = not asks and self.disposition in ("rejected", "handed_over")
        return refused or (self.disposition == "accepted" and self.judgement == "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case of the mix and all its repeats. asks: it asks for an answer; else it may be refused."""

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
        """Whether each repeat held, of those that say anything of the service's quality."""
        return [held for repeat in self.repeats if (held := repeat.held(asks=self.asks)) is not None]

    def slices(self) -> set[str]:
        """The names of the slices that the case is in: its pack, each tag's value, and `column=value`."""
        return {self.pack, *tag_slices(self.tags)}


def tag_slices(tags: Mapping[str, str]) -> set[str]:
    """The names of the slices that tags put a case in: each value, and `column=value`."""
    return {*tags.values(), *(f"{column}={value}" for column, value in tags.items())}


def in_slice(tags: Mapping[str, str], name: str) -> bool:
    """Whether `name` is one of them."""
    return name in tags.values() or ("=" in name and name in tag_slices(tags))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The distributions of one slice, small enough for git.

    counts: replies by disposition and judgement, as `accepted right`. confidence and latency (seconds): the quantiles
    at QUANTILES, of answered cases; empty where there is none. fields: verdicts by field, as `total wrong`.
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
    """baseline.json: which run it was, and who stands for it.

    evidence: digest of the run's replies, by which the run itself is known again. repeats: most sendings of one case,
    by pack. until: the last day on which it counts, as 2027-01-31. verdict: what the run came to. digests: of the
    samples and the packs. target: without secrets. content: digest over everything else here and in the other files.
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
