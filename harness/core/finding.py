"""Findings as facts: what was seen, in how many of how many, against which control, with one example.

No sentence is made here or in `diff`; `report` has the words for each kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.core.case import Scalar
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import Fault


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many, as 7 of 23.

    hits: those that show it.
    n: those that were looked at.
    """

    hits: int
    n: int

    @property
    def share(self) -> float:
        """Hits / n, 0..1; 0.0 without any."""
        return self.hits / self.n if self.n else 0.0

    @property
    def all(self) -> bool:
        """Whether n is above 0 and all of n are hits."""
        return bool(self.n) and self.hits == self.n


class Where(StrEnum):
    """What sets some cases apart from others: how they were made, what their truth is like, how they were sent."""

    OP = "op"
    SCENARIO = "scenario"
    PACK = "pack"
    MEDIA_TYPE = "media_type"
    TAG = "tag"
    CHANGED_FIELD = "changed_field"
    MIN_BYTES = "min_bytes"
    DAY_UP_TO_12 = "day_up_to_12"
    FROM_1000 = "from_1000"
    BELOW_ZERO = "below_zero"
    WITH_DECIMALS = "with_decimals"
    NON_ASCII = "non_ascii"
    ID_KIND = "id_kind"
    WINDOW = "window"
    BURST = "burst"
    IN_FLIGHT = "in_flight"
    REPEATED_IN_FLIGHT = "repeated_in_flight"
    IN_BATCH = "in_batch"
    BATCH_ORDER = "batch_order"
    REPEATED_ROW = "repeated_row"
    BAD_ROW = "bad_row"
    AFTER_BAD_ROW = "after_bad_row"
    LATER = "later"
    AFTER_SAME_ANSWER = "after_same_answer"
    REPEATED_IN_A_ROW = "repeated_in_a_row"
    SAME_OPENING = "same_opening"
    SAME_FILE_NAME = "same_file_name"
    SAME_ID = "same_id"
    ACCENT = "accent"
    AFTER_START = "after_start"
    OTHER_INSTANCE = "other_instance"
    OTHER_CUSTOMER = "other_customer"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One property that sets cases apart from others.

    where: the kind of property.
    value: the op, the pack, the tag or the number. `window`: begin and end in seconds of the run. `burst`: requests
    that were due within one second. `in_flight`: number of requests.
    field: the field of the truth that has the property. Empty: the property is not about a field.
    """

    where: Where
    value: str = ""
    field: str = ""


class How(StrEnum):
    """How an answer fails: what it is in comparison with the truth, or what the service did instead of answering."""

    OTHER_VALUE = "other_value"
    CONSTANT = "constant"
    LEFT_EMPTY = "left_empty"
    FILLED = "filled"
    INVENTED = "invented"
    DAY_MONTH_SWAPPED = "day_month_swapped"
    OTHER_YEAR = "other_year"
    OTHER_CURRENCY = "other_currency"
    SIGN_LOST = "sign_lost"
    SIGN_ADDED = "sign_added"
    TIMES = "times"
    DIVIDED = "divided"
    DECIMALS_LOST = "decimals_lost"
    LEADING_ZEROS_LOST = "leading_zeros_lost"
    OTHER_FORM = "other_form"
    CUT_OFF = "cut_off"
    NOT_REFUSED = "not_refused"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, order=True)
class FailureMode:
    """What goes wrong in one field.

    field: name of the field. Empty: the whole answer.
    how: the way in which it goes wrong.
    value: `constant`: the value that many inputs get. `times`, `divided`: the factor. `refused`, `no_answer`: why.
    """

    field: str
    how: How
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One case that shows the finding, with its actual values.

    address: address of the case.
    field: name of the field. Empty: the whole answer.
    given: what the input held or was.
    expected: the truth, or the answer without the circumstance.
    got: what the service returned.
    confidence: the confidence that it returned. Null: none.
    other: address of the case whose answer came instead. Empty: not known.
    """

    address: str
    field: str = ""
    given: str = ""
    expected: Scalar = None
    got: Scalar = None
    confidence: float | None = None
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact about a run that a person should know, whether or not it changes the verdict.

    kind: the kind of finding, a word that does not change between releases.
    test: the criterion or robustness test that found it.
    slice: pack, scenario or tag that it is about. Empty: the whole run.
    subject: what else it is about: an op, an upstream, a setting.
    circumstances: what sets the cases apart from the others.
    modes: how the answers fail, the most frequent way first.
    count: how many cases or replies show it, of those looked at.
    control: the same count without the circumstance.
    parts: further counts by name, as the reference of this kind lists them.
    numbers: further figures by name, as the reference of this kind lists them.
    names: further names, the most telling first.
    causes: how often each cause of a missing answer occurred.
    example: one case with its actual values.
    fault: the fault that it is about.
    why: why a test was not run or decides nothing.
    cases: addresses of the cases, the worst first.
    show: command that shows it again.
    """

    kind: FindingKind
    test: str = ""
    slice: str = ""
    subject: str = ""
    circumstances: tuple[Circumstance, ...] = ()
    modes: tuple[FailureMode, ...] = ()
    count: Count | None = None
    control: Count | None = None
    parts: Mapping[str, Count] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    causes: Mapping[str, int] = field(default_factory=dict)
    example: Example | None = None
    fault: Fault | None = None
    why: Why | None = None
    cases: tuple[str, ...] = ()
    show: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What the finding is about, for grouping: two findings with the same key explain the same failures."""
        return (self.test, self.kind, self.slice, self.subject, self.circumstances, self.modes)
