//! Packages: good ones as dpkg-deb makes them, and others put together by hand (deb(5): an ar archive of three members).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tar::{Builder, EntryType, Header};

pub(crate) const PROGRAM: &str = "./usr/lib/kakari/kakari";

/// A program that does what is asked of a version of kakari.
pub(crate) fn program(version: &str, schema: u32) -> String {
    format!(
        "#!/bin/sh\ncase \"$1\" in\n--version|run) echo \"kakari {version}\";;\nstore-schema) echo {schema};;\n\
         prove-store) echo \"A copy of the store opens.\";;\nesac\n"
    )
}

/// A package made by dpkg-deb.
pub(crate) fn package(version: &str, program: &str) -> Vec<u8> {
    let place = tempfile::tempdir().expect("a folder");
    let (tree, deb) = (place.path().join("tree"), place.path().join("made.deb"));
    let write = |name: &str, text: &str| {
        let path = tree.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        path
    };
    let control = format!(
        "Package: kakari\nVersion: {version}\nArchitecture: {}\nMaintainer: Test <t@example.jp>\nDescription: test\n",
        crate::signing::own()
    );
    write("DEBIAN/control", &control);
    write("usr/share/doc/kakari/copyright", "GPL-3.0-only\n");
    write("usr/share/doc/kakari/README", "not kept\n");
    let path = write(PROGRAM, program);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    let made = Command::new("dpkg-deb").args(["--root-owner-group", "-Znone", "--build"]).arg(&tree).arg(&deb).output();
    let made = made.expect("dpkg-deb is there: apt-get install dpkg");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::read(deb).expect("made")
}

/// One thing in a package made by hand.
pub(crate) struct Item {
    pub(crate) path: &'static str,
    pub(crate) kind: EntryType,
    pub(crate) mode: u32,
    pub(crate) bytes: Vec<u8>,
    /// Where a link leads.
    pub(crate) link: &'static str,
}

impl Item {
    pub(crate) fn file(path: &'static str, mode: u32, text: &str) -> Self {
        Self { path, kind: EntryType::Regular, mode, bytes: text.as_bytes().to_vec(), link: "" }
    }
}

/// A package with exactly these things, whatever their paths.
pub(crate) fn by_hand(items: &[Item]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for item in items {
        let mut header = Header::new_gnu();
        // By its bytes: what leaves the folder is what is to be refused.
        let name = &mut header.as_old_mut().name;
        name[..item.path.len()].copy_from_slice(item.path.as_bytes());
        let link = &mut header.as_old_mut().linkname;
        link[..item.link.len()].copy_from_slice(item.link.as_bytes());
        header.set_entry_type(item.kind);
        header.set_mode(item.mode);
        header.set_size(item.bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, item.bytes.as_slice()).expect("in memory");
    }
    of_data("data.tar", &tar.into_inner().expect("in memory"))
}

/// A package around what is said to be its data.
pub(crate) fn of_data(name: &str, data: &[u8]) -> Vec<u8> {
    let mut control = Builder::new(Vec::new());
    let text = "Package: kakari\nVersion: 1.1.0\nArchitecture: amd64\nMaintainer: T <t@example.jp>\nDescription: t\n";
    let mut header = Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    control.append_data(&mut header, "./control", text.as_bytes()).expect("in memory");
    let control = control.into_inner().expect("in memory");
    let mut deb = b"!<arch>\n".to_vec();
    for (name, bytes) in [("debian-binary", b"2.0\n".as_slice()), ("control.tar", &control), (name, data)] {
        deb.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, "100644", bytes.len()).as_bytes());
        deb.extend(bytes);
        deb.extend(vec![b'\n'; bytes.len() % 2]);
    }
    deb
}

/// Data that unpacks to 600 MB.
pub(crate) fn bomb(place: &Path) -> Vec<u8> {
    let script = "truncate -s 100M zeros && tar -c zeros zeros zeros zeros zeros zeros --hard-dereference | gzip -1";
    let made = Command::new("sh").args(["-c", script]).current_dir(place).output().expect("tar and gzip are there");
    assert!(made.status.success() && made.stdout.len() > 1_000_000, "{}", String::from_utf8_lossy(&made.stderr));
    of_data("data.tar.gz", &made.stdout)
}
