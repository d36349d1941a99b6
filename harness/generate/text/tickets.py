"""Made tickets: short labelled texts in seven languages, so that packs on texts can be drawn without samples."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from harness.core.case import Scalar
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.text.characters.figures import WRITE, Figure
from harness.generate.text.rows import rows

TABLE = "tickets"
LABELS = ("billing", "refund", "delivery", "login", "cancel")
RARE, ONE_IN = "legal", 64
"""The rare label and its frequency: one ticket in 64."""

LANGUAGES = ("de", "fr", "es", "it", "nl", "pl")
"""Languages besides English, which is the language of at least every second ticket."""

FIRST_DAY, DAYS = date(2024, 1, 1), 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket: its label, its language, and the text."""

    label: str
    language: str
    text: str

    @property
    def truth(self) -> dict[str, Scalar]:
        """The right answer of a service."""
        return {"label": self.label}


def draw_ticket(draw: Stream) -> Ticket:
    """A ticket: greeting, request, usually one more sentence, closing and name, with the figures of its language."""
    label = RARE if draw.below(ONE_IN) == 0 else draw.choice(LABELS)
    language = draw.choice(("en", draw.choice(LANGUAGES)))
    figures = {
        "order": f"{draw.choice('ABKRT')}-{draw.between(10_000, 99_999)}",
        "amount": _written(
            language, Figure(kind="money", number=Decimal(draw.between(500, 500_000)) / 100, unit="EUR")
        ),
        "day": _written(language, Figure(kind="date", day=FIRST_DAY + timedelta(days=draw.below(DAYS)))),
    }
    sentences = [draw.choice(_of(label, language)), *([draw.choice(_of("other", language))] if draw.below(4) else [])]
    head, end, person = (draw.choice(_of(kind, language)) for kind in ("greeting", "closing", "person"))
    text = f"{head}\n\n{' '.join(sentences).format(**figures)}\n\n{end}\n{person}\n"
    return Ticket(label=label, language=language, text=text)


def ticket_of(seed: int, base: str) -> Ticket:
    """The ticket that `made:tickets#INDEX` names."""
    return draw_ticket(Stream(seed, base))


def made_samples(number: int, seed: int) -> Samples:
    """Made tickets as samples, each a text file with its label."""
    tickets = [ticket_of(seed, f"made:tickets#{k}") for k in range(number)]
    items = tuple(
        Sample(
            key=f"ticket_{k:03d}.txt",
            kind="text",
            content=ticket.text.encode(),
            media_type="text/plain; charset=utf-8",
            filename=f"ticket_{k:03d}.txt",
            truth=ticket.truth,
        )
        for k, ticket in enumerate(tickets)
    )
    return Samples(kind="text", items=items, columns=("label",))


def _written(language: str, figure: Figure) -> str:
    (row,) = rows("figures", "locale", language)
    return WRITE["locale"](figure, row)


@lru_cache(maxsize=128)
def _of(kind: str, language: str) -> tuple[str, ...]:
    return tuple(row.cells[1] for row in rows(TABLE, kind) if row.cells[0] == language)
