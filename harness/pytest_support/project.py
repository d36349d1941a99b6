"""The project under test as described by its harness.toml: settings, samples, and the packs that fit them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.core.errors import ConfigError, PackError, did_you_mean
from harness.core.loading.toml import Keys, Toml, read_toml
from harness.core.sample import Samples
from harness.core.settings import Settings
from harness.generate.bases import Bases
from harness.generate.draw import draw_pack, draw_pilot
from harness.generate.drawn import Drawn
from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts
from harness.generate.pages.typesetting.typeset import Fonts
from harness.generate.recipes.pack_folders import known_packs
from harness.generate.recipes.packs import PILOT, Pack, Scenario, read_pack
from harness.generate.samples.read_samples import read_samples_of
from harness.generate.usable import usable
from harness.run.baseline.status import find_baseline, seed_of
from harness.run.events import emit_nothing
from harness.run.setup.configure import RunRequest, configure
from harness.run.setup.fill_in import Playable, fill_in_mix, wrapping_of
from harness.run.setup.inputs import find_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One harness.toml and what it names. settings: with the mix filled in. playable: the packs of the mix.

    seed: the requested one, else that of its baseline. held: whether it has a baseline to compare with.
    """

    toml: Toml
    asked: RunRequest
    seed: int
    settings: Settings
    samples: Samples
    fonts: Fonts
    playable: Mapping[str, Playable]
    held: bool = False

    def line_of(self, *keys: str | int) -> int:
        """Line (from 0) of a key in the file; 0 if it is not in the file."""
        head: Keys = ("tool", "harness") if "harness" in self.toml.data.get("tool", {}) else ()
        return self.toml.line_of((*head, *keys)) - 1


def read_project(asked: RunRequest) -> Project:
    """The project of `asked.config`. Raises HarnessError. Connects to nothing."""
    toml = read_toml(Path(asked.config), ConfigError)
    settings = configure(asked)
    samples = find_values(settings, read_samples_of(settings.pilot), emit_nothing).samples
    fonts = read_fonts(settings.pilot.font_dir)
    check_fonts(fonts)
    settings, playable = fill_in_mix(settings, samples, emit_nothing)
    baseline = find_baseline(settings)[0]
    return Project(
        toml=toml,
        asked=asked,
        seed=seed_of(asked.seed, baseline),
        settings=settings,
        samples=samples,
        fonts=fonts,
        playable=playable,
        held=baseline is not None,
    )


def draw_marked(project: Project, what: str, count: int) -> list[Drawn]:
    """`count` cases of `PACK` or `PACK/SCENARIO`. PackError with the nearest name if there is no such pack."""
    pack, wanted = _pack_and_scenario(project, what)
    scenarios = _choose(pack, wanted, project)
    if pack.name == PILOT:
        return draw_pilot(project.samples, count, project.seed)
    return list(draw_pack(pack, scenarios, project.samples, count, project.seed))


def packs_of(project: Project) -> list[Pack]:
    """The packs of the mix, which may be the team's own."""
    return [one.pack for one in project.playable.values()]


def _pack_and_scenario(project: Project, what: str) -> tuple[Pack, str]:
    """The pack by its name in the mix, among the shipped ones, or by its path from the folder of harness.toml."""
    own = {name: one.pack for name, one in project.playable.items()}
    folder = project.toml.path.parent
    name, _, scenario = what.partition("/")
    if name in own or name in known_packs():
        return own.get(name) or read_pack(name), scenario
    if (folder / what).exists():
        return read_pack(str(folder / what)), ""
    if "/" in what and (folder / what).parent.exists() and (folder / what).parent != folder:
        return read_pack(str((folder / what).parent)), what.rpartition("/")[2]
    known = dict.fromkeys((*own, *known_packs()))
    raise PackError(f'unknown pack "{name}"\n{did_you_mean(name, known, "all packs: harness packs list")}')


def _choose(pack: Pack, wanted: str, project: Project) -> list[Scenario]:
    known = [s.id for s in pack.scenarios]
    if wanted and wanted not in known:
        hint = did_you_mean(wanted, known, f"scenarios: {', '.join(known)}")
        raise PackError(f'pack "{pack.name}" has no scenario "{wanted}"\n{hint}')
    fields = tuple(name for name in project.samples.columns if name not in project.settings.pilot.slice)
    why = {s.id: usable(s, project.samples, fields) for s in pack.scenarios if wanted in ("", s.id)}
    chosen = [s for s in pack.scenarios if why.get(s.id) == ""]
    if not chosen:
        raise PackError(f'pack "{pack.name}" has nothing for these samples: {next(iter(why.values()))}')
    return chosen


def bases_of(project: Project) -> Bases:
    """The bases of the project's cases, from harness.toml alone; the service is not asked for its protocol."""
    target = project.settings.target
    if not target.protocol and project.samples.kind == "text":
        target = replace(target, protocol="json")
    return Bases(
        seed=project.seed, samples=project.samples, wrapping=wrapping_of(target, project.samples), fonts=project.fonts
    )
