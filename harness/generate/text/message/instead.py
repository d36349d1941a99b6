"""Texts without an answerable request: other topics, texts of one word, automatic messages."""

from base64 import b64encode
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.message.around import spoken
from harness.generate.text.rows import Row, rows
from harness.generate.text.sites import has_prose

TABLE = "instead"


@op("text.out_of_scope", layer="field", kind="binary", effect="destroyed")
def out_of_scope(text: str, severity: int, draw: Stream) -> str:
    """Send another text instead, on a topic outside business: recipes, homework, advertisements.

    In the language that the letters of the text suggest: English, German, French or Spanish, else English.
    severity: binary, 0 or 10.
    Source: our own, table fixtures/tables/instead.tsv.
    """
    return _instead(text, draw, "out_of_scope")


@op("text.vague", layer="field", kind="binary", effect="destroyed")
def vague(text: str, severity: int, draw: Stream) -> str:
    """Send another text instead that does not name its topic: the same as last time, see attachment, help.

    severity: binary, 0 or 10.
    Source: our own, table fixtures/tables/instead.tsv.
    """
    return _instead(text, draw, "vague")


@op("text.test_input", layer="field", kind="binary", effect="destroyed")
def test_input(text: str, severity: int, draw: Stream) -> str:
    """Send a text that only tests the service: asdf, a joke, one letter, ASCII art.

    severity: binary, 0 or 10.
    Source: our own, table fixtures/tables/instead.tsv.
    """
    return _instead(text, draw, "test_input")


@op("text.auto_reply", layer="field", kind="binary", effect="destroyed")
def auto_reply(text: str, severity: int, draw: Stream) -> str:
    """Send an automatic message: out of office, mail not delivered, thanks for a rating, an empty reminder.

    severity: binary, 0 or 10.
    Source: our own; RFC 3834 and RFC 3464 describe such mails; table fixtures/tables/instead.tsv.
    """
    return _instead(text, draw, "auto_reply")


@op("text.undecoded", layer="field", kind="binary", effect="destroyed")
def undecoded(text: str, severity: int, draw: Stream) -> str:
    """Send the text undecoded, as Base64, UTF-7, UTF-16 or EBCDIC.

    Only a machine could read it, so no answer is required. A true answer is right.
    severity: binary, 0 or 10.
    Source: RFC 2045 6.8, RFC 2152, IBM code page 500; our own.
    """
    if not has_prose(text):
        return text
    known = rows(TABLE, "undecoded")
    first = draw.below(len(known))
    written = (_undecoded(text, row) for row in (*known[first:], *known[:first]))
    return next(one for one in written if one != text)


def _undecoded(text: str, row: Row) -> str:
    name, shown = row.cells
    if name == "base64":
        return b64encode(text.encode("utf-8", "surrogatepass")).decode()
    return text.encode(name, "replace").decode(shown, "replace")


def _instead(text: str, draw: Stream, kind: str) -> str:
    return draw.choice(_of(kind, spoken(text))) if has_prose(text) else text


@lru_cache(maxsize=64)
def _of(kind: str, language: str) -> tuple[str, ...]:
    return tuple(row.cells[1] for row in rows(TABLE, kind) if row.cells[0] in (language, "any"))
