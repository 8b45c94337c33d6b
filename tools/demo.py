"""The demo: fresh database, the story, the web client.

usage: demo.py PORT SERVE

The story runs as a script in ``odoo shell``, with a server beside it that serves
the style sheets of printed reports. It finds its surroundings in the environment:
AFTERSALES_URL is the server, AFTERSALES_OUT the folder for the files it writes.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import db
from odoodb import LOGS, ROOT, STATE, Timer, ToolError, execute, odoo_command
from odoolog import Allowlist, TestLog
from run_tests import free_port

DATABASE = "aftersales_demo"
STORY = ROOT / "tools" / "story" / "run.py"
OUT = STATE / "story"
START_SECONDS = 60


def server_command(port, *args):
    database = ["-d", DATABASE, f"--db-filter=^{DATABASE}$"]
    return odoo_command(*database, f"--http-port={port}", *args)


def set_url(url):
    """Make links and printed reports use the address that is really served."""
    for key in ("web.base.url", "report.url"):
        execute(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, url],
            name=DATABASE,
        )


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/web/login", timeout=30) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def server(port, log):
    """Run a server without scheduled actions while the block runs."""
    with log.open("w") as output:
        process = subprocess.Popen(
            server_command(port, "--max-cron-threads=0"),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
        while not answers(url):
            if process.poll() is not None or time.monotonic() > end:
                name = log.relative_to(ROOT)
                raise ToolError(f"The Odoo server did not start, see {name}")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def play(url, log):
    """Run the story; its output goes to the console, the log to a file."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    env = {
        **os.environ,
        "AFTERSALES_URL": url,
        "AFTERSALES_OUT": str(OUT),
        "PYTHONPATH": str(ROOT / "tools"),
        "PYTHONUNBUFFERED": "1",
    }
    command = odoo_command("shell", "-d", DATABASE, "--no-http", "--log-level=warn")
    with STORY.open() as script, log.open("w") as errors:
        code = subprocess.run(
            command, stdin=script, stderr=errors, env=env, check=False
        ).returncode
    if code:
        print(log.read_text()[-4000:])
        raise ToolError("The story failed, see above.")


def check_log(path):
    """Fail on a line above INFO that is not known."""
    log = TestLog()
    for line in path.read_text(errors="replace").splitlines():
        log.feed(line)
    if found := Allowlist().unknown(log.trouble):
        print("\n".join(entry.text for entry in found[:5]))
        raise ToolError(f"{len(found)} log lines above INFO, see {path.name}")


def logins(url):
    """Return name and login of every user who can log in with login = password."""
    query = """
        SELECT p.name, u.login FROM res_users u
        JOIN res_partner p ON p.id = u.partner_id
        WHERE u.active AND u.login IS NOT NULL ORDER BY u.id
    """
    return [row for row in execute(query, name=DATABASE) if can_log_in(url, row[1])]


def can_log_in(url, login):
    params = {"db": DATABASE, "login": login, "password": login}
    request = urllib.request.Request(
        f"{url}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return bool(json.load(response).get("result", {}).get("uid"))
    except (urllib.error.URLError, OSError):
        return False


def serve(port, users):
    url = f"http://127.0.0.1:{port}"
    set_url(url)
    print(f"\nThe web client is on {url}", "(end it with Ctrl-C). Logins:", sep="  ")
    for name, login in users:
        print(f"  {login:20} password {login:20} {name}")
    log = LOGS / "demo-web.log"
    print(f"The server's log is {log.relative_to(ROOT)}\n", flush=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            server_command(port), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        return 0


def main(port, serve_after):
    LOGS.mkdir(parents=True, exist_ok=True)
    with Timer("demo database"):
        db.fresh(DATABASE, demo=True)
    story_port = free_port()
    set_url(f"http://127.0.0.1:{story_port}")
    with server(story_port, LOGS / "demo-server.log") as url:
        play(url, LOGS / "story.log")
        users = logins(url) if serve_after != "0" else []
    check_log(LOGS / "story.log")
    check_log(LOGS / "demo-server.log")
    print(f"Files of the story: {OUT.relative_to(ROOT)}")
    return serve(port, users) if serve_after != "0" else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
