"""Inputs of a run: samples, plans and cases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

Scalar = str | int | float | bool | None
"""The value of one field, in a truth table or in a reply."""

Kind = Literal["page", "record", "text"]
"""The type of a sample: a document, a structured record or a plain text."""

Expect = Literal["answer", "same", "reject", "hand_over"]
"""What users write for the expected outcome: the truth, the answer to the clean twin, a refusal, or human review."""

Effect = Literal["kept", "renormalised", "destroyed"]
"""What an op did to a labelled field: readable as before, readable in another form, no longer readable."""


CLEAN_PAPERS = "made"
"""First part of the addresses of clean made papers: the controls of the cases that are made of them."""

DECODES = "decodes"
"""Tag of a case with a JSON body: `valid` (all parsers read one value), `invalid` (none accepts it), `depends`."""

CHANGED_FIELD = "changed_field"
"""Tag of a record of which the steps changed one field: its path."""

USUAL = (DECODES, "valid")
"""The tag of nearly every JSON case, so it never separates failing cases from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One op that is applied to a sample, and how strong it is.

    op: name of the op.
    severity: from 0 (identity) to 10.
    site: the place where the op works. Empty: the op has no sites.
    """

    op: str
    severity: int
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A base and its steps. `render` turns it into bytes and is pure.

    base: `sample:KEY` or `made:BASE#INDEX`. encode: `as_is` or the name of an encoder. stream: names the random
    streams of the steps. Probes of one op at several severities share it, so that their noise is the same.
    """

    base: str
    steps: tuple[Step, ...] = ()
    encode: str = "as_is"
    stream: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One input with a stable address, its bytes and the expectation.

    address: `pack/scenario#index`. effects: only the fields that are not `kept`. changed: False if the steps left
    the bytes of the base unchanged, so that the case tests nothing of its own. clean_twin: address of the same base
    without the steps ("" for a sample as it is, and for a made text or record; a made paper as it is names itself).
    """

    address: str
    plan: Plan
    content: bytes
    media_type: str
    filename: str
    expect: Expect = "answer"
    truth: Mapping[str, Scalar] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    changed: bool = True
    clean_twin: str = ""

    @property
    def sha256(self) -> str:
        """Digest of the bytes that are sent, in hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def pack(self) -> str:
        """The pack's name, first part of the address."""
        return self.address.partition("/")[0]

    @property
    def control(self) -> str:
        """Address of the clean paper that a case on a made paper needs, or "" for other cases.

        It shows whether the service reads papers of that make at all.
        """
        return control_of(self.address, self.clean_twin)

    def effect(self, name: str) -> Effect:
        """The effect of the steps on the field `name`."""
        return self.effects.get(name, "kept")

    def asks_for_answer(self) -> bool:
        """Whether the case has at least one field that can still be answered."""
        return self.expect in ("answer", "same") and any(self.effect(name) != "destroyed" for name in self.truth)


def control_of(address: str, clean_twin: str) -> str:
    """The clean twin if it is a made paper, or the case itself if it is one; else ""."""
    return clean_twin if clean_twin == address or clean_twin.startswith(f"{CLEAN_PAPERS}/") else ""
