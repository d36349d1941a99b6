"""The result of a case that a test sent: what the service did, and how it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.case import Scalar
from harness.core.reply import Disposition, FieldScore, Judged


@dataclass(frozen=True, kw_only=True)  # with slots, setting a property raises a TypeError in Python 3.11
class Reply:
    """What the service did with a case, and how its answer is judged.

    judged: the same row as in the run's judged.jsonl. status: 0 if no status line came. show: the command that shows
    the case again.
    """

    judged: Judged
    status: int = 0
    show: str = ""

    @property
    def address(self) -> str:
        """The address of the case, `pack/scenario#index`."""
        return self.judged.address

    @property
    def disposition(self) -> Disposition:
        """What the service did with the case."""
        return self.judged.disposition

    @property
    def judgement(self) -> Literal["right", "wrong", "unscored"]:
        """The judgement of the answer, whatever the disposition."""
        return self.judged.judgement

    @property
    def reason(self) -> str:
        """Why the answer is wrong or unscored."""
        return self.judged.reason

    @property
    def cause(self) -> str:
        """Why there is no answer, in one word."""
        return self.judged.cause

    @property
    def answer(self) -> Mapping[str, Scalar]:
        """Field -> value, for the fields that the reply has."""
        return self.judged.answer

    @property
    def confidence(self) -> float | None:
        """The confidence in the reply, 0 to 1; None if the reply has none."""
        return self.judged.confidence

    @property
    def fields(self) -> tuple[FieldScore, ...]:
        """Each judged field: right, wrong or unscored with the reason."""
        return self.judged.fields

    @property
    def latency(self) -> float:
        """Seconds from the moment the request was due to the last byte, to the microsecond."""
        return round(self.judged.latency, 6)

    @property
    def silent_error(self) -> bool:
        """Accepted and wrong: nobody will look at this answer again."""
        return self.judged.silent_error

    @property
    def straight_through(self) -> bool:
        """Accepted and right: this answer needs no person."""
        return self.judged.straight_through
