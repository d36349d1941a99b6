"""Everything before the first case: settings filled in, permission, the run folder, the price."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import harness
from harness.core.case import Case
from harness.core.clock import Clock, stamp
from harness.core.errors import ConfigError, RunError, did_you_mean
from harness.core.sample import Samples
from harness.core.settings import Settings
from harness.diff.power import foresee, tell_drop
from harness.generate.bases import Bases
from harness.generate.draw import Drawn, draw_pack, make_case
from harness.generate.packs import PILOT
from harness.generate.render import check_pages
from harness.generate.samples import read_samples
from harness.run.asker import Asker
from harness.run.budget import Allotment, allot, part_of
from harness.run.configure import Asked
from harness.run.events import Emit, Noted, Priced
from harness.run.fill_in import Playable, fill_in_mix, fill_in_target, narrowed, own_packs, wrapping_of
from harness.run.held import Held, find_baseline, hold, seed_of, sights
from harness.run.injection import Injection
from harness.run.look import Seen
from harness.run.permission import check_permission, resolve_headers, without_secrets
from harness.run.probing import probeable
from harness.store.files import FORMAT, RunHead
from harness.store.folder import RunFolder, new_path


@dataclass(slots=True, kw_only=True)
class Run:
    """What the phases of one run hand on to each other.

    drawn: the cases of the mix's packs but for the pilot's. partial: why it cannot speak for the mix, "" when it can.
    """

    settings: Settings
    samples: Samples
    bases: Bases
    playable: dict[str, Playable]
    allotment: Allotment
    drawn: list[Drawn]
    asker: Asker
    save: str = ""
    held: Held | None = None
    partial: str = ""
    cases: dict[str, Case] = field(default_factory=dict)
    seen: Seen | None = None

    def make(self, drawn: Iterable[Drawn]) -> list[Case]:
        """The cases with their bytes, each made once."""
        made = []
        for one in drawn:
            if one.address not in self.cases:
                case = make_case(one, self.bases)
                self.cases[one.address] = self.limited(case)
            made.append(self.cases[one.address])
        return made

    def limited(self, case: Case) -> Case:
        """The case with the truth that the reply can carry, as far as that is known by now."""
        return _limit(case, self.seen, self.samples) if self.seen else case

    def saw(self, seen: Seen) -> None:
        """From now on every case's truth is limited to what the reply can carry; the other columns are slices."""
        self.seen = seen
        self.cases = {address: _limit(case, seen, self.samples) for address, case in self.cases.items()}


def prepare(asked: Asked, settings: Settings, emit: Emit, injection: Injection | None = None) -> Run:
    """Everything that can go wrong before the first case goes wrong here."""
    if asked.save and Path(asked.save).exists():
        hint = "  move it away, or edit it"
        raise ConfigError(f"{asked.save}: is there already, and --save never replaces it\n{hint}")
    check_permission(settings.target if "://" in settings.target.url else replace(settings.target, protocol="python"))
    headers = resolve_headers(settings.target)
    baseline, note = find_baseline(settings)
    seed = seed_of(asked.seed, baseline)
    samples = read_samples(settings.pilot.samples, settings.pilot.truth)
    for told in samples.notes:
        emit(Noted(about="samples", text=told))
    _check_rules(settings, samples)
    settings, playable = fill_in_mix(settings, samples, emit)
    playable = narrowed(playable, asked.only)
    settings = replace(settings, target=fill_in_target(settings.target, samples, headers, emit))
    bases = Bases(seed=seed, samples=samples, wrapping=wrapping_of(settings.target))
    ops = probeable(s for one in playable.values() for s in one.scenarios)
    faults = injection.faults if injection else ()
    allotment = allot(settings.budget.calls, len(samples.items), settings.mix, probing=bool(ops), faults=len(faults))
    if asked.only:
        allotment = part_of(allotment, playable)
    drawn = draw_mix(playable, allotment, samples, seed)
    check_pages((one.plan for one in drawn), bases)
    digests = {"samples": samples.digest(), **{name: one.pack.digest for name, one in playable.items()}}
    held = hold(baseline, digests) if baseline and not asked.only else None
    _tell_baseline(held, note, settings, allotment, len(samples.items), emit)
    head = RunHead(
        format=FORMAT,
        harness=harness.__version__,
        seed=seed,
        settings=without_secrets(settings),
        digests=digests | ({"faults.toml": injection.digest()} if injection and faults else {}),
        packs=own_packs(playable),
        planned=allotment.calls,
        started=stamp(),
        versions={"python": platform.python_version()},
        baseline=baseline.digest if baseline else "",
    )
    folder = _open_folder(asked, head)
    clock = Clock(folder.seconds)
    asker = Asker(settings=settings, seed=seed, headers=headers, folder=folder, clock=clock, emit=emit)
    asker.injection = injection
    _tell_price(settings, allotment, len(samples.items), emit)
    return Run(
        settings=settings,
        samples=samples,
        bases=bases,
        playable=playable,
        allotment=allotment,
        drawn=drawn,
        asker=asker,
        save=asked.save,
        held=held,
        partial=f"only {', '.join(asked.only)} was asked for, which is a part of the mix" if asked.only else "",
    )


