#!/usr/bin/env bash
# A private PostgreSQL cluster in the folder $2: `start` prints its address, `run` serves in the foreground until it is
# ended, `stop` ends it. It listens on a Unix socket in that folder and nowhere else, and runs as an unprivileged user
# (as `postgres` when this is root).
set -euo pipefail

fail() { echo "postgres: $*" >&2; exit 1; }
[ $# -eq 2 ] || fail "usage: scripts/postgres.sh start|run|stop FOLDER"
mkdir -p "$2"
dir=$(cd "$2" && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n1)
[ -x "${bin:-}/initdb" ] || fail "no PostgreSQL: scripts/setup.sh test, or apt install postgresql"

as_user() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}
make_cluster() {
  [ -f "$dir/data/PG_VERSION" ] && return
  [ "$(id -u)" -ne 0 ] || chown postgres: "$dir"
  chmod 0750 "$dir"
  as_user "$bin/initdb" --pgdata="$dir/data" --auth=trust --username=kakari --encoding=UTF8 --locale=C --no-sync \
    >"$dir.initdb" 2>&1 || { cat "$dir.initdb" >&2; fail "no cluster in $dir"; }
  rm -f "$dir.initdb"
}
options="-c listen_addresses= -c unix_socket_directories=$dir -c max_connections=200"
# A cluster that lives as long as a test needs no disk that survives a power cut.
[ "${KAKARI_POSTGRES_DURABLE:-}" = 1 ] || options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# sqlx reads a socket's folder from the host.
address() { echo "postgres://kakari@localhost/postgres?host=$(sed 's:/:%2F:g' <<<"$dir")"; }

case $1 in
  start)
    make_cluster
    as_user "$bin/pg_ctl" --pgdata="$dir/data" --silent --wait --log="$dir/data/log" --options="$options" start \
      || { tail "$dir/data/log" >&2; fail "the cluster in $dir did not start"; }
    address ;;
  run)
    make_cluster
    if [ "$(id -u)" -eq 0 ]; then
      exec setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig=INT "$bin/postgres" -D "$dir/data" $options
    fi
    exec setpriv --pdeathsig=INT "$bin/postgres" -D "$dir/data" $options ;;
  stop) as_user "$bin/pg_ctl" --pgdata="$dir/data" --silent --mode=fast stop ;;
  *) fail "usage: scripts/postgres.sh start|run|stop FOLDER" ;;
esac
