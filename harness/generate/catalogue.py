"""Which of the known ways in which texts, records and files go wrong is reached by which op, and by which row."""

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
        "R": "records",
        "X": "files and mail",
    }
)
"""Families of the catalogue; what happens to pages has none, since ops say how much of it there is."""

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
        "file.odd_name": (("file_names", "odd"),),
        "file.hostile_name": (("file_names", "hostile"),),
        "mail.attached": (("mail_lines", "subject"), ("mail_lines", "body")),
        "mail.several": (("mail_lines", "several"),),
        "mail.older_attached": (("mail_lines", "replaced"),),
        "mail.quoted_figures": (("mail_lines", "quoted"),),
        "mail.nothing_attached": (("mail_lines", "missing"),),
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
        "record.json_number": (("json_situations", "number"),),
        "record.json_string": (("json_situations", "string"),),
        "record.json_key": (("json_situations", "key"),),
        "record.json_structure": (("json_situations", "structure"),),
        "record.json_cut": (("json_situations", "cut"),),
        "record.json_encoding": (("json_situations", "encoding"),),
        "record.json_blank": (("json_situations", "blank"),),
        "record.csv_form": (("record_forms", "csv_form"),),
        "record.csv_broken": (("record_forms", "csv_broken"),),
        "record.xml_form": (("record_forms", "xml_form"),),
        "record.xml_broken": (("record_forms", "xml_broken"),),
        "record.edi_form": (("record_forms", "edi_form"),),
        "record.edi_broken": (("record_forms", "edi_broken"),),
        "record.fixed_form": (("record_forms", "fixed_form"),),
        "record.fixed_broken": (("record_forms", "fixed_broken"),),
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
        "record.charset": ("E20",),
        "text.mail_source": ("E21",),
        "text.numbers_changed": ("T33",),
        "text.two_directions": ("T42",),
        "text.to_length": ("T27",),
    }
)
"""Entries of the ops whose rows, if any, are no ways of their own."""


OF_FILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "container.exif_turned": ("X37",),
        "container.exif_mirrored": ("X37",),
        "container.cmyk": ("X36",),
        "container.deep": ("X36",),
        "container.bilevel": ("X36",),
        "container.transparent": ("X36",),
        "container.animated": ("X35",),
        "container.preview_first": ("X35",),
        "container.giant": ("X24",),
        "file.empty": ("X01",),
        "file.one_byte": ("X02",),
        "file.header_only": ("X02",),
        "file.blank": ("T24", "X03"),
        "file.truncate": ("X03",),
        "file.wrong_type": ("X04", "X05"),
        "file.other_label": ("X04", "X05"),
        "file.no_label": ("X05", "X06"),
        "file.second_suffix": ("X04",),
        "file.late_start": ("X08",),
        "file.filled_up": ("X08",),
        "file.also_zip": ("X07",),
        "file.gif_note": ("X07", "X35"),
        "gzip.alone": ("E23",),
        "mail.odd_names": ("X44",),
        "mail.nested": ("X39",),
        "mail.logo_first": ("X41", "X46"),
        "mail.inline_twice": ("X41", "X47"),
        "mail.html_only": ("X42",),
        "mail.signed": ("X43",),
        "mail.winmail": ("X40",),
        "mail.broken_off": ("X42",),
        "mail.other_charset": ("E20",),
        "office.docx": ("X35",),
        "office.xlsx": ("X35",),
        "office.deleted_text": ("X33",),
        "office.hidden_sheet": ("X32",),
        "pdf.encrypted": ("X09",),
        "pdf.owner_locked": ("X10",),
        "pdf.xref_off": ("X11",),
        "pdf.xref_gone": ("X12",),
        "pdf.page_loop": ("X13",),
        "pdf.no_pages": ("X14",),
        "pdf.many_pages": ("X15",),
        "pdf.stream_cut": ("X03",),
        "pdf.script": ("X21",),
        "pdf.hidden_text": ("X17", "X18"),
        "pdf.attached_other": ("X20",),
        "pdf.turned": ("X23",),
        "pdf.odd_boxes": ("X23",),
        "pdf.large_sheet": ("X23",),
        "pdf.updated": ("X22",),
        "zip.nested": ("X26",),
        "zip.bomb": ("X25",),
        "zip.nested_bomb": ("X25", "X26"),
        "zip.leads_out": ("X27",),
        "zip.link": ("X27",),
        "zip.locked": ("X28",),
        "zip.one_name_twice": ("X29",),
        "zip.other_first": ("X46",),
    }
)
"""Entries of the ops on files; what is plain packing reaches none of its own."""
OF_RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "record.drop": ("R09", "R76"),
        "record.null": ("R13", "R14"),
        "record.retype": ("R05", "R06", "R07", "R08", "R32"),
        "record.duplicate_key": ("R03",),
        "record.conflicting_key": ("R02",),
        "record.not_a_number": ("R15", "R19"),
        "record.rename": ("R12", "R76"),
        "record.extra": ("R11", "R33", "R76"),
        "record.key_order": (),
        "record.reshape": ("R08",),
        "record.envelope": ("R08",),
        "record.items": ("R13",),
        "record.other_word": ("R35", "R75"),
        "record.beyond_limits": ("R60", "R61"),
        "record.beyond_length": ("R25",),
        "record.long_text": ("R25",),
        "record.bad_format": ("R36",),
        "record.other_unit": ("R58", "R60"),
        "record.swapped": ("R46",),
        "record.wrong_sum": ("R64",),
        "record.date_order": ("R63",),
        "record.far_date": ("R62",),
        "record.sentinel": ("R52", "R53"),
        "record.out_of_range": ("R61",),
        "record.unknown_word": ("R35",),
        "record.nudge": ("R70",),
        "record.id_new": ("R68", "R71"),
        "record.id_zeros": ("R06",),
        "record.id_large": ("R16",),
        "record.id_exponent": ("R06",),
        "record.id_letters": ("R71",),
        "record.id_decomposed": ("R71",),
        "record.id_blanks": ("R71",),
        "record.id_long": ("R71",),
    }
)
"""Entries of the ops on records; none where an op is harmless."""

IN_STAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"company, `[target] batch`": ("R67", "R69", "R78"), "history": ("R67", "R70"), "echoes": ("R06", "R16")}
)
"""Entries that a stage asks without an op, or with several records at once."""


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
    for op in (*TABLES, *WITHOUT_ROWS, *OF_FILES):
        for row in rows_of(op):
            for entry in row.entries:
                found.setdefault(entry, []).append((op, row.name))
        for entry in (*WITHOUT_ROWS.get(op, ()), *OF_FILES.get(op, ())):
            found.setdefault(entry, []).append((op, ""))
    for way, entries in (*OF_RECORDS.items(), *((f"stage {name}", of) for name, of in IN_STAGES.items())):
        for entry in entries:
            found.setdefault(entry, []).append((way, ""))
    yield from found.items()


MOST_NAMED = 4


def _told(op: str, names: list[str]) -> str:
    names = [name for name in names if name]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    if op.startswith("stage "):
        return op
    return f"`{op}`" + (f": {', '.join(names[:MOST_NAMED])}{more}" if names else "")
