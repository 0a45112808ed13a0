#!/usr/bin/env bash
# Makes a tablet's root from Debian packages and the package of Kakari, and a disk of it that a virtual machine starts. See docs/image.md.
# scripts/image.sh fresh   a fresh Debian root as a tar file, kept for the next time
# scripts/image.sh         the tablet's root, its disk, its kernel and initrd
set -euo pipefail
cd "$(dirname "$0")/.."

here=${KAKARI_IMAGE_DIR:-$PWD/target/image}
suite=bookworm
mirror=${KAKARI_MIRROR:-$(sed -n 's/^URIs: *//p; s/^deb \(http[^ ]*\) .*/\1/p' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n1 || true)}
mirror=${mirror:-http://deb.debian.org/debian}
security=${KAKARI_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
# What a tablet has beside Kakari and what Kakari's package asks for.
tablet=(systemd-sysv systemd-timesyncd dbus udev kmod linux-image-amd64 initramfs-tools zstd e2fsprogs iproute2 tzdata ca-certificates
  network-manager modemmanager)
fresh_tar=$here/fresh-$suite.tar
root=$here/root

fail() { echo "image: $*" >&2; exit 1; }

package() {
  local made=${KAKARI_DEB:-$(ls -t target/debian/kakari_*.deb 2>/dev/null | head -n1 || true)}
  [ -f "$made" ] || fail "no package target/debian/kakari_*.deb: make deb makes it, or KAKARI_DEB says where it is"
  echo "$made"
}

make_fresh() {
  [ -f "$fresh_tar" ] && return
  echo "image: debootstrap $suite from $mirror"
  rm -rf "$here/fresh"
  debootstrap --variant=minbase "$suite" "$here/fresh" "$mirror" >"$here/debootstrap.log" || fail "see $here/debootstrap.log"
  cat >"$here/fresh/etc/apt/sources.list" <<LIST
deb $mirror $suite main
deb $mirror $suite-updates main
deb $security $suite-security main
LIST
  tar -C "$here/fresh" --numeric-owner -cf "$fresh_tar.making" .
  mv "$fresh_tar.making" "$fresh_tar"
  rm -rf "$here/fresh"
}

# Runs a command in the root: no service is started in it, and what apt fetches is kept here for the next time.
inside() {
  unshare --mount --pid --fork --kill-child bash -euo pipefail -s "$root" "$here/apt" "$@" <<'IN'
root=$1; apt=$2; shift 2
mkdir -p "$apt/partial"
mount --bind "$apt" "$root/var/cache/apt/archives"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
cp /etc/resolv.conf "$root/run/resolv.conf"; touch "$root/etc/resolv.conf"; mount --bind "$root/run/resolv.conf" "$root/etc/resolv.conf"
for device in null zero full random urandom; do touch "$root/dev/$device" 2>/dev/null || true; done
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@" </dev/null
IN
}

unpack_fresh() {
  rm -rf "$root"
  mkdir -p "$root"
  tar -C "$root" --numeric-owner -xpf "$fresh_tar"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  # The archive keeps what it fetched: the folder is this machine's, not the root's.
  echo 'Binary::apt::APT::Keep-Downloaded-Packages "1"; APT::Keep-Downloaded-Packages "1";' >"$root/etc/apt/apt.conf.d/99keep"
}

install_all() {
  inside apt-get update -q
  inside apt-get install -qy --no-install-recommends "${tablet[@]}"
  cp "$1" "$root/root/kakari.deb"
  inside apt-get install -qy --no-install-recommends /root/kakari.deb
  rm -f "$root/root/kakari.deb" "$root/usr/sbin/policy-rc.d" "$root/etc/apt/apt.conf.d/99keep"
}

settle() {
  echo kakari-tablet >"$root/etc/hostname"
  printf '127.0.0.1 localhost kakari-tablet\n::1 localhost\n' >"$root/etc/hosts"
  echo 'LANG=C.UTF-8' >"$root/etc/default/locale"
  ln -sf /usr/share/zoneinfo/Asia/Tokyo "$root/etc/localtime"
  echo Asia/Tokyo >"$root/etc/timezone"
  echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"
  # Nobody signs in with a password, and no console asks for one: the glass is all there is.
  inside passwd -l root >/dev/null
  ln -sf /dev/null "$root/etc/systemd/system/getty@.service"
  ln -sf /dev/null "$root/etc/systemd/system/serial-getty@.service"
  ln -sf /dev/null "$root/etc/systemd/system/ctrl-alt-del.target"
  # What changes a tablet is an update of the region's, never apt by itself; and there are no snapshots to check.
  for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
  # Every tablet makes its own at its first start.
  : >"$root/etc/machine-id"
  rm -f "$root/var/lib/dbus/machine-id" "$root"/var/lib/apt/lists/*_* "$root/var/lib/systemd/random-seed"
}

make_disk() {
  local size
  size=$(( $(du -sm --exclude=./proc "$root" | cut -f1) + ${KAKARI_IMAGE_SPARE_MB:-1024} ))
  rm -f "$here/tablet.ext4"
  mkfs.ext4 -q -L kakari -d "$root" "$here/tablet.ext4" "${size}M"
  cp "$root"/boot/vmlinuz-* "$here/vmlinuz"
  cp "$root"/boot/initrd.img-* "$here/initrd.img"
}

[ "$(id -u)" -eq 0 ] || fail "needs root (debootstrap, chroot)"
for program in debootstrap mkfs.ext4 unshare; do
  command -v "$program" >/dev/null || fail "no $program: apt-get install -y debootstrap e2fsprogs util-linux"
done
mkdir -p "$here"
make_fresh
[ "${1:-}" = fresh ] && exit
deb=$(package)
unpack_fresh
install_all "$deb" >"$here/apt.log" 2>&1 || { tail -n 20 "$here/apt.log" >&2; fail "the whole is in $here/apt.log"; }
settle
make_disk
echo "image: $here/tablet.ext4, $(du -sh "$root" | cut -f1) in it"
