#!/usr/bin/env bash
# Runs every test and ends with one line that counts them all. PROFILE=nightly harms a hundred thousand documents and
# merges four thousand sets, and runs each fuzz target for FUZZ_SECONDS; a target counts as one test.
set -uo pipefail
cd "$(dirname "$0")/.."

CARGO=${CARGO:-cargo}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

case "${PROFILE:-}" in
  "") ;;
  nightly) export KAKARI_NONE_CASES=${KAKARI_NONE_CASES:-100000} KAKARI_MERGE_CASES=${KAKARI_MERGE_CASES:-4000} ;;
  *) echo "PROFILE is nightly or not given, not '$PROFILE'" >&2; exit 2 ;;
esac

$CARGO fmt --check || { echo "run: cargo fmt" >&2; exit 1; }
# The reader driver is a library that pcscd loads and the tablet is a program of its own: no test links them. All at once, so
# that nothing is built twice with other features.
$CARGO build --workspace --lib --bins --tests || exit 1
$CARGO test --workspace --lib --bins --tests --no-fail-fast 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# A test that runs again in a process of its own says so too: that one was filtered out of all the others, and counts once.
sum() { grep -E '^test result: ' "$log" | grep -vE ' [1-9][0-9]* filtered out' | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum passed) failed=$(sum failed)

if [ "${PROFILE:-}" = nightly ]; then
  scripts/fuzz.sh "${FUZZ_SECONDS:-60}" 2>&1 | tee "$log"
  [ "${PIPESTATUS[0]}" -eq 0 ] || status=1
  passed=$((passed + $(grep -cE '^[a-z_]+: .*, nothing found$' "$log")))
  failed=$((failed + $(grep -cE '^[a-z_]+: .*, FAILED' "$log")))
fi
echo
echo "$passed passed, $failed failed"
exit "$status"
