"""Odoo's command line, with the addon test_lint looking at our addons only.

Core's checks walk through every addon on the path, which takes long and finds
things in addons that are not ours. Called from there, the list of addons is short.
"""

import sys
from pathlib import Path

from odoo.cli import main
from odoo.modules.module import Manifest

ROOT = Path(__file__).resolve().parent.parent
every_manifest = Manifest.all_addon_manifests


def our_manifests_for_test_lint():
    manifests = every_manifest()
    caller = sys._getframe(1).f_code.co_filename
    if "test_lint" not in caller:
        return manifests
    return [manifest for manifest in manifests if Path(manifest.path).parent == ROOT]


if __name__ == "__main__":
    Manifest.all_addon_manifests = staticmethod(our_manifests_for_test_lint)
    main()
