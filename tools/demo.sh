#!/usr/bin/env bash
# The demo company, the main job played by its own users, then the web client.
# PORT=8069 chooses the port, SERVE=0 ends after the story.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

PORT=${PORT:-8069}
case "$PORT" in
    '' | *[!0-9]*) die "PORT=$PORT is not a port number." ;;
esac
[ "$PORT" -ge 1 ] && [ "$PORT" -le 65535 ] || die "PORT=$PORT is not between 1 and 65535."
# Refuse before the long work what cannot end well.
if [ "${SERVE:-}" != 0 ] && (: </dev/tcp/127.0.0.1/"$PORT") 2>/dev/null; then
    die "Port $PORT on 127.0.0.1 is taken by another program: choose one with PORT=number."
fi
[ -f "$ROOT/tools/story/run.py" ] || die "tools/story/run.py, the story, does not exist."
"$ROOT/tools/setup.sh" run
. "$ROOT/tools/env.sh"
exec "$PYTHON_BIN" "$ROOT/tools/demo.py" "$PORT" "${SERVE:-1}"
