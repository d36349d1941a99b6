"""The files of a run folder, strict and versioned. msgspec writes and reads them from the core types."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.case import Case, Expect, Scalar, Step
from harness.core.sample import Printed
from harness.core.settings import Settings
from harness.core.under_load.load import Load
from harness.store.jsonl import storable

FORMAT = 1
"""Format version of the files of a run folder; files of a newer version are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case that was sent.

    address: the case, as `pack/scenario#index`.
    sha256: digest of the bytes that were sent.
    media_type: media type of the bytes.
    expect: what is expected of the service.
    file: file that holds the bytes. Empty: only their digest is kept.
    truth: the right value of each field.
    tags: the scenario, the columns of the sample, and other properties that define slices.
    steps: the ops that were applied, in their order.
    clean_twin: address of the clean twin. Empty: the case is its own twin.
    asks: the case asks for an answer.
    changed: the steps changed the bytes. False: the case tests nothing of its own.
    """

    address: str
    sha256: str
    media_type: str
    expect: Expect
    file: str = ""
    truth: Mapping[str, Scalar] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    clean_twin: str = ""
    asks: bool = True
    changed: bool = True


def case_line(case: Case, file: str = "") -> CaseLine:
    """The line for a case whose bytes are in `file`."""
    return CaseLine(
        address=case.address,
        file=file,
        sha256=case.sha256,
        media_type=case.media_type,
        expect=case.expect,
        truth=storable(case.truth),
        tags=case.tags,
        steps=case.plan.steps,
        clean_twin=case.clean_twin,
        asks=case.asks_for_answer(),
        changed=case.changed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """What the settings leave open and the harness found in the first replies.

    fields: path in the reply for each field of the truth.
    hand_over: path to the flag that a person should look. Empty: none was found.
    confidence: path to the confidence. Empty: none was found.
    confidence_scale: value of the reply that stands for certainty.
    rate: request rate, in requests a second.
    rate_worked_out: the rate was worked out from the first replies.
    slices: columns of the truth that the reply does not have. They divide the results into slices.
    calls: the budget, cut because a slow service would have taken too long. 0: it was not cut.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    hand_over: str = ""
    confidence: str = ""
    confidence_scale: float = 1.0
    rate: float = 0.0
    rate_worked_out: bool = False
    slices: tuple[str, ...] = ()
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """Everything that defines the run, without secrets.

    format: version of the file format.
    harness: version of the harness.
    seed: seed of the run.
    settings: the settings of the run, with all defaults.
    digests: digests of the samples and of each pack, by name.
    packs: where the team's own packs are, by name.
    planned: number of planned requests.
    started: when the run was started.
    state: `running`, `stopped` (a check can be resumed), or `complete`.
    worked_out: what the settings leave open and the harness found in the first replies.
    versions: versions of Python and of each distribution that adds ops or packs.
    problems: why the run cannot be trusted, one sentence each.
    baseline: digest of the baseline that the run is compared with. Empty: none.
    evidence: digest of the replies when the run was concluded.
    sealed: digest of the files that hold the replies. If it still fits, the replies are complete.
    load: what a load run asked for and measured. Null: a check.
    printed: where the pages show their truth, by sample, if a pack changes values on them.
    request_schema: schema of the JSON body that the service published at the start, with its components, as the text of
    a JSON document. A body that breaks it may be refused. Empty: none counts.
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
    printed: Mapping[str, tuple[Printed, ...]] = field(default_factory=dict)
    request_schema: str = ""
