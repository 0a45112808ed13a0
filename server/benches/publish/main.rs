//! What publishing costs: `cargo bench -p kakari-region --bench publish -- RESIDENTS` (33,513 when not given).
//!
//! Invented residents are written as FHIR documents, one each with one card, into a PostgreSQL of this program's own
//! (without fsync), and published into a folder (with fsync). So a publish is everything: the document read and merged,
//! sealed, packed, committed. Beside it, on the same documents and in the same run: bare ring (an ephemeral P-256
//! agreement and AES-256-GCM of as many bytes), sealing alone, reading and merging alone.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot go on should panic; its output is the point.

mod bare;
mod fill;

use std::fs;
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use kakari_cluster::Cluster;
use kakari_region::db;
use kakari_region::founding::{NewRegion, found};
use kakari_region::keys::ServerKey;
use kakari_region::publish::{Objects, Pace, Publisher};
use rustix::time::{ClockId, clock_gettime};
use sqlx::PgPool;

const RESIDENTS: usize = 33_513;

#[tokio::main]
async fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.replace(['_', ','], "").parse().ok());
    let wanted: usize = wanted.unwrap_or(RESIDENTS);
    let dir = tempfile::TempDir::new().unwrap();
    let server = ServerKey::make_at(&dir.path().join("server.key")).unwrap();
    let pool = db::connect_to(&Cluster::shared().database()).await.unwrap();
    let card_authority = fill::points(1)[0];
    let region = NewRegion { name: "bench".to_owned(), card_authority, training: true };
    found(&pool, &server, "bench", &region).await.unwrap();
    let documents = fill::fill(&pool, wanted).await;
    let objects = Objects::folder(&dir.path().join("feed")).unwrap();
    let mut publisher = Publisher::open(pool.clone(), server, objects, Pace::default()).await.unwrap();
    println!("{wanted} residents, documents of {documents} bytes each as zstd; {} processors", processors());
    bare::measure(&documents_of(&pool).await);
    let published = measured("first publication", wanted, rounds(&mut publisher)).await;
    let snapshot = measured("  snapshot, digests, head", wanted, finish(&mut publisher)).await;
    println!("  both: {:.0} residents/s", wanted as f64 / (published + snapshot).as_secs_f64());
    sizes(&pool, wanted).await;
    let share = wanted.div_ceil(50);
    fill::again(&pool, share).await;
    let head = publisher.head().unwrap().sequence;
    measured("2 % written again, published", share, rounds(&mut publisher)).await;
    let head_of = publisher.issue().await.unwrap();
    let new = head_of.deltas.iter().filter(|delta| delta.to > head);
    let (count, bytes) = new.fold((0, 0), |(count, bytes), delta| (count + 1, bytes + delta.object.size));
    println!("  {count} deltas, {bytes} bytes, {:.0} for each resident", bytes as f64 / share as f64);
}

async fn rounds(publisher: &mut Publisher) {
    while publisher.round().await.unwrap().is_full(&Pace::default()) {}
}

async fn finish(publisher: &mut Publisher) {
    publisher.once().await.unwrap();
}

/// Runs `work` and prints what it took: time, this process's processor time, the highest memory of this process.
async fn measured(what: &str, items: usize, work: impl Future<Output = ()>) -> Duration {
    // Begins the highest memory anew (proc(5), clear_refs).
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let (begun, processor) = (Instant::now(), processor_time());
    work.await;
    let (time, busy) = (begun.elapsed(), processor_time() - processor);
    println!(
        "{what:<32} {:>8.1} s  {:>7.0}/s  {:>7.0}/s and core  {} MB at most",
        time.as_secs_f64(),
        items as f64 / time.as_secs_f64(),
        items as f64 / busy.as_secs_f64(),
        highest_memory() / 1_000
    );
    time
}

async fn documents_of(pool: &PgPool) -> Vec<Vec<u8>> {
    sqlx::query_scalar("SELECT body FROM document ORDER BY id LIMIT 2000").fetch_all(pool).await.unwrap()
}

async fn sizes(pool: &PgPool, residents: usize) {
    let (size, records): (i64, i64) =
        sqlx::query_as("SELECT size, records FROM snapshot").fetch_one(pool).await.unwrap();
    assert_eq!(records, i64::try_from(residents).unwrap(), "everybody is in the snapshot");
    println!("  snapshot {size} bytes, {:.0} for each resident", size as f64 / records as f64);
}

fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

fn processor_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap()
}

/// In kilobytes.
fn highest_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
