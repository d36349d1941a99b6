"""The registry of ops: a decorator that registers a function with its contract."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from harness.core.case import Effect
from harness.core.errors import PackError

Layer = Literal["meaning", "value", "field", "structure", "page", "document", "serialise", "bytes", "envelope"]
"""The order in which ops are applied. What an op works on follows from it: meaning a made base (Invoice), value what a
page shows of one field (FieldValue), field str, structure Record, page Page, document Document, serialise and bytes and
envelope File. Ops on pages and on documents are applied in the order of the recipe: a cover sheet is faxed with the
rest, a header line comes after the scan."""

LAYERS: tuple[Layer, ...] = get_args(Layer)


def rank_of(layer: Layer) -> int:
    """The position of a layer in the order of application. Pages and documents share one."""
    return LAYERS.index("page" if layer == "document" else layer)


OpKind = Literal["nested", "graded", "binary"]
"""nested: what is hit at severity s is also hit at s+1. graded: one parameter grows, with the same noise.

binary: 0 or 10.
"""

Run = Callable[..., Any]
"""Called with payload, severity and Stream, and with the site if the op has sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One transformation. `run(payload, severity, draw)` is pure, with severity 1..10; it is never called with 0.

    effect: what it does to labelled fields if it changes anything. scale: the physical meaning of the severities.
    source: where its figures come from. borrows: it takes values from other samples (`Record.beside`). sited: it takes
    the step's site as a fourth argument, "" for a site of its own choice. by_word: it affects the fields whose words
    are no longer legible, or all fields if word positions are unknown. needs_words: it needs word positions, which only
    made pages have; other pages are returned unchanged. form: the written form of a record that it works on (json, or
    the name of an encoder), "" for any file. sites: the names of its sites, of which each case draws one. by_hand: it
    takes the hands of the team's own fonts as `hands`.
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
"""The ops of the modules imported so far. `ops.py` imports them all at first use."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class OpRow:
    """One op of an `op_table`. The fields are those of `Op`; scale: "" for the scale of the table."""

    name: str
    summary: str
    source: str
    run: Run
    effect: Effect = "kept"
    scale: str = ""


def op_table(
    rows: Iterable[OpRow], *, layer: Layer, kind: OpKind, scale: str, form: str = "", sited: bool = False
) -> None:
    """Register ops that differ in one parameter. The keywords are those of `Op`, and the same for all of them."""
    for row in rows:
        _add(
            Op(
                name=row.name,
                layer=layer,
                kind=kind,
                effect=row.effect,
                summary=row.summary,
                scale=row.scale or scale,
                source=row.source,
                run=row.run,
                form=form,
                sited=sited,
            )
        )


def _add(one: Op) -> None:
    if one.name in REGISTERED:
        raise PackError(f'op "{one.name}" is registered twice')
    REGISTERED[one.name] = one


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
    """Register a function as the op `name`. The first docstring line is the summary, `Source:` the source."""

    def register(function: F) -> F:
        summary, _, rest = (function.__doc__ or "").strip().partition("\n")
        if not summary or "Source:" not in rest:
            raise PackError(f'op "{name}" has no summary or no Source: line in its docstring')
        scale = " ".join(rest.partition("severity:")[2].partition("Source:")[0].split())
        source = " ".join(rest.split("Source:", 1)[1].split())
        _add(
            Op(
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
        )
        return function

    return register
