//! Flipped bits anywhere in the set's file: what still reads is right, and the rest says so.

use std::fs;

use kakari_record::seal::KeyId;
use kakari_store::{Found, Store, StoreError};

use crate::region::{Region, make_card, summary_of};

/// A small generator of places, so that a failure can be repeated (xorshift64).
fn places(mut seed: u64) -> impl Iterator<Item = usize> {
    std::iter::repeat_with(move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 16).unwrap_or_default()
    })
}

#[test]
fn a_flipped_bit_never_changes_a_record_and_the_others_stay_readable() {
    let region = Region::new();
    let cards: Vec<_> = (0..40).map(|_| make_card()).collect();
    region.create().load(cards.iter().zip(0..).map(|(card, n)| region.row(n, 1, &[*card])), 100).expect("loads");
    let path = region.set_path();
    let whole = fs::read(&path).expect("bytes");
    let (mut opened, mut right, mut damaged) = (0, 0, 0);
    for place in places(20_261_121).take(60) {
        let mut bytes = whole.clone();
        let place = place % bytes.len();
        bytes[place] ^= 1 << (place % 8);
        for extra in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{extra}", path.display()));
        }
        fs::write(&path, &bytes).expect("written");
        let Ok(mut store) = Store::open(&region.store_path(), region.key()) else { continue };
        opened += 1;
        for (card, n) in cards.iter().zip(0..) {
            match store.find_by_card(&[region.token(n)], KeyId::derive(card)) {
                Ok(Found::Record { record, .. }) => {
                    assert!(region.open_record(&record) == summary_of(n));
                    right += 1;
                }
                Ok(Found::Nothing | Found::OtherCard) => panic!("damage read as absence, bit at {place}"),
                Err(StoreError::Damaged) => damaged += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    println!("60 flipped bits: opened {opened}, right {right}, said damaged {damaged}, wrong 0");
    assert!(right > damaged && damaged > 0 && opened > 0, "the test must meet both");
}
