#!/usr/bin/env bash
# The package's changelog as Debian writes it; what changed is told in CHANGELOG.md.
set -euo pipefail
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
cat <<TEXT
$1 ($version) stable; urgency=medium

  * See CHANGELOG.md of the sources.

 -- The Kakari authors <kakari@example.org>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
TEXT
