"""What a database holds, as sets that can be compared."""

import subprocess

from odoodb import FILESTORE

from kit import databases

# Tables that change by themselves.
RESTLESS = {
    *("bus_bus", "ir_logging", "ir_cron_trigger", "res_users_log", "ir_profile"),
    *("base_registry_signaling", "ir_cron_progress", "res_device_log"),
}


def schema(database):
    """Return the statements that make the tables, as a set of lines."""
    dump = subprocess.run(
        ["pg_dump", "-s", "-O", "-x", database],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    skipped = ("--", "\\", "SET ", "SELECT pg_catalog")
    return {
        line.strip().rstrip(",")
        for line in dump.splitlines()
        if line.strip() and not line.startswith(skipped)
    }


def sums(database):
    """Return the number of rows and a checksum of each table."""
    found = {}
    for (table,) in databases.rows(
        database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    ):
        if table in RESTLESS or table.startswith("orm_signaling"):
            continue
        [found[table]] = databases.rows(
            database,
            "SELECT COUNT(*), md5(COALESCE(string_agg(md5(t::text), '' ORDER BY"
            f" md5(t::text)), '')) FROM \"{table}\" t",
        )
    return found


def counts(database):
    return {table: number for table, (number, _sum) in sums(database).items()}


def xmlids(database):
    return set(
        databases.rows(
            database, "SELECT module || '.' || name, model, res_id FROM ir_model_data"
        )
    )


def files(database):
    """Return the names of the files of the filestore."""
    folder = FILESTORE / database
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    }


def lost_files(database):
    """Return the attachments whose file is not there."""
    there = files(database)
    return [
        name
        for (name,) in databases.rows(
            database, "SELECT store_fname FROM ir_attachment WHERE store_fname <> ''"
        )
        if name not in there
    ]


def restore(database, copy):
    """Dump a database and restore it under another name, with its files."""
    import shutil

    from odoodb import drop, execute, sql

    drop(copy)
    execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(copy)))
    dump = subprocess.Popen(["pg_dump", "-Fc", database], stdout=subprocess.PIPE)
    subprocess.run(
        ["pg_restore", "-O", "-x", "-d", copy],
        stdin=dump.stdout,
        check=True,
        capture_output=True,
    )
    dump.wait()
    shutil.rmtree(FILESTORE / copy, ignore_errors=True)
    if (FILESTORE / database).is_dir():
        shutil.copytree(FILESTORE / database, FILESTORE / copy)
