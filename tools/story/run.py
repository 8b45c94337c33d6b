"""The main job, played end to end by its own users.

Run it in a shell on a fresh demo database:
    bin/odoo shell -d aftersales_demo --no-http < tools/story/run.py
"""

import sys
from pathlib import Path

import odoo.addons.aftersales_service as addon

ROOT = Path(next(iter(addon.__path__))).resolve().parent
sys.path.insert(0, str(ROOT / "tools" / "story"))

from play import play  # noqa: E402

sys.exit(play(env, ROOT))  # noqa: F821
