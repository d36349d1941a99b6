"""Whether a second reader sees what was drawn on the page of a case."""

from harness.core.case import Case
from harness.core.errors import SampleError
from harness.generate.bases import Bases
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.printed.second_reading import reads
from harness.generate.payloads import File
from harness.generate.value_changes import changes_of


def misread(case: Case, bases: Bases) -> bool:
    """Whether a value was drawn on the pixels of the case, and an OCR does not read it or still reads the old one."""
    drawn = [change for change in changes_of(case, bases) if change.place.pixels]
    if not drawn:
        return False
    try:
        pages = decode(File(content=case.content, media_type=case.media_type, filename=case.filename)).pages
    except SampleError:
        return True
    return not all(reads(pages[change.place.page], change) for change in drawn)
