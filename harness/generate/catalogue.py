"""Which of the known ways in which texts go wrong is reached by which op, and by which row of its table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.core.shipped import shipped
from harness.generate.text.rows import Row, rows

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "U": "Unicode form",
        "V": "invisible, turned, look-alike",
        "E": "encoding",
        "L": "locale and names",
        "T": "language and noise",
        "B": "behaviour of users",
    }
)
"""Families of the catalogue that texts can have; records and files have families of their own."""

TABLES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "text.letter_style": (("letters", "style"),),
        "text.look_alikes": (("letters", "look_alike"),),
        "text.leet": (("letters", "leet"),),
        "text.digit_forms": (("letters", "digit"),),
        "text.mark_forms": (("letters", "mark"),),
        "text.no_accents": (("letters", "accent_dropped"),),
        "text.wrong_accents": (("letters", "accent_wrong"),),
        "text.wrong_layout": (("letters", "layout"),),
        "text.invisible": (("inserted", "invisible"),),
        "text.controls": (("inserted", "control"),),
        "text.stacked_marks": (("inserted", "mark"),),
        "text.reordered": (("inserted", "direction"),),
        "text.odd_blanks": (("inserted", "blank"),),
        "text.mojibake": (("code_pages", "text"),),
        "text.raw_bytes": (("code_pages", "bytes"),),
        "text.escaped": (("escapes", ""),),
        "text.typos": (("keyboards", ""),),
        "text.dictated": (("respelt", "filler"), ("respelt", "number")),
        "text.shorthand": (("respelt", "shorthand"),),
        "text.homophones": (("respelt", "homophone"),),
        "text.regional": (("respelt", "regional"),),
        "text.autocorrected": (("respelt", "autocorrect"),),
        "text.transliterated": (("letters", "sound"),),
        "text.amounts": (("written_otherwise", "amount"),),
        "text.dates": (("written_otherwise", "date"),),
        "text.id_forms": (("written_otherwise", "id"),),
        "text.page_furniture": (("blocks", "furniture"),),
        "text.unrelated": (("around", "unrelated"),),
        "text.angry": (("around", "angry"),),
        "text.urgent": (("around", "urgent"),),
        "text.polite": (("around", "polite"),),
        "text.second_question": (("around", "question"),),
        "text.contradicted": (("around", "contradiction"),),
        "text.emoji_around": (("around", "emoji"),),
        "text.reply_chain": (("blocks", "chain_head"),),
        "text.signature": (("blocks", "signature"), ("blocks", "disclaimer")),
        "text.pasted": (("blocks", "log"), ("blocks", "trace"), ("blocks", "table")),
        "text.form": (("blocks", "form"), ("blocks", "form_message")),
        "text.personal_data": (("blocks", "personal"), ("blocks", "person")),
        "text.injection": (("injections", "direct"),),
        "text.hidden_injection": (("injections", "embedded"), ("injections", "carrier")),
        "text.out_of_scope": (("instead", "out_of_scope"),),
        "text.vague": (("instead", "vague"),),
        "text.test_input": (("instead", "test_input"),),
        "text.auto_reply": (("instead", "auto_reply"),),
        "text.undecoded": (("instead", "undecoded"),),
        "text.figures": (("figures", ""),),
        "text.unclear": (("unclear", ""),),
        "text.signed": (("names", ""),),
        "text.addressed": (("addresses", ""),),
        "text.timed": (("times", ""),),
        "text.negated": (("respelt", "negation"),),
        "text.loan_words": (("respelt", "loan"),),
    }
)
"""Of each op the tables and the kinds of rows that it draws from, "" for all kinds."""

WITHOUT_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text.unicode_form": ("U01", "U03", "U05", "U09", "U12", "U13", "V23"),
        "text.ocr_confuse": ("T11", "T12"),
        "text.preamble": ("B13", "B23", "T28", "T35"),
        "text.opening": ("T35",),
        "text.empty": ("T23",),
        "text.blanks": ("T24",),
        "text.emoji_only": ("V27", "B20"),
        "text.digits_only": ("T26",),
        "text.foreign_script": ("T39", "T40"),
        "text.slips": ("T10",),
        "text.code_switched": ("T01", "B19"),
        "text.read_across": ("T14",),
        "text.upright": ("T41",),
        "text.broken_words": ("T13", "V04"),
        "text.run_together": ("T13", "T21"),
        "text.casing": ("T19", "U07"),
        "text.punctuation": ("T20",),
        "text.wrapped": ("T22",),
        "text.forwarded": ("B18", "T22"),
        "text.shuffled": ("T37",),
        "text.redacted": ("T43",),
        "text.repeated": ("T38",),
        "text.token_run": ("T29",),
        "text.numbers_changed": ("T33",),
        "text.two_directions": ("T42",),
        "text.to_length": ("T27",),
    }
)
"""Entries of the ops whose rows, if any, are no ways of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An entry of the catalogue: its id, what it is, and by which ops (and rows of their tables) it is reached."""

    entry: str
    words: str
    by: tuple[str, ...]


def catalogue() -> Iterator[Reached]:
    """Every entry in order of its id. The ways are told as an op, with the rows where a table has them."""
    ways = dict(_ways())
    path = shipped("fixtures") / "tables" / "catalogue.tsv"
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        entry, words = line.split("\t")
        named = {op: [name for of, name in ways.get(entry, ()) if of == op] for op, _ in ways.get(entry, ())}
        yield Reached(entry=entry, words=words, by=tuple(_told(op, names) for op, names in named.items()))


def catalogue_table() -> str:
    """The reference of the catalogue, family by family, as Markdown; what is not reached stands below each."""
    found = list(catalogue())
    reached = sum(bool(one.by) for one in found)
    lines = [f"{reached} of {len(found)} entries are reached.", ""]
    for letter, family in FAMILIES.items():
        of_it = [one for one in found if one.entry.startswith(letter)]
        here = [one for one in of_it if one.by]
        lines += [
            f"## {letter}: {family} ({len(here)} of {len(of_it)})",
            "",
            "| entry | what | op and rows |",
            "|---|---|---|",
        ]
        lines += [f"| {one.entry} | {one.words} | {'; '.join(one.by)} |" for one in here]
        missing = [f"{one.entry} {one.words}" for one in of_it if not one.by]
        lines += ["", f"Not reached: {'; '.join(missing)}." if missing else "All are reached.", ""]
    return "\n".join(lines)


def rows_of(op: str) -> tuple[Row, ...]:
    """The rows that the op draws from."""
    return tuple(row for table, kind in TABLES.get(op, ()) for row in rows(table, kind))


def _ways() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Of each entry the ops that reach it, each with a row's name, "" for an op without rows."""
    found: dict[str, list[tuple[str, str]]] = {}
    for op in (*TABLES, *WITHOUT_ROWS):
        for row in rows_of(op):
            for entry in row.entries:
                found.setdefault(entry, []).append((op, row.name))
        for entry in WITHOUT_ROWS.get(op, ()):
            found.setdefault(entry, []).append((op, ""))
    yield from found.items()


MOST_NAMED = 4


def _told(op: str, names: list[str]) -> str:
    names = [name for name in names if name]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"`{op}`" + (f": {', '.join(names[:MOST_NAMED])}{more}" if names else "")
