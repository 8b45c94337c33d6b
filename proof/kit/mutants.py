"""Small faults put into functions on purpose, one at a time, in the running process.

A mutant replaces the code of a function and leaves the function where it is, so that
whoever holds it by any name runs the fault.  Docstrings and their examples stay.
"""

import ast
import copy
import inspect
import signal
import types
from contextlib import contextmanager

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SUMS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


class TooLong(BaseException):
    """What was started does not end."""


@contextmanager
def within(seconds):
    """Break off what takes more than so many seconds of the processor."""

    def ring(_number, _frame):
        raise TooLong

    old = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def changes(node):
    """Yield (what, function that makes the change on a copy of the node)."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            for other in COMPARISONS.get(type(operator), ()):
                yield (
                    f"{type(operator).__name__} to {other.__name__}",
                    lambda n, k=number, o=other: n.ops.__setitem__(k, o()),
                )
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SUMS:
        other = SUMS[type(node.op)]
        yield (
            f"{type(node.op).__name__} to {other.__name__}",
            lambda n, o=other: setattr(n, "op", o()),
        )
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "And to Or or back", lambda n, o=other: setattr(n, "op", o())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda n: setattr(n, "op", ast.UAdd())
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Name) and node.id in CALLS:
        yield f"{node.id} swapped", lambda n: setattr(n, "id", CALLS[n.id])
    else:
        yield from _flow(node)


def _flow(node):
    """Yield the changes of conditions and answers."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = getattr(node.value.func, "attr", getattr(node.value.func, "id", ""))
        yield (
            f"call of {name} dropped",
            lambda n: setattr(n, "value", ast.copy_location(ast.Constant(None), n)),
        )
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        yield (
            "condition false",
            lambda n: setattr(n, "test", ast.copy_location(ast.Constant(False), n)),
        )
    elif isinstance(node, ast.Return) and not _is_nothing(node.value):
        yield (
            "returns None",
            lambda n: setattr(n, "value", ast.copy_location(ast.Constant(None), n)),
        )


def _is_nothing(node):
    return node is None or getattr(node, "value", node) is None


def _constants(node):
    value = node.value
    if isinstance(value, bool):
        yield f"{value} turned", lambda n: setattr(n, "value", not n.value)
    elif isinstance(value, int | float):
        yield f"{value} plus 1", lambda n: setattr(n, "value", n.value + 1)
    elif isinstance(value, str) and value:
        yield f"{value[:20]!r} changed", lambda n: setattr(n, "value", n.value + "!")


def _is_not_operator(node):
    """``+True`` is 1: what stood behind a ``not`` keeps its truth."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd)


class _Truth(ast.NodeTransformer):
    """Writes ``bool(x)`` where a ``not`` was dropped."""

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        if not _is_not_operator(node) or isinstance(node.operand, ast.Constant):
            return node
        call = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
        return ast.copy_location(call, node)


class Mutant:
    """One change in one function of a module; ``place`` is of its statement."""

    def __init__(self, module, function, path, index, what, place):
        self.module, self.function, self.path = module, function, path
        self.index, self.what = index, what
        self.line, self.place = place[0], place[1]

    def __str__(self):
        name = self.module.__name__.rpartition(".")[2]
        return f"{name}:{self.line} {self.function.__qualname__}: {self.what}"

    @property
    def key(self):
        """Name the fault without its line, which moves with every change above it."""
        name = self.module.__name__.rpartition(".")[2]
        return name, self.path[-1], self.what

    def code(self, tree):
        """Return the code of the function with the change in it."""
        changed = copy.deepcopy(tree)
        function = _find(changed, self.path)
        node = _nodes(function)[self.index[0]]
        list(changes(node))[self.index[1]][1](node)
        if self.function.__code__.co_freevars:
            # What is left may not speak of ``super`` any more, and needs its cell.
            cell = ast.Expr(ast.Name("__class__", ast.Load()))
            function.body.insert(0, ast.copy_location(cell, node))
        changed = ast.fix_missing_locations(_Truth().visit(changed))
        whole = compile(changed, self.module.__file__, "exec")
        return code_of(whole, self.path)

    @contextmanager
    def in_place(self, tree):
        """Run the fault instead of the sound code, whoever calls the function."""
        sound, self.function.__code__ = self.function.__code__, self.code(tree)
        try:
            yield
        finally:
            self.function.__code__ = sound


def functions(module, tree):
    """Yield (function, path of names) of what a module defines and can be replaced."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield inspect.unwrap(getattr(module, node.name)), (node.name,)
        elif isinstance(node, ast.ClassDef):
            owner = vars(getattr(module, node.name))
            for inner in node.body:
                found = owner.get(getattr(inner, "name", None))
                found = getattr(found, "fget", getattr(found, "__func__", found))
                if isinstance(inner, ast.FunctionDef) and isinstance(
                    found, types.FunctionType
                ):
                    yield inspect.unwrap(found), (node.name, inner.name)


def _find(tree, path):
    node = tree
    for name in path:
        node = next(n for n in node.body if getattr(n, "name", None) == name)
    return node


def _nodes(function):
    """Return the nodes of a function's body, without its docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return [node for statement in body for node in ast.walk(statement)]


def code_of(code, path):
    for name in path:
        code = next(
            constant
            for constant in code.co_consts
            if isinstance(constant, types.CodeType) and constant.co_name == name
        )
    return code


def mutants(module):
    """Return the mutants of a module and its syntax tree."""
    tree = ast.parse(inspect.getsource(module))
    found = []
    for function, path in functions(module, tree):
        body = _find(tree, path)
        places, messages = _places(body), _messages(body)
        for number, node in enumerate(_nodes(body)):
            if node in messages:
                continue
            for choice, (what, _act) in enumerate(changes(node)):
                place = node.lineno, places[node]
                found.append(
                    Mutant(module, function, path, (number, choice), what, place)
                )
    return tree, found


def _places(function):
    """Return line and column of the statement that each node belongs to."""
    found, todo = {}, [(function, None)]
    while todo:
        node, place = todo.pop()
        if isinstance(node, ast.stmt):
            place = node.lineno, node.col_offset
        found[node] = place
        todo += [(child, place) for child in ast.iter_child_nodes(node)]
    return found


def _messages(function):
    """Return the texts to people: those with spaces, and what is translated."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "_":
            found.update(node.args[:1])
        elif isinstance(node, ast.Constant) and " " in str(node.value):
            found.add(node)
    return found
