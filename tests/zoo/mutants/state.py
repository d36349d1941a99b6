"""Mutations of what is kept between requests, or shared by them: locks, keys of caches, and results of other calls."""

import ast
from copy import deepcopy

from tests.zoo.mutants.syntax import Context, Operator, Replaced, call_with, called, part_of

HASHES = ("sha256", "blake2b", "md5")
PARTS = ((None, 16), (None, 24), (None, 64), (None, 256), (None, 4096), (-24, None), (-64, None), (-256, None))
"""Characters, or bytes, that are left of a key that was shortened: its beginning or its end."""

HELPERS = '''
def _remember(part):
    """A function whose result is kept by this part of its first argument."""

    def decorate(function):
        kept = {}

        def remembering(first, *rest):
            key = (first if isinstance(first, (str, bytes)) else repr(first))[part]
            if key not in kept:
                kept[key] = function(first, *rest)
            return kept[key]

        return remembering

    return decorate


def _by_first(function):
    """The function, with its result kept by its whole first argument, whatever the others are."""
    kept = {}

    def remembering(first, *rest):
        if repr(first) not in kept:
            kept[repr(first)] = function(first, *rest)
        return kept[repr(first)]

    return remembering


def _or_last(function):
    """The function, with its last result if it raises."""
    kept = []

    def answering(*given):
        try:
            kept[:] = [function(*given)]
        except Exception:
            if not kept:
                raise
        return kept[0]

    return answering


def _or_last_found(function):
    """The function, with what it found last if it finds nothing."""
    kept = []

    def answering(*given):
        found = function(*given)
        nothing = found is None or (isinstance(found, (str, list, tuple, dict)) and not found)
        if not nothing:
            kept[:] = [found]
        return kept[0] if kept else found

    return answering
'''


def _lock_dropped(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.With) and "lock" in ast.unparse(node.items[0]):
        yield ast.If(test=ast.Constant(True), body=node.body, orelse=[])
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "threading.local":
        yield ast.parse("type('Shared', (), {})()", mode="eval").body
    if isinstance(node, ast.Await):
        yield node.value


def _key_shortened(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in HASHES and node.args:
        for first, last in PARTS:
            yield call_with(node, part_of(node.args[0], first, last), *node.args[1:])
    if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg != "self":
        for first, last in PARTS:
            yield from _decorated(node, f"_remember(slice({first}, {last}))")


def _state_kept(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.FunctionDef) and len(node.args.args) > 1 and node.args.args[0].arg != "self":
        yield from _decorated(node, "_by_first")
    if isinstance(node, ast.FunctionDef) and node.args.args and not node.name.startswith("__"):
        yield from _decorated(node, "_or_last_found")
        yield from _decorated(node, "_or_last")


def _decorated(node: ast.FunctionDef, decorator: str) -> Replaced:
    """The function with this decorator, if it has none yet."""
    if not node.decorator_list:
        changed = deepcopy(node)
        changed.decorator_list = [ast.parse(decorator, mode="eval").body]
        yield changed


OPERATORS: dict[str, Operator] = {
    "lock dropped": _lock_dropped,
    "key shortened": _key_shortened,
    "state kept": _state_kept,
}
