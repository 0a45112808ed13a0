//! What a card finds that only says who it is.

use kakari_record::seal::{PlainCardId, PlainCardKind, Token, VaultKey};
use kakari_store::{Registered, Row, Store, StoreError};

use crate::region::{Region, make_card, summary_of};

fn idm(last: u8) -> PlainCardId {
    PlainCardId::new(PlainCardKind::Felica, &[1, 1, 10, 16, 0x8E, 0x1B, 0xAD, last]).expect("an IDm")
}

/// Resident `n`, with the card registered for them.
fn row(region: &Region, n: u64, card: &PlainCardId) -> Row {
    let mut row = region.row(n, 1, &[]);
    row.tokens.push(Token::of_plain_card(&region.vault, card));
    row
}

fn find(store: &mut Store, tokens: &[Token]) -> Registered {
    store.find_registered(tokens).expect("looks")
}

#[test]
fn an_identifier_finds_the_one_resident_it_is_registered_for_under_whichever_key() {
    let region = Region::new();
    let mut store = region.create();
    store.load((1..20).map(|n| row(&region, n, &idm(n as u8))), 7).expect("loads");
    let newer = VaultKey::from_bytes(2, [8; 32].into());
    for n in 1..20 {
        let tokens = [&newer, &region.vault].map(|key| Token::of_plain_card(key, &idm(n as u8)));
        let Registered::One { record, .. } = find(&mut store, &tokens) else { panic!("not found") };
        assert!(region.open_record(&record) == summary_of(n));
    }
    let nobody = Token::of_plain_card(&region.vault, &idm(99));
    assert!(matches!(find(&mut store, &[nobody]), Registered::Nobody));
    assert!(matches!(find(&mut store, &[]), Registered::Nobody), "without a key nothing is found");
}

#[test]
fn an_identifier_of_two_residents_opens_neither() {
    let region = Region::new();
    let mut store = region.create();
    store.load([row(&region, 1, &idm(1)), row(&region, 2, &idm(1))], 2).expect("loads");
    let token = Token::of_plain_card(&region.vault, &idm(1));
    assert!(matches!(find(&mut store, &[token]), Registered::Several));
    // One of them is sealed anew already: the same card stands under two keys.
    let newer = VaultKey::from_bytes(2, [8; 32].into());
    let mut moved = region.row(4, 1, &[]);
    moved.tokens.push(Token::of_plain_card(&newer, &idm(3)));
    store.load([row(&region, 3, &idm(3)), moved], 3).expect("loads");
    let tokens = [&newer, &region.vault].map(|key| Token::of_plain_card(key, &idm(3)));
    assert!(matches!(find(&mut store, &tokens), Registered::Several));
}

#[test]
fn a_number_finds_its_resident_with_and_without_cards_of_their_own() {
    let region = Region::new();
    let mut store = region.create();
    let mut plain = region.row(2, 1, &[]);
    plain.tokens.push(region.token(2));
    store.load([region.row(1, 1, &[make_card(), make_card()]), plain], 2).expect("loads");
    for n in [1, 2] {
        let Registered::One { record, .. } = find(&mut store, &[region.token(n)]) else { panic!("not found") };
        assert!(region.open_record(&record) == summary_of(n));
    }
    assert!(matches!(find(&mut store, &[region.token(3)]), Registered::Nobody));
}

#[test]
fn an_identifier_is_never_taken_for_a_phone_number_or_a_number_of_the_same_digits() {
    let region = Region::new();
    let mut store = region.create();
    let digits = PlainCardId::new(PlainCardKind::Felica, &[0x11; 8]).expect("an IDm");
    store.load([region.row(1_111_111_111_111_111, 1, &[make_card()])], 1).expect("loads");
    let token = Token::of_plain_card(&region.vault, &digits);
    assert!(matches!(find(&mut store, &[token]), Registered::Nobody));
}

#[test]
fn a_token_whose_record_is_gone_is_damage_and_not_absence() {
    let region = Region::new();
    let mut store = region.create();
    store.load([row(&region, 1, &idm(1))], 1).expect("loads");
    region.raw_set().execute("DELETE FROM sealed", []).expect("deleted");
    let found = store.find_registered(&[Token::of_plain_card(&region.vault, &idm(1))]);
    assert!(matches!(found, Err(StoreError::Damaged)));
}
