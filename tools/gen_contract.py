"""The public contract, written from the code: docs/contract.md.

usage: CONTRACT_DB=name gen_contract.py [--check]

The database has all our addons installed. Groups of a method are those that its code
names, or a private method of ours that it calls; states those that it and the private
methods of the same model go to.
"""

import ast
import functools
import inspect
import os
import re
import sys
import textwrap
from pathlib import Path

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "aftersales_service" / "tests"))

import introspection  # noqa: E402

TARGET = ROOT / "docs" / "contract.md"
GROUP = re.compile(r"\b\w+\.group_\w+\b")
DEPTH = 4  # how far calls of private methods are followed
MANY = 20  # longer selections are not written out
INTRO = """# The public contract

Written from the code by `make contract`; do not edit. What stands here is stable:
data files, other addons and outside clients may rely on it. A name that starts with
an underscore is private.

A public method returns the records it affected (over RPC: their ids), unless its
description says otherwise; `action_open_*` return a window action. `at` is a time in
UTC (`YYYY-MM-DD HH:MM:SS`), now when left out; a call with the same `request_key`
again returns the first answer and does nothing.

The column *asks for* lists the groups that the code of the method names, itself or in
what it calls. Where it is empty, access rights and record rules decide, or the document
does: its approval tier, its worker, its own employee.
"""


def cell(text):
    return " ".join(str(text or "").split()).replace("|", "\\|")


def table(heads, rows):
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(map(cell, row))} |"
    yield ""


# -- fields


def field_values(env, field):
    if field.type == "selection":
        values = field.get_values(env)
        if len(values) > MANY:
            return "(list from the system)"
        return ", ".join(f"`{value}`" for value in values)
    if field.relational or field.comodel_name:
        return f"`{field.comodel_name}`"
    return ""


def field_notes(field):
    notes = []
    if field.required:
        notes.append("required")
    if field.related:
        notes.append(f"from `{field.related}`")
    elif field.compute:
        notes.append("computed" if field.store else "computed, not stored")
    elif field.readonly:
        notes.append("read-only")
    if field.groups:
        notes.append(f"only for {field.groups}")
    return ", ".join(notes)


def field_rows(env, model):
    for field in introspection.our_fields(model):
        yield (
            f"`{field.name}`",
            field.string,
            field.type,
            field_values(env, field),
            field_notes(field),
        )


# -- methods


def definitions(model, name):
    """Yield our functions of that name on a model, the most special first."""
    for class_ in introspection.our_classes(model):
        function = vars(class_).get(name)
        if inspect.isfunction(function):
            yield inspect.unwrap(function)


@functools.cache
def makers_of(env, name):
    """Return the models of ours, not mixins, that have a method of that name."""
    return [
        model
        for model in introspection.touched_models(env)
        if not model._abstract and any(definitions(model, name))
    ]


def reachable(model, name, depth=DEPTH, seen=None, beyond=False):
    """Yield the functions a method is made of, with the private ones it calls.

    :param beyond: follow a call to another model, when only one has that method
    """
    seen = set() if seen is None else seen
    if name in seen or depth < 0:
        return
    seen.add(name)
    owner = model
    if beyond and not any(definitions(model, name)):
        makers = makers_of(model.env, name)
        owner = makers[0] if len(makers) == 1 else model
    for function in definitions(owner, name):
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        yield function, tree
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = node.func.attr
                if called.startswith("_") and called != "_set_state":
                    yield from reachable(owner, called, depth - 1, seen, beyond)


