//! Eight writers at once while publishing, and a tablet that looks all the time.
//!
//! Beside the feed runs what one is tempted to build: rows with a serial number, read beyond a cursor. It loses rows,
//! because a transaction that took its number earlier may commit later. That is why numbers are given out by one
//! publisher; how many rows the tempting one lost is printed, and that the feed loses none is the test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kakari_region::publish::Pace;
use sqlx::PgPool;

use super::office::{Office, Somebody, address_of, quick, write_in};
use super::tablet::Tablet;

const WRITERS: usize = 8;
const CHANGES: u32 = 1_000;
const EACH: usize = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_eight_writers_every_change_reaches_a_tablet_that_follows_heads_and_packs() {
    let office = Arc::new(Office::make().await);
    let people = office.residents(WRITERS * EACH).await;
    let naive = sqlx::query("CREATE TABLE naive (id bigserial PRIMARY KEY, change bigint NOT NULL)");
    naive.execute(&office.region.pool).await.unwrap();
    let writing = Arc::new(AtomicBool::new(true));
    let reading = tokio::spawn(read_naively(office.region.pool.clone(), Arc::clone(&writing)));
    let mut publisher = office.next_publisher(Pace { poll: Duration::from_millis(20), batch: 100, ..quick() }).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let publishing = tokio::spawn(async move {
        let mut stopped = Box::pin(async move { drop(stopped.await) });
        publisher.run(&mut stopped).await.unwrap();
        publisher.once().await.unwrap();
    });
    let following = tokio::spawn(follow(Arc::clone(&office), Arc::clone(&writing)));
    let mut writers = Vec::new();
    for mine in people.chunks(EACH) {
        writers.push(tokio::spawn(write(office.region.pool.clone(), mine.to_vec())));
    }
    let mut last = BTreeMap::new();
    for writer in writers {
        last.extend(writer.await.unwrap());
    }
    writing.store(false, Ordering::Release);
    let naively = reading.await.unwrap();
    stop.send(()).unwrap();
    publishing.await.unwrap();
    let (mut tablet, looks) = following.await.unwrap();
    let head = tablet.follow(&office).await;
    let all = WRITERS * usize::try_from(CHANGES).unwrap();
    println!(
        "{looks} looks, sequence {}; a serial number and a cursor lost {} of {all} rows",
        head.sequence,
        all - naively
    );
    let keys = office.region.vault().await.keyring;
    for (record, address) in last {
        assert_eq!(tablet.summary(record, &keys).identity.address, Some(address_of(address)));
    }
    assert_eq!(tablet.snapshots, 1, "everything after the beginning came in deltas");
    assert_eq!(office.count("SELECT count(*) FROM change").await, 0);
}

/// Changes one of these residents after the other, many times, in transactions that take a moment as real ones do.
async fn write(pool: PgPool, mine: Vec<Somebody>) -> BTreeMap<kakari_record::seal::RecordId, u32> {
    let mut last = BTreeMap::new();
    for (number, who) in (1..=CHANGES).zip(mine.iter().cycle()) {
        let mut tx = pool.begin().await.unwrap();
        let change = write_in(&mut tx, who, number).await;
        let naive = sqlx::query("INSERT INTO naive (change) VALUES ($1)");
        naive.bind(change).execute(&mut *tx).await.unwrap();
        if number % 7 == 0 {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        tx.commit().await.unwrap();
        last.insert(who.record, number);
    }
    last
}

async fn follow(office: Arc<Office>, writing: Arc<AtomicBool>) -> (Tablet, u32) {
    let (mut tablet, mut looks) = (Tablet::default(), 0);
    while writing.load(Ordering::Acquire) {
        if office.objects.get_head().await.unwrap().is_some() {
            tablet.follow(&office).await;
            looks += 1;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (tablet, looks)
}

/// How many rows a reader sees who asks for those beyond the last that it saw.
async fn read_naively(pool: PgPool, writing: Arc<AtomicBool>) -> usize {
    let (mut cursor, mut seen) = (0_i64, 0);
    loop {
        let last = !writing.load(Ordering::Acquire);
        let rows: Vec<i64> = sqlx::query_scalar("SELECT id FROM naive WHERE id > $1 ORDER BY id")
            .bind(cursor)
            .fetch_all(&pool)
            .await
            .unwrap();
        cursor = rows.last().copied().unwrap_or(cursor);
        seen += rows.len();
        if last {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
