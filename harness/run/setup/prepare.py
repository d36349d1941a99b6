"""Everything before the first case: settings, permission, the run folder, the price."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.core.case import Case
from harness.core.clock import Clock
from harness.core.errors import ConfigError
from harness.core.integration.fault import Fault
from harness.core.regression.columns import Promoted
from harness.core.sample import Printed, Samples
from harness.core.schema import Schema
from harness.core.settings import Settings
from harness.core.under_load.load import Load
from harness.generate.bases import Bases
from harness.generate.checks import check_pages
from harness.generate.draw import draw_pilot, make_case
from harness.generate.drawn import Drawn
from harness.generate.pages.printed.locate import Located
from harness.run.baseline.results import FAULTS
from harness.run.baseline.status import BaselineStatus, find_baseline, hold, seed_of
from harness.run.events import Emit, Noted
from harness.run.ocr.second_reading import misread
from harness.run.sending.effects import check_effects
from harness.run.sending.injection import Injection, trust_of
from harness.run.sending.permission import check_batch, check_permission, resolve_headers, second_identity
from harness.run.sending.sender import Sender
from harness.run.sending.starting import check_start
from harness.run.sending.target_profile import TargetProfile
from harness.run.setup.budget import Allotment
from harness.run.setup.configure import RunRequest
from harness.run.setup.drawing import DrawnMix, allot_again, draw_and_allot
from harness.run.setup.fill_in import (
    Playable,
    describe_target,
    fill_in_mix,
    fill_in_target,
    narrowed,
    own_packs,
    wrapping_of,
)
from harness.run.setup.inputs import digests_of, find_values, take_fonts, take_samples
from harness.run.setup.plan import describe_plan
from harness.run.setup.price import announce_baseline, announce_price, announce_writes
from harness.run.setup.published import excuse, published_schema, usable_schema
from harness.run.setup.robustness_tests import calls_for_coverage
from harness.run.setup.run_folder import head_of, open_folder
from harness.run.setup.slices import slice_of
from harness.store.folder import read_head


@dataclass(slots=True, kw_only=True)
class Run:
    """The state that the phases of one run share.

    calls_assumed: nobody wrote down how many calls the run may take.
    partial: why the run cannot speak for the mix, "" if it can. published: the request schema of the service itself.
    excused: addresses of the cases that it lets the service refuse. coverage_calls: as many as that test can use.
    located: where the pages show the truth. unread: samples whose changed value no OCR read, so that it is not sent.
    """

    settings: Settings
    samples: Samples
    bases: Bases
    playable: dict[str, Playable]
    allotment: Allotment
    drawn: DrawnMix
    sender: Sender
    located: Located
    unread: set[str] = field(default_factory=set)
    save: str = ""
    baseline_status: BaselineStatus | None = None
    coverage_calls: int = 0
    calls_assumed: bool = False
    partial: str = ""
    published: Schema | None = None
    excused: set[str] = field(default_factory=set)
    faults: Sequence[Fault] = ()
    cases: dict[str, Case] = field(default_factory=dict)
    profile: TargetProfile | None = None

    def allotted(self, calls: int) -> Allotment:
        """How another budget would be spent."""
        settings = replace(self.settings, budget=replace(self.settings.budget, calls=calls))
        papers, coverage = self.allotment.controls, self.coverage_calls
        return allot_again(settings, self.samples, self.playable, self.faults, coverage=coverage, papers=papers)

    def make(self, drawn: Iterable[Drawn]) -> list[Case]:
        """The cases with their bytes, each made once."""
        return [self.cases.get(one.address) or self.keep(make_case(one, self.bases)) for one in drawn]

    def keep(self, case: Case) -> Case:
        """The case as it will be sent and judged, recorded in the run."""
        return self.cases.setdefault(case.address, self.limited(case))

    def legible(self, case: Case) -> bool:
        """Whether an OCR reads what was drawn on the case. What nobody can read must not count against the service."""
        if not misread(case, self.bases):
            return True
        self.unread.add(case.tags["sample"])
        return False

    def limited(self, case: Case) -> Case:
        """The case with its truth limited to the fields of the reply, if these are known yet.

        A case that the service may refuse by its own schema asks for no answer. That is decided here and not where
        cases are made, so that no bytes depend on what a service publishes.
        """
        excused = excuse(case, self.published)
        if excused is not case:
            self.excused.add(case.address)
            case = excused
        return _limit(case, self.profile, self.samples) if self.profile else case

    def set_profile(self, profile: TargetProfile) -> None:
        """From now on every case's truth is limited to fields of the reply; the other columns become slices."""
        self.profile = profile
        self.cases = {address: _limit(case, profile, self.samples) for address, case in self.cases.items()}


