"""The pages of letters, horizontal or in columns, and of cards copied onto a sheet."""

from PIL import ImageDraw

from harness.generate.pages.locale.locales import text
from harness.generate.pages.made.form_pages import letterhead
from harness.generate.pages.made.frame import Frame
from harness.generate.pages.made.invoice_page import BODY, LEFT, RIGHT
from harness.generate.pages.made.paper_kinds import Paper
from harness.generate.pages.typesetting.sheet import WIDTH

KANJI = "〇一二三四五六七八九"
COLUMN, TOP, BOTTOM = 78, 260, 2050
"""Pixels: distance of two columns, top of the columns, and bottom of the columns that are aligned at the foot."""

CARD = (674, 425)
"""Pixels: 85.6 x 54 mm at 200 dpi (ISO/IEC 7810, ID-1)."""


def set_letter(frame: Frame, paper: Paper) -> None:
    """A letter of a few lines, with a date in the middle of a sentence."""
    if upright(paper):
        _set_columns(frame, paper)
        return
    letterhead(frame, paper, "subject")
    body = frame.style(BODY + 1)
    for i, line in enumerate(text(frame.locale.language, "customer").split("/")):
        frame.start(LEFT, 430 + 40 * i, paper.form.figures.plain(line), body, room=800)
    frame.end(RIGHT, 640, paper.printed("letter_date"), body, name="letter_date")
    frame.start(LEFT, 720, text(frame.locale.language, "salutation"), body, room=RIGHT - LEFT)
    for y, block, name in ((800, "body_date", "appointment_date"), (850, "body_number", "reference")):
        frame.line(LEFT, y, _sentence(frame, paper, block, name), body)
    frame.start(LEFT, 970, text(frame.locale.language, "closing"), body, room=RIGHT - LEFT)
    frame.start(LEFT, 1120, paper.printed("sender"), body, name="sender")


def upright(paper: Paper) -> bool:
    """Whether the letter is set in columns: Japanese letters with dates in words are."""
    return paper.form.figures.locale.language == "ja" and paper.form.figures.long_date


def _sentence(frame: Frame, paper: Paper, block: str, name: str) -> tuple[tuple[str, str], ...]:
    """The sentence in three pieces, with the value in the middle."""
    before, _, rest = text(frame.locale.language, block).partition("{")
    return (before, ""), (paper.printed(name), name), (rest.partition("}")[2], "")


def _set_columns(frame: Frame, paper: Paper) -> None:
    """From the right, column by column: salutation, body, greeting, then date, sender and addressee."""
    style, big = frame.style(38), frame.style(44)
    customer = text("ja", "customer").split("/")
    columns = (
        ((text("ja", "salutation"), "", 0),),
        ((text("ja", "subject"), "", 60),),
        tuple((piece, name, 0) for piece, name in _sentence(frame, paper, "body_date", "appointment_date")),
        tuple((piece, name, 0) for piece, name in _sentence(frame, paper, "body_number", "reference")),
        ((text("ja", "closing"), "", 1500),),
        ((paper.printed("letter_date"), "letter_date", 120),),
        ((paper.printed("sender"), "sender", 1300),),
        ((f"{customer[0]} {text('ja', 'honorific')}", "", 0),),
    )
    for number, column in enumerate(columns):
        y = TOP + column[0][2]
        for piece, name, _ in column:
            line = in_kanji(piece) if name in ("letter_date", "appointment_date") else piece
            if line:
                frame.sheet.column(
                    WIDTH - 220 - 1.4 * COLUMN * number, y, line, big if name == "sender" else style, name=name
                )
                y += len(line) * style.size


def in_kanji(line: str) -> str:
    """A date with its numbers in words, as in columns: 令和七年三月十四日."""
    out, number = "", ""
    for char in f"{line}\0":
        if char.isdigit():
            number += char
            continue
        out += _words(int(number)) + char if number else char
        number = ""
    return out[:-1]


def _words(number: int) -> str:
    """A number below 100."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else KANJI[tens]) + ("十" if tens else "") + (KANJI[ones] if ones or not tens else "")


def set_card(frame: Frame, paper: Paper) -> None:
    """A card of the usual size, copied onto the upper half of a sheet."""
    width, height = CARD
    left, top = (WIDTH - width) // 2, 420
    frame.box(left, top, left + width, top + height, grey=244)
    frame.outline(left, top, left + width, top + height, grey=90)
    frame.box(left + 2, top + 2, left + width - 2, top + 74, grey=205)
    frame.start(left + 22, top + 48, paper.vendor.name, frame.style(26, bold=True), room=width - 300)
    frame.end(left + width - 22, top + 46, text(frame.locale.language, "title_card"), frame.style(20), room=230)
    _portrait(frame, left + 26, top + 104)
    for i, (label, name) in enumerate(
        (("name", "name"), ("card_number", "card_number"), ("birth", "birth_date"), ("valid", "valid_until"))
    ):
        y = top + 118 + 78 * i
        frame.start(left + 250, y, text(frame.locale.language, label), frame.style(15, grey=70), room=390)
        if paper.form.second:
            frame.end(left + width - 20, y, text(paper.form.second, label), frame.style(13, grey=110))
        frame.start(left + 250, y + 34, paper.printed(name), frame.style(25), name=name, room=390)


def _portrait(frame: Frame, x: int, y: int) -> None:
    """The outline of an unknown person's head and shoulders."""
    frame.box(x, y, x + 190, y + 250, grey=222)
    left = WIDTH - x - 190 if frame.locale.backwards else x
    pen = ImageDraw.Draw(frame.sheet.image)
    pen.ellipse((left + 55, y + 45, left + 135, y + 145), fill=150)
    pen.pieslice((left + 15, y + 155, left + 175, y + 345), 180, 360, fill=150)
