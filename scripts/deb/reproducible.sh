#!/usr/bin/env bash
# Builds the packages of the present commit in two new folders with different names, and compares them byte by byte. PROGRAMS="kakari-update"
# builds and compares only these programs, PACKAGES=kakari-region only this package.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=${KAKARI_TOOLS:-$PWD/target/tools}
place=$(mktemp -d "${KAKARI_PLACE:-${TMPDIR:-/var/tmp}}/kakari-twice.XXXXXX")
trap 'rm -rf "$place"' EXIT
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

make_in() {
  local folder=$1
  git clone --quiet --shared . "$folder"
  git -C "$folder" checkout --quiet "$commit"
  if [ -n "${PROGRAMS:-}" ]; then
    (cd "$folder" && PATH=$tools/bin:$PATH scripts/deb/build.sh release "$folder/target")
    mkdir -p "$folder/target/debian"
    for program in $PROGRAMS; do cp "$folder/target/release/$program" "$folder/target/debian/"; done
  else
    (cd "$folder" && env -u CARGO_TARGET_DIR KAKARI_TOOLS="$tools" PROFILE=release scripts/deb.sh)
  fi
  (cd "$folder/target/debian" && sha256sum -- *) | sort -k2 >"$folder.sums"
  # Kept for the comparison, without the gigabytes beside it.
  mv "$folder/target/debian" "$folder.made"
  rm -rf "$folder"
}

first="$place/a folder with a longer name" second=$place/two
make_in "$first"
make_in "$second"
cat "$first.sums"
if diff "$first.sums" "$second.sums"; then
  echo "equal: two builds of ${commit:0:12} in different folders"
  exit
fi
echo "the builds differ" >&2
if command -v diffoscope >/dev/null; then
  diffoscope --max-report-size 20000 "$first.made" "$second.made" || true
else
  echo "diffoscope (Debian: diffoscope-minimal) would name the places" >&2
fi
exit 1
