//! Number-only cards in the feed: what a tablet finds by them, and what it refuses.

use std::collections::BTreeSet;

use kakari_record::model::CommonNumber;
use kakari_record::seal::{Keyring, PlainCardId, PlainCardKind, RecordId, Roster, SignedRoster, Token};
use kakari_region::office::plain_card::{self, End};
use kakari_region::office::resident;
use kakari_region::publish::Pace;

use super::office::{Office, Somebody, quick};
use super::tablet::Tablet;

fn felica(last: u8) -> PlainCardId {
    PlainCardId::new(PlainCardKind::Felica, &[1, 1, 10, 16, 0x8E, 0x1B, 0xAD, last]).unwrap()
}

fn type_a(last: u8) -> PlainCardId {
    PlainCardId::new(PlainCardKind::TypeA, &[4, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, last]).unwrap()
}

/// Whose records a signed-in crew finds by a card.
fn found(tablet: &Tablet, keys: &Keyring, card: &PlainCardId) -> BTreeSet<RecordId> {
    let tokens: BTreeSet<Token> = keys.iter().map(|key| Token::of_plain_card(key, card)).collect();
    let rows = tablet.rows.iter().filter(|(_, row)| row.tokens.iter().any(|token| tokens.contains(token)));
    rows.map(|(record, _)| *record).collect()
}

impl Office {
    async fn number(&self, who: &Somebody) -> CommonNumber {
        let number: String = sqlx::query_scalar("SELECT number FROM resident WHERE id = $1")
            .bind(who.id)
            .fetch_one(&self.region.pool)
            .await
            .unwrap();
        resident::number(&number).unwrap()
    }

