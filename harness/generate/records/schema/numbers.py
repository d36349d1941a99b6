"""Numbers as people and spreadsheets write them into a cell."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from harness.core.loading.shipped import shipped

_MARKS = {"none": "", "dot": ".", "comma": ",", "space": " ", "narrow": "\N{NARROW NO-BREAK SPACE}", "apostrophe": "'"}
_EXPONENT = "exponent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of writing a number.

    group: thousands separator. mark: decimal mark, or the word exponent. decimals: minimum number of decimals. written:
    the text around the number; without braces the number itself is left out.
    """

    form: str
    group: str
    mark: str
    decimals: int
    written: str


def is_number(value: Any) -> bool:
    """Whether the value is a JSON number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def written_numbers(value: float) -> list[str]:
    """The number in each form of the table. NaN and infinities have only their names."""
    number = Decimal(repr(value))
    return [write_as(form, number) for form in forms()] if number.is_finite() else [str(value)]


def write_as(form: Form, number: Decimal) -> str:
    """The number in this form. No form is ambiguous: 1.200 never stands for 1200, nor 1,234 for 1.234."""
    if form.mark == _EXPONENT:
        return form.written.format(_with_exponent(number))
    whole, _, decimals = format(abs(number), "f").partition(".")
    decimals = decimals.ljust(form.decimals, "0")
    if len(decimals) == 3 and form.mark == ",":
        decimals += "0"
    text = f"{int(whole):,}".replace(",", form.group) + (form.mark + decimals if decimals else "")
    return form.written.format(f"-{text}" if number.is_signed() else text)


def _with_exponent(number: Decimal) -> str:
    """Its digits without trailing zeros, the first before the point: 1200 is 1.2e3."""
    sign, digits, exponent = number.normalize().as_tuple()
    first, rest = str(digits[0]), "".join(map(str, digits[1:]))
    power = int(exponent) + len(digits) - 1
    return f"{'-' * sign}{first}{'.' * bool(rest)}{rest}e{power}"


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """Every form, in the table's order."""
    path = shipped("fixtures") / "tables" / "written_numbers.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return tuple(
        Form(form=form, group=_MARKS[group], mark=_MARKS.get(mark, mark), decimals=int(decimals), written=written)
        for form, group, mark, decimals, written, _ in rows
    )
