//! The checks on the committed seeds and on what fuzzing found before: no fuzzer is needed for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kakari_record::fhir::read_document;
use kakari_record::model::Summary;

type Check = fn(&[u8]);

const TARGETS: [(&str, Check); 10] = [
    ("fhir_document", kakari_checks::fhir_document),
    ("sealed_record", kakari_checks::sealed_record),
    ("card_copy", kakari_checks::card_copy),
    ("summary_bytes", kakari_checks::summary_bytes),
    ("roster", kakari_checks::roster),
    ("head", kakari_checks::head),
    ("pack", kakari_checks::pack),
    ("orders", kakari_checks::orders),
    ("audit_batch", kakari_checks::audit_batch),
    ("enrol_request", kakari_checks::enrol_request),
];

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    fs::read_dir(folder).expect("part of the repository").map(|entry| entry.expect("listed").path()).collect()
}

fn residents() -> Vec<Summary> {
    let documents = files("assets/region/residents").into_iter().map(|path| fs::read(path).expect("readable"));
    documents.map(|json| read_document(&json).expect("a good document").summary).collect()
}

#[test]
fn every_seed_and_everything_found_before_holds() {
    for (target, check) in TARGETS {
        let seeds = files(&format!("fuzz/seeds/{target}"));
        assert!(!seeds.is_empty(), "{target} has no seed");
        seeds.iter().for_each(|seed| check(&fs::read(seed).expect("readable")));
    }
}

#[test]
fn every_fuzz_target_is_replayed_here() {
    // Those of cards are replayed in card/checks.
    let mut written = files("fuzz/fuzz_targets");
    written.retain(|path| fs::read_to_string(path).expect("text").contains("kakari_checks"));
    let targets: BTreeSet<_> = written.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
    assert_eq!(targets, TARGETS.map(|(target, _)| target).into_iter().collect());
}

#[test]
fn a_record_sealed_by_the_fuzzers_own_hand_opens() {
    let residents = residents();
    assert!(residents.len() >= 60);
    for summary in residents {
        assert!(kakari_checks::opens(&kakari_checks::seeds::record(&summary)));
        kakari_checks::seeds::sealed_record(&summary).iter().for_each(|input| kakari_checks::sealed_record(input));
    }
}

#[test]
fn the_rosters_that_fuzzing_begins_with_are_believed_in_every_form() {
    assert_eq!(kakari_checks::seeds::roster()[..2], [0x82, 1]);
    assert_eq!(kakari_checks::seeds::roster_with_codes()[..2], [0x82, 2]);
    assert_eq!(kakari_checks::seeds::roster_with_neighbours()[..2], [0x82, 3]);
    for (seed, codes, neighbours) in [
        (kakari_checks::seeds::roster(), 0, 0),
        (kakari_checks::seeds::roster_with_codes(), 3, 0),
        (kakari_checks::seeds::roster_with_neighbours(), 3, 1),
    ] {
        let believed = kakari_checks::believed_roster(&seed).expect("believed");
        assert_eq!((believed.fallback.len(), believed.neighbours.len()), (codes, neighbours));
        kakari_checks::roster(&seed);
    }
    for (file, seed) in [
        ("two-staff", kakari_checks::seeds::roster()),
        ("two-staff-and-codes", kakari_checks::seeds::roster_with_codes()),
        ("two-staff-and-neighbours", kakari_checks::seeds::roster_with_neighbours()),
    ] {
        let kept = files("fuzz/seeds/roster").into_iter().find(|path| path.ends_with(file)).expect("kept");
        assert!(fs::read(kept).expect("readable") == seed, "{file} is of an older form");
    }
    kakari_checks::roster(b"0000 0000 0000 0000");
}
