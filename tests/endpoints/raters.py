"""Small services that rate an order, each as one would write it in an afternoon, and right on an ordinary one.

The ops on records are tested against these. An op that breaks none of them is of no use.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from html import unescape
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from harness.generate.payloads import File

Rater = Callable[[File], str]
"""Returns the rating of a body and its media type. It may raise, as a service would crash; it never hands over."""

REFUSED = "refused"
"""The reply of a service that refuses a record."""

ORDER: Mapping[str, Any] = MappingProxyType(
    {
        "id": "417233-B",
        "name": "Harrow & Pike",
        "amount": 1284.5,
        "weight_kg": 12.5,
        "age": 41,
        "vip": True,
        "note": None,
        "tags": ["web", "new"],
        "country": "GB",
        "channel": "web",
        "opened": "2024-03-04",
        "due": "2024-03-12",
        "net": 100,
        "vat": 19,
        "total": 119,
        "address": {"city": "Derby", "zip": "DE1 2QY"},
        "items": [{"sku": "A7", "cents": 1900}, {"sku": "B2", "cents": 10000}],
    }
)
RATES = MappingProxyType({"GB": 1.0, "IE": 1.2, "FR": 1.4})
CHANNELS = MappingProxyType({"web": 0, "broker": 5})
KNOWN = MappingProxyType({"417233-B": "gold"})
"""Customers by the id of their order."""

LONGEST = 120
"""Letters that a column of the table takes, the id's and the name's too."""


def points(order: Mapping[str, Any]) -> str:
    """Few, some or many points, by numbers and words of the order; what is missing or no number makes it fall over."""
    found = order["amount"] * RATES[order["country"]] / 100 + CHANNELS[order["channel"]]
    found += (10 if order["age"] < 25 else 0) - (2 if order["vip"] else 0)
    return "few" if found < 8 else "some" if found < 16 else "many"


def by_field(file: File) -> str:
    """Reads each field by its name."""
    return points(json.loads(file.content))


def with_defaults(file: File) -> str:
    """Fills in what is missing, and reads numbers that come as text."""
    order = json.loads(file.content)

    def number(name: str) -> float:
        try:
            return float(order.get(name) or 0)
        except (TypeError, ValueError):
            return 0.0

    rate = RATES.get(str(order.get("country")), 1.0)
    found = number("amount") * rate / 100 + (10 if 0 < number("age") < 25 else 0)
    return "few" if found < 8 else "some" if found < 16 else "many"


def by_pattern(file: File) -> str:
    """Looks for the amount in the text of the body."""
    found = re.search(r'"amount": (-?\d+\.?\d*),', file.content.decode("utf-8"))
    return "none" if found is None else "many" if float(found[1]) > 1000 else "few"


def by_place(file: File) -> str:
    """Reads the fields by their order."""
    values = list(json.loads(file.content).values())
    return f"{values[2] > 1000} {values[8]}"


def of_declared_fields(file: File) -> str:
    """Refuses a field that it does not know, as a generated client does."""
    order = json.loads(file.content)
    return points(order) if set(order) <= set(ORDER) else REFUSED


def first_of_a_name(file: File) -> str:
    """Uses the first value of a duplicate name; other services use the last."""
    found: dict[str, Any] = {}
    for name, value in json.loads(file.content, object_pairs_hook=list):
        found.setdefault(name, value)
    return points(found)


def by_days(file: File) -> str:
    """How urgent it is, by the days from its opening to its due date."""
    order = json.loads(file.content)
    days = (date.fromisoformat(order["due"]) - date.fromisoformat(order["opened"])).days
    return "late" if days < 0 else "urgent" if days < 14 else "usual"


def by_total(file: File) -> str:
    """Uses the total, and never adds up the items."""
    return f"pays {json.loads(file.content)['total']:.2f}"


def by_items(file: File) -> str:
    """Adds up the items, and ignores the total."""
    items = json.loads(file.content)["items"]
    return f"{len(items)} items, {'large' if sum(item['cents'] for item in items) > 11_000 else 'small'}"


def by_weight(file: File) -> str:
    """The carrier, by kilograms."""
    return "pallet" if json.loads(file.content)["weight_kg"] > 30 else "parcel"


def by_customer(file: File) -> str:
    """The contract, looked up by the id as received; an unknown customer is new."""
    return KNOWN.get(str(json.loads(file.content)["id"]), "new")


def stored(file: File) -> str:
    """Stores the order in a table with columns of limited width first."""
    order = json.loads(file.content)
    if any(len(value) > LONGEST for value in order.values() if isinstance(value, str)):
        raise ValueError("value too long for type character varying(120)")
    return points(order)


def csv_by_commas(file: File) -> str:
    """Splits lines, and the lines at commas; no amount holds one."""
    header, row, *_ = file.content.decode("utf-8").split("\r\n")
    cells = dict(zip(header.split(","), row.split(","), strict=False))
    return "many" if float(cells["amount"]) > 1000 else "few"


def csv_by_reader(file: File) -> str:
    """The standard reader, with its usual settings; the first row counts."""
    row = next(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
    return f"{'many' if float(row['amount']) > 1000 else 'few'} {row['country']} {row['name']}"


def xml_by_pattern(file: File) -> str:
    """Looks for the element in the text."""
    found = re.search(r"<amount>([\d.]+)</amount>\n  <weight", file.content.decode("utf-8"))
    return "none" if found is None else "many" if float(found[1]) > 1000 else "few"


def xml_by_tree(file: File) -> str:
    """The standard reader; the first element of a name counts."""
    root = ElementTree.fromstring(file.content)
    told = {name: root.findtext(name) for name in ("amount", "country", "name")}
    return f"{'many' if float(told['amount'] or 0) > 1000 else 'few'} {told['country']} {told['name']}"


def xml_as_labelled(file: File) -> str:
    """Decodes by the charset of the media type, then searches the text."""
    charset = file.media_type.partition("charset=")[2] or "utf-8"
    found = re.search(r"<name>([^<]*)</name>", file.content.decode(charset, "replace"))
    return unescape(found[1]) if found else "none"


def edi_by_marks(file: File) -> str:
    """Splits at the usual marks, without the one that takes their meaning away."""
    fields = [line.strip().split("+") for line in file.content.decode("utf-8").split("'")]
    cells = {line[1]: line[2] for line in fields if line[0] == "FLD"}
    return f"{'many' if float(cells['amount']) > 1000 else 'few'} {cells['country']} {cells['name']}"


def fixed_by_places(file: File) -> str:
    """Cuts the row where the columns of the first file that came began."""
    header, _, row = file.content.decode("utf-8").splitlines()[:3]
    return "many" if float(row[header.index("amount") : header.index("weight_kg")]) > 1000 else "few"


RATERS: Mapping[str, Mapping[str, Rater]] = MappingProxyType(
    {
        "json": {
            one.__name__: one
            for one in (
                *(by_field, with_defaults, by_pattern, by_place, of_declared_fields, first_of_a_name, by_days),
                *(by_total, by_items, by_weight, by_customer, stored),
            )
        },
        "csv": {one.__name__: one for one in (csv_by_commas, csv_by_reader)},
        "xml": {one.__name__: one for one in (xml_by_pattern, xml_by_tree, xml_as_labelled)},
        "edi": {"edi_by_marks": edi_by_marks},
        "fixed": {"fixed_by_places": fixed_by_places},
    }
)
"""The services that take a record, by the form of the record."""
