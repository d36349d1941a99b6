"""The inputs of a run besides its settings: the team's samples and fonts, and the packs."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from harness.core.errors import ConfigError, did_you_mean
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.sample import Printed, Samples
from harness.core.settings import Pilot, Settings
from harness.generate.bases import meanings_of
from harness.generate.pages.printed.boxes_file import read_boxes
from harness.generate.pages.printed.locate import Located
from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts
from harness.generate.pages.typesetting.typeset import Fonts
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import PILOT, Pack, read_pack
from harness.generate.records.schema.infer import describe_schema
from harness.generate.samples.matched_fields import usual_names
from harness.generate.samples.read_samples import read_samples_of
from harness.run.baseline.results import FONTS, SAMPLES
from harness.run.events import Emit, Noted, emit_nothing
from harness.run.ocr.locating import MAX_READ, located
from harness.run.ocr.tesseract import TESSERACT, installed
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


def find_values(
    settings: Settings, samples: Samples, emit: Emit, known: Mapping[str, tuple[Printed, ...]] | None = None
) -> Located:
    """The samples with the places of their values, if a pack of the mix changes values.

    known: the places that a resumed run has found.
    """
    if known is not None:
        items = tuple(replace(item, printed=known.get(item.key, ())) for item in samples.items)
        return Located(samples=replace(samples, items=items))
    packs = [read_pack(part.pack) for part in settings.mix] or [*map(read_pack, (PILOT, *shipped_packs()))]
    if text := _describe_reading(samples, settings.pilot, packs):
        emit(Noted(about="values", text=text))
    found = locate_values(samples, settings.pilot, packs)
    if text := describe_located(found):
        emit(Noted(about="values", text=text))
    return found


def _describe_reading(samples: Samples, pilot: Pilot, packs: Iterable[Pack]) -> str:
    """That the OCR reads samples now, which takes a while; "" if it reads none."""
    images = sum(item.media_type != "application/pdf" for item in samples.items if samples.kind == "page")
    if not images or pilot.boxes or not _changes_values(packs) or not _may_read(pilot):
        return ""
    return f'Tesseract reads {min(images, MAX_READ)} samples first, about a second each ([pilot] ocr = "off" skips it)'


def locate_values(samples: Samples, pilot: Pilot, packs: Iterable[Pack]) -> Located:
    """The same without messages. ConfigError if the OCR that the settings name is not installed."""
    if samples.kind != "page" or not _changes_values(packs):
        return Located(samples=samples)
    if pilot.ocr == TESSERACT and not installed():
        raise ConfigError('[pilot] ocr = "tesseract": it is not installed\n  install it, or remove the line')
    given = read_boxes(pilot.boxes, samples) if pilot.boxes else {}
    labels = {column: usual_names(field) for column, field in meanings_of(samples).items()}
    return located(samples, given, labels, ocr=_may_read(pilot))


def _changes_values(packs: Iterable[Pack]) -> bool:
    return any(one.op.layer == "value" for pack in packs for scenario in pack.scenarios for one in scenario.ops)


def _may_read(pilot: Pilot) -> bool:
    """Whether an OCR is installed and allowed."""
    return pilot.ocr != "off" and installed()


def describe_located(found: Located) -> str:
    """How many values were found, and how; "" if none was looked for."""
    wanted = sum(1 for item in found.samples.items for value in item.truth.values() if value not in ("", None))
    shown = sum(len({one.field for one in item.printed}) for item in found.samples.items)
    if not shown and not found.missing:
        return ""
    how = f"; Tesseract read {found.read} of {len(found.samples.items)} samples" if found.read else ""
    return f"{shown} of {wanted} values of the truth were found on the pages, so that they can be replaced{how}"


def values_left_out(missing: Mapping[str, Mapping[str, str]], unread: Collection[str]) -> tuple[Finding, ...]:
    """The samples on which values could not be replaced, with how many values for each reason."""
    causes = Counter(why for reasons in missing.values() for why in reasons.values())
    if unread:
        causes["an OCR does not read what was drawn"] = len(unread)
    names = tuple(sorted({*missing, *unread}))
    return (Finding(kind=FindingKind.VALUES_LEFT_OUT, names=names, causes=dict(causes)),) if names else ()


def material(head: RunHead) -> tuple[Samples, Fonts, list[Pack]]:
    """The samples, fonts and packs of a run as they are now."""
    pilot = head.settings.pilot
    packs = [read_pack(head.packs.get(part.pack, part.pack)) for part in head.settings.mix]
    samples = find_values(head.settings, read_samples_of(pilot), emit_nothing, head.printed).samples
    return samples, read_fonts(pilot.font_dir), packs


def digests_of(samples: Samples, fonts: Fonts, packs: Iterable[Pack]) -> dict[str, str]:
    """The digests of the inputs, as in run.json; of fonts only if there are any."""
    own = {FONTS: fonts.digest()} if fonts.digest() else {}
    return {SAMPLES: samples.digest(), **own, **{pack.name: pack.digest for pack in packs}}
