"""What comes back: replies as they came, and what they are judged to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.core.case import Scalar

Disposition = Literal["accepted", "handed_over", "rejected", "error", "timeout", "dropped"]
"""What the service did with a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One row of evidence. Times are seconds on the run's clock; latency counts from `due`.

    status: 0 when no status line came. body: text of the reply, up to 64 KiB; a longer or binary one is kept beside
    the row and `body_file` names it. error: "" or what broke on the way (`timeout`, `dropped: ...`).
    repeat: 0 for the first time a case is sent.
    """

    address: str
    repeat: int
    due: float
    sent: float
    first: float
    done: float
    status: int = 0
    body: str = ""
    body_file: str = ""
    error: str = ""
    faults: tuple[str, ...] = ()
    worker: int = 0

    @property
    def latency(self) -> float:
        """Seconds from the moment the request was due to the last byte."""
        return self.done - self.due

    def with_body(self, body: str, body_file: str) -> "Reply":
        """The row with its body. By hand: `dataclasses.replace` would be a tenth of what a request under load costs."""
        return Reply(
            address=self.address,
            repeat=self.repeat,
            due=self.due,
            sent=self.sent,
            first=self.first,
            done=self.done,
            status=self.status,
            body=body,
            body_file=body_file,
            error=self.error,
            faults=self.faults,
            worker=self.worker,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A reply read by the target's settings: what the service did, and what it answered.

    cause: why the disposition is `error`, `rejected` or `dropped`, in one word. answer: field -> value where the
    reply has one; a field that the reply does not have is missing here. confidence: 0..1, or None where there is none.
    """

    disposition: Disposition
    cause: str = ""
    answer: Mapping[str, Scalar] = field(default_factory=dict)
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScore:
    """One field of one answer: `right`, `wrong`, or `unscored` with the reason."""

    name: str
    verdict: Literal["right", "wrong", "unscored"]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A reply and its judgement, derived from the evidence at any time.

    judgement is of the answer alone, whatever the disposition. quality: share of the case's kept fields that are
    right, 0..1 (no answer is 0), or None where the case has no kept field. crashed_on_input: a 5xx or a lost
    connection on a damaged input whose clean twin was answered.
    """

    address: str
    repeat: int
    disposition: Disposition
    judgement: Literal["right", "wrong", "unscored"]
    reason: str = ""
    cause: str = ""
    answer: Mapping[str, Scalar] = field(default_factory=dict)
    confidence: float | None = None
    fields: tuple[FieldScore, ...] = ()
    quality: float | None = None
    crashed_on_input: bool = False
    latency: float = 0.0

    @property
    def silent_error(self) -> bool:
        """Accepted and wrong: the answer that nobody will look at again."""
        return self.disposition == "accepted" and self.judgement == "wrong"

    @property
    def straight_through(self) -> bool:
        """Accepted and right: the answer that needs nobody."""
        return self.disposition == "accepted" and self.judgement == "right"
