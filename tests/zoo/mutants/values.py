"""Mutations of values: constants, collections, arguments, arithmetic, and what is read or called."""

import ast
import re
from collections.abc import Iterator
from typing import TypeVar

from tests.zoo.mutants.syntax import Context, Operator, Replaced, call_with, called, key_of

T = TypeVar("T")
FACTORS = (2, 0, 10, 0.5, 0.1)
OTHER_SIGN: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
}
CLEANING = ("casefold", "lower", "upper", "strip", "lstrip", "rstrip", "replace")
"""Methods that normalise the text that they are called on."""
CONVERTING = ("abs", "round", "int", "float", "str", "sorted", "set", "list")
PAIRS = (
    *(("min", "max"), ("any", "all"), ("startswith", "endswith"), ("partition", "rpartition"), ("find", "rfind")),
    *(("fullmatch", "match"), ("fullmatch", "search"), ("match", "search"), ("split", "rsplit"), ("ljust", "rjust")),
    *(("isalpha", "isalnum"), ("sum", "max"), ("sum", "any"), ("round", "int"), ("lstrip", "rstrip")),
)
"""Functions and methods that are taken for each other."""
EXCHANGED = PAIRS + tuple((second, first) for first, second in PAIRS)
PATTERNS = ("sub", "split", "findall", "finditer", "match", "fullmatch", "search", "compile")
LOOSER = (
    *((r"(?<!\[)\^", ""), (r"\$", ""), (r"\\b", ""), (r"\\d", r"\\w"), (r"\\W", r"\\s"), (r"\{[\d,]+\}", "+")),
    *((r"(?<=[\w\])}])\?", ""), (r"\+", ""), (r"\+", "*"), (r"\|[^|()]+(?=[|)]|$)", ""), (r"(?<=\()[^|()?]+\|", "")),
    *((r"(?<=\[)[^\\^\]](?=[^\]-])", ""), (r"(?<=[^\\\[^-])[^\\\]](?=\])", "")),
)
"""Parts of a regular expression, and what stands in their place: an end, a quantifier, a branch, one of a class."""


def _constant_changed(node: ast.AST, context: Context) -> Replaced:
    if not isinstance(node, ast.Constant) or id(node) in context.silent:
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield from map(ast.Constant, dict.fromkeys(_other_numbers(node.value)))
    elif isinstance(node.value, str) and node.value:
        yield ast.Constant("")


def _other_numbers(value: float) -> Iterator[float]:
    """Zero becomes one. Other numbers are scaled; a fraction also loses its sign or digits, or is inverted."""
    if not value:
        yield type(value)(1)
        return
    yield from (type(value)(value * factor) for factor in FACTORS)
    if value % 1:
        changed = (-value, round(1 / value, 4), round(value, 1), round(value, 2), float(round(value)))
        yield from (other for other in changed if other != value)


def _entry_changed(node: ast.AST, _: Context) -> Replaced:
    """Of a collection: an entry is left out, has the value of another one, or two neighbours are swapped."""
    if isinstance(node, ast.Dict) and len(node.keys) > 1 and None not in node.keys:
        yield from (ast.Dict(keys=node.keys, values=values) for values in _mixed(node.values))
        for k in range(len(node.keys)):
            yield ast.Dict(keys=_without(node.keys, k), values=_without(node.values, k))
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        parts = node.elts if len(node.elts) > 1 else []
        changed = [_without(parts, k) for k in range(len(parts))] + [_swapped(parts, k) for k in range(len(parts) - 1)]
        for elts in changed:
            yield ast.Set(elts=elts) if isinstance(node, ast.Set) else type(node)(elts=elts, ctx=node.ctx)


def _mixed(values: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for k in range(len(values)):
        yield from ([*values[:k], other, *values[k + 1 :]] for other in _without(values, k))
    yield from (_swapped(values, k) for k in range(len(values) - 1))


def _without(parts: list[T], k: int) -> list[T]:
    return parts[:k] + parts[k + 1 :]


def _swapped(parts: list[T], k: int) -> list[T]:
    return [*parts[:k], parts[k + 1], parts[k], *parts[k + 2 :]]


def _pattern_loosened(node: ast.AST, _: Context) -> Replaced:
    if not isinstance(node, ast.Call) or called(node) not in PATTERNS or not node.args:
        return
    pattern = node.args[0]
    if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
        for part, other in LOOSER:
            for found in re.finditer(part, pattern.value):
                looser = pattern.value[: found.start()] + found.expand(other) + pattern.value[found.end() :]
                yield call_with(node, ast.Constant(looser), *node.args[1:])


def _call_exchanged(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.Call):
        for was, now in EXCHANGED:
            if called(node) == was and isinstance(node.func, ast.Attribute):
                func: ast.expr = ast.Attribute(value=node.func.value, attr=now, ctx=ast.Load())
                yield ast.Call(func=func, args=node.args, keywords=node.keywords)
            elif called(node) == was:
                yield ast.Call(func=ast.Name(id=now, ctx=ast.Load()), args=node.args, keywords=node.keywords)


def _arguments_swapped(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.Call):
        yield from (call_with(node, *_swapped(node.args, k)) for k in range(len(node.args) - 1))


def _default_changed(node: ast.AST, _: Context) -> Replaced:
    """What is read if nothing is there; and an argument left out, so that the default of the function holds."""
    if isinstance(node, ast.Call):
        for k in range(len(node.keywords)):
            yield ast.Call(func=node.func, args=node.args, keywords=_without(node.keywords, k))
        if len(node.args) > 1:
            yield call_with(node, *node.args[:-1])
        if called(node) == "get" and len(node.args) == 1:
            yield from (call_with(node, node.args[0], ast.Constant(default)) for default in (0, ""))
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(key_of(node), str):
        get = ast.Attribute(value=node.value, attr="get", ctx=ast.Load())
        for default in (0, ""):
            yield ast.Call(func=get, args=[node.slice, ast.Constant(default)], keywords=[])


def _fields_swapped(node: ast.AST, context: Context) -> Replaced:
    if isinstance(node, ast.Subscript):
        for key in context.keys.get(id(node), ()):
            yield ast.Subscript(value=node.value, slice=ast.Constant(key), ctx=node.ctx)
    if isinstance(node, ast.Attribute):
        for name in context.attributes.get(id(node), ()):
            yield ast.Attribute(value=node.value, attr=name, ctx=node.ctx)


def _arithmetic_changed(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.BinOp):
        if type(node.op) in OTHER_SIGN:
            yield ast.BinOp(left=node.left, op=OTHER_SIGN[type(node.op)](), right=node.right)
        yield node.left
        yield node.right


def _normalisation_removed(node: ast.AST, context: Context) -> Replaced:
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in CLEANING:
            yield node.func.value
        elif node.func.attr in ("sub", "normalize") and len(node.args) > 1:
            yield node.args[-1]
    elif called(node) in CONVERTING or called(node) in context.one_argument:
        yield from node.args[:1]


OPERATORS: dict[str, Operator] = {
    "fields swapped": _fields_swapped,
    "constant changed": _constant_changed,
    "entry changed": _entry_changed,
    "pattern loosened": _pattern_loosened,
    "call exchanged": _call_exchanged,
    "arguments swapped": _arguments_swapped,
    "default changed": _default_changed,
    "arithmetic changed": _arithmetic_changed,
    "normalisation removed": _normalisation_removed,
}
