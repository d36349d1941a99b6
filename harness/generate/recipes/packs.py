"""Read packs: versioned recipes of tail cases, `<name>/pack.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from harness.core.case import Expect
from harness.core.errors import PackError, did_you_mean
from harness.core.loading.toml import Toml, read_toml
from harness.generate.ops import get_op
from harness.generate.payloads import JSON
from harness.generate.recipes.pack_file import Base, OpEntry, PackFile, ScenarioEntry
from harness.generate.recipes.pack_folders import known_packs
from harness.generate.registry import Op, rank_of

MADE: tuple[Base, ...] = ("invoices", "claims", "delivery_notes", "letters", "cards")
"""Bases with known positions of every word."""

_PAPER = ("page", "document", "serialise")
_LAYERS: Mapping[Base, tuple[str, ...]] = {
    **dict.fromkeys(MADE, _PAPER),
    "invoices": ("meaning", *_PAPER),
    "pages": ("value", *_PAPER),
    "samples": (),
    "texts": ("field",),
    "tickets": ("field",),
    "records": ("field", "structure"),
    "shifted_records": ("structure",),
    "files": ("serialise",),
}
"""Layers of the ops that a base allows; ops on the bytes work on every base except the samples."""

PILOT = "pilot"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpRange:
    """An op and the severities (0..10) that a case draws from, both included."""

    op: Op
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way in which production differs from the pilot. expect None: it follows from the ops.

    weight: number of its cases for each case of a scenario with weight 1.
    """

    id: str
    base: Base
    ops: tuple[OpRange, ...]
    encode: str
    expect: Expect | None
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack as read, with the digest of its file. opt_in: used only if it is named."""

    name: str
    version: str
    summary: str
    path: Path
    digest: str
    scenarios: tuple[Scenario, ...]
    opt_in: bool = False


def read_pack(name: str) -> Pack:
    """The known pack with that name, or the pack in the folder (or file) of that path. Raises PackError."""
    known = known_packs()
    path = known.get(name, Path(name))
    path = path / "pack.toml" if path.is_dir() else path
    if not path.is_file():
        raise PackError(f'unknown pack "{name}"\n{did_you_mean(name, known, "all packs: harness packs list")}')
    toml = read_toml(path, PackError)
    raw = toml.load(PackFile)
    _check_names(raw, toml)
    return Pack(
        name=raw.pack,
        version=raw.version,
        summary=raw.summary,
        path=path,
        digest=blake2b(toml.text.encode(), digest_size=16).hexdigest(),
        scenarios=tuple(_scenario(s, i, toml) for i, s in enumerate(raw.scenario)),
        opt_in=raw.opt_in,
    )


def _check_names(raw: PackFile, toml: Toml) -> None:
    for name, keys in [(raw.pack, ("pack",)), *((s.id, ("scenario", i)) for i, s in enumerate(raw.scenario))]:
        if not name.replace("_", "").replace("-", "").isalnum():
            raise toml.wrong(
                keys, f'"{name}" is not a valid name: use letters, digits, _ and - only; it becomes part of addresses'
            )
    ids = [s.id for s in raw.scenario]
    for i, name in enumerate(ids):
        if name in ids[:i]:
            raise toml.wrong(("scenario", i), f'scenario "{name}" appears twice')
    if not ids:
        raise toml.wrong((), f'pack "{raw.pack}" has no [[scenario]]')


def _scenario(raw: ScenarioEntry, index: int, toml: Toml) -> Scenario:
    keys = ("scenario", index, "ops")
    ranges = tuple(_range(o, raw.id, toml, keys) for o in raw.ops)
    for item in ranges:
        if not fits(item.op, raw.base, raw.encode):
            raise toml.wrong(
                keys,
                f'op "{item.op.name}" does not work on base "{raw.base}" of scenario "{raw.id}"{_as_form(raw)}',
                _form_hint(item.op) or f"  its layer is {item.op.layer}; ops by layer: harness packs ops",
            )
        if item.op.needs_words and raw.base not in MADE:
            raise toml.wrong(
                keys,
                f'op "{item.op.name}" of scenario "{raw.id}" needs word positions, which only made pages have',
                f"  write another base: {', '.join(MADE)}; the positions on your own samples are unknown",
            )
    if sum(item.op.layer == "value" for item in ranges) > 1:
        raise toml.wrong(keys, f'scenario "{raw.id}" has two ops on values', "  write one; each case changes one field")
    _check_order(ranges, raw.id, toml, keys)
    if raw.encode:
        _check_encoder(raw.encode, raw.base, toml, ("scenario", index, "encode"))
    return Scenario(
        id=raw.id,
        base=raw.base,
        ops=ranges,
        encode=raw.encode or "as_is",
        expect=raw.expect,
        weight=raw.weight,
    )


def _as_form(raw: ScenarioEntry) -> str:
    return f", which is written as {raw.encode or 'JSON'}" if raw.base == "records" else ""


def _form_hint(op: Op) -> str:
    """The `encode` hint for an op that works on one form of a record; "" for any other op."""
    if not op.form:
        return ""
    named = "no encode, because JSON" if op.form == JSON else f'encode = "{op.form}", because that'
    return f'  write base = "records" and {named} is the form it works on; ops: harness packs ops'


def _check_order(ranges: tuple[OpRange, ...], scenario: str, toml: Toml, keys: tuple[str | int, ...]) -> None:
    """A recipe is read from top to bottom. Ops that cannot be applied in this order are an error."""
    for before, after in pairwise(item.op for item in ranges):
        if rank_of(after.layer) < rank_of(before.layer):
            raise toml.wrong(
                keys,
                f'op "{after.name}" comes after "{before.name}" in scenario "{scenario}", but is applied before it: '
                f"{after.layer} comes before {before.layer}",
                f'  write "{after.name}" first',
            )


def fits(op: Op, base: Base, encoder: str = "") -> bool:
    """Whether the op's layer exists between this base and the bytes, and its form is written."""
    if op.form or (base == "records" and op.layer == "serialise"):
        return base == "records" and op.form == (encoder or JSON)
    return op.layer in _LAYERS[base] or (op.layer in ("bytes", "envelope") and base != "samples")


