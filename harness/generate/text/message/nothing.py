"""Texts in which nothing is said that a service could answer."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from harness.core.loading.shipped import shipped
from harness.core.seed import Stream
from harness.generate.registry import op

EMOJI = (
    "\N{THUMBS UP SIGN}",
    "\N{SMILING FACE WITH OPEN MOUTH}",
    "\N{PARTY POPPER}",
    "\N{FIRE}",
    "\N{CLAPPING HANDS SIGN}",
)
"""None that has to do with mail, money or goods."""

BLANKS = " \t\n\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}\n "


@op("text.empty", layer="field", kind="switch", effect="destroyed")
def empty(text: str, severity: int, draw: Stream) -> str:
    """Send no text at all, as a form does that was sent off too early.

    severity: a switch, 10 alone.
    Source: our own; the commonest broken text there is.
    """
    return ""


@op("text.blanks", layer="field", kind="switch", effect="destroyed")
def blanks(text: str, severity: int, draw: Stream) -> str:
    """Send a text of blanks, tabs and line ends only, among them two blanks that are no ASCII.

    severity: a switch, 10 alone.
    Source: Unicode category Zs; a check for the empty string lets it through.
    """
    return BLANKS


@op("text.emoji_only", layer="field", kind="switch", effect="destroyed")
def emoji_only(text: str, severity: int, draw: Stream) -> str:
    """Send three to six emoji and nothing else, as an answer on a telephone often is.

    severity: a switch, 10 alone.
    Source: Unicode TR51; none of them names a matter.
    """
    return "".join(draw.choice(EMOJI) for _ in range(draw.between(3, 6)))


@op("text.digits_only", layer="field", kind="switch", effect="destroyed")
def digits_only(text: str, severity: int, draw: Stream) -> str:
    """Send a row of ten digits and nothing else, as who was asked for a number does.

    severity: a switch, 10 alone.
    Source: our own; a number without a word says nothing of the matter.
    """
    return "".join(str(draw.below(10)) for _ in range(10))


@op("text.foreign_script", layer="field", kind="switch", effect="destroyed", sited=True)
def foreign_script(text: str, severity: int, draw: Stream, site: str = "") -> str:
    """Send a sentence in a script that the text does not have, which says nothing of the matter.

    The site names the script; without one it is drawn.
    severity: a switch, 10 alone.
    Source: Universal Declaration of Human Rights, article 1, table fixtures/tables/foreign_scripts.tsv.
    """
    return _sentences()[site or draw.choice(foreign_to((text,)))]


def foreign_to(texts: Iterable[str]) -> tuple[str, ...]:
    """The scripts of the table of which no letter stands in the texts; all of them where there is none."""
    used = {unicodedata.name(char, "").partition(" ")[0].casefold() for char in set().union(*texts)}
    return tuple(script for script in _sentences() if script not in used) or tuple(_sentences())


@lru_cache(maxsize=1)
def _sentences() -> dict[str, str]:
    path = shipped("fixtures") / "tables" / "foreign_scripts.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return {script: sentence for script, _, sentence in (line.partition("\t") for line in lines)}
