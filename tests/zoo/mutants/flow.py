"""Mutations of the control flow: checks, conditions, branches, loops, steps, and errors."""

import ast

from tests.zoo.mutants.syntax import Context, Operator, Replaced, part_of

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    **{ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
}
BESIDE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def _check_dropped(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Raise | ast.Return):
        yield None
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            rest = [other for other in node.values if other is not value]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)
    if isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(target=node.target, iter=node.iter, ifs=[], is_async=node.is_async)


def _condition_changed(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(op=ast.And() if isinstance(node.op, ast.Or) else ast.Or(), values=node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


def _range_widened(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.Compare) and len(node.ops) == 2:
        middle = node.comparators[0]
        yield ast.Compare(left=node.left, ops=node.ops[:1], comparators=[middle])
        yield ast.Compare(left=middle, ops=node.ops[1:], comparators=node.comparators[1:])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
        yield from node.args if len(node.args) == 2 else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        yield node.value


def _off_by_one(node: ast.AST, context: Context) -> Replaced:
    if isinstance(node, ast.Constant) and type(node.value) is int and id(node) not in context.silent:
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    yield from _compared(node, BESIDE)


def _comparison_turned(node: ast.AST, _: Context) -> Replaced:
    yield from _compared(node, TURNED)


def _compared(node: ast.AST, others: dict[type[ast.cmpop], type[ast.cmpop]]) -> Replaced:
    if isinstance(node, ast.Compare):
        for number, op in enumerate(node.ops):
            if type(op) in others:
                ops = [others[type(op)]() if k == number else old for k, old in enumerate(node.ops)]
                yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)


def _branch_ignored(node: ast.AST, _: Context) -> Replaced:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    if isinstance(node, ast.If) and (node.orelse or not isinstance(node.body[-1], ast.Raise | ast.Return)):
        yield ast.If(test=ast.Constant(False), body=node.body, orelse=node.orelse)
        yield ast.If(test=ast.Constant(True), body=node.body, orelse=node.orelse)


def _loop_cut_short(node: ast.AST, _: Context) -> Replaced:
    """The loop leaves out the first or the last of what it goes through, or ends after the first."""
    if isinstance(node, ast.For | ast.comprehension):
        through = ast.Call(func=ast.Name(id="list", ctx=ast.Load()), args=[node.iter], keywords=[])
        for first, last in ((1, None), (None, -1), (None, 1)):
            some = part_of(through, first, last)
            if isinstance(node, ast.For):
                changed = ast.For(target=node.target, iter=some, body=node.body, orelse=node.orelse)
                yield ast.copy_location(changed, node)
            else:
                yield ast.comprehension(target=node.target, iter=some, ifs=node.ifs, is_async=node.is_async)


def _step_skipped(node: ast.AST, context: Context) -> Replaced:
    """A statement is left out, or a function returns what it had a step before."""
    if isinstance(node, ast.AugAssign | ast.Assign) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield None
    if isinstance(node, ast.Return) and node.value is not None:
        for name in context.names.get(id(node), ()):
            if ast.unparse(node.value) != name:
                yield ast.Return(value=ast.Name(id=name, ctx=ast.Load()))


def _error_swallowed(node: ast.AST, context: Context) -> Replaced:
    """Where an error is raised or caught, the function goes on or returns something harmless."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield None
        if id(node) in context.loops:
            yield from (ast.Break(), ast.Continue())
        yield from _returns(node, context)
    if isinstance(node, ast.ExceptHandler) and isinstance(node.body[-1], ast.Raise | ast.Return):
        for instead in _returns(node, context):
            if ast.unparse(instead) != ast.unparse(node.body[-1]):
                yield ast.ExceptHandler(type=node.type, name=node.name, body=[instead])


def _returns(node: ast.AST, context: Context) -> list[ast.stmt]:
    """Returns of None, of nothing of each common type, and of what the function was given."""
    values = [ast.Constant(None), ast.Constant(0), ast.Constant(""), ast.Dict(keys=[], values=[])]
    given = [ast.Name(id=name, ctx=ast.Load()) for name in context.names.get(id(node), ())[:1]]
    return [ast.Return(value=value) for value in (*values, *given)]


OPERATORS: dict[str, Operator] = {
    "check dropped": _check_dropped,
    "condition changed": _condition_changed,
    "range widened": _range_widened,
    "off by one": _off_by_one,
    "comparison turned": _comparison_turned,
    "branch ignored": _branch_ignored,
    "loop cut short": _loop_cut_short,
    "step skipped": _step_skipped,
    "error swallowed": _error_swallowed,
}
