"""Mutations of a module's source: one small mistake each, of the kinds that programmers make."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.zoo.mutants import flow, state, values
from tests.zoo.mutants.syntax import Context, Operator

OPERATORS: dict[str, Operator] = {**values.OPERATORS, **flow.OPERATORS, **state.OPERATORS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One changed module. operator: the kind of mistake. line: in the original. was, now: the changed code."""

    operator: str
    line: int
    was: str
    now: str
    source: str


def mutations(source: str) -> list[Mutation]:
    """Every mutation of the source, in the order of its nodes and of OPERATORS; each changed source only once."""
    tree = ast.parse(source)
    context = Context(tree)
    found: dict[str, Mutation] = {ast.unparse(tree): Mutation(operator="", line=0, was="", now="", source=source)}
    for parent, field, place, node in list(_places(tree)):
        for name, operator in OPERATORS.items():
            for new in operator(node, context):
                changed = _replaced(tree, (parent, field, place), node, new)
                if changed is not None and changed not in found:
                    found[changed] = Mutation(
                        operator=name,
                        line=getattr(node, "lineno", 0) or getattr(getattr(node, "target", node), "lineno", 0),
                        was=_first_line(node),
                        now=_first_line(new) if new else "(nothing)",
                        source=state.HELPERS + changed,
                    )
    return list(found.values())[1:]


Place = tuple[ast.AST, str, int | None]
"""The node above, the name of its field, and the place in the list that the field has."""


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node below this one, with its place. Annotations are none: nothing depends on them."""
    for field, value in ast.iter_fields(parent):
        nodes = value if isinstance(value, list) else [value]
        for k, node in enumerate(nodes):
            if isinstance(node, ast.AST) and field not in ("annotation", "returns"):
                yield parent, field, k if nodes is value else None, node
                yield from _places(node)


def _replaced(tree: ast.Module, at: Place, old: ast.AST, new: ast.AST | None) -> str | None:
    """The source with another node in that place; None if it cannot be written. The tree is as before."""
    _put(at, new or ast.Pass())
    try:
        changed = ast.unparse(tree)
        ast.parse(changed)
    except (ValueError, TypeError, AttributeError, SyntaxError):
        return None
    else:
        return changed
    finally:
        _put(at, old)


def _put(at: Place, node: ast.AST) -> None:
    parent, field, place = at
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _first_line(node: ast.AST) -> str:
    """The first line of the code; of the handling of an error also the second, as the first says only which error."""
    lines = ast.unparse(node).strip().split("\n")
    return " ".join(line.strip() for line in lines[: 1 + isinstance(node, ast.ExceptHandler)])


def in_turns(found: Sequence[Mutation], shuffle: Callable[[list[Mutation]], None]) -> Iterator[Mutation]:
    """The mutations in an order of chance, one of each operator in turn: the most frequent kind is not all there is."""
    piles: dict[str, list[Mutation]] = {}
    for one in found:
        piles.setdefault(one.operator, []).append(one)
    for pile in piles.values():
        shuffle(pile)
    while any(piles.values()):
        for pile in piles.values():
            if pile:
                yield pile.pop()