def texts(value):
    """Return the texts in a constant, or in a tuple of constants."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple | list | set | frozenset):
        return [item for item in value if isinstance(item, str)]
    return []


def groups_asked_for(model, name):
    found = set()
    for function, tree in reachable(model, name, beyond=True):
        for node in ast.walk(tree):
            values = []
            if isinstance(node, ast.Constant):
                values = texts(node.value)
            elif isinstance(node, ast.Name):
                values = texts(function.__globals__.get(node.id))
            for value in values:
                found.update(GROUP.findall(value))
    return ", ".join(sorted(group.partition(".group_")[2] for group in found))


def state_moves(model, name):
    """Return the transitions that a method's code names."""
    transitions = getattr(model, "_state_transitions", {})
    targets = []
    for _function, tree in reachable(model, name):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "_set_state"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value in transitions
                and node.args[0].value not in targets
            ):
                targets.append(node.args[0].value)
    moves = []
    for target in targets:
        sources = [state for state, after in transitions.items() if target in after]
        moves.append(f"{', '.join(sources)} → {target}")
    return "; ".join(moves)


def purpose(model, name):
    doc = next(
        filter(None, (function.__doc__ for function in definitions(model, name))), ""
    )
    return inspect.cleandoc(doc).partition("\n\n")[0]


def method_rows(model):
    for name in sorted(introspection.our_public_methods(model)):
        line = introspection.signature_line(model, name)
        yield (
            f"`{line.removeprefix(f'{model._name}.')}`",
            purpose(model, name),
            groups_asked_for(model, name),
            state_moves(model, name),
        )


# -- the page


def model_section(env, model):
    methods = list(method_rows(model))
    fields = list(field_rows(env, model))
    if not methods and not fields:
        return
    yield f"### `{model._name}`: {model._description}"
    yield ""
    if model._original_module in introspection.our_addons(env):
        maker = introspection.maker_of(model)
        yield from [inspect.cleandoc(maker.__doc__ or "").partition("\n\n")[0], ""]
    if transitions := getattr(model, "_state_transitions", None):
        moves = [
            f"{state} → {', '.join(sorted(after))}" if after else f"{state} (end)"
            for state, after in transitions.items()
        ]
        yield from [f"States: {'; '.join(moves)}.", ""]
    if methods:
        yield from table(("method", "what it does", "asks for", "states"), methods)
    if fields:
        yield from table(("field", "label", "type", "values", "notes"), fields)


def records_of(env, model, addons):
    data = env["ir.model.data"].search(
        [("model", "=", model), ("module", "in", addons)], order="module, name"
    )
    return [(row.complete_name, env[model].browse(row.res_id)) for row in data]


def render(env):
    addons = introspection.our_addons(env)
    models = [
        model for model in introspection.touched_models(env) if not model._abstract
    ] + [env[name] for name in ("aftersales.integrity",) if name in env]
    own = [m for m in models if m._original_module in addons]
    yield INTRO
    yield from ["## Our models", ""]
    for model in sorted(own, key=lambda model: model._name):
        yield from model_section(env, model)
    yield from ["## What we add to models of others", ""]
    for model in models:
        if model not in own:
            yield from model_section(env, model)
    yield from ["## Groups", ""]
    rows = [
        (f"`{xmlid}`", group.name, ", ".join(group.implied_ids.mapped("full_name")))
        for xmlid, group in records_of(env, "res.groups", addons)
    ]
    yield from table(("external id", "name", "implies"), rows)
    yield from ["## Reports", ""]
    rows = [
        (f"`{xmlid}`", report.name, f"`{report.model}`")
        for xmlid, report in records_of(env, "ir.actions.report", addons)
    ]
    yield from table(("external id", "name", "model"), rows)


def main(check):
    options = ["-c", os.environ["ODOO_RC"], "--log-level=error"]
    database = os.environ["CONTRACT_DB"]
    config.parse_config([*options, "-d", database])
    with Registry(database).cursor() as cursor:
        env = odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {"lang": "en_US"})
        text = "\n".join(render(env)).rstrip() + "\n"
    if not check:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text)
        print(f"{TARGET.relative_to(ROOT)}: {text.count(chr(10))} lines")
        return 0
    if TARGET.exists() and TARGET.read_text() == text:
        return 0
    print(f"{TARGET.relative_to(ROOT)} is not up to date: run `make contract`")
    return 1


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
