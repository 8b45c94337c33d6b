"""Walk through every menu as every role, in every language; fail on errors.

usage: walk.py [URL] [ROLE | ROLE:MENU]...

Without an address the demo database is made anew, the story is played on it, and a
server of its own shows it. A picture of each screen lies in .state/walk afterwards.
"""

import shutil
import subprocess
import sys

import demo
from odoodb import LOGS, ROOT, STATE, ToolError
from run import LANGUAGES
from run_tests import free_port

SCRIPT = ROOT / "tools" / "screens" / "walk.cjs"
PICTURES = STATE / "walk"


def walk(url, names):
    shutil.rmtree(PICTURES, ignore_errors=True)
    failed = False
    for folder, language in LANGUAGES.items():
        command = ["node", SCRIPT, url, PICTURES / folder, language, *names]
        failed |= subprocess.run(command, check=False).returncode != 0
    print(f"Pictures: {PICTURES.relative_to(ROOT)}")
    if failed:
        raise ToolError("Not every screen is as it should be, see above.")


def main(url, *names):
    if url:
        return walk(url, names)
    demo.main(None, "0")
    with demo.server(free_port(), LOGS / "walk-server.log") as served:
        demo.set_url(served)
        walk(served, names)
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
