"""Translation templates: write or check i18n/<addon>.pot, and check zh_CN.po.

usage: pot.py DATABASE write|check

The template is exported from a database with the addons installed and without
demo data, without its dates, so that it changes only when a text does. `write`
also brings zh_CN.po up to date: new texts come in untranslated, old ones go.
"""

import io
import os
import sys
from pathlib import Path

import polib

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.translate import trans_export

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_CN"
DATES = ('"POT-Creation-Date:', '"PO-Revision-Date:')


def addons():
    return sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))


def export(env, addon):
    """Return the template of an addon as text, empty when it has no text at all."""
    buffer = io.BytesIO()
    if not trans_export(None, [addon], buffer, "po", env):
        return ""
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(DATES))


def key(entry):
    return entry.msgctxt, entry.msgid


def po_problems(template, path):
    """Yield what keeps a translation from being complete."""
    name = path.relative_to(ROOT)
    if not path.exists():
        yield f"{name} is missing"
        return
    translation = polib.pofile(str(path))
    entries = {key(entry): entry for entry in translation if not entry.obsolete}
    for entry in polib.pofile(template):
        found = entries.get(key(entry))
        if found is None:
            yield f"{name}: missing: {entry.msgid!r}"
        elif found.fuzzy:
            yield f"{name}: fuzzy: {entry.msgid!r}"
        elif not found.translated():
            yield f"{name}: untranslated: {entry.msgid!r}"


def check(addon, template):
    folder = ROOT / addon / "i18n"
    pot = folder / f"{addon}.pot"
    if not template:
        return
    if not pot.exists() or pot.read_text() != template:
        yield f"{pot.relative_to(ROOT)} is not up to date: run `make pot`"
    yield from po_problems(template, folder / f"{LANGUAGE}.po")


def write(addon, template):
    folder = ROOT / addon / "i18n"
    if not template:
        return
    folder.mkdir(exist_ok=True)
    (folder / f"{addon}.pot").write_text(template)
    path = folder / f"{LANGUAGE}.po"
    if path.exists():
        translation = polib.pofile(str(path), wrapwidth=78)
    else:
        translation = polib.POFile(wrapwidth=78)
        translation.metadata = {
            "Language": LANGUAGE,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
        }
    translation.merge(polib.pofile(template))
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    translation.save(str(path))
    todo = len(translation.untranslated_entries()) + len(translation.fuzzy_entries())
    print(f"{addon}: {len(translation)} texts, {todo} to translate in {LANGUAGE}.po")


def main(database, command):
    options = ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=warn"]
    config.parse_config(options)
    with Registry(database).cursor() as cursor:
        env = odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {})
        templates = {addon: export(env, addon) for addon in addons()}
    if command == "write":
        for addon, template in templates.items():
            write(addon, template)
        return 0
    found = [line for addon in templates for line in check(addon, templates[addon])]
    print("\n".join(found[:60]), end="\n" if found else "")
    if len(found) > 60:
        print(f"... and {len(found) - 60} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
