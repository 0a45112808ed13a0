#!/usr/bin/env bash
# Runs every test and ends with one line that counts them all.
set -uo pipefail
cd "$(dirname "$0")/.."

CARGO=${CARGO:-cargo}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

$CARGO fmt --check || { echo "run: cargo fmt" >&2; exit 1; }
# The reader driver is a library that pcscd loads and the tablet is a program of its own: no test links them.
$CARGO build -p kakari-virtual-reader -p kakari || exit 1
$CARGO test --workspace --lib --bins --tests --no-fail-fast 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

sum() { grep -E '^test result: ' "$log" | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'; }
echo
echo "$(sum passed) passed, $(sum failed) failed"
exit "$status"
