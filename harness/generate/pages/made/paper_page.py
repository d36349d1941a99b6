"""The page of a paper."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.generate.pages.made.form_pages import set_claim, set_delivery
from harness.generate.pages.made.frame import Frame
from harness.generate.pages.made.letter_pages import set_card, set_letter
from harness.generate.pages.made.paper_kinds import Paper, PaperKind
from harness.generate.pages.typesetting.sheet import Sheet
from harness.generate.pages.typesetting.type import BUNDLED, Typeface
from harness.generate.payloads import Page

_SET: Mapping[PaperKind, Callable[[Frame, Paper], None]] = MappingProxyType(
    {"claims": set_claim, "delivery_notes": set_delivery, "letters": set_letter, "cards": set_card}
)


def render_paper(paper: Paper, typeface: Typeface = BUNDLED) -> Page:
    """The paper as a grey page of 1654 x 2339 pixels at 200 dpi; the same pixels for the same paper."""
    frame = Frame(paper.form.figures.locale, Sheet(typeface))
    _SET[paper.kind](frame, paper)
    return frame.sheet.page()