    async fn give_plain(&self, who: &Somebody, card: &PlainCardId) {
        let number = self.number(who).await;
        let mut tx = self.region.pool.begin().await.unwrap();
        assert!(plain_card::register(&mut tx, "test", &number, card).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn end_plain(&self, card: &PlainCardId, how: End) {
        let mut tx = self.region.pool.begin().await.unwrap();
        assert!(plain_card::end(&mut tx, "test", card, how).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn published(&self, tablet: &mut Tablet) -> Roster {
        self.publish().await;
        let head = tablet.follow(self).await;
        let keys = self.region.keys().await;
        let roster = self.objects.get(head.roster.object.sha256).await.unwrap();
        SignedRoster::decode(&roster).unwrap().verify(&keys.region_key, keys.feed).unwrap()
    }
}

#[tokio::test]
async fn a_number_only_card_finds_its_resident_alone_and_a_lost_one_finds_nobody_and_is_refused() {
    let office = Office::make().await;
    let people = office.residents(3).await;
    let mut tablet = Tablet::default();
    office.published(&mut tablet).await;
    let keys = office.region.vault().await.keyring;
    office.give_plain(&people[0], &felica(1)).await;
    office.give_plain(&people[1], &type_a(1)).await;
    let roster = office.published(&mut tablet).await;
    assert_eq!(found(&tablet, &keys, &felica(1)), BTreeSet::from([people[0].record]));
    assert_eq!(found(&tablet, &keys, &type_a(1)), BTreeSet::from([people[1].record]));
    assert!(found(&tablet, &keys, &felica(2)).is_empty() && roster.revoked.is_empty());
    assert_eq!(tablet.rows[&people[0].record].record.header().version, 2, "tokens come with a row of their own");
    // A card change beside it leaves the tokens as they are.
    office.give_card(&people[0]).await;
    office.published(&mut tablet).await;
    assert_eq!(found(&tablet, &keys, &felica(1)), BTreeSet::from([people[0].record]));
    office.end_plain(&felica(1), End::Lost).await;
    let roster = office.published(&mut tablet).await;
    assert!(found(&tablet, &keys, &felica(1)).is_empty());
    assert!(roster.is_revoked(&felica(1).revocation()) && !roster.is_revoked(&type_a(1).revocation()));
    let mut new = Tablet::default();
    new.follow(&office).await;
    assert_eq!(new.rows, tablet.rows, "whoever comes later has the same tokens");
}

#[tokio::test]
async fn a_card_of_the_wrong_resident_goes_over_to_its_own_and_is_not_refused() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    let mut tablet = Tablet::default();
    let keys = office.region.vault().await.keyring;
    office.give_plain(&people[0], &felica(1)).await;
    office.published(&mut tablet).await;
    assert_eq!(found(&tablet, &keys, &felica(1)), BTreeSet::from([people[0].record]));
    office.end_plain(&felica(1), End::Mistaken).await;
    office.give_plain(&people[1], &felica(1)).await;
    let roster = office.published(&mut tablet).await;
    assert_eq!(found(&tablet, &keys, &felica(1)), BTreeSet::from([people[1].record]));
    assert!(roster.revoked.is_empty());
}

#[tokio::test]
async fn withdrawn_consent_a_death_and_a_move_take_the_card_away_with_the_record() {
    let office = Office::make().await;
    let people = office.residents(3).await;
    let mut tablet = Tablet::default();
    let keys = office.region.vault().await.keyring;
    for (who, last) in people.iter().zip(1..) {
        office.give_plain(who, &felica(last)).await;
    }
    office.published(&mut tablet).await;
    for (who, (column, value)) in
        people.iter().zip([("consent", "withdrawn"), ("status", "deceased"), ("status", "moved")])
    {
        office.set(who, column, value).await;
    }
    office.published(&mut tablet).await;
    assert!((1..=3).all(|last| found(&tablet, &keys, &felica(last)).is_empty()));
    office.set(&people[0], "consent", "given").await;
    office.published(&mut tablet).await;
    assert_eq!(found(&tablet, &keys, &felica(1)), BTreeSet::from([people[0].record]), "back with the consent");
}

#[tokio::test]
async fn a_card_with_a_key_is_not_found_by_its_identifier_but_refused_by_it_once_lost() {
    let office = Office::make().await;
    let people = office.residents(1).await;
    let mut tablet = Tablet::default();
    let keys = office.region.vault().await.keyring;
    office.give_plain(&people[0], &felica(1)).await;
    office.published(&mut tablet).await;
    assert_eq!(found(&tablet, &keys, &felica(1)).len(), 1);
    let number = office.number(&people[0]).await;
    let conn = &mut office.region.conn().await;
    plain_card::register_with_key(conn, "test", &number, &felica(1), 1).await.unwrap();
    office.published(&mut tablet).await;
    assert!(found(&tablet, &keys, &felica(1)).is_empty(), "a copied IDm is no card");
    office.end_plain(&felica(1), End::Replaced).await;
    assert!(office.published(&mut tablet).await.is_revoked(&felica(1).revocation()));
}

#[tokio::test]
async fn under_a_new_vault_key_cards_are_found_all_the_while_and_at_last_by_the_new_key_alone() {
    let office = Office::make().await;
    let people = office.residents(3).await;
    let mut tablet = Tablet::default();
    for (who, last) in people.iter().zip(1..) {
        office.give_plain(who, &felica(last)).await;
    }
    office.published(&mut tablet).await;
    office.next_epoch().await;
    let mut publisher = office.next_publisher(Pace { reseal: 1, ..quick() }).await;
    let keys = office.region.vault().await.keyring;
    for _ in 0..4 {
        publisher.step().await.unwrap();
        tablet.follow(&office).await;
        for (who, last) in people.iter().zip(1..) {
            assert_eq!(found(&tablet, &keys, &felica(last)), BTreeSet::from([who.record]));
        }
    }
    let only = |epoch| Keyring::new(vec![keys.of_epoch(epoch).unwrap().clone()]);
    assert_eq!(found(&tablet, &only(2), &felica(1)), BTreeSet::from([people[0].record]));
    assert!(found(&tablet, &only(1), &felica(1)).is_empty(), "an old token is left nowhere");
}
