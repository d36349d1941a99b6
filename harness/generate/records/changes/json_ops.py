"""JSON as other systems write it, or leave it half written: one situation of a frozen table in each case.

The case's tag `decodes` says what comes of it: where every reader finds the same record the fields are kept, where no
reader takes it they are gone, and between the two both a refusal and a true answer are fair.
"""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.payloads import JSON, File
from harness.generate.records.json_text.situations import drawn_names, write_situation
from harness.generate.registry import op


@op(
    "record.json_number",
    layer="serialise",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("number"),
)
def json_number(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Write one number of a JSON body as other languages, spreadsheets and half-built strings do: 012, 1., +7, NaN.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259, section 6; the situations of JSONTestSuite in our own words: fixtures/tables/json_situations.tsv.
    """
    return _with(file, "number", draw, site)


@op(
    "record.json_string",
    layer="serialise",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("string"),
)
def json_string(file: File, severity: int, draw: Stream, site: str = "") -> File:
    r"""Write one text of a JSON body otherwise: halves of pairs, bad escapes, raw controls, bytes that are no UTF-8.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259, sections 7 and 8, RFC 3629; fixtures/tables/json_situations.tsv.
    """
    return _with(file, "string", draw, site)


@op(
    "record.json_key",
    layer="serialise",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("key"),
)
def json_key(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Write one name of a JSON body otherwise: without quotes, empty, twice with another value, as a number.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259, section 4; fixtures/tables/json_situations.tsv.
    """
    return _with(file, "key", draw, site)


@op(
    "record.json_structure",
    layer="serialise",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("structure"),
)
def json_structure(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Break what holds a JSON body together: commas, colons, brackets, comments, words, depth, or the whole of it.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259, sections 2 to 5 and 9; fixtures/tables/json_situations.tsv.
    """
    return _with(file, "structure", draw, site)


@op(
    "record.json_cut",
    layer="serialise",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("cut"),
)
def json_cut(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """End a JSON body behind, or within, a part of each kind: in a name, behind a colon, in an escape, in a number.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259; fixtures/tables/json_situations.tsv.
    """
    return _with(file, "cut", draw, site)


@op(
    "record.json_encoding",
    layer="bytes",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("encoding"),
)
def json_encoding(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Send a JSON body in other bytes than UTF-8: with a mark, UTF-16, EBCDIC, a code page, packed and not said.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259, section 8.1; fixtures/tables/json_situations.tsv.
    """
    return _with(file, "encoding", draw, site)


@op(
    "record.json_blank",
    layer="bytes",
    kind="switch",
    effect="destroyed",
    form=JSON,
    sites=lambda: drawn_names("blank"),
)
def json_blank(file: File, severity: int, draw: Stream, site: str = "") -> File:
    """Put something before, behind or between the parts of a JSON body: blanks of all kinds, a second document, words.

    severity: a switch, 10 alone. The site is a row of the table; without one it is drawn.
    Source: RFC 8259, section 2; fixtures/tables/json_situations.tsv.
    """
    return _with(file, "blank", draw, site)


def _with(file: File, kind: str, draw: Stream, site: str) -> File:
    return replace(file, content=write_situation(file.content, kind, draw, site))
