"""Which function has the words of which kind of finding."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind


@dataclass(frozen=True, slots=True)
class Words:
    """A finding in words. headline: what broke, in at most 12 words. evidence: one fact a line. advice: what to try."""

    headline: str
    evidence: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


Writer = Callable[[Finding], Words]
WRITERS: dict[FindingKind, Writer] = {}


def words(*kinds: FindingKind) -> Callable[[Writer], Writer]:
    """Register a function as the one that has the words of these kinds."""

    def register(writer: Writer) -> Writer:
        WRITERS.update(dict.fromkeys(kinds, writer))
        return writer

    return register
