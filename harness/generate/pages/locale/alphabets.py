"""The characters that the papers of each language need, from the frozen tables."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import ascii_letters, digits
from types import MappingProxyType
from unicodedata import name

from harness.generate.pages.locale.figures import DIGITS
from harness.generate.pages.locale.locales import all_locales
from harness.generate.pages.locale.tables import all_vendors, read_rows

ON_FORMS = f"{ascii_letters}{digits} .,:/()#%&-"
"""Characters on the English forms that come from no table: headings, labels, goods, numbers."""

_LETTER = re.compile(r"(?!MODIFIER)[A-Z]+ ([A-Z]+ )*(LETTER|SYLLABLE|CHARACTER|IDEOGRAPH)\b")


@lru_cache(maxsize=1)
def alphabets() -> Mapping[str, frozenset[str]]:
    """The characters of each language's papers, by its code."""
    found: dict[str, set[str]] = {"en": set(ON_FORMS)}
    for table in ("paper_texts", "notes"):
        for language, _, text, *_ in read_rows(table)[1:]:
            found.setdefault(language, set()).update(text)
    for vendor in all_vendors():
        found.setdefault(vendor.language, set()).update(vendor.name, vendor.street, vendor.city, vendor.country)
    for one in all_locales():
        printed = [one.money.replace("{}", ""), one.group, one.decimal, *(DIGITS[system] for system in one.digits)]
        found.setdefault(one.language, set()).update(*printed, digits)
    return MappingProxyType({language: frozenset(chars) for language, chars in found.items()})


def scripts_in(chars: Iterable[str]) -> list[str]:
    """The scripts of the letters, as Unicode names them, the most frequent first."""
    names = (name(char, "") for char in sorted(chars))
    found = Counter(one.split(" ")[0].title().replace("Cjk", "Han") for one in names if _LETTER.match(one))
    return [script for script, _ in found.most_common()]
