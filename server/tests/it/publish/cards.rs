//! Cards, staff, vault keys, orders.

use std::collections::BTreeSet;

use kakari_record::seal::{KeyId, SignedRoster};
use kakari_sync::{Orders, Signed};

use super::office::{Office, quick};
use super::tablet::Tablet;
use crate::region::a_point;

#[tokio::test]
async fn a_card_is_given_lost_and_given_anew_without_sealing_the_record_again() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    let mut tablet = Tablet::default();
    office.publish().await;
    tablet.follow(&office).await;
    let sealed = tablet.rows[&people[0].record].record.clone();
    let first = office.give_card(&people[0]).await;
    office.publish().await;
    tablet.follow(&office).await;
    assert_eq!(tablet.cards(people[0].record), BTreeSet::from([KeyId::derive(&first)]));
    let kept = tablet.rows[&people[0].record].openers.clone();
    let second = office.give_card(&people[0]).await;
    office.publish().await;
    tablet.follow(&office).await;
    assert_eq!(tablet.rows[&people[0].record].openers[0], kept[0], "the first card's opener stays");
    office.lose_card(&people[0], &first).await;
    let head = office.publish().await;
    tablet.follow(&office).await;
    assert_eq!(tablet.cards(people[0].record), BTreeSet::from([KeyId::derive(&second)]));
    assert_eq!(tablet.rows[&people[0].record].record, sealed);
    let roster = office.objects.get(head.roster.object.sha256).await.unwrap();
    let keys = office.region.keys().await;
    let roster = SignedRoster::decode(&roster).unwrap().verify(&keys.region_key, keys.feed).unwrap();
    assert!(
        roster.is_revoked(KeyId::derive(&first).as_bytes()) && !roster.is_revoked(KeyId::derive(&second).as_bytes())
    );
    let mut new = Tablet::default();
    new.follow(&office).await;
    assert_eq!(new.rows, tablet.rows, "a snapshot or a merged delta has the cards as well");
}

#[tokio::test]
async fn under_a_new_vault_key_records_are_sealed_anew_bit_by_bit_and_all_can_be_read_meanwhile() {
    let office = Office::make().await;
    let people = office.residents(5).await;
    let card = office.give_card(&people[0]).await;
    let staff = a_point();
    let member = sqlx::query("INSERT INTO staff (id, name, state) VALUES ('S1', '佐藤', 'active')");
    member.execute(&office.region.pool).await.unwrap();
    let has = sqlx::query("INSERT INTO staff_card (serial, staff, public_key, state) VALUES ($1, 'S1', $2, 'active')");
    has.bind([1_u8].as_slice()).bind(staff.as_slice()).execute(&office.region.pool).await.unwrap();
    office.publish().await;
    let mut tablet = Tablet::default();
    let before = tablet.follow(&office).await.roster;
    office.next_epoch().await;
    let pace = kakari_region::publish::Pace { reseal: 2, ..quick() };
    let mut publisher = office.next_publisher(pace).await;
    let keys = office.region.vault().await.keyring;
    let mut seen = Vec::new();
    for _ in 0..4 {
        publisher.step().await.unwrap();
        let head = tablet.follow(&office).await;
        assert!(head.roster.version > before.version, "the wraps are there before the first record that needs them");
        people.iter().for_each(|one| drop(tablet.summary(one.record, &keys)));
        seen.push(tablet.rows.values().filter(|row| row.record.header().epoch == 2).count());
    }
    assert_eq!(seen, [2, 4, 5, 5]);
    assert_eq!(tablet.cards(people[0].record), BTreeSet::from([KeyId::derive(&card)]));
    let region = office.region.keys().await;
    let roster = office.objects.get(publisher.head().unwrap().roster.object.sha256).await.unwrap();
    let roster = SignedRoster::decode(&roster).unwrap().verify(&region.region_key, region.feed).unwrap();
    assert_eq!(roster.epochs(), BTreeSet::from([1, 2]));
}

#[tokio::test]
async fn a_card_given_under_an_old_vault_key_seals_the_record_under_the_new_one() {
    let office = Office::make().await;
    let people = office.residents(1).await;
    let mut tablet = Tablet::default();
    office.publish().await;
    office.next_epoch().await;
    let card = office.give_card(&people[0]).await;
    office.publish().await;
    tablet.follow(&office).await;
    let header = *tablet.rows[&people[0].record].record.header();
    assert_eq!((header.epoch, header.version), (2, 2));
    assert_eq!(tablet.cards(people[0].record), BTreeSet::from([KeyId::derive(&card)]));
}

#[tokio::test]
async fn a_wipe_order_and_a_setting_reach_the_next_head_and_roster_and_orders_stay_while_nothing_changes() {
    let office = Office::make().await;
    let first = office.publish().await;
    let again = office.publish().await;
    assert_eq!((first.roster, first.orders), (again.roster, again.orders));
    for statement in [
        "UPDATE region SET lease_days = 14",
        "INSERT INTO tablet (id, vehicle, state) VALUES ('t1', '北町救急1', 'wiping')",
        "INSERT INTO wipe_order (nonce, tablet, ordered_by, issued_at, expires_at)
         VALUES (decode(repeat('01', 16), 'hex'), 't1', 'test', now(), now() + interval '7 days')",
    ] {
        sqlx::query(statement).execute(&office.region.pool).await.unwrap();
    }
    let head = office.publish().await;
    let bytes = office.objects.get(head.orders.unwrap().sha256).await.unwrap();
    let orders = Signed::<Orders>::decode(&bytes).unwrap().verify(&office.region.keys().await.region_key).unwrap();
    assert_eq!((orders.version, orders.settings.lease_days), (2, 14));
    assert!(orders.wipe_of("t1", chrono::Utc::now(), &[]).unwrap().is_some());
    sqlx::query("UPDATE wipe_order SET done_at = now()").execute(&office.region.pool).await.unwrap();
    let head = office.publish().await;
    let bytes = office.objects.get(head.orders.unwrap().sha256).await.unwrap();
    let orders = Signed::<Orders>::decode(&bytes).unwrap().verify(&office.region.keys().await.region_key).unwrap();
    assert!(orders.orders.is_empty(), "a tablet that is enrolled again is not wiped again");
}
