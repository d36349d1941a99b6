"""What mail programs, forms and consoles add to the request: older mail, signatures, logs, default text, people."""

from collections.abc import Iterator
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.message.around import spoken
from harness.generate.text.preamble import small_talk
from harness.generate.text.rows import rows
from harness.generate.text.sites import has_prose

TABLE = "blocks"
LINES_OF_A_MAIL = 3


@op("text.reply_chain", layer="field", kind="graded")
def reply_chain(text: str, severity: int, draw: Stream) -> str:
    """Put a chain of older mails below the request, newest on top.

    Older mails are small talk between invented people, marked by `>`, one more for each level, or by a header block.
    severity: 1 to 10 older mails of three lines each.
    Source: our own; the reply parsers of GitHub and Zulip know both forms; lines of fixtures/tables/small_talk.tsv,
    people of fixtures/tables/blocks.tsv; our own range.
    """
    if not has_prose(text):
        return text
    write = _with_headers if draw.below(2) else _with_marks
    return "\n".join((text, "", *(line for depth in range(1, severity + 1) for line in write(text, depth, draw))))


def _with_marks(text: str, depth: int, draw: Stream) -> Iterator[str]:
    mark = ">" * depth + " "
    yield f"{mark[1:]}{draw.choice(small_talk(spoken(text), 'wrote'))}"
    yield from (f"{mark}{line}" for line in _older(text, draw))


def _with_headers(text: str, depth: int, draw: Stream) -> Iterator[str]:
    above = draw.choice(_of("chain_head", spoken(text)))
    yield from above.format(person=draw.choice(_of("person", "any")), day=draw.between(1, 28)).split("\n")
    yield from _older(text, draw)
    yield ""


def _older(text: str, draw: Stream) -> Iterator[str]:
    lines = small_talk(spoken(text), "line")
    return (draw.choice(lines) for _ in range(LINES_OF_A_MAIL))


@op("text.signature", layer="field", kind="graded")
def signature(text: str, severity: int, draw: Stream) -> str:
    """Put a signature and disclaimers below the request that are longer than the rest.

    severity: 1 to 10 paragraphs of disclaimer, 100 to 250 characters each, in the text's language and in English.
    Source: our own; disclaimers as companies add them, table fixtures/tables/blocks.tsv; our own range.
    """
    if not has_prose(text):
        return text
    person, head = draw.choice(_of("person", "any")), draw.choice(_of("signature", spoken(text)))
    known = dict.fromkeys((*_of("disclaimer", spoken(text)), *_of("disclaimer", "en"), *_of("disclaimer", "de")))
    below = tuple(known)[:severity]
    return "\n\n".join((text, f"-- \n{head.format(person=person)}", *below))


@op("text.pasted", layer="field", kind="graded")
def pasted(text: str, severity: int, draw: Stream) -> str:
    """Paste lines of a log, a stack trace or a table before or after the request.

    One of the three per text. Numbers and times are drawn.
    severity: 4 to 40 lines in ten even steps.
    Source: our own; what users paste into tickets, table fixtures/tables/blocks.tsv; our own range.
    """
    if not has_prose(text):
        return text
    kind, before = draw.choice(("log", "trace", "table")), draw.below(2)
    known, first = _of(kind, "any"), draw.between(100, 999)
    lines = [known[k % len(known)].format(n=first + 7 * k, s=k % 60) for k in range(4 * severity)]
    block = "\n".join(lines)
    return f"{block}\n\n{text}" if before else f"{text}\n\n{block}"


@op("text.form", layer="field", kind="graded")
def form(text: str, severity: int, draw: Stream) -> str:
    """Send the request in a form whose other fields still hold their default text.

    severity: 2 to 20 fields around the request, in ten even steps.
    Source: our own; placeholders of common contact forms, table fixtures/tables/blocks.tsv; our own range.
    """
    if not has_prose(text):
        return text
    known, first = _of("form", spoken(text)), draw.below(100)
    fields = [known[(first + k) % len(known)] for k in range(2 * severity)]
    above = fields[: draw.below(3)]
    return "\n".join((*above, _of("form_message", spoken(text))[0], text, *fields[len(above) :]))


@op("text.personal_data", layer="field", kind="graded")
def personal_data(text: str, severity: int, draw: Stream) -> str:
    """Put personal data of other people after the request: phone, birthday, account, card, illness. All invented.

    Card and account numbers are the public test numbers of their schemes.
    severity: 1 to 10 lines, those of a lower severity first.
    Source: our own; filters that reject or mask such texts, table fixtures/tables/blocks.tsv; our own range.
    """
    if not has_prose(text):
        return text
    known, first = _of("personal", "any"), draw.below(100)
    lines = [known[(first + k) % len(known)].format(person=draw.choice(_of("person", "any"))) for k in range(severity)]
    return "\n".join((text, "", *lines))


@lru_cache(maxsize=64)
def _of(kind: str, language: str) -> tuple[str, ...]:
    return tuple(row.cells[1] for row in rows(TABLE, kind) if row.cells[0] == language)
