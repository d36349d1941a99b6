"""Everything before the first case: settings filled in, permission, the run folder, the price."""

import platform
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import harness
from harness.core.case import Case
from harness.core.clock import Clock, stamp
from harness.core.errors import ConfigError, RunError
from harness.core.sample import Samples
from harness.core.settings import Settings
from harness.diff.power import foresee
from harness.generate.bases import Bases
from harness.generate.draw import Drawn, make_case
from harness.generate.packs import PILOT
from harness.generate.samples import read_samples
from harness.run.asker import Asker
from harness.run.budget import Allotment, allot
from harness.run.configure import Asked
from harness.run.events import Emit, Noted, Priced
from harness.run.fill_in import Playable, fill_in_mix, fill_in_target, own_packs, wrapping_of
from harness.run.injection import Injection
from harness.run.look import Seen
from harness.run.permission import check_permission, resolve_headers, without_secrets
from harness.run.probing import probeable
from harness.store.files import FORMAT, RunHead
from harness.store.folder import RunFolder, new_path


@dataclass(slots=True, kw_only=True)
class Run:
    """What the phases of one run hand on to each other."""

    settings: Settings
    samples: Samples
    bases: Bases
    playable: dict[str, Playable]
    allotment: Allotment
    asker: Asker
    save: str = ""
    cases: dict[str, Case] = field(default_factory=dict)
    seen: Seen | None = None

    def make(self, drawn: Iterable[Drawn]) -> list[Case]:
        """The cases with their bytes, each made once."""
        made = []
        for one in drawn:
            if one.address not in self.cases:
                case = make_case(one, self.bases)
                self.cases[one.address] = _limit(case, self.seen, self.samples) if self.seen else case
            made.append(self.cases[one.address])
        return made

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
    samples = read_samples(settings.pilot.samples, settings.pilot.truth)
    for note in samples.notes:
        emit(Noted(about="samples", text=note))
    settings, playable = fill_in_mix(settings, samples, emit)
    settings = replace(settings, target=fill_in_target(settings.target, samples, headers, emit))
    bases = Bases(seed=asked.seed, samples=samples, wrapping=wrapping_of(settings.target))
    ops = probeable(s for one in playable.values() for s in one.scenarios)
    faults = injection.faults if injection else ()
    allotment = allot(settings.budget.calls, len(samples.items), settings.mix, probing=bool(ops), faults=len(faults))
    digests = {"faults.toml": injection.digest()} if injection and faults else {}
    folder = _open_folder(asked, settings, samples, playable, allotment, digests)
    clock = Clock(max((reply.done for reply in folder.replies.values()), default=0.0))
    asker = Asker(settings=settings, seed=asked.seed, headers=headers, folder=folder, clock=clock, emit=emit)
    asker.injection = injection
    _tell_price(settings, allotment, len(samples.items), emit)
    return Run(
        settings=settings,
        samples=samples,
        bases=bases,
        playable=playable,
        allotment=allotment,
        asker=asker,
        save=asked.save,
    )


def _open_folder(
    asked: Asked,
    settings: Settings,
    samples: Samples,
    playable: dict[str, Playable],
    allotment: Allotment,
    more_digests: dict[str, str],
) -> RunFolder:
    head = RunHead(
        format=FORMAT,
        harness=harness.__version__,
        seed=asked.seed,
        settings=without_secrets(settings),
        digests={"samples": samples.digest(), **{name: one.pack.digest for name, one in playable.items()}}
        | more_digests,
        packs=own_packs(playable),
        planned=allotment.calls,
        started=stamp(),
        versions={"python": platform.python_version()},
    )
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
    changed = [name for name in ("seed", "settings") if getattr(old, name) != getattr(new, name)]
    changed += [name for name in {**old.digests, **new.digests} if old.digests.get(name) != new.digests.get(name)]
    if changed:
        raise RunError(
            f"{path}: was started with other {', '.join(changed)}\n"
            "  resume with the same command, samples and packs, or name another folder"
        )


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
