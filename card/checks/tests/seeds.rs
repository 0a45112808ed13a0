//! The checks on the committed seeds, on what fuzzing found before, and on seeds that are changed at random: no fuzzer is
//! needed for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kakari_card_checks::{TARGETS, card_answers, card_certificate, felica_frames, plain_answers, seeds};
use proptest::collection::vec;
use proptest::prelude::*;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    fs::read_dir(folder).expect("part of the repository").map(|entry| entry.expect("listed").path()).collect()
}

#[test]
fn every_seed_and_everything_found_before_holds() {
    for (target, check) in TARGETS {
        let seeds = files(&format!("fuzz/seeds/{target}"));
        assert!(!seeds.is_empty(), "{target} has no seed");
        seeds.iter().for_each(|seed| check(&fs::read(seed).expect("readable")));
    }
    seeds::card_answers().iter().for_each(|(_, seed)| card_answers(seed));
    seeds::felica_frames().iter().for_each(|(_, seed)| felica_frames(seed));
    seeds::plain_answers().iter().for_each(|(_, seed)| plain_answers(seed));
    seeds::card_certificate().iter().for_each(|(_, seed)| card_certificate(seed));
}

#[test]
fn every_fuzz_target_of_cards_is_replayed_here() {
    let targets = files("fuzz/fuzz_targets");
    let of_cards = targets.iter().filter(|path| fs::read_to_string(path).expect("text").contains("kakari_card_checks"));
    let names: BTreeSet<_> = of_cards.filter_map(|path| path.file_stem()?.to_str()).collect();
    assert_eq!(names, TARGETS.map(|(target, _)| target).into_iter().collect());
}

/// A seed in which a few bytes are others, or missing, or repeated.
fn changed(seeds: Vec<(&'static str, Vec<u8>)>) -> impl Strategy<Value = Vec<u8>> {
    let seed = prop::sample::select(seeds.into_iter().map(|(_, seed)| seed).collect::<Vec<_>>());
    (seed, vec((any::<prop::sample::Index>(), 0_u8..4, any::<u8>()), 1..6)).prop_map(|(mut seed, changes)| {
        for (place, way, with) in changes {
            let at = place.index(seed.len() + 1);
            match way {
                0 => seed.insert(at, with),
                1 if at < seed.len() => drop(seed.remove(at)),
                2 => seed.extend_from_within(at..),
                _ if at < seed.len() => seed[at] = with,
                _ => seed.truncate(usize::from(with)),
            }
        }
        seed
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_answers_hold(bytes in changed(seeds::card_answers())) {
        card_answers(&bytes);
    }

    #[test]
    fn changed_certificates_hold(bytes in changed(seeds::card_certificate())) {
        card_certificate(&bytes);
    }

    #[test]
    fn changed_frames_hold(bytes in changed(seeds::felica_frames())) {
        felica_frames(&bytes);
    }

    #[test]
    fn changed_answers_of_memory_cards_hold(bytes in changed(seeds::plain_answers())) {
        plain_answers(&bytes);
    }
}