def _range(raw: OpEntry, scenario: str, toml: Toml, keys: tuple[str | int, ...]) -> OpRange:
    try:
        op = get_op(raw.op)
    except PackError as reason:
        first, _, hint = str(reason).partition("\n")
        raise toml.wrong(keys, f'{first} in scenario "{scenario}"', hint) from None
    low, dots, high = str(raw.severity).partition("..")
    try:
        bounds = int(low), int(high if dots else low)
    except ValueError:
        bounds = -1, -1
    if not 0 <= bounds[0] <= bounds[1] <= 10:
        raise toml.wrong(
            keys,
            f'severity "{raw.severity}" of op "{raw.op}" in scenario "{scenario}" is not a range',
            '  write "1..4" or 3: whole numbers from 0 to 10',
        )
    if op.kind == "binary" and not set(bounds) <= {0, 10}:
        raise toml.wrong(keys, f'op "{raw.op}" in scenario "{scenario}" is binary', "  its severity is 0 or 10")
    return OpRange(op=op, low=bounds[0], high=bounds[1])


def _check_encoder(name: str, base: Base, toml: Toml, keys: tuple[str | int, ...]) -> None:
    from harness.generate.pages.codecs.encode import ENCODERS
    from harness.generate.records.forms.encode import RECORD_ENCODERS

    encoders: Mapping[str, Mapping[str, object]] = {"records": RECORD_ENCODERS, "pages": ENCODERS}
    kind, other = ("records", "pages") if base == "records" else ("pages", "records")
    if name in encoders[kind]:
        return
    known = f"encoders of {kind}: {', '.join(encoders[kind])}"
    if name in encoders[other]:
        raise toml.wrong(keys, f'encoder "{name}" writes {other}, but the base is "{base}"', f"  {known}")
    raise toml.wrong(keys, f'unknown encoder "{name}"', did_you_mean(name, encoders[kind], known))
