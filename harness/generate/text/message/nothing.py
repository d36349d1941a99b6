"""Texts without content that a service could answer."""

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
"""Emoji without any relation to mail, money or goods."""

BLANKS = " \t\n\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}\n "


@op("text.empty", layer="field", kind="binary", effect="destroyed")
def empty(text: str, severity: int, draw: Stream) -> str:
    """Send no text at all, as a form that was submitted too early does.

    severity: binary, 0 or 10.
    Source: our own; the most common broken text.
    """
    return ""


@op("text.blanks", layer="field", kind="binary", effect="destroyed")
def blanks(text: str, severity: int, draw: Stream) -> str:
    """Send a text of blanks, tabs and line ends only, among them two blanks that are not ASCII.

    severity: binary, 0 or 10.
    Source: Unicode category Zs; such a text passes a check for the empty string.
    """
    return BLANKS


@op("text.emoji_only", layer="field", kind="binary", effect="destroyed")
def emoji_only(text: str, severity: int, draw: Stream) -> str:
    """Send only three to six emoji, as people do on a phone.

    severity: binary, 0 or 10.
    Source: Unicode TR51; none of them names a topic.
    """
    return "".join(draw.choice(EMOJI) for _ in range(draw.between(3, 6)))


@op("text.digits_only", layer="field", kind="binary", effect="destroyed")
def digits_only(text: str, severity: int, draw: Stream) -> str:
    """Send only a row of ten digits, as an answer to a question for a number.

    severity: binary, 0 or 10.
    Source: our own; a number without words names no topic.
    """
    return "".join(str(draw.below(10)) for _ in range(10))


@op("text.foreign_script", layer="field", kind="binary", effect="destroyed", sited=True)
def foreign_script(text: str, severity: int, draw: Stream, site: str = "") -> str:
    """Send a sentence without a topic in a script that the text does not use.

    The site names the script; without one it is drawn.
    severity: binary, 0 or 10.
    Source: Universal Declaration of Human Rights, article 1, table fixtures/tables/foreign_scripts.tsv.
    """
    return _sentences()[site or draw.choice(foreign_to((text,)))]


def foreign_to(texts: Iterable[str]) -> tuple[str, ...]:
    """The scripts of the table that the texts do not use; all of them if there is none."""
    used = {unicodedata.name(char, "").partition(" ")[0].casefold() for char in set().union(*texts)}
    return tuple(script for script in _sentences() if script not in used) or tuple(_sentences())


@lru_cache(maxsize=1)
def _sentences() -> dict[str, str]:
    path = shipped("fixtures") / "tables" / "foreign_scripts.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return {script: sentence for script, _, sentence in (line.partition("\t") for line in lines)}
