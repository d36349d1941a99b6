"""Mutations of a module's source: one small mistake each, of the kinds that programmers make."""

import ast
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    **{ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
}
BESIDE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER_SIGN: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
}
CLEANING = ("casefold", "lower", "upper", "strip", "lstrip", "rstrip", "replace")
"""Methods that normalise the text that they are called on."""
HASHES = ("sha256", "blake2b", "md5")
PREFIX = 24
"""Characters, or bytes, of a key that was shortened."""

HELPERS = f'''
def _remember(function):
    """The function, with its result kept by the beginning of its first argument."""
    kept = {{}}

    def remembering(first, *rest):
        key = (first if isinstance(first, str) else repr(first))[:{PREFIX}]
        if key not in kept:
            kept[key] = function(first, *rest)
        return kept[key]

    return remembering


def _by_first(function):
    """The function, with its result kept by its whole first argument, whatever the others are."""
    kept = {{}}

    def remembering(first, *rest):
        if repr(first) not in kept:
            kept[repr(first)] = function(first, *rest)
        return kept[repr(first)]

    return remembering
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One changed module. operator: the kind of mistake. line: in the original. was, now: the changed code."""

    operator: str
    line: int
    was: str
    now: str
    source: str


Replaced = Iterator[ast.AST | None]
"""Nodes that may stand for the node; None: nothing stands there."""


def mutations(source: str) -> list[Mutation]:
    """Every mutation of the source, in the order of its nodes and of OPERATORS."""
    tree = ast.parse(source)
    context = _Context(tree)
    found: list[Mutation] = []
    for place, node in enumerate(ast.walk(tree)):
        for name, operator in OPERATORS.items():
            for new in operator(node, context):
                changed = _replaced(tree, place, new)
                if changed is not None:
                    found.append(
                        Mutation(
                            operator=name,
                            line=getattr(node, "lineno", 0),
                            was=ast.unparse(node).partition("\n")[0],
                            now=ast.unparse(new).partition("\n")[0] if new else "(nothing)",
                            source=HELPERS + changed,
                        )
                    )
    return found


class _Context:
    """What an operator must know of the module: the keys that each function reads, and functions of one parameter."""

    def __init__(self, tree: ast.Module) -> None:
        self.keys: dict[int, list[str]] = {}
        self.docs: set[int] = set()
        self.one_argument: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self._function(node)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                self.docs.add(id(node.value))

    def _function(self, node: ast.FunctionDef) -> None:
        if len(node.args.args) == 1:
            self.one_argument.add(node.name)
        read = [part for part in ast.walk(node) if isinstance(part, ast.Subscript)]
        keys = dict.fromkeys(key for part in read if (key := _key(part)))
        self.keys |= {id(part): [key for key in keys if key != _key(part)] for part in read if _key(part)}


def _key(node: ast.Subscript) -> str:
    return node.slice.value if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str) else ""


def _replaced(tree: ast.Module, place: int, new: ast.AST | None) -> str | None:
    """The source with another node in that place; None if it cannot be written."""
    copy = deepcopy(tree)
    target = list(ast.walk(copy))[place]
    try:
        _Replace(target, deepcopy(new)).visit(copy)
        return ast.unparse(ast.fix_missing_locations(copy))
    except (ValueError, TypeError, AttributeError):
        return None


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, new: ast.AST | None) -> None:
        self.target, self.new = target, new

    def visit(self, node: ast.AST) -> ast.AST | None:
        if node is self.target:
            return self.new or ast.Pass()
        return self.generic_visit(node)


def _check_dropped(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Raise | ast.Return):
        yield None
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            rest = [other for other in node.values if other is not value]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)


def _fields_swapped(node: ast.AST, context: _Context) -> Replaced:
    if isinstance(node, ast.Subscript):
        for key in context.keys.get(id(node), ()):
            yield ast.Subscript(value=node.value, slice=ast.Constant(key), ctx=node.ctx)


def _constant_changed(node: ast.AST, context: _Context) -> Replaced:
    if isinstance(node, ast.Constant) and id(node) not in context.docs:
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int | float) and node.value:
            for factor in (2, 0, 10, 0.5, 0.1):
                yield ast.Constant(type(node.value)(node.value * factor))


def _arithmetic_changed(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_SIGN:
        yield ast.BinOp(left=node.left, op=OTHER_SIGN[type(node.op)](), right=node.right)
        yield node.left


def _condition_changed(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(op=ast.And() if isinstance(node.op, ast.Or) else ast.Or(), values=node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


def _off_by_one(node: ast.AST, context: _Context) -> Replaced:
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    yield from _compared(node, BESIDE)


def _comparison_turned(node: ast.AST, _: _Context) -> Replaced:
    yield from _compared(node, TURNED)


def _compared(node: ast.AST, others: dict[type[ast.cmpop], type[ast.cmpop]]) -> Replaced:
    if isinstance(node, ast.Compare):
        for number, op in enumerate(node.ops):
            if type(op) in others:
                ops = [others[type(op)]() if k == number else old for k, old in enumerate(node.ops)]
                yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)


def _range_widened(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.Compare) and len(node.ops) == 2:
        middle = node.comparators[0]
        yield ast.Compare(left=node.left, ops=node.ops[:1], comparators=[middle])
        yield ast.Compare(left=middle, ops=node.ops[1:], comparators=node.comparators[1:])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
        yield from node.args if len(node.args) == 2 else ()


def _normalisation_removed(node: ast.AST, context: _Context) -> Replaced:
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in CLEANING:
            yield node.func.value
        elif node.func.attr in ("sub", "normalize") and len(node.args) > 1:
            yield node.args[-1]
    elif isinstance(node.func, ast.Name) and len(node.args) == 1 and node.func.id in {*context.one_argument, "abs"}:
        yield node.args[0]


def _branch_ignored(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    if isinstance(node, ast.If) and (node.orelse or not isinstance(node.body[-1], ast.Raise | ast.Return)):
        yield ast.If(test=ast.Constant(False), body=node.body, orelse=node.orelse)
        yield ast.If(test=ast.Constant(True), body=node.body, orelse=node.orelse)


def _lock_dropped(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.With) and "lock" in ast.unparse(node.items[0]):
        yield ast.If(test=ast.Constant(True), body=node.body, orelse=[])
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "threading.local":
        yield ast.parse("type('Shared', (), {})()", mode="eval").body
    if isinstance(node, ast.Await):
        yield node.value


def _key_shortened(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in HASHES and node.args:
        short = ast.Subscript(value=node.args[0], slice=ast.Slice(upper=ast.Constant(PREFIX)), ctx=ast.Load())
        yield ast.Call(func=node.func, args=[short, *node.args[1:]], keywords=node.keywords)
    yield from _decorated(node, "_remember", 1)


def _state_kept(node: ast.AST, _: _Context) -> Replaced:
    yield from _decorated(node, "_by_first", 2)


def _decorated(node: ast.AST, name: str, parameters: int) -> Replaced:
    """The function with this decorator, if it has so many parameters, none of them `self`."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list or len(node.args.args) < parameters:
        return
    if node.args.args[0].arg != "self":
        changed = deepcopy(node)
        changed.decorator_list = [ast.Name(id=name, ctx=ast.Load())]
        yield changed


def _error_swallowed(node: ast.AST, _: _Context) -> Replaced:
    if isinstance(node, ast.ExceptHandler) and isinstance(node.body[-1], ast.Raise):
        for value in (ast.Constant(None), ast.Dict(keys=[], values=[])):
            yield ast.ExceptHandler(type=node.type, name=node.name, body=[ast.Return(value=value)])
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield None


Operator = Callable[[ast.AST, _Context], Replaced]
OPERATORS: dict[str, Operator] = {
    "check dropped": _check_dropped,
    "fields swapped": _fields_swapped,
    "constant changed": _constant_changed,
    "arithmetic changed": _arithmetic_changed,
    "condition changed": _condition_changed,
    "normalisation removed": _normalisation_removed,
    "range widened": _range_widened,
    "off by one": _off_by_one,
    "comparison turned": _comparison_turned,
    "branch ignored": _branch_ignored,
    "lock dropped": _lock_dropped,
    "key shortened": _key_shortened,
    "state kept": _state_kept,
    "error swallowed": _error_swallowed,
}


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
