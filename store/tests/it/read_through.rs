//! The whole store, read: whether every page is what was written, how many records there are, and how old they are.

use std::fs;

use chrono::{DateTime, Utc};
use kakari_store::{ReadThrough, SealedTimes};

use crate::region::{Region, make_card};

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("time")
}

#[test]
fn an_empty_store_is_sound_and_has_no_age() {
    let region = Region::new();
    let read = region.create().read_through().expect("read");
    assert_eq!(read, ReadThrough { sound: true, records: 0, sealed: None });
}

#[test]
fn records_are_counted_one_by_one_and_their_ages_are_those_of_half_and_of_one_in_twenty() {
    let region = Region::new();
    let card = make_card();
    let mut store = region.create();
    // Sealed in the order of their numbers, a second apart.
    store.load((0..101).map(|n| region.row_of(n, 1, 1_795_000_000 + n, &[card], None)), 100).expect("loads");
    let read = store.read_through().expect("read");
    let sealed = SealedTimes { median: time(1_795_000_050), p95: time(1_795_000_005) };
    assert_eq!(read, ReadThrough { sound: true, records: 101, sealed: Some(sealed) });
}

#[test]
fn a_flipped_bit_in_either_file_is_found() {
    let region = Region::new();
    let card = make_card();
    let mut store = region.create();
    store.load((0..200).map(|n| region.row(n, 1, &[card])), 100).expect("loads");
    store.checkpoint().expect("in the files");
    drop(store);
    for path in [region.set_path(), region.store_path()] {
        let whole = fs::read(&path).expect("bytes");
        let mut found = 0;
        // Not in the first page: without it nothing opens.
        let places: Vec<usize> = (1..8).map(|part| whole.len() * part / 8).filter(|place| *place > 4096).collect();
        for place in &places {
            let mut bytes = whole.clone();
            bytes[*place] ^= 1;
            fs::write(&path, &bytes).expect("written");
            found += usize::from(!region.open().read_through().expect("read").sound);
        }
        fs::write(&path, &whole).expect("written");
        println!("{found} of {} flipped bits found in {}", places.len(), path.display());
        assert!(found == places.len() && found > 0, "{}", path.display());
        assert!(region.open().read_through().expect("read").sound, "whole again");
    }
}
