"""Every setting, once: its default, its unit and its sentence. The schema, `--help` and the reference follow from here.

The names are those of harness.toml (`[target]`, `[[upstream]]`, `[pilot]`, `[answer]`, `[[mix]]`, `[budget]`, `[gate]`,
`[baseline]`).
"""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]
Source = Literal["log", "fit", "guess"]
Protocol = Literal["", "multipart", "json", "raw", "python"]
RobustnessName = Literal["concurrency", "state", "round_trip", "unanswerable", "upstream"]
ROBUSTNESS: tuple[RobustnessName, ...] = get_args(RobustnessName)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Where the service takes many records in one request.

    url: absolute, or a path on the target's host; "" for no such place.
    items: name of the key under which the list of records stands in the body; "" when the body is the list.
    results: JMESPath to the list of answers in the reply, one a record in their order; "" when the reply is the list.
    """

    url: str = ""
    items: str = ""
    results: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The endpoint under test.

    protocol: multipart | json | raw | python; "" is worked out.
    url: where a case is sent; `module:function` for python.
    field: multipart: name of the form field that carries the file.
    request: json: a template of the body; "{column}" stands for a column of the sample.
    answer: JMESPath into the reply: one path below which the truth's field names stand, or a table field -> path.
    hand_over: JMESPath to a true or false in the reply that says "a person should look".
    confidence: JMESPath to a number 0..1 in the reply.
    flag_below: an answer with less confidence counts as handed over.
    rate: requests a second that the service must sustain; worked out when 0.
    deadline: longest wait for a reply, as "30s" or "500ms".
    in_flight: most requests open at one time.
    headers: sent with each request; "env:NAME" is read from the environment and never written down.
    allow: hosts beyond loopback that may be called.
    max_rate: a rate above this is refused; no ceiling when 0.
    health: path that is asked before the first case; "" asks none.
    rejects: statuses that are a clear refusal.
    other_headers: the credentials of a second customer, in place of those of `headers` that have the same names; they
        tell whether one customer gets what another was answered. "env:NAME" as in headers.
    start: command that starts one more instance of the service on this machine, with "{port}" where its port stands;
        it tells how the first answers after a start are. Without a shell; write no secret into it.
    batch: where many records go in one request; it tells whether a row is answered there as it is alone.
    """

    protocol: Protocol = ""
    url: str = ""
    field: str = "file"
    request: dict[str, object] | None = None
    answer: str | dict[str, str] = ""
    hand_over: str = ""
    confidence: str = ""
    flag_below: Share = 0.80
    rate: Annotated[float, Meta(ge=0)] = 0.0
    deadline: str = "30s"
    in_flight: Annotated[int, Meta(ge=1)] = 64
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    allow: tuple[str, ...] = ()
    max_rate: Annotated[float, Meta(ge=0)] = 0.0
    health: str = ""
    rejects: tuple[int, ...] = (400, 413, 415, 422)
    other_headers: dict[str, str] = dataclasses.field(default_factory=dict)
    start: str = ""
    batch: Batch = dataclasses.field(default_factory=Batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Something that the service itself calls. A relay stands between the two, so that it can fail on purpose.

    name: how faults.toml and the findings call it.
    url: where it really is: scheme, host and port; paths go through as they are.
    listen: where the relay listens, on this machine, as "127.0.0.1:9100"; the service must be pointed at it.
    """

    name: str = ""
    url: str = ""
    listen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """The pilot's own samples.

    samples: a folder or a glob of PDF, PNG, JPEG, TIFF, TXT, JSON, JSONL, CSV; or module:function, which gives records
        (dicts) or files (name, bytes).
    truth: a table (CSV or JSONL with a column `file`), or column names of the samples themselves.
    slice: columns that cut results into slices.
    schema: of records without their truth: a JSON Schema, openapi.json#/components/schemas/NAME, module:Model (anything
        with model_json_schema) or a CSV with a header; worked out from the samples when it is not written.
    font_dir: a folder of TrueType or OpenType fonts. Made papers are set in those directly in it, and handwriting is
        written in those of its folder `hands`, each in turn with the bundled ones.
    """

    samples: str = ""
    truth: str = ""
    slice: tuple[str, ...] = ()
    schema: str = ""
    font_dir: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One part of what production will send.

    pack: its name, or the path of a folder with a pack.toml.
    share: 0..1 of production's traffic; the shares' sum is at most 1 and the rest is named unknown.
    source: where the share comes from: a log, a fit, or a guess.
    """

    pack: str
    share: Share
    source: Source = "guess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may spend.

    calls: requests to the target, at most; worked out when 0: 400, or more where the mix has more than three packs.
    repeats: how often each sample of the pilot is sent, as far as a quarter of the calls holds them; worked out when 0.
    seconds: time of sending, at most; no limit when 0.
    price: cost of one call, in your currency; 0 says nothing about cost.
    robustness: what is asked besides the packs: company | history | echoes | anchors | upstream; [] for none.
    """

    calls: Annotated[int, Meta(ge=0)] = 0
    repeats: Annotated[int, Meta(ge=0)] = 0
    seconds: Annotated[float, Meta(ge=0)] = 0.0
    price: Annotated[float, Meta(ge=0)] = 0.0
    robustness: tuple[RobustnessName, ...] = ROBUSTNESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The limits. Each is judged with its interval: beyond it no-go, inside it go, else undecided.

    straight_through: share accepted and right, at least.
    silent_errors: share accepted and wrong over the mix, at most.
    silent_errors_pack: share accepted and wrong in any pack, at most.
    gap: quality on the pilot minus quality projected on the mix, at most.
    errors: share of errors, timeouts and dropped connections on good input, at most.
    regress: drop against the baseline in any critical slice, at most.
    unknown: share of the mix that nobody described, at most.
    samples: pilot samples, at least.
    p95: latency of 95 of 100 requests, as "1500ms"; judged only when written.
    critical: slices that block; every pack of the mix when empty.
    """

    straight_through: Share = 0.70
    silent_errors: Share = 0.02
    silent_errors_pack: Share = 0.10
    gap: Share = 0.10
    errors: Share = 0.02
    regress: Share = 0.05
    unknown: Share = 0.05
    samples: Annotated[int, Meta(ge=1)] = 10
    p95: str = ""
    critical: tuple[str, ...] = ()


