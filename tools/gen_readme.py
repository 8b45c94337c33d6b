"""Write README.rst and static/description/index.html from an addon's readme/*.md.

usage: gen_readme.py [--check]     with --check nothing is written, a difference fails
"""

import ast
import sys
from pathlib import Path

import pypandoc
from docutils.core import publish_parts

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = [
    ("DESCRIPTION", ""),
    ("CONTEXT", "Use Cases / Context"),
    ("INSTALL", "Installation"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("ROADMAP", "Known issues / Roadmap"),
    ("HISTORY", "Changelog"),
    ("CREDITS", "Other credits"),
    ("CONTRIBUTORS", "Contributors"),
]
NOTICE = """\
..
   This file is generated from the fragments in readme/ by `make readme`.
   Edit the fragments, not this file.

"""
PAGE = """\
<!DOCTYPE html>
<!-- Generated from the fragments in readme/ by `make readme`. -->
<html lang="en">
<head>
<meta charset="utf-8" />
<title>{title}</title>
</head>
<body>
<section class="oe_container">
{body}</section>
</body>
</html>
"""


def title(text, line):
    return f"{text}\n{line * len(text)}\n\n"


def fragment(path):
    """Return a markdown fragment as reStructuredText, its headings one level lower."""
    return pypandoc.convert_text(
        path.read_text(),
        "rst",
        format="gfm",
        extra_args=["--wrap=auto", "--columns=79", "--shift-heading-level-by=2"],
    ).strip()


def readme(addon):
    """Return the text of README.rst."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    text = NOTICE + title(manifest["name"], "=")
    text += f"{manifest['summary']}.\n\n"
    text += f":Version: {manifest['version']}\n:License: {manifest['license']}\n\n"
    for name, heading in SECTIONS:
        path = addon / "readme" / f"{name}.md"
        if path.exists() and path.read_text().strip():
            text += title(heading, "=") if heading else ""
            text += fragment(path) + "\n\n"
    text += title("Authors", "=")
    authors = [author.strip() for author in manifest["author"].split(",")]
    return text + "\n".join(f"* {author}" for author in authors) + "\n"


def page(addon, text):
    """Return the text of static/description/index.html."""
    settings = {"report_level": 2, "halt_level": 2, "initial_header_level": 2}
    parts = publish_parts(text, writer_name="html5", settings_overrides=settings)
    return PAGE.format(title=parts["title"], body=parts["html_body"])


def outputs():
    for manifest in sorted(ROOT.glob("*/__manifest__.py")):
        addon = manifest.parent
        text = readme(addon)
        yield addon / "README.rst", text
        yield addon / "static" / "description" / "index.html", page(addon, text)


def main(check):
    failed = False
    for path, text in outputs():
        if path.exists() and path.read_text() == text:
            continue
        name = path.relative_to(ROOT)
        if check:
            failed = True
            print(f"{name} is not up to date: run `make readme`")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
