//! A publisher that is cut off at any moment: the next one does what is left.

use std::pin::pin;
use std::task::Poll;

use kakari_region::publish::Publisher;

use super::office::{Office, address_of, quick};
use super::tablet::Tablet;

/// Runs `work` until it waits for the `cut`th time, then drops it. Whether it was done before.
async fn cut_after(cut: usize, work: impl Future<Output = ()>) -> bool {
    let (mut work, mut waits) = (pin!(work), 0);
    std::future::poll_fn(|context| {
        if waits == cut {
            return Poll::Ready(false);
        }
        waits += 1;
        work.as_mut().poll(context).map(|()| true)
    })
    .await
}

#[tokio::test]
async fn cut_at_any_moment_the_next_publisher_does_what_is_left_and_no_head_names_what_is_not_there() {
    let office = Office::make().await;
    let people = office.residents(3).await;
    let mut tablet = Tablet::default();
    let (mut cuts, mut address) = (0, 1);
    for cut in 1.. {
        for who in &people {
            office.write(who, address).await;
        }
        if cut % 5 == 0 {
            office.give_card(&people[0]).await;
        }
        let mut publisher = office.next_publisher(quick()).await;
        let done = cut_after(cut, async { drop(publisher.once().await.unwrap()) }).await;
        drop(publisher);
        if office.objects.get_head().await.unwrap().is_some() {
            tablet.follow(&office).await;
        }
        office.publish().await;
        tablet.follow(&office).await;
        let keys = office.region.vault().await.keyring;
        for who in &people {
            assert_eq!(tablet.summary(who.record, &keys).identity.address, Some(address_of(address)), "cut {cut}");
        }
        address += 1;
        cuts += 1;
        if done {
            break;
        }
    }
    println!("cut at {cuts} moments");
    // How often it waits depends on how quickly the database answers: 20 to 55 seen.
    assert!(cuts > 8, "a round waits at many places: {cuts}");
}

#[tokio::test]
async fn a_store_that_lost_objects_is_made_whole_when_the_next_publisher_opens() {
    let office = Office::make().await;
    let people = office.residents(4).await;
    office.publish().await;
    let mut old = Tablet::default();
    old.follow(&office).await;
    for address in 1..4 {
        office.write(&people[0], address).await;
        office.publish().await;
    }
    let mut expected = old.clone();
    expected.follow(&office).await;
    // Everything but the head is gone.
    for entry in std::fs::read_dir(&office.region.config.feed).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "head" {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    office.publish().await;
    old.follow(&office).await;
    let mut new = Tablet::default();
    new.follow(&office).await;
    assert_eq!(old.rows, expected.rows);
    assert_eq!(new.rows, expected.rows);
}

#[tokio::test]
async fn without_its_connection_a_publisher_writes_nothing_more() {
    let office = Office::make().await;
    let people = office.residents(1).await;
    let mut publisher: Publisher = office.next_publisher(quick()).await;
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(office.count(ended).await, 1);
    assert!(publisher.round().await.is_err());
    assert!(publisher.issue().await.is_err());
    let mut other = office.next_publisher(quick()).await;
    assert_eq!(other.once().await.unwrap().records, 1);
    office.write(&people[0], 1).await;
    assert!(publisher.once().await.is_err(), "it does not come back by itself");
}
