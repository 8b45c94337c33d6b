"""What the addons of this repository bring to the registry.

Used by the contract tests and by the generator of ``docs/contract.md``.
"""

import ast
import inspect
from pathlib import Path

from odoo.models import MAGIC_COLUMNS
from odoo.modules import get_module_path
from odoo.service.model import get_public_method
from odoo.tools import file_open

PREFIX = "aftersales_service"
PACKAGE = f"odoo.addons.{PREFIX}"


def our_addons(env):
    """Return the names of the installed addons of this repository, sorted."""
    installed = env["ir.module.module"].search(
        [("state", "=", "installed"), ("name", "=like", f"{PREFIX}%")]
    )
    return sorted(installed.mapped("name"))


def addon_of(class_):
    """Return the addon of this repository that a class was written in, or None."""
    if not class_.__module__.startswith(PACKAGE):
        return None
    return class_.__module__.split(".")[2]


def our_models(env):
    """Return the models that our addons made, sorted by name."""
    return [
        env[name]
        for name, class_ in sorted(env.registry.items())
        if class_._original_module.startswith(PREFIX)
    ]


def our_classes(model):
    """Return the classes of a model that are written in our addons."""
    return [class_ for class_ in type(model).mro() if addon_of(class_)]


def our_fields(model):
    """Return the fields that our addons define on a model, sorted by name."""
    names = {
        name
        for class_ in our_classes(model)
        for name in vars(class_)
        if name in model._fields and name not in MAGIC_COLUMNS
    }
    return [model._fields[name] for name in sorted(names)]


def maker_of(model):
    """Return the class that defines a model of ours."""
    return next(
        class_
        for class_ in our_classes(model)
        if vars(class_).get("_name") == model._name
    )


def touched_models(env):
    """Return all models that a class of ours makes or extends, sorted by name."""
    return [env[name] for name in sorted(env.registry) if our_classes(env[name])]


def our_public_methods(model):
    """Return what clients may call on a model and only our addons define.

    :return: ``{method name: class that defines it first}``
    """
    foreign = [
        class_ for class_ in type(model).mro() if not is_registry_or_ours(class_)
    ]
    found = {}
    for class_ in our_classes(model):
        for name, value in vars(class_).items():
            if name.startswith("_") or not inspect.isfunction(value):
                continue
            if any(name in vars(other) for other in foreign):
                continue
            if is_public(model, name):
                found.setdefault(name, class_)
    return found


def is_registry_or_ours(class_):
    """Tell whether a class is a registry class or written in our addons."""
    return bool(addon_of(class_)) or class_.__module__.startswith(
        "odoo.orm.model_classes"
    )


def is_public(model, name):
    """Tell whether a remote client may call a method."""
    try:
        get_public_method(model, name)
    except Exception:
        return False
    return True


def signature_line(model, name):
    """Return ``model.method(arguments)`` as the allowlist writes it."""
    signature = inspect.signature(getattr(type(model), name))
    parameters = list(signature.parameters.values())[1:]
    arguments = ", ".join(
        str(parameter.replace(annotation=parameter.empty)) for parameter in parameters
    )
    return f"{model._name}.{name}({arguments})"


def public_method_lines(env):
    """Return the allowlist lines of every addon: ``{addon: sorted lines}``."""
    lines = {addon: set() for addon in our_addons(env)}
    for model in touched_models(env):
        for name, class_ in our_public_methods(model).items():
            lines[addon_of(class_)].add(signature_line(model, name))
    return {addon: sorted(found) for addon, found in lines.items()}


def read_allowlist(addon):
    """Return the lines of an addon's ``tests/public_methods.txt``, if it has one."""
    try:
        with file_open(f"{addon}/tests/public_methods.txt") as handle:
            return [line.strip() for line in handle if line.strip()]
    except FileNotFoundError:
        return []


def source_trees(env):
    """Yield ``(path, syntax tree)`` of every Python file of ours but tests."""
    for addon in our_addons(env):
        for path in sorted(Path(get_module_path(addon)).rglob("*.py")):
            if "tests" not in path.parts:
                yield path, ast.parse(path.read_text())


def required_arguments(model, name):
    """Return how many positional arguments a method must be given."""
    parameters = list(inspect.signature(getattr(type(model), name)).parameters.values())
    return sum(
        parameter.default is parameter.empty
        and parameter.kind == parameter.POSITIONAL_OR_KEYWORD
        for parameter in parameters[1:]
    )
