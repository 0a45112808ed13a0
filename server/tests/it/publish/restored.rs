//! A database that was restored from an older copy, and a feed of somebody else.

use kakari_region::publish::{Objects, PublishError, generation};

use super::office::{Office, quick};
use super::tablet::Tablet;

#[tokio::test]
async fn a_restored_database_is_refused_until_the_office_begins_a_new_generation() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    let mut tablet = Tablet::default();
    office.publish().await;
    do_all(&office, &["CREATE TABLE older AS TABLE published"]).await;
    office.write(&people[0], 1).await;
    office.publish().await;
    let seen = tablet.follow(&office).await;
    // The copy from before the last publication.
    do_all(
        &office,
        &[
            "DELETE FROM published",
            "INSERT INTO published SELECT * FROM older",
            "DELETE FROM delta",
            "UPDATE region SET sequence = sequence - 1, roster_version = 0",
        ],
    )
    .await;
    let refused = office.publisher(quick()).await.err().unwrap();
    assert!(matches!(refused, PublishError::Restored { feed_sequence: 3, sequence: 2, .. }), "{refused}");
    assert!(refused.to_string().contains("kakari-region generation next"), "{refused}");
    assert!(refused.is_final());
    let keys = office.region.keys().await;
    assert_eq!(generation::next(&office.region.pool, &keys, &office.objects, "test").await.unwrap(), 2);
    let head = office.publish().await;
    assert_eq!(head.generation, 2);
    assert!(head.roster.version > seen.roster.version, "tablets believe the new roster");
    tablet.follow(&office).await;
    assert_eq!((tablet.snapshots, tablet.rows.len()), (2, 2), "every tablet takes a snapshot");
}

async fn do_all(office: &Office, statements: &[&'static str]) {
    for statement in statements {
        sqlx::query(*statement).execute(&office.region.pool).await.unwrap();
    }
}

#[tokio::test]
async fn a_copy_from_before_the_last_new_generation_begins_one_beyond_it() {
    let office = Office::make().await;
    office.residents(1).await;
    office.publish().await;
    let keys = office.region.keys().await;
    generation::next(&office.region.pool, &keys, &office.objects, "test").await.unwrap();
    office.publish().await;
    sqlx::query("UPDATE region SET generation = 1").execute(&office.region.pool).await.unwrap();
    assert!(matches!(office.publisher(quick()).await, Err(PublishError::Restored { feed_generation: 2, .. })));
    assert_eq!(generation::next(&office.region.pool, &keys, &office.objects, "test").await.unwrap(), 3);
}

#[tokio::test]
async fn a_running_publisher_keeps_a_generation_from_being_begun() {
    let office = Office::make().await;
    let _publisher = office.next_publisher(quick()).await;
    let keys = office.region.keys().await;
    let refused = generation::next(&office.region.pool, &keys, &office.objects, "test").await;
    assert!(matches!(refused, Err(PublishError::Busy)));
}

#[tokio::test]
async fn the_feed_of_another_region_is_never_written_over() {
    let (ours, theirs) = (Office::make().await, Office::make().await);
    theirs.publish().await;
    let there = Objects::open(&theirs.region.config.feed).unwrap();
    let ours = Office { objects: there, ..ours };
    let refused = ours.publisher(quick()).await.err().unwrap();
    assert!(matches!(refused, PublishError::AnotherRegion), "{refused}");
}
