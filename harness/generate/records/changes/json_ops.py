"""JSON as other systems write it, or incomplete JSON: one situation of a frozen table in each case.

The tag `decodes` of a case says what readers make of the body. If every reader finds the same record, the fields are
kept. If no reader accepts it, they are destroyed. In between, both a rejection and a true answer are right.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from harness.core.seed import Stream
from harness.generate.payloads import JSON, File
from harness.generate.records.json_text.situations import drawn_names, write_situation
from harness.generate.registry import Layer, op


@dataclass(frozen=True, slots=True)
class JsonOp:
    """One group of situations of the table as an op `record.json_GROUP`."""

    group: str
    layer: Layer
    summary: str
    source: str


JSON_OPS = (
    JsonOp(
        "number",
        "serialise",
        "Write one number of a JSON body as other languages, spreadsheets and half-built strings do: 012, 1., +7, NaN.",
        "RFC 8259, section 6; the situations of JSONTestSuite in our own words",
    ),
    JsonOp(
        "string",
        "serialise",
        "Write one text of a JSON body incorrectly: lone surrogates, bad escapes, raw controls, bytes beyond UTF-8.",
        "RFC 8259, sections 7 and 8, RFC 3629",
    ),
    JsonOp(
        "key",
        "serialise",
        "Write one name of a JSON body incorrectly: without quotes, empty, twice with another value, as a number.",
        "RFC 8259, section 4",
    ),
    JsonOp(
        "structure",
        "serialise",
        "Break the structure of a JSON body: commas, colons, brackets, comments, words, depth, or the whole body.",
        "RFC 8259, sections 2 to 5 and 9",
    ),
    JsonOp(
        "cut",
        "serialise",
        "Cut off a JSON body after or inside a part of each kind: in a name, after a colon, in an escape, in a number.",
        "RFC 8259",
    ),
    JsonOp(
        "encoding",
        "bytes",
        "Send a JSON body in other bytes than UTF-8: a BOM, UTF-16, EBCDIC, a code page, undeclared compression.",
        "RFC 8259, section 8.1",
    ),
    JsonOp(
        "blank",
        "bytes",
        "Put blanks of all kinds, a second document or words before, after or between the parts of a JSON body.",
        "RFC 8259, section 2",
    ),
)
"""The sources are those of the situations in fixtures/tables/json_situations.tsv."""


def _run(group: str) -> Callable[..., File]:
    """A function that writes a situation of the group. The site is a row of the table; without one it is drawn."""

    def run(file: File, severity: int, draw: Stream, site: str = "") -> File:
        return replace(file, content=write_situation(file.content, group, draw, site))

    return run


for _one in JSON_OPS:
    _function = _run(_one.group)
    _function.__doc__ = f"""{_one.summary}

    severity: binary, 0 or 10. The site is a row of the table; without one it is drawn.
    Source: {_one.source}; fixtures/tables/json_situations.tsv.
    """
    op(
        f"record.json_{_one.group}",
        layer=_one.layer,
        kind="binary",
        effect="destroyed",
        form=JSON,
        sites=partial(drawn_names, _one.group),
    )(_function)