def prepare(
    asked: RunRequest, settings: Settings, emit: Emit, *, injection: Injection | None = None, load: Load | None = None
) -> Run:
    """Prepare a run up to its first case. All errors that can be found by then are raised here.

    injection: the faults and relays of the run, or None. load: the request of a load run; None for a check.
    """
    _check_save(asked)
    for url in filter(None, (settings.target.url, asked.against)):
        target = replace(settings.target, url=url)
        check_permission(target if "://" in url else replace(target, protocol="python"))
    check_start(settings.target)
    resolve_headers(second_identity(settings.target))
    headers = resolve_headers(settings.target)
    baseline, note = baseline_for(asked, settings)
    seed = seed_of(asked.seed, baseline)
    located = find_values(settings, take_samples(settings, emit), emit, _printed_before(asked))
    samples = located.samples
    fonts = take_fonts(settings, samples, emit)
    check_batch(settings.target, samples.kind)
    check_effects(settings, samples)
    calls_assumed = not settings.budget.calls
    settings, playable = fill_in_mix(settings, samples, emit)
    playable = narrowed(playable, asked.only)
    described = describe_target(settings.target, headers)
    settings = replace(settings, target=fill_in_target(settings.target, samples, described, emit))
    check_batch(settings.target, samples.kind)  # again, because the protocol may have been derived
    bases = Bases(seed=seed, samples=samples, wrapping=wrapping_of(settings.target, samples), fonts=fonts)
    faults = injection.faults if injection else ()
    digests = digests_of(samples, fonts, (one.pack for one in playable.values()))
    # A part of the mix cannot be compared with the baseline.
    baseline_status = hold(baseline, digests) if baseline and not asked.only else None
    coverage = 0 if load else calls_for_coverage(settings.budget, samples)
    allotment, drawn = draw_and_allot(
        settings,
        samples,
        playable,
        faults,
        coverage=coverage,
        seed=seed,
        part=bool(asked.only),
        load=load is not None,
    )
    pilot = draw_pilot(samples, allotment.pilot, seed)
    check_pages((one.plan for part in drawn.values() for one in part), (one.plan for one in pilot), bases)
    announce_baseline(baseline_status, note, settings, allotment, len(samples.items), emit)
    request_schema, ignored = usable_schema(described, settings.target, samples)
    head = head_of(
        settings,
        seed=seed,
        digests=digests | ({FAULTS: injection.digest()} if injection and faults else {}),
        packs=own_packs(playable),
        planned=allotment.calls,
        baseline=baseline.digest if baseline else "",
        load=load,
        request_schema=request_schema,
        printed={item.key: item.printed for item in samples.items if item.printed},
    )
    folder = open_folder(asked, head, emit)
    published = published_schema(folder.head.request_schema, ignored, emit)  # a resumed run keeps that of its start
    clock = Clock(folder.seconds)
    sender = Sender(settings=settings, seed=seed, headers=headers, folder=folder, clock=clock, emit=emit)
    sender.injection = injection
    if trust := trust_of(settings):
        emit(Noted(about="faults", text=trust))
    if not load:
        emit(Noted(about="plan", text=describe_plan(settings, allotment, len(samples.items))))
    announce_price(settings, allotment, len(samples.items), emit, load)
    announce_writes(settings, load.planned if load else allotment.calls, (), 0, emit)
    return Run(
        settings=settings,
        samples=samples,
        bases=bases,
        playable=playable,
        allotment=allotment,
        drawn=drawn,
        sender=sender,
        save=asked.save,
        baseline_status=baseline_status,
        located=located,
        coverage_calls=coverage,
        calls_assumed=calls_assumed,
        faults=faults,
        partial=f"only {', '.join(asked.only)} was asked for, which is a part of the mix" if asked.only else "",
        published=published,
    )


def baseline_for(asked: RunRequest, settings: Settings) -> tuple[Promoted | None, str]:
    """The baseline of the run, with messages about it; none if a second service is the reference."""
    return (None, "") if asked.against else find_baseline(settings)


def _printed_before(asked: RunRequest) -> Mapping[str, tuple[Printed, ...]] | None:
    """The places that the run to be resumed has found; None for a new run."""
    path = Path(asked.out) / "run.json"
    return read_head(Path(asked.out)).printed if asked.resume and asked.out and path.exists() else None


def _check_save(asked: RunRequest) -> None:
    if asked.save and Path(asked.save).exists():
        hint = "  move it, or edit it"
        raise ConfigError(f"{asked.save}: already exists, and --save never replaces it\n{hint}")


def _limit(case: Case, profile: TargetProfile, samples: Samples) -> Case:
    sample = next((s for s in samples.items if s.key == case.tags.get("sample")), None)
    slices = {name: value for name in profile.slices if sample and (value := slice_of(sample, name))}
    return replace(
        case,
        truth={name: value for name, value in case.truth.items() if name in profile.paths.fields},
        effects={name: effect for name, effect in case.effects.items() if name in profile.paths.fields},
        tags={**case.tags, **slices},
    )
