"""B28: static rules of security, each with a piece of code that it must find."""

import check_security

TITLE = "static rules: sudo, Markup, eval, queries, routes, spread, flags, sanitizing"
GOAL = "0 findings in our addons; every rule finds its bad example, no good one"
GATE = LONG = {}
BAD = {
    "sudo": ["self.sudo().search([])", "env = self.env(su=True)"],
    "markup": [
        'Markup(f"<b>{name}</b>")',
        'Markup("<b>" + name)',
        'Markup("<b>%s</b>" % name)',
        "Markup(name)",
    ],
    "eval": ["eval(text)", "exec(text)", "safe_eval(text, {})"],
    "query": [
        'self.env.cr.execute(f"SELECT {name}")',
        'self.env.cr.execute("SELECT %s" % name)',
        'self.env.cr.execute("SELECT {}".format(name))',
        'def f(self, name):\n    query = "SELECT " + name\n    cr.execute(query)',
    ],
    "csrf": [
        '@http.route("/x", auth="user", csrf=False)\ndef x(self): pass',
        '@http.route("/x", auth="public")\ndef x(self): pass',
        '@http.route("/x", auth="public", methods=["GET", "POST"])\ndef x(self): pass',
        '@http.route("/x", auth="none", type="http")\ndef x(self): pass',
    ],
    "spread": [
        "def page(self, **kw):\n    records.create(kw)",
        "def page(self, **kw):\n    records.write({**kw})",
        "def page(self, **kw):\n    records.create({'a': 1, **kw})",
    ],
    "flag": [
        'def f(self):\n    if not self.env.context.get("force"):\n'
        '        raise UserError("no")',
        'def f(self):\n    if self.env.context.get("ok"):\n        return\n    else:\n'
        "        self._check_right()",
    ],
    "sanitize": ["note = fields.Html(sanitize=False)"],
}
GOOD = [
    "# sudo: the counter is nobody's\nself.sudo().search([])",
    "self.sudo().search([])  # sudo: the counter is nobody's",
    "record = self.sudo(False)",
    'Markup("<b>%s</b>") % name',
    'self.env.cr.execute(SQL("SELECT %s", name))',
    'self.env.cr.execute("SELECT 1")',
    '@http.route("/x", auth="public", methods=["GET"])\ndef x(self): pass',
    "def page(self, name=None, **kw):\n    records.create({'name': name})",
    'def f(self):\n    if self.env.context.get("k") is not KEY:\n'
    '        raise UserError("no")',
    "note = fields.Html(sanitize=False)  # sanitize: made of escaped values",
]


def run(_size):
    files = list(check_security.our_files())
    violations = [text for path in files for text in check_security.problems(path)]
    bad = good = 0
    for rule, samples in BAD.items():
        for sample in samples:
            bad += 1
            if rule not in {found[1] for found in check_security.Checker(sample).found}:
                violations.append(f"control not found: {rule} in {sample!r}")
    for sample in GOOD:
        good += 1
        if check_security.Checker(sample).found:
            violations.append(f"found in good code: {sample!r}")
    return {
        "files": len(files),
        "bad examples": bad,
        "good examples": good,
        "violations": violations,
        "ok": not violations,
    }