FieldRuleType = Literal["", "exact", "label", "number", "money", "date", "text", "set", "ranked", "table", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one field of the answer is compared, where the truth does not show it well enough.

    type: exact | label (capitals make no difference) | number | money | date | text | set (any order) | ranked (order
    counts) | table (rows of an object each) | json; "" is worked out from the truth.
    tolerance: number and money: largest difference that is still right, in the field's own unit.
    errors: text: largest share of wrong characters that is still right.
    measure: text: cer (edits over the length of the truth) or anls (edits over the longer of the two).
    top: ranked: how many places count; all when 0.
    """

    type: FieldRuleType = ""
    tolerance: Annotated[float, Meta(ge=0)] = 0.0
    errors: Share = 0.10
    measure: Literal["cer", "anls"] = "cer"
    top: Annotated[int, Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """How answers are compared with the truth.

    fields: rules by the name of the truth's column; a column without one is compared by what its truth looks like.
    echoes: what the reply repeats of the request, as path in the reply -> field of the request ("pages" for the pages
    of a file, "length(items)" for the items of a list); {} for nothing; worked out when it is not written.
    """

    fields: dict[str, FieldRule] = dataclasses.field(default_factory=dict)
    echoes: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What runs are held against.

    path: folder of the baseline, made by `harness promote`; used when it is there. "" holds runs against none.
    """

    path: str = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole of harness.toml."""

    target: Target = dataclasses.field(default_factory=Target)
    pilot: Pilot = dataclasses.field(default_factory=Pilot)
    answer: AnswerSettings = dataclasses.field(default_factory=AnswerSettings)
    mix: tuple[Mix, ...] = ()
    budget: Budget = dataclasses.field(default_factory=Budget)
    gate: Gate = dataclasses.field(default_factory=Gate)
    baseline: Baseline = dataclasses.field(default_factory=Baseline)
    upstream: tuple[Upstream, ...] = ()
