"""The inputs of a run besides its settings: the team's samples and fonts, and the packs."""

from collections.abc import Iterable

from harness.core.errors import ConfigError, did_you_mean
from harness.core.sample import Samples
from harness.core.settings import Settings
from harness.generate.packs import Pack, read_pack
from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts
from harness.generate.pages.typesetting.typeset import Fonts
from harness.generate.records.schema.infer import describe_schema
from harness.generate.samples.read_samples import read_samples_of
from harness.run.baseline.results import FONTS, SAMPLES
from harness.run.events import Emit, Noted
from harness.run.setup.requested import check_echoes, check_names, check_request, describe_names
from harness.run.setup.slices import check_columns
from harness.run.setup.strata import describe_missing, missing
from harness.store.files import RunHead


def take_samples(settings: Settings, emit: Emit) -> Samples:
    """The pilot's samples, with messages about them. ConfigError for a rule on a column that they do not have."""
    samples = read_samples_of(settings.pilot)
    for note in samples.notes:
        emit(Noted(about="samples", text=note))
    if samples.schema and (text := describe_schema(samples.schema, len(samples.items))):
        emit(Noted(about="schema", text=text))
    for name in settings.answer.fields:
        if name not in samples.columns:
            hint = did_you_mean(name, samples.columns) or f"  columns: {', '.join(samples.columns)}"
            raise ConfigError(f'answer.fields: the truth has no column "{name}"\n{hint}')
    if text := describe_missing(missing(samples, settings.answer.fields, settings.pilot.slice)):
        emit(Noted(about="samples", text=text))
    check_columns(settings, samples)
    check_names(settings, samples)
    if text := describe_names(samples):
        emit(Noted(about="fields", text=text))
    check_request(settings.target, samples)
    check_echoes(settings, samples)
    return samples


def take_fonts(settings: Settings, samples: Samples, emit: Emit) -> Fonts:
    """The team's own fonts, with messages about them."""
    fonts = read_fonts(settings.pilot.font_dir)
    for note in check_fonts(fonts):
        emit(Noted(about="fonts", text=note))
    if fonts.where and samples.kind != "page":
        emit(Noted(about="fonts", text=f"the samples are {samples.kind}s, so the fonts are not used"))
    return fonts


def material(head: RunHead) -> tuple[Samples, Fonts, list[Pack]]:
    """The samples, fonts and packs of a run as they are now."""
    pilot = head.settings.pilot
    packs = [read_pack(head.packs.get(part.pack, part.pack)) for part in head.settings.mix]
    return read_samples_of(pilot), read_fonts(pilot.font_dir), packs


def digests_of(samples: Samples, fonts: Fonts, packs: Iterable[Pack]) -> dict[str, str]:
    """The digests of the inputs, as in run.json; of fonts only if there are any."""
    own = {FONTS: fonts.digest()} if fonts.digest() else {}
    return {SAMPLES: samples.digest(), **own, **{pack.name: pack.digest for pack in packs}}
