"""The events of a run. Writers (terminal, progress bar, logs) consume them; a run never prints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.case import Case
from harness.core.finding import Finding
from harness.core.reply import Judged
from harness.core.settings import RobustnessName
from harness.core.statistics.power import PowerEstimate
from harness.core.under_load.live import Snapshot
from harness.core.under_load.load import Load
from harness.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something that was derived or noticed, in one sentence.

    about: `target`, `samples`, `mix`, `answer`, `faults`, `run`.
    """

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Before the first call: the maximum price, and what this budget can detect.

    seconds: None while the rate is unknown. cost: 0 if no price is declared. packs: planned cases by pack. faults:
    calls under faults, with their controls. controls: clean papers. robustness: calls by robustness test.
    """

    calls: int
    seconds: float | None
    cost: float
    packs: dict[str, int]
    probes: int
    sights: tuple[PowerEstimate, ...]
    faults: int = 0
    controls: int = 0
    robustness: Mapping[RobustnessName, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted:
    """The cases of a phase are rendered and are sent now.

    rate: requests per second; 0 for `together` at the same moment, and the next ones when all of these are back.
    """

    phase: str
    cases: int
    rate: float
    together: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """One more reply is on disk."""

    phase: str
    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The verdict, the folder of the run, and the findings. load: what a load run measured."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    folder: Path
    calls: int
    seconds: float
    cases: Mapping[str, Case] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    load: Load | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A load while it runs, four times a second."""

    phase: str
    load: Snapshot


Event = Noted | Priced | PhaseStarted | Progressed | Watched | Finished
Emit = Callable[[Event], None]


def emit_nothing(event: Event) -> None:
    """Ignore the event; for runs whose events nobody reads."""
