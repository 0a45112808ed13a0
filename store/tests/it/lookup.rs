//! What a card finds.

use kakari_record::seal::KeyId;
use kakari_store::Found;

use crate::region::{Region, make_card, summary_of};

#[test]
fn a_card_finds_its_own_record() {
    let region = Region::new();
    let mut store = region.create();
    let cards: Vec<_> = (0..20).map(|_| make_card()).collect();
    let rows = cards.iter().zip(0..).map(|(card, n)| region.row(n, 1, &[*card]));
    assert_eq!(store.load(rows, 7).expect("loads"), 20);
    assert_eq!(store.facts().expect("facts").records, 20);
    for (card, n) in cards.iter().zip(0..) {
        let found = store.find_by_card(&[region.token(n)], KeyId::derive(card)).expect("looks");
        let Found::Record { record, .. } = found else { panic!("not found") };
        assert!(region.open_record(&record) == summary_of(n));
    }
}

#[test]
fn an_unknown_number_finds_nothing_and_a_replaced_card_is_told_apart() {
    let region = Region::new();
    let mut store = region.create();
    let (old, new) = (make_card(), make_card());
    store.load([region.row(1, 1, &[new])], 10).expect("loads");
    let mut find = |n, card| store.find_by_card(&[region.token(n)], KeyId::derive(card)).expect("looks");
    assert!(matches!(find(2, &new), Found::Nothing));
    assert!(matches!(find(1, &old), Found::OtherCard));
    assert!(matches!(find(1, &new), Found::Record { .. }));
}

#[test]
fn a_newer_version_replaces_an_older_one_and_never_the_other_way() {
    let region = Region::new();
    let mut store = region.create();
    let (old, new) = (make_card(), make_card());
    assert_eq!(store.load([region.row(1, 5, &[old])], 10).expect("loads"), 1);
    assert_eq!(store.load([region.row(1, 6, &[new])], 10).expect("loads"), 1);
    assert_eq!(store.load([region.row(1, 4, &[old])], 10).expect("loads"), 0);
    assert_eq!(store.facts().expect("facts").records, 1);
    let found = store.find_by_card(&[region.token(1)], KeyId::derive(&new)).expect("looks");
    let Found::Record { record, .. } = found else { panic!("not found") };
    assert_eq!(record.header().version, 6);
    let found = store.find_by_card(&[region.token(1)], KeyId::derive(&old)).expect("looks");
    assert!(matches!(found, Found::OtherCard), "the old card's way in is gone");
}

#[test]
fn an_opener_whose_record_is_gone_is_damage_and_not_absence() {
    let region = Region::new();
    let card = make_card();
    let mut store = region.create();
    store.load([region.row(1, 1, &[card])], 1).expect("loads");
    region.raw_set().execute("DELETE FROM sealed", []).expect("deleted");
    let found = store.find_by_card(&[region.token(1)], KeyId::derive(&card));
    assert!(matches!(found, Err(kakari_store::StoreError::Damaged)));
}
