#!/usr/bin/env bash
# Fills fuzz/corpus with what the targets begin with, made from assets/region. What a run has found stays there.
set -euo pipefail
cd "$(dirname "$0")/.."
${CARGO:-cargo} run -q -p kakari-checks --example fuzz_seeds -- assets/region fuzz/corpus
${CARGO:-cargo} run -q -p kakari-card-checks --example card_seeds -- fuzz/corpus
for target in fuzz/seeds/*/; do cp "$target"* "fuzz/corpus/$(basename "$target")/"; done
