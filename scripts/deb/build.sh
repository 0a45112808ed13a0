#!/usr/bin/env bash
# Builds what is packaged. $1: release or dev; $2: the folder for what is built.
#
# A release is built where every build sees the same folders, whatever they are called here: C libraries (OpenSSL in SQLCipher) and debug
# lines keep the names of folders, and two builds of one commit must be equal. dev is for tests, and is built where it is.
set -euo pipefail
profile=$1 target=$2

build_all() {
  # One after the other: together, what one program asks of a library (the issuing desk) would be built into the other one too.
  local program
  for program in ${PROGRAMS:-kakari kakari-update kakari-region}; do
    case "$program" in
      # A tablet has no training region: no virtual card, no card tray.
      kakari) "$@" --profile "$profile" -p kakari --no-default-features ;;
      *) "$@" --profile "$profile" -p "$program" ;;
    esac
  done
}

if [ "$profile" = dev ]; then
  export CARGO_TARGET_DIR=$target
  build_all cargo auditable build --locked
  exit
fi

mkdir -p "$target" target
cargo fetch --locked --quiet
export -f build_all; export profile
KAKARI_CARGO=${CARGO_HOME:-$HOME/.cargo} KAKARI_SOURCE=$PWD KAKARI_TARGET=$(realpath "$target") KAKARI_PATH=$PATH \
  unshare --mount --map-root-user bash -euo pipefail -c '
    mkdir -p /tmp/kakari-build
    mount -t tmpfs tmpfs /tmp/kakari-build
    mkdir /tmp/kakari-build/source /tmp/kakari-build/cargo
    mount --bind "$KAKARI_SOURCE" /tmp/kakari-build/source
    mount --bind "$KAKARI_TARGET" /tmp/kakari-build/source/target
    mount --bind "$KAKARI_CARGO" /tmp/kakari-build/cargo
    cd /tmp/kakari-build/source
    # Nothing of this machine'"'"'s surroundings: only what the build asks for.
    exec env -i PATH="$KAKARI_PATH" HOME="$HOME" ${RUSTUP_HOME:+RUSTUP_HOME="$RUSTUP_HOME"} CARGO_HOME=/tmp/kakari-build/cargo \
      CARGO_TARGET_DIR=/tmp/kakari-build/source/target ${CARGO_BUILD_JOBS:+CARGO_BUILD_JOBS="$CARGO_BUILD_JOBS"} \
      SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" LC_ALL=C.UTF-8 TZ=UTC CARGO_INCREMENTAL=0 profile="$profile" PROGRAMS="${PROGRAMS:-}" \
      bash -euo pipefail -c "$(declare -f build_all); build_all cargo auditable build --locked --offline"'
