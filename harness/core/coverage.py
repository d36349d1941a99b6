"""What the coverage test can do to the fields of records: each field alone, each change alone."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredField:
    """One field of the records.

    path: JMESPath. changes: names of the changes that fit it in at least one sample, by the order in which they are
    tried, each with its kind. values: the value of each sample, as JSON, by key of the sample. others: values that make
    another valid record, as JSON, by what they are: smallest, largest, rarest.
    """

    path: str
    changes: Mapping[str, str]
    values: Mapping[str, str]
    others: Mapping[str, str]


SENT = "sent"
"""Tag of a case with a changed field: the value that was sent, as JSON; "" if the field was left out."""

NEW_ID = "new_id"
"""The change that makes up an id: if it is accepted, any id is, and forms of ids cannot be judged."""

UNCHANGED = "unchanged"
"""Part of the addresses of samples that are sent as they are, as a control."""


def part_of(change: str, path: str) -> str:
    """The part of an address: `missing:amount`."""
    return f"{change}:{path}"
