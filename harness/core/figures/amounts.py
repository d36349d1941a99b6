"""Numbers and amounts of money as people and machines write them."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, DecimalException, InvalidOperation
from typing import Literal

from harness.core.case import Scalar

Mark = Literal["", ".", ","]
"""The decimal separator of a column; "" if its values do not show one."""

SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "zł": "PLN", "US$": "USD", "$": "$"}
CODES = frozenset({
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF",
    "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SAR",
    "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
})  # fmt: skip
DOLLARS = frozenset({"ARS", "AUD", "CAD", "CLP", "HKD", "MXN", "NZD", "SGD", "TWD", "USD"})
LONGEST = 64
"""Maximum number of characters of a number; longer texts are not parsed."""

NOT_FINITE = frozenset({"nan", "inf", "infinity"})

_CURRENCY = r"(?:US\$|[€£¥₹₩₽$]|zł|[A-Za-z]{3})"
_AMOUNT = re.compile(rf"([-+]?)\s*({_CURRENCY}?)\s*([-+]?)\s*([.,]?\d[\d.,'’\s]*?)\s*({_CURRENCY}?)\s*(-?)")
_FLOAT = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:[{mark}]\d{{2,3}})*[{mark}]\d{{3}}") for mark in ",."}
_SPACED = re.compile(r"(\d{1,3}(?:['’\s]\d{3})+)([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its currency: an ISO code, "$" for some dollar, "" if none is written."""

    number: Decimal
    currency: str = ""


def not_finite(value: Scalar) -> bool:
    """Whether the value is NaN or an infinity, as a float or written out."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, str) and value.strip().lstrip("+-").casefold() in NOT_FINITE


def read_amount(value: Scalar, mark: Mark) -> Amount | None:
    """The number in `value`, or None if it is none. The column's `mark` decides how `1,234` and `1.234` are read.

    In a column without a decimal mark (whole numbers only) they are read as thousands.
    """
    if value is None or not_finite(value):
        return None
    if not isinstance(value, str):
        return Amount(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    text = " ".join(value.split()).replace("\N{MINUS SIGN}", "-")
    try:
        return _read_text(text, mark) if len(text) <= LONGEST else None
    except InvalidOperation:
        return None


def _read_text(text: str, mark: Mark) -> Amount | None:
    if _FLOAT.fullmatch(text):
        return Amount(Decimal(text))
    negative, text = _out_of_brackets(text)
    found = _AMOUNT.fullmatch(text)
    currency = _currency(found[2], found[5]) if found else None
    if found is None or currency is None:
        return None
    number = _digits(found[4], mark)
    flip = negative ^ ("-" in found[1] + found[3] + found[6])
    return None if number is None else Amount(-number if flip else number, currency)


def _out_of_brackets(text: str) -> tuple[bool, str]:
    """Accountants write (12.50) for -12.50."""
    return (True, text[1:-1].strip()) if text.startswith("(") and text.endswith(")") else (False, text)


def _currency(before: str, after: str) -> str | None:
    """One currency, "" for none; None for two of them or for letters that are no currency."""
    if before and after:
        return None
    text = before or after
    code = SIGNS.get(text, text.upper())
    return code if not text or text in SIGNS or code in CODES else None


def _digits(text: str, mark: Mark) -> Decimal | None:
    spaced = _SPACED.fullmatch(text)
    if spaced:
        return Decimal(re.sub(r"['’\s]", "", spaced[1]) + (spaced[2] or "").replace(",", "."))
    decimal = own_mark(text) or mark or ("," if "." in text else ".")
    group = "," if decimal == "." else "."
    whole, _, fraction = text.partition(decimal)
    if group in whole and not _GROUPED[group].fullmatch(whole):
        return None
    return Decimal((whole.replace(group, "") or "0") + (f".{fraction}" if fraction else ""))


def own_mark(text: str) -> Mark:
    """The decimal mark that the digits show, "" if they show none: `1234`, `1,234`."""
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        return "." if text.rindex(".") > text.rindex(",") else ","
    if dots + commas != 1:
        return "," if dots else "." if commas else ""
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text):
        return ""
    return "." if dots else ","


def column_mark(values: Iterable[Scalar]) -> Mark:
    """The decimal mark that most values of a column show."""
    votes: Counter[Mark] = Counter()
    for value in values:
        if isinstance(value, float):
            votes["."] += 1
        elif isinstance(value, str):
            votes[own_mark("".join(re.findall(r"[\d.,]", value)))] += 1
    del votes[""]
    return max(votes, key=lambda mark: (votes[mark], mark == ".")) if votes else ""


def same_number(truth: Decimal, answer: Decimal, tolerance: float = 0.0) -> bool:
    """Equal up to float rounding errors: 1e-9 of the truth, and always less than a unit of its last written digit.

    tolerance: the largest difference that is still right, up to float rounding errors.
    """
    if tolerance and abs(truth - answer) <= Decimal(repr(tolerance)) * (1 + Decimal("1e-9")):
        return True
    exponent = truth.as_tuple().exponent
    try:
        last = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        return abs(truth - answer) <= min(max(abs(truth) * Decimal("1e-9"), Decimal("1e-12")), last / 10)
    except DecimalException:
        return truth == answer


def same_currency(truth: str, answer: str) -> bool:
    """Whether two currencies may be the same; a missing one fits any, "$" fits every dollar."""
    if not truth or not answer or truth == answer:
        return True
    return "$" in (truth, answer) and (truth in DOLLARS or answer in DOLLARS)
