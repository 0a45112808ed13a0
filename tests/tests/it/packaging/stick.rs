//! A USB stick: what is asked of systemd for it, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use super::told;
use kakari_tests::place::repository;

/// Runs the program on a stick with this file system; what it would run is said instead.
fn run(dir: &Path, kind: &str, words: [&str; 2]) -> Output {
    let udevadm = dir.join("udevadm");
    fs::write(&udevadm, format!("#!/bin/sh\necho {kind}\n")).expect("written");
    fs::set_permissions(&udevadm, fs::Permissions::from_mode(0o755)).expect("set");
    let media = dir.join("media");
    fs::create_dir_all(&media).expect("made");
    let mut command = Command::new("sh");
    command.arg(repository().join("packaging/stick/kakari-stick")).args(words);
    command.env("KAKARI_MEDIA", media).env("KAKARI_SAY", "echo");
    told(command.env("PATH", format!("{}:/usr/bin:/bin", dir.display())), "dash")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn a_stick_of_each_kind_is_the_tablets_alone_and_nothing_on_it_is_a_program_or_a_device() {
    for (kind, driver, more) in [
        ("vfat", "vfat", "uid=kakari,gid=kakari,umask=0077,flush"),
        ("exfat", "exfat", "uid=kakari,gid=kakari,umask=0077"),
        ("ntfs", "ntfs3", "uid=kakari,gid=kakari,umask=0077"),
        ("ext4", "ext4", "noatime"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let output = run(dir.path(), kind, ["mount", "sda1"]);
        let (said, media) = (said(&output), dir.path().join("media"));
        assert!(output.status.success(), "{said}");
        let options = format!("--type={driver} --options=nosuid,nodev,noexec,x-systemd.device-bound,{more} ");
        assert!(said.starts_with("systemd-mount ") && said.contains(&options), "{said}");
        assert!(said.contains("--property=LazyUnmount=yes") && said.contains("--fsck=no"), "{said}");
        assert!(said.trim_end().ends_with(&format!("/dev/sda1 {}/sda1", media.display())), "{said}");
        assert_eq!(fs::read_link(media.join("kakari")).expect("a link"), Path::new("sda1"));
    }
}

#[test]
fn the_link_leads_to_the_stick_that_came_last_and_a_folder_of_that_name_is_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let link = dir.path().join("media/kakari");
    for name in ["sda1", "sdb"] {
        assert!(run(dir.path(), "vfat", ["mount", name]).status.success());
        assert_eq!(fs::read_link(&link).expect("a link"), Path::new(name));
    }
    fs::remove_file(&link).expect("removed");
    fs::create_dir(&link).expect("made");
    assert!(run(dir.path(), "vfat", ["mount", "sda1"]).status.success());
    assert!(link.symlink_metadata().expect("there").is_dir());
}

#[test]
fn another_file_system_and_what_is_no_disks_name_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    for (kind, words) in [
        ("btrfs", ["mount", "sda1"]),
        ("", ["mount", "sda1"]),
        ("vfat", ["mount", "../etc"]),
        ("vfat", ["mount", "sda1 -o suid"]),
        ("vfat", ["mount", ""]),
        ("vfat", ["wipe", "sda1"]),
    ] {
        let output = run(dir.path(), kind, words);
        assert!(!output.status.success() && !said(&output).contains("systemd-mount"), "{words:?} {}", said(&output));
    }
    assert!(!dir.path().join("media/kakari").exists());
}
