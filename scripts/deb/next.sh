#!/usr/bin/env bash
# Makes target/next/kakari_*.deb: this program under the next number (0.1.0: 0.1.1), built from a copy of the sources, for the tests of an
# update. See docs/image.md.
set -euo pipefail
cd "$(dirname "$0")/../.."

source=$PWD/target/next/source
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
next=${version%.*}.$((${version##*.} + 1))
export KAKARI_DEB_OUT=$PWD/target/next CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target} KAKARI_TOOLS=${KAKARI_TOOLS:-$PWD/target/tools}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# The copies keep their times, so that only what changed is built.
rm -rf "$source"
mkdir -p "$source"
git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -cf - -T - | tar -C "$source" -xf -
cd "$source"
sed -i "/^\[workspace.package\]/,/^\[/s/^version = .*/version = \"$next\"/" Cargo.toml
cargo update --workspace --offline --quiet
PROFILE=dev PACKAGES=kakari scripts/deb.sh
