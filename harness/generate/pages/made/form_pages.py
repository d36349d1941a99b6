"""The pages of claim forms and delivery notes."""

from harness.generate.pages.locale.locales import text
from harness.generate.pages.made.frame import Frame
from harness.generate.pages.made.invoice_page import BODY, HEAD, LEFT, RIGHT, SMALL, address
from harness.generate.pages.made.paper_kinds import Paper
from harness.generate.pages.typesetting.sheet import HEIGHT

CELL, GUTTER = 112, 24
"""Height of a box on a form and gap between two boxes, in pixels."""

MIDDLE = (LEFT + RIGHT) // 2


def set_claim(frame: Frame, paper: Paper) -> None:
    """A form with a box for every answer, small labels inside, and room for a description."""
    heading(frame, paper, "title_claim")
    rows = (
        (("policy", "policy_number"), ("loss_date", "loss_date")),
        (("claimant", "claimant"), ("birth", "birth_date")),
        (("place", "place"), ("amount_claimed", "amount")),
    )
    for i, row in enumerate(rows):
        for j, (label, name) in enumerate(row):
            left = LEFT if j == 0 else MIDDLE + GUTTER // 2
            right = MIDDLE - GUTTER // 2 if j == 0 else RIGHT
            _cell(frame, (left, 430 + (CELL + GUTTER) * i, right), label, paper, name)
    top = 430 + (CELL + GUTTER) * len(rows)
    frame.outline(LEFT, top, RIGHT, top + 420, grey=110)
    frame.label(LEFT + 14, top + 34, "what_happened", frame.style(SMALL, grey=60), room=600, second=paper.form.second)
    frame.start(LEFT + 24, top + 120, paper.event, frame.style(BODY + 2), room=RIGHT - LEFT - 48)
    frame.rule(LEFT, top + 640, LEFT + 520, thick=2, grey=60)
    signature = frame.style(SMALL, grey=60)
    frame.label(LEFT, top + 670, "signature", signature, room=500, second=paper.form.second)


def _cell(frame: Frame, place: tuple[int, int, int], label: str, paper: Paper, name: str) -> None:
    left, top, right = place
    frame.outline(left, top, right, top + CELL, grey=110)
    frame.label(left + 14, top + 30, label, frame.style(SMALL - 1, grey=60), room=right - left - 28)
    if paper.form.second:
        frame.end(right - 14, top + 30, text(paper.form.second, label), frame.style(15, grey=90), room=260)
    frame.start(left + 24, top + 88, paper.printed(name), frame.style(BODY + 2), name=name, room=right - left - 48)


def set_delivery(frame: Frame, paper: Paper) -> None:
    """Numbers on one side, goods without prices below, a line for a signature."""
    letterhead(frame, paper, "title_delivery")
    customer = text(frame.locale.language, "customer").split("/")
    frame.label(LEFT, 440, "ship_to", frame.style(BODY, bold=True), room=620)
    for i, line in enumerate(customer):
        frame.start(LEFT, 482 + 38 * i, paper.form.figures.plain(line), frame.style(BODY), room=620)
    labels = ("delivery_number", "delivery_date", "order", "packages", "weight")
    pitch = 76 if paper.form.second else 56
    for i, (label, (name, value)) in enumerate(zip(labels, paper.values, strict=True)):
        y = 440 + pitch * i
        frame.label(860, y, label, frame.style(BODY, bold=True), room=330, second=paper.form.second)
        frame.end(RIGHT, y, value.printed, frame.style(BODY), name=name, room=310)
        frame.rule(860, y + pitch - 38, RIGHT, thick=1, grey=190)
    _signed(frame, paper, _goods(frame, paper, 900))


def _goods(frame: Frame, paper: Paper, top: int) -> int:
    """The delivered goods; returns the y below them."""
    second, bold = paper.form.second, frame.style(BODY, bold=True)
    frame.rule(LEFT, top - 42, RIGHT, thick=2)
    frame.label(LEFT + 12, top, "description", bold, room=800, second=second)
    frame.label(RIGHT - 12, top, "quantity", bold, room=300, second=second, ends=True)
    frame.rule(LEFT, top + (42 if second else 20), RIGHT, thick=2)
    for i, item in enumerate(paper.items):
        y = top + 86 + 54 * i
        frame.start(LEFT + 12, y, item.description, frame.style(BODY), room=1000)
        frame.end(RIGHT - 12, y, paper.form.figures.plain(str(item.quantity)), frame.style(BODY))
        frame.rule(LEFT, y + 16, RIGHT, thick=1, grey=205)
    return top + 86 + 54 * len(paper.items)


def _signed(frame: Frame, paper: Paper, top: int) -> None:
    frame.start(LEFT, top + 60, text(frame.locale.language, "delivery_note"), frame.style(BODY), room=RIGHT - LEFT)
    frame.rule(LEFT, HEIGHT - 260, LEFT + 560, thick=2, grey=60)
    frame.label(LEFT, HEIGHT - 228, "received", frame.style(SMALL, grey=40), room=560, second=paper.form.second)


def letterhead(frame: Frame, paper: Paper, title: str) -> None:
    """The sender of the paper, and its title or subject."""
    vendor, small = paper.vendor, frame.style(SMALL + 1, grey=40)
    frame.start(LEFT, 150, vendor.name, frame.style(HEAD - 6, bold=True), room=RIGHT - LEFT)
    frame.start(LEFT, 198, address(vendor.street, vendor.city, vendor.language), small, room=900)
    frame.rule(LEFT, 226, RIGHT, thick=2, grey=90)
    heading(frame, paper, title)


def heading(frame: Frame, paper: Paper, title: str) -> None:
    """The title of the paper."""
    frame.start(LEFT, 320, text(frame.locale.language, title), frame.style(HEAD, bold=True), room=1000)
    if paper.form.second:
        frame.end(RIGHT, 320, text(paper.form.second, title), frame.style(26, grey=90))
