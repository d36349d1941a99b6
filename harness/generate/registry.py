"""The registry of ops: a decorated function with its contract beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from harness.core.case import Effect
from harness.core.errors import PackError

Layer = Literal["meaning", "field", "structure", "page", "document", "serialise", "bytes", "envelope"]
"""The order in which ops are applied. What an op works on follows from it: meaning a made base (Invoice), field str,
structure Record, page Page, document Document, serialise and bytes and envelope File. Ops on pages and on documents
are applied in the order of the recipe: a cover sheet is faxed with the rest, a header line comes after the scan."""

LAYERS: tuple[Layer, ...] = ("meaning", "field", "structure", "page", "document", "serialise", "bytes", "envelope")


def rank_of(layer: Layer) -> int:
    """Where a layer stands in the order of application; pages and documents share a place."""
    return LAYERS.index("page" if layer == "document" else layer)


OpKind = Literal["sites", "dose", "switch"]
"""sites: what is hit at s is hit at s+1. dose: one parameter grows strictly, same noise. switch: 0 or 10."""

Run = Callable[..., Any]
"""Payload, severity and Stream, and the site where the op is sited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One transformation. `run(payload, severity, draw)` is pure, severity 1..10; 0 never reaches it.

    effect: what it does to labelled fields when it changes anything. scale: what the severities are in physical terms.
    source: where its figures come from. borrows:
    whether it takes values from other samples (`Record.beside`). sited: it takes the step's site as a fourth argument,
    "" for a site of its own choice. by_word: its effect is on the fields whose words are no longer legible; on all
    where it is not known where words stand. needs_words: it has to know where words stand, as on made pages alone; a
    page of which that is not known is given back as it is. form: the written form of a record that it works on (json,
    or the name of an encoder), "" for any file. sites: the names of its sites, of which each case draws one. by_hand:
    it takes the hands of the team's own fonts as `hands`.
    """

    name: str
    layer: Layer
    kind: OpKind
    effect: Effect
    summary: str
    scale: str
    source: str
    run: Run
    borrows: bool = False
    sited: bool = False
    needs_words: bool = False
    by_word: bool = False
    form: str = ""
    sites: Callable[[], Sequence[str]] | None = None
    by_hand: bool = False


REGISTERED: dict[str, Op] = {}
"""The ops of the modules that are imported so far. `ops.py` imports them all, at the first use."""

F = TypeVar("F", bound=Callable[..., Any])


def op(
    name: str,
    *,
    layer: Layer,
    kind: OpKind,
    effect: Effect = "kept",
    borrows: bool = False,
    sited: bool = False,
    needs_words: bool = False,
    by_word: bool = False,
    form: str = "",
    sites: Callable[[], Sequence[str]] | None = None,
    by_hand: bool = False,
) -> Callable[[F], F]:
    """Register a function as the op `name`. Its docstring's first line is the summary, its `Source:` the source."""

    def register(function: F) -> F:
        summary, _, rest = (function.__doc__ or "").strip().partition("\n")
        if not summary or "Source:" not in rest:
            raise PackError(f'op "{name}" has no summary or no Source: line in its docstring')
        if name in REGISTERED:
            raise PackError(f'op "{name}" is registered twice')
        scale = " ".join(rest.partition("severity:")[2].partition("Source:")[0].split())
        source = " ".join(rest.split("Source:", 1)[1].split())
        REGISTERED[name] = Op(
            name=name,
            layer=layer,
            kind=kind,
            effect=effect,
            summary=summary,
            scale=scale,
            source=source,
            run=function,
            borrows=borrows,
            sited=sited or sites is not None,
            needs_words=needs_words,
            by_word=by_word,
            form=form,
            sites=sites,
            by_hand=by_hand,
        )
        return function

    return register
