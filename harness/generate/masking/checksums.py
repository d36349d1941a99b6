"""Check digits of account and card numbers: validate them, and create numbers with valid ones."""

import re
from functools import reduce


def iban_valid(value: str) -> bool:
    """Whether the check digits of an account number are valid (ISO 7064, MOD 97-10)."""
    return _remainder(value) == 1


def with_iban_check(value: str, *, right: bool) -> str:
    """The number with valid check digits, or with the next ones, which are invalid."""
    check = 98 - _remainder(f"{value[:2]}00{value[4:]}")
    shown = check if right else 2 + (check - 1) % 97
    return f"{value[:2]}{shown:02d}{value[4:]}"


def _remainder(value: str) -> int:
    plain = re.sub(r"[^A-Z0-9]", "", value.upper())
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97


def card_valid(value: str) -> bool:
    """Whether the last digit is valid (ISO/IEC 7812-1, annex B)."""
    return _luhn(value) % 10 == 0


def with_card_check(value: str) -> str:
    """The number with a valid last digit. Its other digits and separators stay."""
    last = max(k for k, char in enumerate(value) if char.isdigit())
    return f"{value[:last]}{-_luhn(f'{value[:last]}0{value[last + 1 :]}') % 10}{value[last + 1 :]}"


def _luhn(value: str) -> int:
    digits = [int(char) for char in value if char.isdigit()][::-1]
    doubled = (sum(divmod(2 * digit, 10)) if k % 2 else digit for k, digit in enumerate(digits))
    return reduce(int.__add__, doubled, 0)
