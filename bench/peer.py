"""Addons of others that a line is compared with: fetched for the bench alone."""

import re
import subprocess
import sys
from pathlib import Path

from odoodb import STATE, ToolError, run_odoo

import odoo.addons

FOLDER = STATE / "bench" / "peer"


def fetch(*packages):
    """Put pinned packages into a folder of the bench, once.

    :return: the folder of their addons
    """
    folder = FOLDER / re.sub(r"[^a-z0-9.]+", "-", "-".join(packages))
    if not folder.is_dir():
        part = folder.with_suffix(".part")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--no-input", "--upgrade"]
        done = subprocess.run(
            [*command, "--target", str(part), *packages],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise ToolError(f"pip could not fetch {packages}:\n{done.stderr[-800:]}")
        part.rename(folder)
    return folder / "odoo" / "addons"


def install(database, addon, addons):
    """Install an addon from a fetched folder, and let this process load it too."""
    path = re.search(
        r"^addons_path = (.*)$",
        Path(odoo.tools.config["config"]).read_text(),
        re.MULTILINE,
    ).group(1)
    run_odoo(f"bench-{addon}", "-d", database, "-i", addon,
             f"--addons-path={path},{addons}")  # fmt: skip
    if str(addons) not in odoo.addons.__path__:
        odoo.addons.__path__.append(str(addons))
