//! The test's own initrd: the image's, and behind it files that put a root shell into /run of the machine that starts. The disk
//! stays as it was made.

use std::fs;
use std::path::Path;

use crate::made::image_dir;

const UNIT: &str = "[Unit]\nDescription=The test's shell\nDefaultDependencies=no\nAfter=systemd-udevd.service\n\
    StartLimitIntervalSec=0\n[Service]\nExecStart=/bin/bash /run/kakari-test/shell\nRestart=always\nRestartSec=200ms\n";

/// Commands come as lines of base64; each answer is a line: output and exit code in base64.
const SHELL: &str = r#"
port=/dev/virtio-ports/kakari.test
until [ -e "$port" ]; do sleep 0.2; done
exec 3<>"$port"
while IFS= read -r line <&3; do
  out=$(base64 -d <<<"$line" | bash 2>&1; echo "${PIPESTATUS[1]}")
  printf '%s\n' "$(base64 -w0 <<<"$out")" >&3
done
"#;

const PUT: &str = r#"#!/bin/sh
[ "$1" = prereqs ] && exit 0
mkdir -p /run/systemd/system/sysinit.target.wants /run/kakari-test
cat /kakari-test/shell >/run/kakari-test/shell
cat /kakari-test/kakari-test-shell.service >/run/systemd/system/kakari-test-shell.service
ln -s ../kakari-test-shell.service /run/systemd/system/sysinit.target.wants/
"#;

const DIRECTORY: u32 = 0o040_755;
const FILE: u32 = 0o100_755;

/// Writes it to `path`.
pub(crate) fn make(path: &Path) {
    let mut made = fs::read(image_dir().join("initrd.img")).expect("make image makes target/image/initrd.img");
    // The kernel takes archives one behind the other; each begins at a multiple of four.
    pad(&mut made);
    for directory in ["kakari-test", "scripts", "scripts/local-bottom"] {
        add(&mut made, directory, DIRECTORY, "");
    }
    add(&mut made, "kakari-test/shell", FILE, SHELL);
    add(&mut made, "kakari-test/kakari-test-shell.service", FILE, UNIT);
    add(&mut made, "scripts/local-bottom/kakari-test", FILE, PUT);
    add(&mut made, "scripts/local-bottom/ORDER", FILE, "/scripts/local-bottom/kakari-test \"$@\"\n");
    add(&mut made, "TRAILER!!!", 0, "");
    fs::write(path, made).unwrap();
}

/// One file of a cpio archive in the form "newc": thirteen numbers of eight hex digits, name, content.
fn add(archive: &mut Vec<u8>, name: &str, mode: u32, content: &str) {
    let [size, name_size] = [content.len(), name.len() + 1].map(|length| u32::try_from(length).unwrap());
    let header = [1, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0].map(|number| format!("{number:08X}")).concat();
    archive.extend_from_slice(format!("070701{header}{name}\0").as_bytes());
    pad(archive);
    archive.extend_from_slice(content.as_bytes());
    pad(archive);
}

fn pad(archive: &mut Vec<u8>) {
    archive.resize(archive.len().next_multiple_of(4), 0);
}
