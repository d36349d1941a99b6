"""The files of a run folder, strict and versioned; msgspec writes and reads them from the core types."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.case import Case, Expect, Scalar, Step
from harness.core.load import Load
from harness.core.settings import Settings
from harness.store.jsonl import storable

FORMAT = 1
"""Version of every file of a run folder; a newer one is refused, never guessed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One line of cases.jsonl. file: where the bytes stand, "" when only their digest is kept.

    asks: the case asks for an answer. changed: its steps changed something, else it tests nothing of its own.
    """

    address: str
    sha256: str
    media_type: str
    expect: Expect
    file: str = ""
    truth: Mapping[str, Scalar] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    twin: str = ""
    group: str = ""
    asks: bool = True
    changed: bool = True


def case_line(case: Case, file: str = "") -> CaseLine:
    """The line for a case whose bytes stand in `file`."""
    return CaseLine(
        address=case.address,
        file=file,
        sha256=case.sha256,
        media_type=case.media_type,
        expect=case.expect,
        truth=storable(case.truth),
        tags=case.tags,
        steps=case.plan.steps,
        twin=case.twin,
        group=case.group,
        asks=case.asks_for_answer(),
        changed=case.changed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """What was not written in the settings and found from the first replies. rate: requests a second."""

    fields: Mapping[str, str] = field(default_factory=dict)
    hand_over: str = ""
    confidence: str = ""
    rate: float = 0.0
    rate_worked_out: bool = False
    slices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """run.json: everything that makes the run what it is, without secrets.

    digests: of the samples and of each pack, by name. packs: where packs of the team's own stand, by name. state:
    `running`, `stopped` (it can be resumed, unless it is a load run), or `complete`. problems: why the run cannot be
    trusted. baseline: digest of the one that the run is held against. evidence: digest of the replies when the run was
    concluded; sealed: that of their files, by which they are known to be whole without reading every row. load: what a
    load run asked for and measured; None for a check.
    """

    format: int
    harness: str
    seed: int
    settings: Settings
    digests: Mapping[str, str]
    packs: Mapping[str, str] = field(default_factory=dict)
    planned: int = 0
    started: str = ""
    state: str = "running"
    worked_out: WorkedOut = field(default_factory=WorkedOut)
    versions: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    baseline: str = ""
    evidence: str = ""
    sealed: str = ""
    load: Load | None = None
