//! The arrows between the folders, and what each must never link (ARCHITECTURE.md).

use std::collections::BTreeSet;
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand};

use kakari_tests::place::repository;

/// Crate, which of ours it may use, what it must never link.
const ARROWS: &[(&str, &[&str], &[&str])] = &[
    ("kakari-record", &[], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-checks", &["kakari-record", "kakari-sync"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-session", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-handover", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-card", &[], &["slint", "rusqlite", "tokio", "reqwest"]),
    ("kakari-store", &["kakari-record"], &["slint", "pcsc", "tokio", "reqwest"]),
    // The wire forms; the tablet's end of them, behind the feature `client`, has the network.
    ("kakari-sync", &["kakari-record", "kakari-store"], &["slint", "pcsc"]),
    ("kakari-preview", &["kakari-record", "kakari-session"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-ui", &["kakari-session"], &["rusqlite", "pcsc", "reqwest"]),
    (
        "kakari",
        &[
            "kakari-card",
            "kakari-card-sim",
            "kakari-handover",
            "kakari-record",
            "kakari-session",
            "kakari-store",
            "kakari-sync",
            "kakari-tpm",
            "kakari-ui",
        ],
        // The feed comes over the network; nothing on the way of a tap asks for it.
        &[],
    ),
    ("kakari-card-checks", &["kakari-card"], &["slint", "rusqlite", "tokio", "reqwest"]),
    ("kakari-card-sim", &["kakari-card"], &["slint", "rusqlite", "reqwest"]),
    ("kakari-virtual-reader", &[], &["slint", "rusqlite", "reqwest"]),
    // The office's program never becomes a tablet. Its desk, where cards are issued, has a card reader (ADR 15).
    ("kakari-region", &["kakari-card", "kakari-record", "kakari-sync"], &["slint", "rusqlite"]),
    // What speaks to the TPM, and nothing else.
    ("kakari-tpm", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    // It runs as root: the feed's wire forms, and nothing that has a network, a database or a card.
    ("kakari-update", &["kakari-sync"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-cluster", &[], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-generator", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    // Both ends as they are.
    (
        "kakari-chaos",
        &["kakari-cluster", "kakari-record", "kakari-region", "kakari-store", "kakari-sync"],
        &["slint", "pcsc"],
    ),
    // What ships, as a whole.
    ("kakari-image-tests", &["kakari", "kakari-card-sim", "kakari-record", "kakari-sync", "kakari-tests"], &[]),
    (
        "kakari-tests",
        &[
            "kakari",
            "kakari-card",
            "kakari-card-sim",
            "kakari-generator",
            "kakari-preview",
            "kakari-record",
            "kakari-store",
            "kakari-sync",
            "kakari-ui",
        ],
        &[],
    ),
];

#[test]
fn dependencies_follow_the_arrows_and_nothing_else() {
    let metadata = MetadataCommand::new().manifest_path(repository().join("Cargo.toml")).no_deps().exec();
    let packages = metadata.expect("cargo metadata").packages;
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(ours, ARROWS.iter().map(|(name, ..)| *name).collect(), "every crate has its arrows");

    for (name, allowed, never) in ARROWS {
        let package = packages.iter().find(|package| package.name.as_str() == *name).unwrap();
        let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        let wrong: Vec<_> = normal
            .map(|dependency| dependency.name.as_str())
            .filter(|used| ours.contains(used) && !allowed.contains(used))
            .collect();
        assert!(wrong.is_empty(), "{name} must not use {wrong:?}");
        let linked = linked(name, &[]);
        let forbidden: Vec<_> = never.iter().filter(|name| linked.contains(**name)).collect();
        assert!(forbidden.is_empty(), "{name} must never link {forbidden:?}");
    }
}

/// A server in a data centre has no desk: built without it, nothing of it can speak to a reader or sign a card.
#[test]
fn a_region_server_without_its_desk_links_no_card_reader() {
    let linked = linked("kakari-region", &["--no-default-features"]);
    assert!(!linked.contains("pcsc") && !linked.contains("kakari-card"), "{linked:?}");
}

/// What a crate links when it is built by itself. The whole workspace's graph would not tell: in it, a crate has every
/// feature that any other asks of it (`kakari-sync` is wire forms for the server, and a client for the tablet).
fn linked(name: &str, features: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["tree", "--locked", "-e", "normal", "--prefix", "none", "-p", name])
        .args(features)
        .current_dir(repository());
    let told = cargo.output().expect("cargo tree");
    assert!(told.status.success(), "cargo tree: {}", String::from_utf8_lossy(&told.stderr));
    let lines = String::from_utf8(told.stdout).expect("text");
    let linked: BTreeSet<_> = lines.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    assert!(linked.contains(name), "{lines}");
    linked
}
