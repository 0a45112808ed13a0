#!/usr/bin/env bash
# Prints the Python that has the FHIR validator, in a venv under the folder $1; makes it when it is not there.
# The packages are pinned with their hashes in tests/validator/requirements.txt.
set -euo pipefail

fail() { echo "validator: $*" >&2; exit 1; }

[ $# -eq 1 ] || fail "usage: scripts/validator.sh FOLDER"
pins=$(cd "$(dirname "$0")/.." && pwd)/tests/validator/requirements.txt
venv=$1/venv-$(sha256sum "$pins" | cut -c1-12)
python=$venv/bin/python

if [ ! -f "$venv/ready" ]; then
  command -v python3 >/dev/null || fail "no python3: scripts/setup.sh test, or apt install python3 python3-venv"
  python3 -c 'import venv, ensurepip' 2>/dev/null || fail "python3 has no venv: scripts/setup.sh test, or apt install python3-venv"
  mkdir -p "$1"
  # One maker at a time; the others find it ready.
  exec 9>"$1/lock"
  flock 9
  if [ ! -f "$venv/ready" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2 || fail "python3 could not make a venv in $venv"
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$pins" >&2 \
      || fail "pip could not install $pins: it needs the network once, or PIP_FIND_LINKS with the wheels"
    touch "$venv/ready"
  fi
fi
echo "$python"
