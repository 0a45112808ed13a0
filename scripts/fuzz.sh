#!/usr/bin/env bash
# Runs each fuzz target for $1 seconds (60 when not given), or only the target $2. Ends with a line for each.
# docs/fuzzing.md says what they hold.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
targets=${2:-"fhir_document sealed_record card_copy summary_bytes roster head pack orders audit_batch enrol_request card_answers card_certificate felica_frames plain_answers"}
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz || exit 1
fuzz/seed.sh || exit 1

# The largest input, in bytes: a document with room to grow; a record as large as any.
longest() { if [ "$1" = fhir_document ]; then echo 65536; else echo 16384; fi; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0 lines=()
for target in $targets; do
  dictionary=fuzz/dictionaries/$target.dict
  options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len="$(longest "$target")" -print_final_stats=1)
  [ -f "$dictionary" ] && options+=(-dict="$dictionary")
  # Sixteen units: the runs are a little slower, the build is much faster.
  # libFuzzer needs the compiler's coverage and address sanitizer, which stable Rust has behind this variable.
  RUSTC_BOOTSTRAP=1 cargo fuzz run --codegen-units 16 "$target" -- "${options[@]}" 2>&1 | tee "$log"
  outcome="nothing found"
  [ "${PIPESTATUS[0]}" -eq 0 ] || { outcome="FAILED: see fuzz/artifacts/$target"; status=1; }
  runs=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$log")
  coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -n1)
  lines+=("$target: ${runs:-0} inputs in $seconds s, ${coverage:-cov: 0} edges, $outcome")
done
echo
printf '%s\n' "${lines[@]}"
exit $status
