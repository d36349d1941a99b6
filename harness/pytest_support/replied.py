"""What a test gets for a case that it sent: what the service did, and what that is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.case import Scalar
from harness.core.reply import Disposition, FieldScore, Judged


@dataclass(frozen=True, kw_only=True)  # with slots, Python 3.11 answers the setting of a property with a TypeError
class Reply:
    """What the service did with a case, and what its answer is worth.

    judged: the same row as in the run's judged.jsonl. status: 0 when no status line came. show: the command that shows
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
        """What the answer is worth, whatever the disposition."""
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
        """The confidence that the reply states, 0 to 1; None when it states none."""
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
        """Accepted and wrong: the answer that nobody will look at again."""
        return self.judged.silent_error

    @property
    def straight_through(self) -> bool:
        """Accepted and right: the answer that needs nobody."""
        return self.judged.straight_through
