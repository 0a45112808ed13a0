#!/usr/bin/env bash
# A training region on this machine with the programs in $1: a private PostgreSQL, the regional server, a tablet that
# enrolls to it over TLS. Further words go to `kakari demo`. Everything ends, and is removed, with this script.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -ge 1 ] || { echo "usage: scripts/region.sh FOLDER-OF-PROGRAMS [--no-windows]" >&2; exit 2; }
programs=$1
shift
# PostgreSQL runs as another user when this is root, so its folder is one that anybody may enter.
above=$(mktemp -d /tmp/kakari-region-XXXXXX)
chmod 0755 "$above"
stop() {
  scripts/postgres.sh stop "$above/pg" >/dev/null 2>&1 || true
  rm -rf "$above"
}
trap stop EXIT
database=$(scripts/postgres.sh start "$above/pg")
"$programs/kakari" demo --database "$database" "$@"
