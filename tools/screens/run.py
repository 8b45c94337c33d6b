"""Take the pictures of the manual in every language, and make them small.

usage: run.py [URL] [NAME...]

Without an address the demo database is made anew, the story is played on it, and a
server of its own shows it.
"""

import subprocess
import sys

import demo
import shrink
from odoodb import LOGS, ROOT, ToolError
from run_tests import free_port

SCRIPT = ROOT / "tools" / "screens" / "screens.cjs"
PICTURES = ROOT / "docs" / "manual" / "img"
# Folder of the manual and language of the web client.
LANGUAGES = {"en": "en_US", "zh_CN": "zh_CN"}


def take(url, names):
    failed = False
    for folder, language in LANGUAGES.items():
        command = ["node", SCRIPT, url, PICTURES / folder, language, *names]
        failed |= subprocess.run(command, check=False).returncode != 0
    shrink.main(PICTURES)
    if failed:
        raise ToolError("Not every screen is as it should be, see above.")


def main(url, *names):
    if url:
        return take(url, names)
    demo.main(None, "0")
    log = LOGS / "screens-server.log"
    with demo.server(free_port(), log) as served:
        demo.set_url(served)
        take(served, names)
    return demo.check_log(log)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