def _check_rules(settings: Settings, samples: Samples) -> None:
    for name in settings.answer.fields:
        if name not in samples.columns:
            hint = did_you_mean(name, samples.columns) or f"  columns: {', '.join(samples.columns)}"
            raise ConfigError(f'answer.fields: the truth has no column "{name}"\n{hint}')


def draw_mix(playable: Mapping[str, Playable], allotment: Allotment, samples: Samples, seed: int) -> list[Drawn]:
    """The allotted cases of every pack but the pilot's, before their bytes are made."""
    return [
        one
        for name, playing in playable.items()
        if name != PILOT
        for one in draw_pack(playing.pack, playing.scenarios, samples, allotment.packs.get(name, 0), seed)
    ]


def _open_folder(asked: Asked, head: RunHead) -> RunFolder:
    path = Path(asked.out) if asked.out else new_path("check")
    if asked.resume and not asked.out:
        raise RunError("--resume needs the folder of the run\n  name it: --resume --out reports/...")
    if asked.resume and (path / "run.json").exists():
        folder = RunFolder.resume(path)
        _same_run(folder.head, head, path)
        return folder
    return RunFolder.create(path, head)


def _same_run(old: RunHead, new: RunHead, path: Path) -> None:
    """RunError unless the run on disk was asked for in the same way; its rows would not fit together otherwise."""
    changed = [name for name in ("seed", "settings", "baseline") if getattr(old, name) != getattr(new, name)]
    changed += [name for name in {**old.digests, **new.digests} if old.digests.get(name) != new.digests.get(name)]
    if changed:
        raise RunError(
            f"{path}: was started with other {', '.join(changed)}\n"
            "  resume with the same command, samples, packs and baseline, or name another folder"
        )


def _tell_baseline(
    held: Held | None, note: str, settings: Settings, allotment: Allotment, samples: int, emit: Emit
) -> None:
    """What the run is held against and what it can see of a drop, before it costs anything."""
    if note:
        emit(Noted(about="baseline", text=note))
    if held is None:
        return
    head, calls = held.baseline.head, settings.budget.calls
    emit(Noted(about="baseline", text=f"{held.described()}: {len(held.baseline.cases)} cases, seed {head.seed}"))
    if held.flaws:
        emit(Noted(about="baseline", text=f"it {held.flaws}: its lines will be undecided; promote a run anew"))
        return
    if calls < head.calls:
        what = f"it was made with {head.calls} calls; with {calls}, cases of it are not sent and its lines cannot be go"
        emit(Noted(about="baseline", text=what))
    seen = sights(held, settings, allotment.repeats, samples)
    emit(Noted(about="baseline", text="; ".join(map(tell_drop, seen))))


def _tell_price(settings: Settings, allotment: Allotment, samples: int, emit: Emit) -> None:
    complete = allotment.pilot == samples
    packs = {PILOT: allotment.pilot, **allotment.packs}
    rate = settings.target.rate
    emit(
        Priced(
            calls=allotment.calls,
            seconds=allotment.calls / rate if rate else None,
            cost=allotment.calls * settings.budget.price,
            packs=packs,
            probes=allotment.probes,
            faults=allotment.faults,
            sights=foresee(packs, settings.mix, settings.gate, pilot_complete=complete),
        )
    )


def _limit(case: Case, seen: Seen, samples: Samples) -> Case:
    sample = next((s for s in samples.items if s.key == case.tags.get("sample")), None)
    slices = {name: str(sample.truth[name]) for name in seen.slices if sample and name in sample.truth}
    return replace(
        case,
        truth={name: value for name, value in case.truth.items() if name in seen.paths.fields},
        effects={name: effect for name, effect in case.effects.items() if name in seen.paths.fields},
        tags={**case.tags, **slices},
    )
