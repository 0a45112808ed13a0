#!/usr/bin/env bash
# Sees to it that this machine (Debian 12) has what `make $1` needs; installs Debian packages that are missing.
set -euo pipefail

RUST_NEEDED=1.95

build=(gcc g++ libc6-dev make perl pkg-config libpcsclite-dev libasound2-dev libclang-dev libfontconfig-dev libtss2-dev)
run=(pcscd libasound2 libfontconfig1 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0 libtss2-esys-3.0.2-0 util-linux)
region=(postgresql)
test=(vsmartcard-vpcd opensc xvfb dbus-daemon python3 python3-venv postgresql strace poppler-utils zbar-tools swtpm systemd libtss2-tcti-swtpm0
  tpm2-tools swtpm-tools nftables iproute2 lintian)
image=(debootstrap e2fsprogs util-linux qemu-system-x86 swtpm)
# What the GPU renderer loads, for its figures alone; without a graphics processor Mesa draws in software.
bench=(libegl1 libgl1 libgl1-mesa-dri libgbm1)
# What packs and judges packages; git dates them.
deb=(dpkg-dev binutils git lintian python3 util-linux)

fail() { echo "setup: $*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "cannot run '$*': be root, or install sudo"; fi
}

install_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "install these by hand: ${missing[*]}"
  echo "setup: installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || fail "apt could not install ${missing[*]}"
}

check_toolchain() {
  command -v cargo >/dev/null || fail "no Rust: install Rust $RUST_NEEDED or newer from https://rustup.rs"
  local version
  version=$(rustc --version | cut -d' ' -f2)
  [ "$(printf '%s\n%s\n' "$RUST_NEEDED" "$version" | sort -V | head -n1)" = "$RUST_NEEDED" ] \
    || fail "Rust $version is too old: rustup update stable (needed: $RUST_NEEDED)"
}

case "${1:-}" in
  demo) install_packages "${build[@]}" "${run[@]}" ;;
  region) install_packages "${build[@]}" "${run[@]}" "${region[@]}" ;;
  test) install_packages "${build[@]}" "${run[@]}" "${test[@]}" ;;
  bench) install_packages "${build[@]}" "${run[@]}" "${test[@]}" "${bench[@]}" ;;
  deb) install_packages "${build[@]}" "${deb[@]}" ;;
  image) install_packages "${build[@]}" "${run[@]}" "${test[@]}" "${image[@]}" ;;
  *) fail "usage: scripts/setup.sh demo|region|test|bench|deb|image" ;;
esac
check_toolchain
# pcscd wants this folder to exist, whoever owns it; the private ones used here leave it empty.
[ -d /run/pcscd ] || as_root mkdir -p /run/pcscd
