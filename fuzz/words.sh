#!/usr/bin/env bash
# Writes the words of FHIR documents that the targets mutate with, from those of assets/region and the codes the reader knows.
set -euo pipefail
cd "$(dirname "$0")/.."
out=fuzz/dictionaries
{
  grep -rohE '"[A-Za-z][A-Za-z0-9:/._# -]{1,70}"' assets/region --include='*.json' | tr -d '"' | sort | uniq -c | awk '$1 >= 3' | sed -E 's/^ *[0-9]+ //'
  grep -rohE '"[a-zA-Z][A-Za-z0-9:/._-]{2,90}"' record/src/fhir record/src/codes.rs | tr -d '"'
} | LC_ALL=C sort -u > "$out/words.txt"
sed 's/.*/"&"/' "$out/words.txt" > "$out/fhir_document.dict"
wc -l "$out/words.txt"
