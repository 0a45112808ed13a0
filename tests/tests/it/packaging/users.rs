//! Users and folders, as systemd's own programs make them in a root of their own.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use super::told;
use kakari_tests::place::repository;

/// Both programs look for a file below the root that they are given.
fn made(root: &Path, package: &str) {
    for dir in ["etc", "var/lib", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d"] {
        fs::create_dir_all(root.join(dir)).expect("a folder");
    }
    let name = format!("{package}.conf");
    for (program, kind, more) in
        [("systemd-sysusers", "sysusers", None), ("systemd-tmpfiles", "tmpfiles", Some("--create"))]
    {
        let conf = repository().join("packaging").join(kind).join(&name);
        fs::copy(conf, root.join(format!("usr/lib/{kind}.d")).join(&name)).expect("copied");
        let mut command = Command::new(program);
        let answer = told(command.arg(format!("--root={}", root.display())).args(more).arg(&name), "systemd");
        assert!(answer.status.success(), "{program}: {} (run as root)", String::from_utf8_lossy(&answer.stderr));
    }
}

fn id(root: &Path, user: &str) -> u32 {
    let passwd = fs::read_to_string(root.join("etc/passwd")).expect("users");
    let line = passwd.lines().find(|line| line.starts_with(&format!("{user}:"))).expect("the user");
    assert!(line.ends_with(":/usr/sbin/nologin"), "{line}");
    line.split(':').nth(2).and_then(|id| id.parse().ok()).expect("a number")
}

#[test]
fn the_tablets_user_reaches_display_sound_and_tpm_and_no_keyboard() {
    let root = tempfile::tempdir().expect("a folder");
    made(root.path(), "kakari");
    id(root.path(), "kakari");
    let groups = fs::read_to_string(root.path().join("etc/group")).expect("groups");
    let in_them: Vec<&str> =
        groups.lines().filter(|line| line.ends_with(":kakari")).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(in_them, ["tss", "video", "audio"]);
}

#[test]
fn the_folders_are_their_owners_and_roots_files_stay_roots_beside_the_configuration() {
    let root = tempfile::tempdir().expect("a folder");
    made(root.path(), "kakari");
    let kakari = id(root.path(), "kakari");
    for (path, mode, owner) in [
        ("etc/kakari", 0o1775, 0),
        ("var/lib/kakari", 0o700, kakari),
        ("var/lib/kakari/state", 0o700, kakari),
        ("var/lib/kakari/keys", 0o700, kakari),
        ("var/lib/kakari-update", 0o755, 0),
    ] {
        let data = fs::metadata(root.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!((data.permissions().mode() & 0o7777, data.uid()), (mode, owner), "{path}");
    }
}

/// Written by root, in a folder whose sticky bit keeps everybody else from putting a file in the place of root's: at each start, and before
/// each enrolment, it becomes the user's who writes the names into it. Root's other files stay root's.
#[test]
fn a_configuration_that_root_wrote_can_be_written_anew_by_the_enrolment() {
    let root = tempfile::tempdir().expect("a folder");
    made(root.path(), "kakari");
    let at = |name: &str| root.path().join("etc/kakari").join(name);
    for name in ["kakari.toml", "release-keys.toml"] {
        fs::write(at(name), "vehicle = \"\"\n").expect("written");
        fs::set_permissions(at(name), fs::Permissions::from_mode(0o644)).expect("set");
    }
    made(root.path(), "kakari");
    let is = |name: &str| {
        let data = fs::metadata(at(name)).expect("there");
        (data.permissions().mode() & 0o7777, data.uid())
    };
    assert_eq!((is("kakari.toml"), is("release-keys.toml")), ((0o640, id(root.path(), "kakari")), (0o644, 0)));
    let enrolment = super::file("systemd/kakari-enrol.service");
    assert!(enrolment.contains("\nExecStartPre=-+/bin/systemd-tmpfiles --create kakari.conf\n"));
}

#[test]
fn the_servers_folder_is_its_users_alone() {
    let root = tempfile::tempdir().expect("a folder");
    made(root.path(), "kakari-region");
    let data = fs::metadata(root.path().join("var/lib/kakari-region")).expect("the folder");
    assert_eq!((data.permissions().mode() & 0o7777, data.uid()), (0o700, id(root.path(), "kakari-region")));
}
