"""Fresh databases from cached templates.

Two layers: a base template with all dependencies of our addons installed, and a
product template, a copy of the base with our addons (and their demo data) on top.
A template is named after a hash of everything that made it, so it is never stale.

usage: db.py fresh NAME [DEMO] | base NAME | drop NAME | addons
"""

import ast
import fcntl
import hashlib
import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from odoodb import (
    ROOT,
    STATE,
    Timer,
    ToolError,
    check_name,
    clone,
    databases,
    drop,
    drop_own,
    execute,
    rename,
    run_odoo,
)

RECIPE = "1"  # raise it when this file starts to build templates differently
LANGUAGES = "en_US,zh_CN"  # the first one is the default
KEPT_TEMPLATES = 3  # of a kind
# What an installed database does not depend on.
SKIPPED_FOLDERS = {"tests", "readme", "__pycache__", "description"}


def our_addons():
    """Every folder in the root of the repository that has a manifest."""
    return sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))


def manifest(addon):
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())


def outside_depends():
    addons = our_addons()
    names = {name for addon in addons for name in manifest(addon).get("depends", ())}
    return sorted(names.difference(addons))


def digest(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def base_key():
    versions = (STATE / "odoo.version").read_text()
    wheels = (STATE / "stamp" / "python").read_text()
    return digest(RECIPE, LANGUAGES, versions, wheels, *outside_depends())


def source_hash(addon):
    result = hashlib.sha256()
    for path in sorted((ROOT / addon).rglob("*")):
        inner = path.relative_to(ROOT / addon)
        if path.is_file() and SKIPPED_FOLDERS.isdisjoint(inner.parts):
            result.update(str(inner).encode() + b"\0")
            result.update(hashlib.sha256(path.read_bytes()).digest())
    return result.hexdigest()


def product_key(demo):
    # Demo data are dated relative to the day they are loaded.
    kind = date.today().isoformat() if demo else "no demo"
    return digest(base_key(), kind, *map(source_hash, our_addons()))


def base_name():
    return f"tpl_base_{base_key()}"


def product_name(demo):
    return f"tpl_{'demo' if demo else 'prod'}_{product_key(demo)}"


@contextmanager
def lock(name):
    """Let only one process at a time build a template."""
    with (STATE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def publish(work, name):
    """Make a finished database a template that nobody can connect to."""
    if name in databases():  # another work tree on this server was faster
        drop(work)
        return
    rename(work, name)
    execute(
        "UPDATE pg_database SET datistemplate = true, datallowconn = false"
        " WHERE datname = %s",
        [name],
    )


def in_work(name):
    """Tell whether a running process is still building this database."""
    pid = name.rpartition("part")[2]
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


@contextmanager
def workshop(prefix):
    """Give the name of a database to build in; a failure leaves nothing behind."""
    work = f"{prefix}part{os.getpid()}"
    drop(work)
    try:
        yield work
    except BaseException:
        drop(work)
        raise


def drop_old(prefix, keep):
    """Drop all but the newest templates of a kind; work trees may share a server."""
    names = [name for name in databases() if name.startswith(prefix)]
    stale = [name for name in names if name != keep and not in_work(name)]
    parts = [name for name in stale if "part" in name]
    whole = [name for name in stale if "part" not in name]
    for name in parts + whole[: 1 - KEPT_TEMPLATES]:
        drop(name)


def mend_assets(work):
    """Take a script out of the backend's bundle that Debian's Odoo does not have.

    With the missing file every page logs an error, and browser tours fail.
    """
    script = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    lib = Path((STATE / "odoo.path").read_text().strip())
    if any((lib / place / script).exists() for place in ("odoo/addons", "addons")):
        return
    execute(
        "INSERT INTO ir_asset (name, bundle, directive, path, active, sequence)"
        " VALUES (%s, 'web.assets_backend', 'remove', %s, true, 16)",
        ["A file that this Odoo does not have", script],
        name=work,
    )


def ensure_base():
    """Return the name of the base template, built when it is missing."""
    name = base_name()
    with lock("tpl_base"):
        if name in databases():
            return name
        with workshop("tpl_base_") as work:
            modules = ",".join(outside_depends())
            with Timer("template with the dependencies (once, about 2 minutes)"):
                args = ["-d", work, "-i", modules, f"--load-language={LANGUAGES}"]
                run_odoo("template-base", *args)
                mend_assets(work)
            publish(work, name)
        drop_old("tpl_base_", name)
    return name


def flag_demo(work):
    """Let only our demo data load: Odoo asks for the dependencies' demo flag."""
    query = "UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
    execute(query, name=work)


def check_demo(work):
    """Fail when an addon's demo data did not load; take the borrowed flags back."""
    addons = our_addons()
    query = "SELECT name FROM ir_module_module WHERE name = ANY(%s) AND NOT demo"
    lost = [row[0] for row in execute(query, [addons], name=work)]
    lost = [addon for addon in lost if manifest(addon).get("demo")]
    if lost:
        raise ToolError(
            f"The demo data of {', '.join(lost)} failed to load,"
            " see .state/log/template-demo.log"
        )
    query = "UPDATE ir_module_module SET demo = false WHERE NOT name = ANY(%s)"
    execute(query, [addons], name=work)


def install_product(work, demo):
    """Clone the base template and install every addon of this repository."""
    addons = our_addons()
    if not addons:
        raise ToolError("This repository has no addon yet.")
    clone(ensure_base(), work)
    args = ["-d", work, "-i", ",".join(addons)]
    if demo:
        flag_demo(work)
        args.append("--with-demo")
    kind = "demo" if demo else "product"
    with Timer(f"template with our addons{' and demo data' if demo else ''}"):
        run_odoo(f"template-{kind}", *args)
        check_installed(work, addons)
        if demo:
            check_demo(work)


def check_installed(work, addons):
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    missing = set(addons).difference(row[0] for row in execute(query, name=work))
    if missing:
        raise ToolError(f"Odoo did not install {', '.join(sorted(missing))}.")


def ensure_product(demo):
    """Return the name of an up to date product template."""
    prefix = "tpl_demo_" if demo else "tpl_prod_"
    with lock(prefix.strip("_")):
        name = product_name(demo)
        if name in databases():
            return name
        with workshop(prefix) as work:
            install_product(work, demo)
            if product_name(demo) != name:
                return work  # sources changed meanwhile: good for one use
            publish(work, name)
        drop_old(prefix, name)
        return name


def fresh(name, demo):
    check_name(name)
    drop_own(name)
    template = ensure_product(demo)
    clone(template, name)
    if in_work(template):
        drop(template)


def fresh_base(name):
    check_name(name)
    drop_own(name)
    clone(ensure_base(), name)


def main(command, *args):
    demo = len(args) > 1 and args[1] not in ("", "0")
    if command == "fresh":
        fresh(args[0], demo)
        print(f"Database {args[0]} is ready: bin/odoo -d {args[0]}")
    elif command == "base":
        fresh_base(args[0])
    elif command == "drop":
        check_name(args[0])
        drop_own(args[0])
    elif command == "addons":
        print(",".join(our_addons()))
    else:
        raise ToolError(__doc__)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ToolError as error:
        sys.exit(str(error))
