"""A finished run for the writers of reports: one frozen view for all formats."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.case import Expect, Scalar, Step
from harness.core.finding import Finding
from harness.core.reply import Judged
from harness.core.settings import Mix
from harness.core.under_load.load import Load
from harness.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case and one reply to it. judged: None if the case got no reply. due: seconds on the run's clock.

    changed: False when the case's steps left its input as it was, so that it tests nothing of its own. faults: what was
    made to go wrong on the way of this reply. unread: the service does not read the clean made paper of this case, so
    that it counts in no rate.
    """

    address: str
    expect: Expect = "answer"
    steps: tuple[Step, ...] = ()
    truth: Mapping[str, Scalar] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    changed: bool = True
    judged: Judged | None = None
    due: float = 0.0
    faults: tuple[str, ...] = ()
    unread: bool = False

    @property
    def made(self) -> bool:
        """Whether the harness made its page, text or record; else it is one of the team's samples."""
        return self.tags.get("sample", "").startswith("made:")

    @property
    def pack(self) -> str:
        """First part of the address."""
        return self.address.partition("/")[0]

    @property
    def scenario(self) -> str:
        """Pack and scenario: the address up to its number."""
        return self.address.partition("#")[0]

    @property
    def silent(self) -> bool:
        """Accepted and wrong."""
        return self.judged is not None and self.judged.silent_error

    @property
    def counts(self) -> bool:
        """Whether there is a reply that counts: not an accepted answer that could not be scored."""
        row = self.judged
        scored = row is not None and not (row.disposition == "accepted" and row.judgement == "unscored")
        return scored and not self.unread

    @property
    def met(self) -> bool:
        """Whether the case passed: accepted and right, or refused if that is expected or every field is lost."""
        row = self.judged
        if row is None:
            return False
        may_refuse = self.expect in ("reject", "hand_over") or row.quality is None
        return row.straight_through or (may_refuse and row.disposition in ("handed_over", "rejected"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A scaled-down page. page, pages: its number, and how many there are. note: its size as it was sent."""

    media_type: str
    content: bytes
    width: int
    height: int
    pages: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The beginning of an input that is text. length: characters of the whole."""

    text: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPicture:
    """An input that cannot be shown, and why."""

    why: str


Look = Picture | Excerpt | NoPicture
"""What a page shows of an input: a picture, an excerpt, or why there is no picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A silent error: its clean base beside the input that was sent. show: the command for it."""

    row: Row
    clean: Look
    sent: Look
    show: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that a report may show of a run.

    kind: the command that made it. run: its folder, as commands name it. rows: one a
    reply, and one for each case without any. seconds: the run's length. untimed: why latency was not judged. load: what
    a load run measured; None: a check.
    """

    run: str
    verdict: Verdict
    kind: str = "check"
    findings: tuple[Finding, ...] = ()
    rows: tuple[Row, ...] = ()
    pairs: tuple[Pair, ...] = ()
    mix: tuple[Mix, ...] = ()
    service: str = ""
    harness: str = ""
    seed: int = 1
    started: str = ""
    seconds: float = 0.0
    rate: float = 0.0
    untimed: str = ""
    load: Load | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def replies(self) -> int:
        """The number of rows with a reply."""
        return sum(row.judged is not None for row in self.rows)
