//! The arrows between the folders, and what each must never link (ARCHITECTURE.md).

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use kakari_tests::place::repository;

/// Crate, which of ours it may use, what it must never link.
const ARROWS: &[(&str, &[&str], &[&str])] = &[
    ("kakari-record", &[], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-checks", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-session", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    ("kakari-card", &[], &["slint", "rusqlite", "tokio", "reqwest"]),
    ("kakari-store", &["kakari-record"], &["slint", "pcsc", "tokio", "reqwest"]),
    ("kakari-ui", &["kakari-session"], &["rusqlite", "pcsc", "reqwest"]),
    (
        "kakari",
        &["kakari-card", "kakari-card-sim", "kakari-record", "kakari-session", "kakari-store", "kakari-ui"],
        &["reqwest"],
    ),
    ("kakari-card-sim", &["kakari-card"], &["slint", "rusqlite", "reqwest"]),
    ("kakari-virtual-reader", &[], &["slint", "rusqlite", "reqwest"]),
    // The office's program never becomes a tablet; later it may speak to the network.
    ("kakari-region", &["kakari-record"], &["slint", "rusqlite", "pcsc"]),
    ("kakari-generator", &["kakari-record"], &["slint", "rusqlite", "pcsc", "tokio", "reqwest"]),
    (
        "kakari-tests",
        &["kakari", "kakari-card", "kakari-card-sim", "kakari-generator", "kakari-record", "kakari-store"],
        &[],
    ),
];

#[test]
fn dependencies_follow_the_arrows_and_nothing_else() {
    let metadata =
        MetadataCommand::new().manifest_path(repository().join("Cargo.toml")).exec().expect("cargo metadata");
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let resolve = metadata.resolve.as_ref().expect("resolved");
    let edges: BTreeMap<_, Vec<_>> = resolve
        .nodes
        .iter()
        .map(|node| {
            let normal =
                node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            (&node.id, normal.map(|dep| &dep.pkg).collect())
        })
        .collect();
    let ours: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    assert_eq!(ours, ARROWS.iter().map(|(name, ..)| *name).collect(), "every crate has its arrows");

    for (name, allowed, never) in ARROWS {
        let package = metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == *name).unwrap();
        let direct: BTreeSet<&str> =
            edges[&package.id].iter().map(|id| names[id]).filter(|name| ours.contains(name)).collect();
        let wrong: Vec<_> = direct.iter().filter(|used| !allowed.contains(used)).collect();
        assert!(wrong.is_empty(), "{name} must not use {wrong:?}");
        let (mut linked, mut open) = (BTreeSet::new(), vec![&package.id]);
        while let Some(id) = open.pop() {
            if linked.insert(names[id]) {
                open.extend(edges[id].iter().copied());
            }
        }
        let forbidden: Vec<_> = never.iter().filter(|name| linked.contains(*name)).collect();
        assert!(forbidden.is_empty(), "{name} must never link {forbidden:?}");
    }
}
