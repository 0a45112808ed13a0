#!/usr/bin/env bash
# Makes target/debian/kakari_*.deb (tablet) and kakari-region_*.deb (server). See docs/packaging.md.
# PROFILE=dev packages quick builds for tests. PACKAGES=kakari makes the tablet's alone. JOBS: how many compilers at once (all cores).
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
profile=${PROFILE:-release}
case "$profile" in
  release) built=release xz=(-Zxz -z6) ;;
  dev) built=debug xz=(-Zxz -z0) ;;
  *) echo "deb: PROFILE is release or dev, not '$profile'" >&2; exit 2 ;;
esac
target=${CARGO_TARGET_DIR:-$root/target}
tools=${KAKARI_TOOLS:-$root/target/tools}
out=${KAKARI_DEB_OUT:-$root/target/debian}
parts=$root/target/packages
export PATH=$tools/bin:$PATH
[ -z "${JOBS:-}" ] || export CARGO_BUILD_JOBS=$JOBS
# What the package and the C libraries in it are dated with: the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC

fail() { echo "deb: $*" >&2; exit 1; }

get_tools() {
  for tool in cargo-deb cargo-auditable cargo-cyclonedx; do
    [ -x "$tools/bin/$tool" ] && continue
    echo "deb: building $tool"
    env -u CARGO_TARGET_DIR cargo install --quiet --locked --root "$tools" "$tool" || fail "$tool was not built"
  done
}

# Beside the programs: notices and the list of what they are made of, from the same sources. Each program as FOLDER=PROGRAM.
make_parts() {
  local package=$1; shift
  local dir=$parts/$package made_from=("$@")
  rm -rf "$dir"; mkdir -p "$dir"
  cp "packaging/debian/$package/"* "$dir/"
  scripts/deb/changelog.sh "$package" | gzip -9n >"$dir/changelog.gz"
  gzip -9n <"packaging/man/$package.1" >"$dir/$package.1.gz"
  scripts/deb/sbom.py "${made_from[@]}" >"$dir/$package.cdx.json"
  scripts/deb/notices.py "$package" "$dir" "${made_from[@]##*/}"
  gzip -9n <"$dir/$package.cdx.json" >"$dir/$package.cdx.json.gz"
}

# cargo-deb has no word for fields of our own; the release's statement is made from them (kakari-region release).
finish() {
  local made=$1 tree; shift
  tree=$(mktemp -d)
  dpkg-deb -R "$made" "$tree/p"
  sed -i '/^$/d' "$tree/p/DEBIAN/control"
  [ $# -eq 0 ] || printf '%s\n' "$@" >>"$tree/p/DEBIAN/control"
  dpkg-deb --root-owner-group --threads-max=1 "${xz[@]}" -b "$tree/p" "$out/$(basename "$made")" >/dev/null
  rm -rf "$tree"
}

package() {
  local package=$1 crate=$2; shift 2
  local made=$parts/$package/deb
  mkdir -p "$made"
  cargo deb --quiet --no-build --fast --no-dbgsym --strip --profile "$profile" -p "$crate" -o "$made" || fail "cargo deb refused $package"
  finish "$made"/*.deb "$@"
  cp "$parts/$package/$package.cdx.json" "$out/"
}

make_kakari() {
  local schema
  schema=$("$target/$built/kakari" store-schema) || fail "kakari store-schema does not answer"
  make_parts kakari "app=$target/$built/kakari" "packaging/updater=$target/$built/kakari-update"
  package kakari kakari "Kakari-Store-Schema: $schema" "Kakari-Oldest: $(cat packaging/oldest)"
}

make_kakari_region() {
  make_parts kakari-region "server=$target/$built/kakari-region"
  package kakari-region kakari-region
}

get_tools
mkdir -p "$out"
case "${PACKAGES:=kakari kakari-region}" in
  kakari) export PROGRAMS="kakari kakari-update" ;;
  kakari-region) export PROGRAMS=kakari-region ;;
  "kakari kakari-region") ;;
  *) fail "PACKAGES is kakari, kakari-region or not given, not '$PACKAGES'" ;;
esac
scripts/deb/build.sh "$profile" "$target"
for made in $PACKAGES; do "make_${made/-/_}"; done
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
for made in $PACKAGES; do PYTHONDONTWRITEBYTECODE=1 scripts/deb/check.py "$out/${made}_$version"_*.deb; done
(cd "$out" && sha256sum ./*"_${version}_"*.deb)
