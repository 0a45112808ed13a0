use std::collections::HashSet;

use kakari_record::alerts::{AlertKind, alerts};
use kakari_record::language::Language;
use kakari_record::model::{Block, Consent};
use kakari_record::{cbor, display, formulary};

use super::vocabulary::{CANCERS, FAMILIES, GIVEN, ILLNESSES, PRODUCTS, product};
use super::*;

#[test]
fn the_same_seed_makes_the_same_residents_in_any_order() {
    let bytes = |summary: Summary| cbor::encode(&summary).to_vec();
    let one: Vec<Vec<u8>> = Generator::new(7).take(50).map(bytes).collect();
    let other: Vec<Vec<u8>> = (0..50).rev().map(|index| bytes(Generator::new(7).resident(index))).collect();
    assert!(one.iter().eq(other.iter().rev()));
    assert_ne!(one[0], bytes(Generator::new(8).resident(0)));
}

/// The first resident of seed 1, so that a change of the vocabulary or of a dependency does not pass unseen.
#[test]
fn the_first_resident_stays_the_same_person() {
    let first = Generator::new(1).resident(0);
    let birth = first.identity.birth_date.map(|item| display::birth_date(item, Language::Japanese)).unwrap_or_default();
    assert_eq!((first.identity.name.as_str(), birth.as_str()), ("佐野 香織", "昭和46年(1971) 11月26日"));
}

#[test]
fn no_two_residents_share_a_number() {
    let numbers = (0..200_000).filter_map(|index| person::number(1, index));
    assert_eq!(numbers.map(String::from).collect::<HashSet<_>>().len(), 200_000);
}

#[test]
fn every_row_of_the_vocabulary_is_used_and_hangs_together() {
    assert!(FAMILIES.len() >= 200 && GIVEN.len() >= 120 && PRODUCTS.len() >= 90);
    let keys = ILLNESSES.iter().chain(CANCERS.iter()).flat_map(|illness| illness.medicines.iter().flatten());
    for key in keys.filter(|key| !key.is_empty()) {
        assert!(product(key).is_some(), "{key} is no product");
    }
    for listed in PRODUCTS.iter() {
        let named = formulary::by_name(listed.name);
        assert!(named.is_some(), "{} is not in the formulary", listed.name);
        assert!(named.is_none_or(|drug| listed.yj.is_empty() || listed.yj.starts_with(drug.yj)), "{}", listed.name);
    }
}

#[test]
fn all_four_values_of_a_block_occur() {
    let residents: Vec<Summary> = Generator::new(3).take(3_000).collect();
    let count = |is: fn(&Summary) -> bool| residents.iter().filter(|resident| is(resident)).count();
    assert!(count(|it| matches!(it.allergies.block, Block::Known(_))) > 200);
    assert!(count(|it| matches!(it.allergies.block, Block::NoneConfirmed(_))) > 500);
    assert!(count(|it| matches!(it.allergies.block, Block::NotRecorded)) > 500);
    assert!(count(|it| matches!(it.allergies.block, Block::Unavailable(_))) > 0);
    assert!(count(|it| !it.allergies.none_for.is_empty()) > 50);
    assert!(count(|it| it.conditions.items().iter().any(|condition| condition.origin.untold)) > 0);
    assert!(count(|it| matches!(it.consent, Consent::Withdrawn { .. })) > 0);
    assert!(residents.iter().all(|it| !matches!(&it.medicines, Block::Known(items) if items.is_empty())));
}

#[test]
fn a_population_raises_every_kind_of_alert() {
    let seen: HashSet<AlertKind> = Generator::new(5)
        .take(8_000)
        .flat_map(|resident| alerts(&resident, Language::Japanese))
        .map(|alert| alert.kind)
        .collect();
    let missing: Vec<AlertKind> = AlertKind::ALL.into_iter().filter(|kind| !seen.contains(kind)).collect();
    assert_eq!(missing, []);
}

#[test]
fn everybody_can_be_shown_and_nobody_has_an_age_unknown() {
    let today = display::day_of(Generator::now());
    for resident in Generator::new(9).take(2_000) {
        assert!(resident.as_of <= Generator::now());
        let text = display::plain(&resident, today).join("\n");
        assert!(!text.contains("年齢不明") || resident.identity.birth_date.is_none(), "{text}");
    }
}
