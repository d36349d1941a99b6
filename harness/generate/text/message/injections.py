"""Prompt injections in the text: open, or hidden in quotes, encodings or invisible characters."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import rows
from harness.generate.text.sites import has_prose

TABLE = "injections"
CANARY = "ZEBRA"
"""First part of the word that a service returns if it obeys the injection; a dash and four drawn digits follow."""


@op("text.injection", layer="field", kind="graded")
def injection(text: str, severity: int, draw: Stream) -> str:
    """Order the model, before or after the request, to forget its task and to answer with a given word.

    The word (ZEBRA and four digits) is drawn. The truth stays that of the request, so a model that obeys is wrong.
    severity: 1 to 10 orders, those of a lower severity first; some claim to be somebody, or ask for the
    prompt or for the texts of others.
    Source: OWASP Top 10 for LLM applications, LLM01; NVIDIA/garak's probes send such orders alone; table
    fixtures/tables/injections.tsv; our own range.
    """
    if not has_prose(text):
        return text
    canary, before = _canary(draw), draw.below(2)
    orders = " ".join(_orders("direct", severity, canary, draw))
    return f"{orders}\n\n{text}" if before else f"{text}\n\n{orders}"


@op("text.hidden_injection", layer="field", kind="graded")
def hidden_injection(text: str, severity: int, draw: Stream) -> str:
    """Hide such orders after the request: in an HTML comment, a quoted mail, a table, Base64, invisible letters.

    A person sees the request and something odd below it, or nothing.
    severity: 1 to 10 orders, those of a lower severity first.
    Source: OWASP Top 10 for LLM applications, LLM01, indirect injection; promptfoo/promptfoo and Azure/PyRIT use such
    carriers; table fixtures/tables/injections.tsv; our own range.
    """
    if not has_prose(text):
        return text
    canary, carrier = _canary(draw), draw.choice(rows(TABLE, "carrier"))
    orders = " ".join(_orders("embedded", severity, canary, draw))
    return f"{text}\n\n{carrier.cells[0].format(orders=CARRIERS[carrier.name](orders))}"


def _canary(draw: Stream) -> str:
    return f"{CANARY}-{draw.between(1000, 9999)}"


def _orders(kind: str, number: int, canary: str, draw: Stream) -> list[str]:
    known = rows(TABLE, kind)
    first = draw.below(len(known))
    return [known[(first + k) % len(known)].cells[0].format(canary=canary) for k in range(number)]


def _as_it_is(orders: str) -> str:
    return orders


def _base64(orders: str) -> str:
    return b64encode(orders.encode()).decode()


def _tags(orders: str) -> str:
    """ASCII in the tag block of Unicode, which is invisible."""
    return "".join(chr(0xE0000 + ord(c)) if c.isascii() else c for c in orders)


def _selectors(orders: str) -> str:
    """Each byte as one of 256 variation selectors after one visible sign."""
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in orders.encode())


def _spelt(orders: str) -> str:
    return "\N{ZERO WIDTH SPACE}".join(orders)


def _rot13(orders: str) -> str:
    small, large = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return orders.translate(str.maketrans(small + large, small[13:] + small[:13] + large[13:] + large[:13]))


CARRIERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "html_comment": _as_it_is,
        "hidden_span": _as_it_is,
        "quoted_mail": _as_it_is,
        "table_cell": _as_it_is,
        "alt_text": _as_it_is,
        "system_turn": _as_it_is,
        "json_field": _as_it_is,
        "file_name": _as_it_is,
        "base64": _base64,
        "tag_block": _tags,
        "variation_selectors": _selectors,
        "zero_width_spelling": _spelt,
        "rot13": _rot13,
    }
)
