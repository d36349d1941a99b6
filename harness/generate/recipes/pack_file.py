"""The content of a pack.toml. The loading dataclasses are the schema."""

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from harness.core.case import Expect

Base = Literal[
    "samples",
    "pages",
    "invoices",
    "claims",
    "delivery_notes",
    "letters",
    "cards",
    "texts",
    "tickets",
    "records",
    "shifted_records",
    "files",
]
"""What a scenario starts from. samples: unchanged. pages: the team's samples if they are pages, else the shipped
invoices. invoices, claims, delivery_notes, letters, cards, tickets: generated. texts, records: the team's samples.
shifted_records: generated in the team's form, from another population. files: the team's files as bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpEntry:
    """One op of a scenario. Ops are applied in the order of the file.

    op: name of the op.
    severity: one severity from 0 to 10, or a range such as `"1..4"`. Each case draws one of them.
    """

    op: str
    severity: str | int | float = "1..10"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioEntry:
    """One way in which production differs from the pilot.

    id: name of the scenario, a part of the addresses of its cases.
    base: what its cases are made from: the team's own samples as they are (`samples`); its texts, records or files; its
    pages, or the shipped invoices if it has none (`pages`); made records of another population (`shifted_records`); or
    made documents and tickets.
    ops: the ops that are applied to it.
    encode: name of the encoder that writes the bytes. Empty: the bytes keep their form.
    expect: what is expected of the service. Not set: it follows from what the ops do.
    weight: number of its cases for each case of a scenario with weight 1.
    """

    id: str
    base: Base = "samples"
    ops: tuple[OpEntry, ...] = ()
    encode: str = ""
    expect: Expect | None = None
    weight: Annotated[int, Meta(ge=1, le=100)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A pack: a versioned recipe of tail cases.

    pack: name of the pack, a part of the addresses of its cases.
    version: version of the recipe.
    summary: what it is about, in one sentence.
    opt_in: the pack is used only if it is named.
    scenario: the scenarios of the pack, at least one.
    """

    pack: str
    version: str
    summary: str = ""
    opt_in: bool = False
    scenario: tuple[ScenarioEntry, ...] = ()
