"""Start Odoo's command line.

A file of its own, because the server with workers starts ``sys.argv[0]`` again
for its websocket process, and ``python -m odoo`` cannot be started that way.
"""

from odoo.cli import main

if __name__ == "__main__":
    main()
