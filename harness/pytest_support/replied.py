"""What a test gets for a case that it sent: what the service did, and what that is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.case import Scalar
from harness.core.reply import Disposition, FieldScore, Judged
from harness.core.reply import Reply as Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the service did with a case, and what its answer is worth.

    answer: field -> value, as far as the reply has them. reason: why it is wrong or unscored. cause: why there is no
    answer, in one word. fields: each judged field. latency: seconds. show: the command that shows it again.
    """

    address: str
    disposition: Disposition
    judgement: str
    reason: str = ""
    cause: str = ""
    answer: Mapping[str, Scalar] = field(default_factory=dict)
    confidence: float | None = None
    fields: tuple[FieldScore, ...] = ()
    status: int = 0
    latency: float = 0.0
    show: str = ""

    @property
    def silent_error(self) -> bool:
        """Accepted and wrong: the answer that nobody will look at again."""
        return self.disposition == "accepted" and self.judgement == "wrong"

    @property
    def straight_through(self) -> bool:
        """Accepted and right: the answer that needs nobody."""
        return self.disposition == "accepted" and self.judgement == "right"


def reply_of(judged: Judged, row: Row, show: str) -> Reply:
    """The judged row as a test sees it. show: the command that shows it again."""
    return Reply(
        address=judged.address,
        disposition=judged.disposition,
        judgement=judged.judgement,
        reason=judged.reason,
        cause=judged.cause,
        answer=judged.answer,
        confidence=judged.confidence,
        fields=judged.fields,
        status=row.status,
        latency=round(row.latency, 6),
        show=show,
    )
