# slow: an environment with Babel
"""Rows of our tables that name the Unicode CLDR, derived from it again as Babel has it, and held against the tables.

figures.tsv: all cells of each language; paper_texts.tsv: the months; locales.tsv: marks, grouping and direction.
"""

import json
import subprocess
import sys
import tempfile
import venv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.core.loading.shipped import shipped
from harness.generate.text.rows import rows

BABEL = "babel==2.19.0"
DERIVE = r"""
import json, re, sys
from babel import Locale

def shaped(pattern, number, signs):
    pattern = re.sub(r"[#,]*0[.0]*", number, pattern.partition(";")[0])
    return re.sub("|".join(map(re.escape, signs)), lambda found: signs[found[0]], pattern)

def dated(pattern, era):
    names = {"d": "{d}", "MMMM": "{month}", "M": "{m}", "y": "{y}", "G": era}
    found = re.findall(r"'([^']*)'|([a-zA-Z]+)|([^'a-zA-Z]+)", pattern)
    return "".join(names.get(field, field) if field else quoted or text for quoted, field, text in found)

def derived(name):
    one = Locale.parse(name.replace("-", "_"))
    marks = one.number_symbols["latn"]
    months = [one.months["format"]["wide"][k] for k in range(1, 13)]
    sizes = one.decimal_formats[None].grouping
    return {
        "group": marks["group"], "decimal": marks["decimal"], "minus": marks["minusSign"], "months": "|".join(months),
        "size": str(sizes[-1]), "grouping": ";".join(map(str, dict.fromkeys(sizes))),
        "money": shaped(one.currency_formats["standard"].pattern, "{n}", {"\xa4": "{c}"}),
        "percent": shaped(one.percent_formats[None].pattern, "{n}", {"%": marks["percentSign"]}),
        "date": dated(one.date_formats["long"].pattern, one.eras["abbreviated"][1]),
        "direction": "rtl" if one.character_order == "right-to-left" else "ltr",
    }

print(json.dumps({name: derived(name) for name in sys.argv[1:]}))
"""
FIGURES = ("group", "decimal", "size", "money", "percent", "minus", "date", "months")
"""The cells of a row of figures.tsv, behind its kind and its name."""

LOCALES = ("group", "decimal", "grouping", "direction")
BLANKS = ("\u00a0", "\u202f")
"""What locales.tsv calls a space: paper does not tell one from the other."""

DIRECTIONS = (0x200E, 0x200F)
"""Marks that are not seen; Arabic has them about its per cent sign, which ours leaves out."""


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table, by the names of its columns."""
    header, *lines = (shipped("fixtures") / "tables" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return (dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines)


def cells() -> Iterator[tuple[str, str, str, str]]:
    """Every cell that is held against the CLDR: its table, its locale, what it is, and what stands there."""
    for row in rows("figures", "locale"):
        yield from (("figures", row.name, what, cell) for what, cell in zip(FIGURES, row.cells, strict=True))
    for one in table("locales"):
        name = one["source"].partition("CLDR ")[2].split(";")[0]
        yield from (("locales", name, what, one[what]) for what in LOCALES)
    months = defaultdict[str, list[str]](list)
    for one in table("paper_texts"):
        if one["block"] == "month":
            months[one["language"]].append(one["text"])
    yield from (("paper_texts", name, "months", "|".join(found)) for name, found in months.items())


def derive(names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """What the CLDR says of each locale, by an environment that has Babel."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", BABEL], check=True)
        done = subprocess.run([python, "-c", DERIVE, *names], check=True, capture_output=True, text=True)
    said: Mapping[str, Mapping[str, str]] = json.loads(done.stdout)
    return said


def same(name: str, said: str, cell: str) -> bool:
    """Whether the cell is what the CLDR says, marks of direction apart, and any blank being a space of locales.tsv."""
    plain, other = (text.translate(dict.fromkeys(DIRECTIONS)) for text in (cell, said))
    return plain == other or (name == "locales" and cell == "space" and said in BLANKS)


def main() -> int:
    asked = list(cells())
    said = derive(sorted({name for _, name, _, _ in asked}))
    counted, other = Counter[str](), 0
    for name, locale, what, cell in asked:
        counted[name] += 1
        if not same(name, said[locale][what], cell):
            other += 1
            print(f"{name}.tsv, {locale}, {what}: {cell!r}, and the CLDR has {said[locale][what]!r}")
    told = ", ".join(f"{count} cells of {name}.tsv" for name, count in counted.items())
    print(f"{told}, held against {BABEL}: {other} are otherwise")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
