"""Tells which statements of some modules were run, and costs other code nothing.

Every function of the modules runs with a mark before each of its statements.
"""

import ast
import copy
from contextlib import contextmanager

from .mutants import code_of, functions

NAME = "_proof_mark"
BLOCKS = ("body", "orelse", "finalbody")


@contextmanager
def marked(trees):
    """Mark the statements of modules; yield the set of those that were run.

    :param trees: ``{module: its syntax tree}``
    :return: set of (module name, (line, column)), to be cleared at will
    """
    seen, sound = set(), {}
    for module, tree in trees.items():
        vars(module)[NAME] = seen.add
        whole = compile(_with_marks(module, tree), module.__file__, "exec")
        for function, path in functions(module, tree):
            sound[function] = function.__code__
            function.__code__ = code_of(whole, path)
    try:
        yield seen
    finally:
        for function, code in sound.items():
            function.__code__ = code
        for module in trees:
            del vars(module)[NAME]


def _with_marks(module, tree):
    """Return a copy of a module's tree with the marks in it."""
    changed = copy.deepcopy(tree)
    tops = [node for node in ast.walk(changed) if isinstance(node, ast.FunctionDef)]
    # A function in a function is reached by walking the outer one already.
    inner = {node for top in tops for node in ast.walk(top) if node is not top}
    for top in tops:
        if top not in inner:
            for node in list(ast.walk(top)):
                _mark_blocks(module, node)
    return ast.fix_missing_locations(changed)


def _mark_blocks(module, node):
    """Put a mark before each statement in the blocks of one node."""
    for name in BLOCKS:
        block = getattr(node, name, None)
        if isinstance(block, list):
            marks = [_mark(module, statement) for statement in block]
            both = zip(marks, block, strict=True)
            setattr(node, name, [item for pair in both for item in pair])


def _mark(module, statement):
    place = module.__name__, (statement.lineno, statement.col_offset)
    call = ast.Call(ast.Name(NAME, ast.Load()), [ast.Constant(place)], [])
    return ast.copy_location(ast.Expr(call), statement)
