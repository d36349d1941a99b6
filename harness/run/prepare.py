"""Everything before the first case: settings filled in, permission, the run folder, the price."""

import platform
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import harness
from harness.core.case import Case
from harness.core.clock import Clock, stamp
from harness.core.errors import ConfigError, RunError
from harness.core.load import Load
from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.core.settings import Settings
from harness.diff.power import foresee
from harness.generate.bases import Bases
from harness.generate.draw import Drawn, draw_pack, draw_pilot, make_case
from harness.generate.packs import PILOT
from harness.generate.samples import read_samples
from harness.run.asker import Asker
from harness.run.budget import Allotment, allot
from harness.run.configure import Asked
from harness.run.events import Emit, Noted, Priced
from harness.run.fill_in import Playable, fill_in_mix, fill_in_target, own_packs, wrapping_of
from harness.run.look import FIRST, Seen
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


def mix_of(run: Run) -> list[tuple[Drawn, int]]:
    """Every mix case once and the pilot as often as allotted, with its repeat, in one random order of the seed's.

    No pack has an hour of its own.
    """
    pilot = draw_pilot(run.samples, run.allotment.pilot, run.bases.seed)
    asks = [(one, repeat) for repeat in range(run.allotment.repeats) for one in pilot]
    for name, playable in run.playable.items():
        if name != PILOT:
            count = run.allotment.packs.get(name, 0)
            drawn = draw_pack(playable.pack, playable.scenarios, run.samples, count, run.bases.seed)
            asks += [(one, 0) for one in drawn]
    return [asks[i] for i in Stream(run.bases.seed, "order").order(len(asks))]


def prepare(asked: Asked, settings: Settings, emit: Emit, load: Load | None = None) -> Run:
    """Everything that can go wrong before the first case goes wrong here.

    load: what a load run asks for; None for a check.
    """
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
    allotment = allot(settings.budget.calls, len(samples.items), settings.mix, probing=bool(ops))
    folder = _open_folder(asked, settings, samples, playable, allotment, load)
    clock = Clock(max((reply.done for reply in folder.replies.values()), default=0.0))
    asker = Asker(settings=settings, seed=asked.seed, headers=headers, folder=folder, clock=clock, emit=emit)
    _tell_price(settings, allotment, len(samples.items), emit, load)
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
    load: Load | None,
) -> RunFolder:
    head = RunHead(
        format=FORMAT,
        harness=harness.__version__,
        seed=asked.seed,
        settings=without_secrets(settings),
        digests={"samples": samples.digest(), **{name: one.pack.digest for name, one in playable.items()}},
        packs=own_packs(playable),
        planned=load.planned if load else allotment.calls,
        started=stamp(),
        versions={"python": platform.python_version()},
        load=load,
    )
    path = Path(asked.out) if asked.out else new_path("load" if load else "check")
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
    changed += ["command: harness load"] if old.load else []
    changed += [name for name in {**old.digests, **new.digests} if old.digests.get(name) != new.digests.get(name)]
    if changed:
        raise RunError(
            f"{path}: was started with other {', '.join(changed)}\n"
            "  resume with the same command, samples and packs, or name another folder"
        )


def _tell_price(settings: Settings, allotment: Allotment, samples: int, emit: Emit, load: Load | None) -> None:
    packs = {PILOT: allotment.pilot, **allotment.packs}
    if load and load.planned < (cases := sum(packs.values())):
        packs = {name: count * load.planned // cases for name, count in packs.items()}
    complete = packs[PILOT] == samples
    rate = settings.target.rate
    calls = load.planned + min(FIRST, allotment.pilot) if load else allotment.calls
    emit(
        Priced(
            calls=calls,
            seconds=calls / rate if rate else None,
            cost=calls * settings.budget.price,
            packs=packs,
            probes=0 if load else allotment.probes,
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
