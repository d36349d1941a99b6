"""What operators need of a module's syntax: the types of a mutation, and what else stands around a node."""

import ast
from collections.abc import Callable, Iterator


class Context:
    """What an operator must know of the module, by the id of a node.

    keys, attributes: others of the same function that could be read in its place. names: variables that a function
    could return instead; its first parameter comes first. silent: constants that no result depends on. loops: nodes
    within a loop. one_argument: names of the functions of one parameter.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.keys: dict[int, list[str | int]] = {}
        self.attributes: dict[int, list[str]] = {}
        self.names: dict[int, list[str]] = {}
        self.silent: set[int] = set()
        self.loops: set[int] = set()
        self.one_argument: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self._function(node)
            if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self.silent |= {id(part) for part in ast.walk(node)}
            if isinstance(node, ast.For | ast.While):
                self.loops |= {id(part) for part in ast.walk(node)}

    def _function(self, node: ast.FunctionDef) -> None:
        if len(node.args.args) == 1:
            self.one_argument.add(node.name)
        parts = list(ast.walk(node))
        self._keys([part for part in parts if isinstance(part, ast.Subscript) and key_of(part) is not None])
        self._attributes([p for p in parts if isinstance(p, ast.Attribute) and isinstance(p.ctx, ast.Load)])
        parameters = [one.arg for one in node.args.args if one.arg != "self"]
        for part in parts:
            if isinstance(part, ast.Return | ast.Raise | ast.ExceptHandler):
                self.names[id(part)] = [*parameters[:1], *_assigned(parts, part.lineno)]

    def _keys(self, read: list[ast.Subscript]) -> None:
        keys = list(dict.fromkeys(key for part in read if (key := key_of(part)) is not None))
        for part in read:
            own = key_of(part)
            self.keys[id(part)] = [key for key in keys if key != own and type(key) is type(own)]

    def _attributes(self, read: list[ast.Attribute]) -> None:
        of: dict[str, dict[str, None]] = {}
        for part in read:
            of.setdefault(ast.unparse(part.value), {})[part.attr] = None
        for part in read:
            self.attributes[id(part)] = [name for name in of[ast.unparse(part.value)] if name != part.attr]


Replaced = Iterator[ast.AST | None]
"""Nodes that may stand for the node; None: nothing stands there."""
Operator = Callable[[ast.AST, Context], Replaced]


def key_of(node: ast.Subscript) -> str | int | None:
    """The constant text or number that the node reads at."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return key if isinstance(key, str | int) else None


def _assigned(parts: list[ast.AST], line: int) -> list[str]:
    """Variables that have a value before this line."""
    found = [part for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    return list(dict.fromkeys(one.id for one in found if one.lineno < line))


def called(node: ast.AST) -> str:
    """The last name of what a call calls, as `sub` of `re.sub(...)`; empty if it is no call."""
    if not isinstance(node, ast.Call):
        return ""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def call_with(node: ast.Call, *args: ast.expr) -> ast.Call:
    """The same call with other arguments by place."""
    return ast.Call(func=node.func, args=list(args), keywords=node.keywords)


def part_of(value: ast.expr, first: int | None, last: int | None) -> ast.Subscript:
    """`value[first:last]`."""
    ends = [None if end is None else ast.Constant(end) for end in (first, last)]
    return ast.Subscript(value=value, slice=ast.Slice(lower=ends[0], upper=ends[1]), ctx=ast.Load())
