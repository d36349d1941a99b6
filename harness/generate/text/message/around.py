"""What people write besides their request: other topics, moods, courtesies, second questions. The request stays."""

from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import OpRow, Run, op, op_table
from harness.generate.text.preamble import language_of
from harness.generate.text.rows import rows
from harness.generate.text.sites import has_prose, kept

TABLE = "around"
LANGUAGES = ("en", "de", "fr", "es")


@op("text.emoji_around", layer="field", kind="graded")
def emoji_around(text: str, severity: int, draw: Stream) -> str:
    """Put emoji before and after the text: families, flags, skin tones, keycaps, and sequences broken in the middle.

    severity: 2 to 20 emoji in ten even steps.
    Source: Unicode TR51, table fixtures/tables/around.tsv; our own range.
    """
    if not has_prose(text):
        return text
    all_of_them = _sentences("emoji", "any")
    drawn = [draw.choice(all_of_them) for _ in range(2 * severity)]
    return f"{''.join(drawn[::2])} {text} {''.join(drawn[1::2])}"


def _beside(text: str, severity: int, draw: Stream, kind: str, *, behind: bool = False) -> str:
    """So many sentences of a kind before or after the text, in the language that its letters suggest."""
    if not has_prose(text):
        return text
    known, before = _sentences(kind, spoken(text)), bool(draw.below(2)) and not behind
    first = draw.below(len(known))
    fillers = " ".join((*known[first:], *known[:first])[:severity])
    return f"{fillers}\n\n{text}" if before else f"{text}\n\n{fillers}"


@kept(most=512)
def spoken(text: str) -> str:
    """English, German, French or Spanish as the letters suggest, and English for every other language."""
    language = "en" if text.isascii() else language_of(text)
    return language if language in LANGUAGES else "en"


@lru_cache(maxsize=64)
def _sentences(kind: str, language: str) -> tuple[str, ...]:
    return tuple(row.cells[1] for row in rows(TABLE, kind) if row.cells[0] == language)


def _adding(kind: str, *, behind: bool = False) -> Run:
    return lambda text, severity, draw: _beside(text, severity, draw, kind, behind=behind)


FROM = "table fixtures/tables/around.tsv; our own range."

op_table(
    layer="field",
    kind="graded",
    scale="1 to 10 sentences, those of a lower severity first.",
    rows=(
        OpRow(
            name="text.unrelated",
            summary="Put sentences about something else before or after the request: lunch, the garden, a match.",
            source=f"our own; no sentence names a topic by which mail is sorted; {FROM}",
            run=_adding("unrelated"),
        ),
        OpRow(
            name="text.angry",
            summary="Put anger, insult and sarcasm before or after the request.",
            source=f"our own; services that sort by mood, and filters that reject rude texts; {FROM}",
            run=_adding("angry"),
        ),
        OpRow(
            name="text.urgent",
            summary="Put urgency and pressure before or after the request.",
            source=f"our own; {FROM}",
            run=_adding("urgent"),
        ),
        OpRow(
            name="text.polite",
            summary="Put courtesies and apologies before or after the request, longer than the request itself.",
            source=f"our own; {FROM}",
            run=_adding("polite"),
        ),
        # The request comes first, and the truth is about the request.
        OpRow(
            name="text.second_question",
            summary=(
                "Add a second question after the request that the service cannot answer: the way to the "
                "museum, the time of day."
            ),
            scale="1 to 10 such questions, those of a lower severity first.",
            source=f"our own; {FROM}",
            run=_adding("question", behind=True),
        ),
        # A person would ask back, so no answer is required.
        OpRow(
            name="text.contradicted",
            effect="destroyed",
            summary="Withdraw the request after it, partly or vaguely.",
            scale="1 to 10 such sentences, those of a lower severity first.",
            source=f"our own; {FROM}",
            run=_adding("contradiction", behind=True),
        ),
    ),
)
