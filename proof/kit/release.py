"""The last release as its users have it: its own code, demo data and played story."""

import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

import db
from odoodb import (
    LOGS,
    ROOT,
    STATE,
    ToolError,
    clone,
    databases,
    drop,
    odoo_command,
    run_odoo,
)

COMMIT = "2a6d3ae607ed17ef05dd703f0044d217c8da8089"
VERSION = "19.0.1.0.0"
STORY = "tools/story/run.py"


class HistoryMissing(ToolError):
    """The repository was cloned without the release in its history."""


def git(*args):
    return subprocess.run(["git", *args], cwd=ROOT, check=False, capture_output=True)


def tree():
    """Return the folder of the released sources, taken out of the history."""
    folder = STATE / "proof" / f"release-{COMMIT[:12]}"
    if folder.is_dir():
        return folder
    done = git("archive", COMMIT)
    if done.returncode:
        raise HistoryMissing(
            f"The history does not hold the release {VERSION} ({COMMIT[:12]}): this is"
            " a shallow clone, fetch the rest with git fetch --unshallow"
        )
    part = folder.with_suffix(".part")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(part, filter="data")
    part.rename(folder)
    return folder


def options(folder):
    """Return the options that let Odoo run the released addons instead of ours."""
    config = Path(os.environ["ODOO_RC"]).read_text()
    path = re.search(r"^addons_path = (.*)$", config, re.MULTILINE).group(1)
    others = [place for place in re.split(r",\s*", path) if Path(place) != ROOT]
    return [f"--addons-path={','.join([str(folder), *others])}"]


def play(database, folder):
    """Play the released story on the released demo data."""
    log = LOGS / "proof-release-story.log"
    environment = {**os.environ, "AFTERSALES_URL": "", "AFTERSALES_OUT": str(folder)}
    with log.open("w") as output, (folder / STORY).open() as script:
        code = subprocess.run(
            odoo_command(
                *("shell", "-d", database, "--no-http", "--log-level=warn"),
                *options(folder),
            ),
            stdin=script,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            check=False,
        ).returncode
    if code:
        raise ToolError(f"The story of the release stopped, see {log.name}")


def make(database):
    """Make a database of the release; kept as a template for the next run."""
    folder = tree()
    name = f"tpl_release_{db.digest(COMMIT, db.base_key())}"
    with db.lock("tpl_release"):
        if name not in databases():
            with db.workshop("tpl_release_") as work:
                clone(db.ensure_base(), work)
                db.flag_demo(work)
                addons = sorted(p.parent.name for p in folder.glob("*/__manifest__.py"))
                run_odoo(
                    *("proof-release", "-d", work, "-i", ",".join(addons)),
                    *("--with-demo", *options(folder)),
                )
                play(work, folder)
                db.publish(work, name)
            db.drop_old("tpl_release_", name)
    drop(database)
    clone(name, database)
