//! A fresh Debian root of a test's own, and commands in it: no machine is started, but packages and programs are real.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::made::{image_dir, need};

/// The folder of packages that apt has fetched before is this machine's; everything else of the root is the test's alone. No
/// service starts. The card service and displays need /run and a loopback that nobody else has.
const INSIDE: &str = r#"
set -eu
root=$1 apt=$2; shift 2
mkdir -p "$apt/partial"
mount --bind "$apt" "$root/var/cache/apt/archives"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm" "$root/run/share"; mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
[ -z "${SHARE:-}" ] || mount --bind "$SHARE" "$root/run/share"
cp /etc/resolv.conf "$root/run/resolv.conf"
exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" bash -euo pipefail -c "$1"
"#;

/// The root. Removed when it is dropped.
pub struct FreshRoot {
    /// Where it is.
    pub dir: PathBuf,
}

/// What a command in the root said on both lines, and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; -1 when it was ended by a signal.
    pub code: i32,
    /// What it said.
    pub said: String,
}

impl FreshRoot {
    /// Debian as `debootstrap --variant=minbase` leaves it.
    #[must_use]
    pub fn unpack(dir: &Path) -> Self {
        need("debootstrap", "debootstrap");
        let tar = image_dir().join("fresh-bookworm.tar");
        assert!(tar.exists(), "{}: scripts/image.sh fresh makes it", tar.display());
        fs::create_dir_all(dir).unwrap();
        let unpacked = Command::new("tar").args(["--numeric-owner", "-xpf"]).arg(&tar).arg("-C").arg(dir).status();
        assert!(unpacked.unwrap().success());
        fs::remove_file(dir.join("etc/resolv.conf")).ok();
        std::os::unix::fs::symlink("/run/resolv.conf", dir.join("etc/resolv.conf")).unwrap();
        fs::write(dir.join("etc/apt/apt.conf.d/99test"), "APT::Keep-Downloaded-Packages \"1\";\n").unwrap();
        let no_services = dir.join("usr/sbin/policy-rc.d");
        fs::write(&no_services, "#!/bin/sh\nexit 101\n").unwrap();
        Command::new("chmod").arg("755").arg(&no_services).status().unwrap();
        Self { dir: dir.to_owned() }
    }

    /// Runs a script as root in this root, with this machine's network.
    pub fn try_run(&self, script: &str) -> Ran {
        self.in_spaces(&["--mount", "--pid", "--fork", "--kill-child"], None, script)
    }

    /// The same; it must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn run(&self, script: &str) -> String {
        whole(script, self.try_run(script))
    }

    /// Runs a script cut off from every network, this folder at /run/share; it must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn run_alone(&self, share: &Path, script: &str) -> String {
        whole(
            script,
            self.in_spaces(&["--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child"], Some(share), script),
        )
    }

    fn in_spaces(&self, spaces: &[&str], share: Option<&Path>, script: &str) -> Ran {
        let mut command = Command::new("unshare");
        command
            .args(spaces)
            .args(["bash", "-c", INSIDE, "inside"])
            .arg(&self.dir)
            .arg(image_dir().join("apt"))
            .arg(script);
        if let Some(share) = share {
            command.env("SHARE", share);
        }
        let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
        let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        Ran { code: status.code().unwrap_or(-1), said }
    }
}

impl Drop for FreshRoot {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn whole(script: &str, ran: Ran) -> String {
    assert_eq!(ran.code, 0, "{script}\n{}", ran.said);
    ran.said
}
