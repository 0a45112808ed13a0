//! From a document to a tablet, and away again.

use kakari_region::publish::PublishError;

use super::office::{Office, address_of, quick};
use super::tablet::Tablet;

#[tokio::test]
async fn an_empty_region_has_a_head_that_names_nothing_to_take() {
    let office = Office::make().await;
    let head = office.publish().await;
    assert_eq!((head.sequence, head.records, head.deltas.len(), head.snapshot), (0, 0, 0, None));
    assert_eq!(Tablet::default().follow(&office).await, head);
}

#[tokio::test]
async fn a_document_reaches_a_tablet_first_in_a_snapshot_then_in_a_delta() {
    let office = Office::make().await;
    let people = office.residents(3).await;
    let mut tablet = Tablet::default();
    office.publish().await;
    let head = tablet.follow(&office).await;
    assert_eq!((head.sequence, head.records, head.deltas.len(), tablet.snapshots), (3, 3, 0, 1));
    office.write(&people[1], 42).await;
    office.publish().await;
    let head = tablet.follow(&office).await;
    assert_eq!((head.sequence, head.deltas.len(), tablet.snapshots), (4, 1, 1));
    let keys = office.region.vault().await.keyring;
    assert_eq!(tablet.summary(people[1].record, &keys).identity.address, Some(address_of(42)));
    assert_eq!(tablet.rows[&people[1].record].record.header().version, 2);
    assert_eq!(tablet.summary(people[0].record, &keys).identity.address, Some(address_of(0)));
}

#[tokio::test]
async fn who_withdraws_dies_or_moves_is_gone_from_every_tablet_and_may_come_back() {
    let office = Office::make().await;
    let people = office.residents(4).await;
    let mut tablet = Tablet::default();
    office.publish().await;
    tablet.follow(&office).await;
    office.set(&people[0], "consent", "withdrawn").await;
    office.set(&people[1], "status", "deceased").await;
    office.set(&people[2], "status", "moved").await;
    // Nobody is removed whom no tablet has.
    office.set(&people[0], "consent", "withdrawn").await;
    let head = office.publish().await;
    assert_eq!((head.sequence, head.records), (7, 1));
    tablet.follow(&office).await;
    assert_eq!(tablet.rows.keys().collect::<Vec<_>>(), [&people[3].record]);
    office.set(&people[0], "consent", "given").await;
    office.publish().await;
    tablet.follow(&office).await;
    assert_eq!(tablet.rows[&people[0].record].record.header().version, 2);
    let mut new = Tablet::default();
    new.follow(&office).await;
    assert_eq!(new.rows, tablet.rows);
}

#[tokio::test]
async fn who_never_agreed_is_in_no_feed() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    office.set(&people[0], "consent", "absent").await;
    let head = office.publish().await;
    assert_eq!((head.sequence, head.records), (1, 1));
}

#[tokio::test]
async fn documents_of_two_people_leave_the_record_as_it_was_and_keep_nobody_else_waiting() {
    let office = Office::make().await;
    let people = office.residents(3).await;
    let mut tablet = Tablet::default();
    office.publish().await;
    tablet.follow(&office).await;
    let before = tablet.rows[&people[0].record].clone();
    // The second resident's document comes in under the first one's number.
    sqlx::query("UPDATE document SET body = (SELECT body FROM document WHERE resident = $2) WHERE resident = $1")
        .bind(people[0].id)
        .bind(people[1].id)
        .execute(&office.region.pool)
        .await
        .unwrap();
    let mut conn = office.region.pool.acquire().await.unwrap();
    super::office::change(&mut conn, people[0].id, "record").await;
    office.write(&people[2], 5).await;
    let mut publisher = office.next_publisher(quick()).await;
    let round = publisher.round().await.unwrap();
    assert_eq!((round.published, round.failed), (1, 1));
    publisher.issue().await.unwrap();
    tablet.follow(&office).await;
    assert_eq!(tablet.rows[&people[0].record], before);
    assert_eq!(tablet.rows[&people[2].record].record.header().version, 2);
    let told: (String, String) = sqlx::query_as("SELECT what, subject FROM office_log WHERE who = 'publisher'")
        .fetch_one(&office.region.pool)
        .await
        .unwrap();
    assert_eq!(told.0, "not published: the documents are about another common number than the resident's");
    assert_eq!(told.1, people[0].record.to_string());
    assert_eq!(publisher.round().await.unwrap().taken, 0, "it is not tried again until something changes");
}

#[tokio::test]
async fn a_resident_whose_row_somebody_holds_keeps_nobody_waiting() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    let mut publisher = office.next_publisher(quick()).await;
    let mut writer = office.region.pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM resident WHERE id = $1 FOR UPDATE")
        .bind(people[0].id)
        .execute(&mut *writer)
        .await
        .unwrap();
    let round = publisher.round().await.unwrap();
    assert_eq!((round.published, round.put_back), (1, 1));
    writer.rollback().await.unwrap();
    assert_eq!(publisher.round().await.unwrap().published, 1);
}

#[tokio::test]
async fn of_two_publishers_one_works_and_the_other_says_so() {
    let office = Office::make().await;
    let first = office.next_publisher(quick()).await;
    assert!(matches!(office.publisher(quick()).await, Err(PublishError::Busy)));
    drop(first);
    office.next_publisher(quick()).await.once().await.unwrap();
}

#[tokio::test]
async fn objects_that_nobody_names_any_more_are_deleted_after_their_time() {
    let office = Office::make().await;
    let people = office.residents(1).await;
    let pace = kakari_region::publish::Pace { retired_kept: std::time::Duration::ZERO, ..quick() };
    for address in 1..10 {
        office.write(&people[0], address).await;
        office.next_publisher(pace.clone()).await.once().await.unwrap();
    }
    let known = office.count("SELECT count(*) FROM object").await;
    let files = std::fs::read_dir(&office.region.config.feed).unwrap().count();
    assert_eq!(files, usize::try_from(known).unwrap() + 1, "the objects and the head");
    Tablet::default().follow(&office).await;
}
