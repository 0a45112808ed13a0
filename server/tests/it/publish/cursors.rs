//! Merged deltas give the same as those they were made of, from wherever a tablet stands.

use std::time::Duration;

use kakari_record::seal::KeyId;
use kakari_region::publish::Pace;
use kakari_sync::{DeltaRef, Head};
use proptest::prelude::{ProptestConfig, any, prop};
use proptest::{prop_assert_eq, proptest};

use super::office::{Office, quick};
use super::tablet::Tablet;

const PEOPLE: usize = 5;

/// `KAKARI_CASES` for more histories.
fn cases() -> u32 {
    std::env::var("KAKARI_CASES").map_or(6, |text| text.parse().unwrap())
}

/// Does one thing to one resident: the number says which.
async fn happen(office: &Office, people: &[super::office::Somebody], cards: &mut [Vec<[u8; 65]>], what: u8, step: u32) {
    let index = usize::from(what / 8) % PEOPLE;
    let who = &people[index];
    match what % 8 {
        0 => office.set(who, "consent", "withdrawn").await,
        1 => office.set(who, "status", "moved").await,
        2 | 3 => {
            office.set(who, "status", "resident").await;
            office.set(who, "consent", "given").await;
        }
        4 => cards[index].push(office.give_card(who).await),
        5 => {
            if let Some(card) = cards[index].pop() {
                office.lose_card(who, &card).await;
            }
        }
        _ => office.write(who, step).await,
    }
}

/// Every delta as it was first written, and the head after the last.
struct History {
    beginning: Tablet,
    originals: Vec<DeltaRef>,
    merged: Head,
}

async fn history(office: &Office, happenings: &[u8]) -> History {
    let people = office.residents(PEOPLE).await;
    let mut cards = vec![Vec::new(); PEOPLE];
    let mut publisher = office.next_publisher(quick()).await;
    publisher.once().await.unwrap();
    let mut beginning = Tablet::default();
    beginning.follow(office).await;
    let mut originals = Vec::new();
    for (step, what) in (1..).zip(happenings) {
        happen(office, &people, &mut cards, *what, step).await;
        publisher.round().await.unwrap();
        let head = publisher.issue().await.unwrap();
        originals.extend(head.deltas.last().filter(|delta| originals.last() != Some(*delta)).copied());
        if step % 6 == 0 {
            publisher.upkeep().await.unwrap();
        }
    }
    publisher.once().await.unwrap();
    let merged = publisher.head().unwrap().clone();
    History { beginning, originals, merged }
}

async fn same_from_every_cursor(office: &Office, history: History) -> Result<(), proptest::test_runner::TestCaseError> {
    let History { beginning, originals, merged } = history;
    let mut along = beginning.clone();
    let mut positions = vec![beginning];
    for delta in &originals {
        if Some(delta.from) == along.cursor {
            along.take_delta(&office.objects, &merged, delta).await;
            positions.push(along.clone());
        }
    }
    prop_assert_eq!(along.cursor, Some(merged.sequence), "the originals have no gap");
    for mut tablet in positions {
        tablet.take(&office.objects, &merged).await;
        prop_assert_eq!(&tablet.rows, &along.rows);
        prop_assert_eq!(tablet.snapshots, 1, "it took deltas");
    }
    let mut new = Tablet::default();
    new.take(&office.objects, &merged).await;
    prop_assert_eq!(&new.rows, &along.rows, "the snapshot and what came after it");
    Ok(())
}

#[tokio::test]
async fn a_merged_delta_keeps_a_record_whose_cards_alone_changed_later() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    // Too many deltas, none of them old: the newest stay apart, the one with the cards among them.
    let pace = Pace { merge_after: Duration::from_secs(3_600), ..quick() };
    let mut publisher = office.next_publisher(pace.clone()).await;
    publisher.once().await.unwrap();
    let mut tablet = Tablet::default();
    tablet.follow(&office).await;
    office.set(&people[0], "consent", "withdrawn").await;
    publisher.round().await.unwrap();
    office.set(&people[0], "consent", "given").await;
    publisher.round().await.unwrap();
    for step in 1..pace.deltas_most {
        office.write(&people[1], u32::try_from(step).unwrap()).await;
        publisher.round().await.unwrap();
    }
    let card = office.give_card(&people[0]).await;
    let head = publisher.once().await.unwrap();
    assert!(head.deltas.len() < pace.deltas_most, "merged");
    tablet.take(&office.objects, &head).await;
    assert_eq!(tablet.snapshots, 1, "by deltas");
    assert_eq!(tablet.rows[&people[0].record].record.header().version, 2);
    assert_eq!(tablet.cards(people[0].record).into_iter().collect::<Vec<_>>(), [KeyId::derive(&card)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merged_deltas_give_the_same_from_every_cursor(happenings in prop::collection::vec(any::<u8>(), 20..60)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let office = Office::make().await;
            let history = history(&office, &happenings).await;
            same_from_every_cursor(&office, history).await
        })?;
    }
}
