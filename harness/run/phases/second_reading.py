"""Whether a second reader sees what was drawn on the page of a case."""

from harness.core.case import CHANGED_FIELD, Case
from harness.core.errors import SampleError
from harness.generate.bases import Bases, is_made
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.printed.second_reading import reads
from harness.generate.payloads import File
from harness.generate.steps import change_by_plan, value_step


def misread(case: Case, bases: Bases) -> bool:
    """Whether a value was drawn on the pixels of the case, and an OCR does not read it or still reads the old one."""
    if is_made(case.plan.base) or value_step(case.plan) is None:
        return False
    sample = bases.sample(case.plan.base)
    shown = next((one for one in bases.shown(sample) if one.value.field == case.tags.get(CHANGED_FIELD)), None)
    changed = change_by_plan(case.plan, bases.seed, shown) if shown else None
    if changed is None or not changed.changes[0].place.pixels:
        return False
    try:
        pages = decode(File(content=case.content, media_type=case.media_type, filename=case.filename)).pages
    except SampleError:
        return True
    return not all(reads(pages[change.place.page], change) for change in changed.changes)
