"""Texts without an answerable request: other topics, texts of one word, automatic messages."""

from base64 import b64encode
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import OpRow, Run, op, op_table
from harness.generate.text.message.around import spoken
from harness.generate.text.rows import Row, rows
from harness.generate.text.sites import has_prose

TABLE = "instead"


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


def _replacing(kind: str) -> Run:
    return lambda text, severity, draw: _instead(text, draw, kind)


FROM = "table fixtures/tables/instead.tsv."

op_table(
    layer="field",
    kind="binary",
    scale="binary, 0 or 10.",
    rows=(
        # In the language that the letters of the text suggest: English, German, French or Spanish, else English.
        OpRow(
            name="text.out_of_scope",
            effect="destroyed",
            summary="Send another text instead, on a topic outside business: recipes, homework, advertisements.",
            source=f"our own, {FROM}",
            run=_replacing("out_of_scope"),
        ),
        OpRow(
            name="text.vague",
            effect="destroyed",
            summary=(
                "Send another text instead that does not name its topic: the same as last time, see attachment, help."
            ),
            source=f"our own, {FROM}",
            run=_replacing("vague"),
        ),
        OpRow(
            name="text.test_input",
            effect="destroyed",
            summary="Send a text that only tests the service: asdf, a joke, one letter, ASCII art.",
            source=f"our own, {FROM}",
            run=_replacing("test_input"),
        ),
        OpRow(
            name="text.auto_reply",
            effect="destroyed",
            summary=(
                "Send an automatic message: out of office, mail not delivered, thanks for a rating, an empty reminder."
            ),
            source=f"our own; RFC 3834 and RFC 3464 describe such mails; {FROM}",
            run=_replacing("auto_reply"),
        ),
    ),
)
