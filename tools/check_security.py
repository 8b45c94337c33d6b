"""Rules of security that no other linter here knows, on our addons' own code.

usage: check_security.py

- sudo: every ``sudo()`` and ``su=True`` says why, by ``# sudo: reason`` in its
  statement, above or below it, or earlier in the same function
- markup: ``Markup`` takes literals only; values are put in by ``%`` or ``format``
- eval: no ``eval``, ``exec``, ``safe_eval``
- query: a statement for the database is ``SQL(...)``, a literal, or made by a method
- csrf: no route without CSRF protection; a route that answers the public has either
  GET, or POST, never both
- spread: parameters of a request are never spread into ``create`` or ``write``
- flag: no context flag opens or shuts a check; a client can send any flag
- sanitize: an Html field without sanitizing says why, by ``# sanitize: reason``; no
  ``t-raw`` in a template
"""

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {"tests", "migrations", "demo"}
EVALS = {"eval", "exec", "safe_eval"}
# Context keys that choose what is shown or proposed; none of them decides a right.
HARMLESS = re.compile(
    r"^(default_\w+|active_\w+|lang|tz|uid|params|allowed_company_ids)$"
)
RAW = re.compile(r"\bt-raw\s*=")
REFUSALS = re.compile(r"(Error|Exception|Exists|NotFound)$")


class Comments:
    """The comments of a file, by line."""

    def __init__(self, text):
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        self.by_line = {
            token.start[0]: token.string
            for token in tokens
            if token.type == tokenize.COMMENT
        }
        self.lines = text.splitlines()

    def explain(self, first, last, word):
        """Tell whether a word stands in the comments of some lines, or above them."""
        if any(word in self.by_line.get(n, "") for n in range(first, last + 2)):
            return True
        line = first - 1
        while line > 0 and self.lines[line - 1].lstrip().startswith("#"):
            if word in self.by_line.get(line, ""):
                return True
            line -= 1
        return False


