"""A sheet in reading direction: what is on the left in Polish is on the right in Hebrew."""

from dataclasses import dataclass, field, replace

from harness.generate.pages.locale.locales import Locale, text
from harness.generate.pages.typesetting.sheet import WIDTH, Sheet, Style
from harness.generate.pages.typesetting.type import SMALLEST

SECOND, BELOW = 18, 28
"""Type size of a label in the second language, and its vertical offset below the first, in pixels."""


@dataclass(slots=True)
class Frame:
    """A page under construction. Positions count from the side where reading begins."""

    locale: Locale
    sheet: Sheet = field(default_factory=Sheet)

    def style(self, size: int, *, bold: bool = False, grey: int = 0) -> Style:
        """A style in the paper's language."""
        return Style(size=size, bold=bold, grey=grey, language=self.locale.language)

    def start(self, x: int, y: int, line: str, style: Style, *, name: str = "", room: int = 0) -> None:
        """Set a line that begins at x, in a smaller size if it would take more than `room` pixels."""
        style = self._fitting(line, style, room)
        self.sheet.text(self._x(x), y, line, style, name=name, right=self.locale.backwards)

    def end(self, x: int, y: int, line: str, style: Style, *, name: str = "", room: int = 0) -> None:
        """Set a line that ends at x."""
        style = self._fitting(line, style, room)
        self.sheet.text(self._x(x), y, line, style, name=name, right=not self.locale.backwards)

    def line(self, x: int, y: int, pieces: tuple[tuple[str, str], ...], style: Style) -> None:
        """Set pieces of one line after each other, each with the name of its field ("" for none)."""
        at = float(x)
        for piece, name in pieces:
            if piece:
                self.start(round(at), y, piece, style, name=name)
                at += self.sheet.wide(piece, style)

    def label(
        self, x: int, y: int, block: str, style: Style, *, room: int, second: str = "", ends: bool = False
    ) -> None:
        """Set a label of the tables, with the label of the second language small below it, if there is one."""
        place = self.end if ends else self.start
        place(x, y, text(self.locale.language, block), style, room=room)
        if second:
            place(x, y + BELOW, text(second, block), self.style(SECOND, grey=80), room=room)

    def rule(self, x0: int, y: int, x1: int, *, thick: int = 2, grey: int = 0) -> None:
        """A horizontal line from x0 to x1."""
        self.box(x0, y, x1, y + thick, grey=grey)

    def box(self, x0: int, y0: int, x1: int, y1: int, *, grey: int) -> None:
        """A filled rectangle."""
        left, right = sorted((self._x(x0), self._x(x1)))
        self.sheet.box(left, y0, right, y1, grey=grey)

    def outline(self, x0: int, y0: int, x1: int, y1: int, *, grey: int = 0, thick: int = 2) -> None:
        """An empty rectangle for an answer in a form."""
        for y in (y0, y1 - thick):
            self.rule(x0, y, x1, thick=thick, grey=grey)
        for x in (x0, x1 - thick):
            self.box(x, y0, x + thick, y1, grey=grey)

    def _x(self, x: int) -> int:
        return WIDTH - x if self.locale.backwards else x

    def _fitting(self, line: str, style: Style, room: int) -> Style:
        while room and style.size > SMALLEST and self.sheet.wide(line, style) > room:
            style = replace(style, size=style.size - 1)
        return style
