# The database server: the one named by PGHOST, PGPORT or PGUSER, else a private
# cluster in .state/pg that is started when needed and left running. Sourced.

EXTERNAL_PG=${PGHOST:-}${PGPORT:-}${PGUSER:-}
# A command started by one of ours inherits the variables of the private cluster.
if [ -n "${PGHOST:-}" ] && [ "$PGHOST" = "$(cat "$STATE/pg.path" 2>/dev/null)" ]; then
    EXTERNAL_PG=
fi
PG_PORT=5469
# The longest socket path the kernel takes is 107 characters.
PG_SOCKET_LIMIT=107

# A folder PostgreSQL can use: short enough for a socket, reachable by its user.
pg_reachable() {
    if is_root; then
        runuser -u "$(pg_os_user)" -- test -x "$1"
    fi
}

pg_os_user() {
    if id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

as_pg_user() {
    if is_root; then
        (cd / && runuser -u "$(pg_os_user)" -- "$@")
    else
        "$@"
    fi
}

# Where the cluster lives, remembered in .state/pg.path: .state/pg, unless the path
# is too long for a socket or lies where the server's user cannot go.
pg_home() {
    local home="$STATE/pg" socket
    if [ -s "$STATE/pg.path" ]; then
        cat "$STATE/pg.path"
        return
    fi
    mkdir -p "$home"
    socket="$home/.s.PGSQL.$PG_PORT"
    if [ "${#socket}" -ge "$PG_SOCKET_LIMIT" ] || ! pg_reachable "$home"; then
        rmdir "$home"
        home=$(mktemp -d /var/tmp/aftersales-pg.XXXXXX)
    fi
    printf '%s\n' "$home" >"$STATE/pg.path"
    printf '%s\n' "$home"
}

pg_ctl() {
    local libs
    libs=$(cat "$STATE/sys/libpath" 2>/dev/null || true)
    as_pg_user env ${libs:+"LD_LIBRARY_PATH=$libs"} "$(pg_bindir)/$1" "${@:2}"
}

pg_configure() {
    cat >>"$1/data/postgresql.conf" <<EOF
# Development settings: fast, and not safe against a power cut.
listen_addresses = ''
unix_socket_directories = '$1'
port = $PG_PORT
max_connections = 200
shared_buffers = 512MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
autovacuum_naptime = 5min
EOF
}

pg_create() {
    local home="$1"
    rm -rf "${home:?}/data" "$home/data.part"
    if is_root; then
        chown "$(pg_os_user)" "$home"
    fi
    chmod 700 "$home"
    logged initdb pg_ctl initdb -D "$home/data.part" -U odoo -A trust -E UTF8 \
        --locale=C.UTF-8 --no-sync ||
        die "initdb could not make a database cluster in $home, see above."
    as_pg_user mv "$home/data.part" "$home/data"
    pg_configure "$home"
}

pg_running() {
    pg_ctl pg_ctl -D "$1/data" status >/dev/null 2>&1
}

pg_start() {
    local home
    home=$(pg_home)
    [ -f "$home/data/PG_VERSION" ] || pg_create "$home"
    if ! pg_running "$home"; then
        pg_ctl pg_ctl -D "$home/data" -l "$home/server.log" -w -t 60 start >/dev/null ||
            die "PostgreSQL did not start: $(tail -n 3 "$home/server.log" 2>/dev/null)"
    fi
}

pg_stop() {
    local home
    [ -s "$STATE/pg.path" ] || return 0
    home=$(cat "$STATE/pg.path")
    if [ -f "$home/data/PG_VERSION" ] && pg_running "$home"; then
        pg_ctl pg_ctl -D "$home/data" -m fast -w stop >/dev/null
    fi
}

# Sets the PG variables for psql, createdb and Odoo.
pg_env() {
    local bindir
    if [ -n "$EXTERNAL_PG" ]; then
        [ "${PGUSER:-}" != postgres ] ||
            die "Odoo refuses to run as the database user postgres: set PGUSER to another."
    else
        PGHOST=$(cat "$STATE/pg.path")
        PGPORT=$PG_PORT
        PGUSER=odoo
    fi
    bindir=$(pg_bindir)
    [ -z "$bindir" ] || PATH="$bindir:$PATH"
    export PGHOST PGPORT PGUSER PATH
}

setup_pg() {
    if [ -z "$EXTERNAL_PG" ]; then
        with_lock pg pg_start
    fi
    pg_env
    "$PYTHON_BIN" -c 'import psycopg2; psycopg2.connect(dbname="postgres").close()' \
        2>"$LOGS/pg-connect.log" ||
        die "The PostgreSQL server does not answer: $(tail -n 1 "$LOGS/pg-connect.log")"
}
