"""Buttons and menus that the manual names must be there, word for word.

What stands in bold in docs/manual/en is looked for among the texts of the addons'
views, code and scripts, and what stands in bold in docs/manual/zh_CN among their
translations.  "Parts → To Verify" is two names; "Plans." with its full stop begins a
paragraph and names nothing.

usage: check_manual.py
"""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
BOLD = re.compile(r"\*\*([^*]+)\*\*")
# Names that Odoo and the addons we build on give, by language.
GIVEN = {
    "en": {
        "Import",
        "Import records",
        "Test",
        "Validate",
        "Print",
        "Configuration",
        "Settings",
        "Compute Sheet",
        "Confirm",
        "Transfers",
        "Inventory",
        "Reporting",
    },
    "zh_CN": {"导入记录", "测试", "计算表", "验证"},
}


def clean(text):
    return re.sub(r"\s+", " ", text).strip()


def read_xml(path):
    """Yield the texts and the attributes of an XML file."""
    text = path.read_text()
    for part in re.findall(r">([^<>]+)<", text):
        yield clean(part)
    for part in re.findall(r'"([^"<>]+)"', text):
        yield clean(part)


def read_python(path):
    """Yield the texts of a Python file, and the labels of fields without one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield clean(node.value)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = re.sub(r"_ids?$", "", node.targets[0].id)
            yield name.replace("_", " ").title()


def read_script(path):
    for part in re.findall(r'"([^"\n]+)"', path.read_text()):
        yield clean(part)


def read_po(path):
    """Yield the translations of a catalogue."""
    text = re.sub(r'"\n"', "", path.read_text())
    for part in re.findall(r'^msgstr "(.+)"$', text, re.MULTILINE):
        yield clean(re.sub(r"<[^<>]+>", " ", part.replace('\\"', '"')))


READERS = {".xml": read_xml, ".py": read_python, ".js": read_script}


def known_names(language):
    """Return every text that can stand on a screen."""
    names = set(GIVEN[language])
    if language != "en":
        names |= known_names("en")  # what nobody translates is shown as it is
    for manifest in ROOT.glob("*/__manifest__.py"):
        addon = manifest.parent
        if language != "en":
            for path in addon.glob(f"i18n/{language}.po"):
                names.update(read_po(path))
            continue
        for path in addon.rglob("*"):
            reader = READERS.get(path.suffix)
            if reader and "tests" not in path.relative_to(addon).parts:
                names.update(reader(path))
    return names


def named(text):
    """Yield the names that a page of the manual puts in bold."""
    for found in BOLD.findall(text):
        phrase = clean(found)
        if phrase[-1] not in ".。:：":
            yield from (part.strip() for part in phrase.split("→"))


def main():
    unknown = []
    for language in GIVEN:
        names = known_names(language)
        for page in sorted((MANUAL / language).glob("*.md")):
            unknown += [
                f"{page.relative_to(ROOT)}: no screen says “{name}”"
                for name in sorted(set(named(page.read_text())) - names)
            ]
    print("\n".join(unknown))
    sys.exit(bool(unknown))


if __name__ == "__main__":
    main()
