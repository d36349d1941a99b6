"""Replies as they came, and their judgements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.core.case import Scalar

Disposition = Literal["accepted", "handed_over", "rejected", "error", "timeout", "dropped"]
"""What the service did with a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply of the service as it came: the evidence. Times are seconds on the clock of the run.

    address: the case, as `pack/scenario#index`.
    repeat: 0 for the first time that the case is sent, then 1, 2, ...
    due: when the request was due. The latency counts from here.
    sent: when the request was sent.
    first: when the first byte of the reply came.
    done: when the last byte of the reply came.
    status: HTTP status code. 0: no status line came.
    body: text of the reply, up to 64 KiB. Empty if `body_file` names a file.
    body_file: file of the run folder that holds a longer or binary body.
    error: what broke on the way: `timeout`, or `dropped: `, `too_large: ` or `packed_wrongly: ` and the reason. Empty:
    nothing broke.
    faults: names of the faults that the request met.
    worker: number of the worker of a load run that sent it. 0: a check.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A reply read with the target's settings: what the service did, and its answer.

    cause: why the disposition is `error`, `rejected` or `dropped`, in one word. answer: field -> value; a field that
    the reply does not have is missing. confidence: 0..1, or None if there is none. invalid: why a strict JSON client
    cannot read the reply, in one word; "" if it can.
    """

    disposition: Disposition
    cause: str = ""
    answer: Mapping[str, Scalar] = field(default_factory=dict)
    confidence: float | None = None
    invalid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScore:
    """One field of one answer, compared with the truth.

    name: name of the field.
    verdict: what the comparison found.
    reason: why, if the values alone do not show it.
    """

    name: str
    verdict: Literal["right", "wrong", "unscored"]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One reply and its judgement. It can be derived from the evidence at any time.

    address: the case, as `pack/scenario#index`.
    repeat: which sending of the case it is, from 0.
    disposition: what the service did with the case.
    judgement: what the answer is, whatever the disposition.
    reason: why the judgement is not `right`.
    cause: why the disposition is `error`, `rejected` or `dropped`, in one word.
    answer: the value of each field that the reply has.
    confidence: confidence of the service, from 0 to 1. Null: the reply has none.
    fields: each field, compared with the truth.
    quality: share of the readable fields that are right, from 0 to 1; without an answer 0. Null: no field is readable.
    crashed_on_input: a 5xx or a lost connection on a damaged input whose clean twin was answered.
    latency: seconds from the moment when the request was due to the last byte.
    due: when the request was due, in seconds on the clock of the run.
    invalid: why a strict JSON client cannot read the reply, in one word. Empty: it can.
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
    due: float = 0.0
    invalid: str = ""

    def of(self, reply: Reply) -> "Judged":
        """The judgement of another reply to the same case that says the same. `replace` would take most of the time."""
        return Judged(
            address=self.address,
            repeat=reply.repeat,
            disposition=self.disposition,
            judgement=self.judgement,
            reason=self.reason,
            cause=self.cause,
            answer=self.answer,
            confidence=self.confidence,
            fields=self.fields,
            quality=self.quality,
            crashed_on_input=self.crashed_on_input,
            latency=reply.latency,
            due=reply.due,
            invalid=self.invalid,
        )

    @property
    def silent_error(self) -> bool:
        """Accepted and wrong: no person will check this answer."""
        return self.disposition == "accepted" and self.judgement == "wrong"

    @property
    def straight_through(self) -> bool:
        """Accepted and right: this answer needs no person."""
        return self.disposition == "accepted" and self.judgement == "right"
