"""Every setting, once: its default, its unit and its sentence.

The names are those of harness.toml (`[target]`, `[[upstream]]`, `[pilot]`, `[answer]`, `[[mix]]`, `[budget]`, ...).
`field_docs` reads the sentences. The JSON Schema, `--help` and docs/reference/settings.md are generated from here.
"""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta

from harness.core.answer_settings import AnswerSettings
from harness.core.integration.upstreams import Effect, Upstream
from harness.core.units import Duration, JmesPath, Rate, Share

Source = Literal["log", "fit", "guess"]
Protocol = Literal["", "multipart", "json", "raw", "python"]
RobustnessName = Literal["concurrency", "state", "round_trip", "unanswerable", "coverage", "upstream"]
ROBUSTNESS: tuple[RobustnessName, ...] = get_args(RobustnessName)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The place where the service takes many records in one request.

    url: where batches are sent: an absolute URL, or a path on the target's host. Empty: no batches are sent.
    items: key under which the list of records stands in the body. Empty: the body is the list.
    results: path to the list of answers in the reply, one for each record, in order. Empty: the reply is the list.
    """

    url: str = ""
    items: str = ""
    results: JmesPath = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The endpoint under test.

    protocol: how a case becomes a request: form with a file, JSON body, raw bytes, Python call. Empty: worked out.
    url: where cases are sent: a URL, or `module:function` for a Python function.
    field: name of the form field that carries the file. Only for `multipart`.
    request: template of the JSON body, filled by structure. `"{column}"` becomes the value of that column of the
    sample, `"{*}"` the whole record, `"{text}"` a text sample; a column that a case drops is absent. `"{*.keys}"` and
    `"{*.values}"` become the lists of its names and values. Only for `json`. Not set: the body is the sample itself.
    answer: path in the reply to the place with the field names of the truth, or a table of paths. Empty: worked out.
    hand_over: path to a boolean in the reply, true if a person should look at the answer. Empty: the harness finds it.
    confidence: path to a number in the reply; scales to 10, 100 and 1000 are converted. Empty: the harness finds it.
    flag_below: an answer with a lower confidence counts as handed over; 0: none does. Not set: none does if the reply
    has a flag; else the verdict must be the same with 0 and with 0.8, or it is undecided.
    rate: request rate that the service must sustain. 0: half of the rate that one request at a time reaches.
    deadline: longest wait for a reply.
    in_flight: largest number of requests that are open at the same time.
    headers: headers of each request. `"env:NAME"` is read from the environment variable NAME, never written to disk.
    allow: hosts that the harness may call. This machine (loopback) needs no permission.
    max_rate: a higher request rate is refused. 0: no ceiling.
    health: path that must answer with 2xx before the first case is sent. Empty: no path is asked.
    rejects: status codes that mean a clear refusal of the input.
    other_headers: credentials of a second customer, for `headers` of the same names, to test who gets whose answer.
    start: command, without secrets, that starts another instance here on `{port}`, to test its first answers.
    writes: each call may change something in an upstream, which the price then names. A relay shows it as well.
    batch: where many records go in one request. A record must then get the same answer as alone.
    """

    protocol: Protocol = ""
    url: str = ""
    field: str = "file"
    request: dict[str, object] | None = None
    answer: JmesPath | dict[str, JmesPath] = ""
    hand_over: JmesPath = ""
    confidence: JmesPath = ""
    flag_below: Share | None = None
    rate: Rate = 0.0
    deadline: Duration = "30s"
    in_flight: Annotated[int, Meta(ge=1, extra={"unit": "requests"})] = 64
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    allow: tuple[str, ...] = ()
    max_rate: Rate = 0.0
    health: str = ""
    rejects: tuple[int, ...] = (400, 413, 415, 422)
    other_headers: dict[str, str] = dataclasses.field(default_factory=dict)
    start: str = ""
    writes: bool = False
    batch: Batch = dataclasses.field(default_factory=Batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """The samples of the pilot.

    samples: a folder, file or glob (PDF, PNG, JPEG, TIFF, TXT, JSON, JSONL, CSV), or `module:function`, which gives
    records (dicts) or files (name, bytes).
    truth: the right answers: a CSV or JSONL table with a column `file`, or names of the samples' own columns.
    slice: columns of the truth or of the records that divide the results into slices.
    fields: usual names of truth columns, as `our_ref = "invoice_number"`, for made papers. Missing: worked out.
    schema: of the records without their truth: a JSON Schema, `openapi.json#/components/schemas/NAME`, `module:Model`
    (with `model_json_schema`), or a CSV file with a header. Empty: worked out from samples.
    font_dir: your own TrueType or OpenType fonts for made papers, and in its folder `hands` those for handwriting.
    boxes: CSV table of where pages show the truth: `file`, `field`, `left`, `top`, `right`, `bottom`. Empty: searched.
    ocr: reads scans to find values that are then replaced. Empty: Tesseract if it is installed.
    """

    samples: str = ""
    truth: str = ""
    slice: tuple[str, ...] = ()
    fields: dict[str, str] = dataclasses.field(default_factory=dict)
    schema: str = ""
    font_dir: str = ""
    boxes: str = ""
    ocr: Literal["", "tesseract", "off"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One part of the traffic that production will send. Without any, the harness assumes a mix and says so.

    pack: name of a pack, or path of a folder with a pack.toml.
    share: its share of the traffic. The shares add up to 1 at most; what is missing counts as unknown.
    source: where the share comes from: a log, a fit to production files, or a guess.
    """

    pack: str
    share: Share
    source: Source = "guess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may spend.

    calls: requests to the target, at most. 0: 480, or more if the mix has more than two packs besides the pilot.
    repeats: how often each sample of the pilot is sent, as far as its part of the calls allows. 0: as often as it does.
    seconds: time for sending, at most. 0: no limit.
    price: cost of one call in your currency. 0: the harness says nothing about cost.
    robustness: robustness tests that run besides the packs. `[]`: none.
    """

    calls: Annotated[int, Meta(ge=0, extra={"unit": "requests"})] = 0
    repeats: Annotated[int, Meta(ge=0)] = 0
    seconds: Annotated[float, Meta(ge=0, extra={"unit": "seconds"})] = 0.0
    price: Annotated[float, Meta(ge=0, extra={"unit": "currency"})] = 0.0
    robustness: tuple[RobustnessName, ...] = ROBUSTNESS


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSettings:
    """What `harness load` does if the command line does not say otherwise.

    schedule: when requests are due: `constant`, `poisson`, or another schedule of the guide with its options.
    duration: length of the load, such as "90s", "5m", "1h30m" or "24h".
    """

    schedule: str = "constant"
    duration: Duration = "60s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The limits. Each criterion compares one of them with an estimate and its interval.

    The criterion failed if the whole interval is beyond the limit, passed if all is inside it, else it is undecided.

    straight_through: smallest share of accepted and right cases, of those that ask for an answer.
    silent_errors: largest share of the cases that ask for an answer that are accepted and wrong, over the whole mix.
    The same limit holds for accepted answers to other inputs: those that should be refused, or hold no answer any more.
    silent_errors_pack: largest share of cases that are accepted and wrong, in any critical slice.
    gap: largest drop from the quality on the pilot to the quality projected on the mix.
    errors: largest share of errors, timeouts and dropped connections on inputs that ask for an answer.
    regress: largest drop in quality, or rise of silent errors, against the baseline in any critical slice.
    unknown: largest share of the mix that no pack describes.
    samples: smallest number of distinct pilot samples that are sent. 0: as many as show that documents like them have
    fewer silent errors than `silent_errors_pack`: 29 for a limit of 0.10 without a silent error, 46 with one.
    p95: largest 95th percentile of the latency of good input. Empty: a check has no limit, a load 3x that without load.
    invalid_replies: largest share of replies that a strict JSON client cannot read. Not set: they do not block.
    critical: slices that can fail the gate. Empty: every pack of the mix; a load run judges none.
    """

    straight_through: Share = 0.70
    silent_errors: Share = 0.02
    silent_errors_pack: Share = 0.10
    gap: Share = 0.10
    errors: Share = 0.02
    regress: Share = 0.05
    unknown: Share = 0.05
    samples: Annotated[int, Meta(ge=0, extra={"unit": "samples"})] = 0
    p95: Duration = ""
    invalid_replies: Share | None = None
    critical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What runs are compared with.

    path: folder of the baseline that `harness promote` writes, used if it exists. Empty: no comparison.
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
    load: LoadSettings = dataclasses.field(default_factory=LoadSettings)
    gate: Gate = dataclasses.field(default_factory=Gate)
    baseline: Baseline = dataclasses.field(default_factory=Baseline)
    upstream: tuple[Upstream, ...] = ()
    effect: tuple[Effect, ...] = ()