class Checker(ast.NodeVisitor):
    """Collects what breaks a rule in one file."""

    def __init__(self, text):
        self.comments, self.found = Comments(text), []
        self.functions, self.statements = [], []
        self.visit(ast.parse(text))

    def note(self, node, rule, text):
        self.found.append((node.lineno, rule, text))

    def visit(self, node):
        is_statement = isinstance(node, ast.stmt)
        if is_statement:
            self.statements.append(node)
        super().visit(node)
        if is_statement:
            self.statements.pop()

    def visit_FunctionDef(self, node):
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Call(self, node):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if (name == "sudo" and not node.args) or any(
            k.arg == "su" and getattr(k.value, "value", None) is True
            for k in node.keywords
        ):
            self._check_sudo(node)
        if name == "Markup" and node.args and not is_literal(node.args[0]):
            self.note(node, "markup", "Markup of something that is no literal")
        if name in EVALS and isinstance(node.func, ast.Name):
            self.note(node, "eval", f"{name} of a text")
        if name in ("execute", "execute_query", "executemany") and node.args:
            self._check_query(node)
        if name == "route":
            self._check_route(node)
        if name in ("create", "write"):
            self._check_spread(node, name)
        if name == "Html" and keyword(node, "sanitize") is False:
            last = node.end_lineno
            if not self.comments.explain(node.lineno, last, "sanitize:"):
                self.note(node, "sanitize", "an Html field without sanitizing")
        self.generic_visit(node)

    def visit_If(self, node):
        for key in context_flags(node.test):
            if not HARMLESS.match(key) and any(map(refuses, node.body + node.orelse)):
                self.note(node, "flag", f"the context key {key} decides a refusal")
        self.generic_visit(node)

    def _check_sudo(self, node):
        """Look for the reason in the statement, and in those it stands in."""
        for statement in reversed(self.statements):
            simple = not hasattr(statement, "body")
            last = statement.end_lineno if simple else node.end_lineno
            first = min(statement.lineno, node.lineno)
            if self.comments.explain(first, last, "sudo:"):
                return
            if not simple:
                break
        if not any(self._is_explained_before(f, node) for f in self.functions[-1:]):
            self.note(node, "sudo", "sudo without a reason")

    def _is_explained_before(self, function, node):
        """A reason given once in a function holds for what follows it there."""
        first = getattr(function, "lineno", 1)
        return any(
            "sudo:" in self.comments.by_line.get(line, "")
            for line in range(first, node.end_lineno + 1)
        )

    def _check_query(self, node):
        query = node.args[0]
        if isinstance(query, ast.Name):
            query = self._assigned(query.id) or query
        fine = (
            is_literal(query)
            or isinstance(query, ast.Call)
            and getattr(query.func, "attr", "") not in ("format", "join", "replace")
            or isinstance(query, ast.Name | ast.Attribute | ast.Subscript)
        )
        if not fine:
            self.note(node, "query", "a statement put together from texts")

    def _assigned(self, name):
        """Return the last value that the function gives a name."""
        found = None
        for node in ast.walk(self.functions[-1]) if self.functions else ():
            if isinstance(node, ast.Assign) and any(
                getattr(target, "id", None) == name for target in node.targets
            ):
                found = node.value
        return found

    def _check_route(self, node):
        if keyword(node, "csrf") is False:
            self.note(node, "csrf", "a route without CSRF protection")
        if keyword(node, "auth") not in ("public", "none"):
            return
        methods = next((k.value for k in node.keywords if k.arg == "methods"), None)
        methods = [item.value for item in methods.elts] if methods else []
        if keyword(node, "type") == "jsonrpc" or keyword(node, "readonly") is True:
            return
        if methods not in (["GET"], ["POST"]):
            self.note(node, "csrf", "a public route that takes any method")

    def _check_spread(self, node, name):
        spread = {
            function.args.kwarg.arg
            for function in self.functions
            if function.args.kwarg and not function.name.startswith("_")
        }
        for part in ast.walk(ast.Tuple([*node.args, *node.keywords], ast.Load())):
            if isinstance(part, ast.Name) and part.id in spread:
                self.note(node, "spread", f"**{part.id} goes into {name}")


def keyword(node, name):
    """Return the literal value of a keyword argument, or None."""
    value = next((k.value for k in node.keywords if k.arg == name), None)
    return getattr(value, "value", None)


def is_literal(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def context_flags(test):
    """Yield the keys of the context whose mere truth a condition asks for."""
    compared = {
        id(side)
        for node in ast.walk(test)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
    }
    for node in ast.walk(test):
        if (
            isinstance(node, ast.Call)
            and id(node) not in compared
            and getattr(node.func, "attr", "") == "get"
            and getattr(node.func.value, "attr", "") in ("context", "_context")
            and node.args
        ):
            yield getattr(node.args[0], "value", ast.unparse(node.args[0]))


def refuses(statement):
    """Tell whether a statement raises a refusal or calls a check."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Raise):
            name = ast.unparse(
                node.exc.func if isinstance(node.exc, ast.Call) else node
            )
            return bool(REFUSALS.search(name))
        called = getattr(getattr(node, "func", None), "attr", "")
        if called.startswith(("_check_", "_ensure_", "check_access", "_refuse")):
            return True
    return False


def problems(path):
    """Yield the findings of one file as texts."""
    name = path.relative_to(ROOT)
    text = path.read_text()
    if path.suffix == ".xml":
        for number, line in enumerate(text.splitlines(), 1):
            if RAW.search(line):
                yield f"{name}:{number}: sanitize: t-raw in a template"
        return
    for line, rule, what in sorted(Checker(text).found):
        yield f"{name}:{line}: {rule}: {what}"


def our_files():
    for manifest in sorted(ROOT.glob("*/__manifest__.py")):
        for path in sorted(manifest.parent.rglob("*")):
            inner = path.relative_to(manifest.parent).parts
            if path.suffix in (".py", ".xml") and SKIPPED.isdisjoint(inner):
                yield path


def main():
    found = [problem for path in our_files() for problem in problems(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
