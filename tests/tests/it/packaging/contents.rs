//! What is in the packages: every file of packaging/, and nothing that is not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kakari_tests::place::repository;

/// Not installed: sources, documents, and what scripts/deb.sh itself works with.
const NOT_INSTALLED: [&str; 5] = ["README.md", "updater/", "debian/", "man/", "oldest"];

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn manifests() -> String {
    ["app/Cargo.toml", "server/Cargo.toml"]
        .map(|path| fs::read_to_string(repository().join(path)).expect(path))
        .concat()
}

/// The sources below packaging/ that the packages name.
fn named() -> BTreeSet<String> {
    let text = manifests();
    let sources = text.lines().filter_map(|line| line.trim().strip_prefix("[\"../packaging/")?.split('"').next());
    sources.map(str::to_owned).collect()
}

#[test]
fn every_file_goes_into_a_package_and_every_file_of_a_package_is_there() {
    let root = repository().join("packaging");
    let (mut found, named) = (Vec::new(), named());
    files(&root, &mut found);
    for path in &found {
        let name = path.strip_prefix(&root).expect("below").to_string_lossy().into_owned();
        let left_out = NOT_INSTALLED.iter().any(|start| name.starts_with(start)) || name.ends_with(".md");
        assert!(left_out || named.contains(&name), "{name} goes into no package ([package.metadata.deb])");
    }
    for name in named {
        assert!(root.join(&name).is_file(), "{name} is in a package and not there");
    }
}

/// What enrolment writes is never a file of the package: an upgrade would ask about it, or take it back.
#[test]
fn the_tablets_configuration_is_an_example_and_roots_files_are_kept_over_an_upgrade() {
    let text = manifests();
    assert!(
        text.contains("\"usr/share/doc/kakari/examples/kakari.toml\"") && !text.contains("\"etc/kakari/kakari.toml\"")
    );
    let kept = text.lines().find(|line| line.starts_with("conf-files")).expect("the list");
    for asset in text.lines().filter(|line| line.contains("\"etc/")) {
        let path = asset.split('"').nth(3).expect("where it goes");
        assert!(kept.contains(&format!("\"/{path}\"")), "{path}");
    }
}

/// Until somebody writes a key into it, nobody can sign a release for this tablet.
#[test]
fn a_new_tablet_takes_releases_from_nobody() {
    let text = super::file("release-keys.toml");
    assert_eq!(super::lines(&text), ["threshold = 1", "keys = []"]);
}

#[test]
fn no_virtual_reader_is_beside_the_tablet() {
    let text = manifests();
    assert!(text.contains("conflicts = \"vsmartcard-vpcd\""));
    let built = fs::read_to_string(repository().join("scripts/deb/build.sh")).expect("the script");
    assert!(built.contains("-p kakari --no-default-features"));
}
