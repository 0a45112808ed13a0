//! A snapshot and a 2 % delta taken in, against bare SQLCipher inserts of the same bytes, in the same run.
//!
//! `cargo bench -p kakari-store --bench apply [-- N]`: N records, 33,513 when not said.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::cast_precision_loss)]

use std::ops::AddAssign;
use std::time::{Duration, Instant};

mod bare;
mod kakari;
#[path = "../../tests/it/made.rs"]
#[allow(unreachable_pub)]
mod made;
mod memory;

/// Rows of one part of a snapshot: 4 MB.
const PART: u64 = 4_400;
/// Rows of one delta pack: 256 KB.
const PACK: usize = 270;

fn main() {
    let records = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(33_513);
    let rounds = if records > 100_000 { 1 } else { 5 };
    println!("{records} records of {} bytes with what stands beside them, {rounds} round(s)", bytes_of_one());
    let (mut snapshot, mut delta, mut grown) = (Vec::new(), Vec::new(), Vec::new());
    let (mut indexed, mut after, mut updated) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let mut tablet = kakari::Tablet::new(dir.path());
        let (took, peak) = memory::while_doing(|| tablet.snapshot(records));
        snapshot.push(took);
        let (took, peak_of_delta) = memory::while_doing(|| tablet.delta(records));
        delta.push(took);
        grown.push((peak, peak_of_delta));
        drop(tablet);
        let (load, change) = bare::with_indexes(dir.path(), records);
        indexed.push(load);
        updated.push(change);
        after.push(bare::indexes_after(dir.path(), records));
    }
    let changed = changed(records).len() as u64;
    let (snapshot, delta) = (Rate::of(records, &snapshot), Rate::of(changed, &delta));
    snapshot.print("snapshot into the store, durable");
    Rate::of(records, &indexed).print_against("bare inserts, indexes there", snapshot);
    Rate::of(records, &after).print_against("bare inserts, indexes made afterwards", snapshot);
    delta.print(&format!("delta of {changed} rows into the store"));
    Rate::of(changed, &updated).print_against("bare updates of the same rows", delta);
    let most = |of: fn(&(u64, u64)) -> u64| grown.iter().map(of).max().unwrap_or(0) / 1024;
    println!("memory over idle at its peak             snapshot {} MB, delta {} MB", most(|g| g.0), most(|g| g.1));
}

/// Every fiftieth record.
fn changed(records: u64) -> Vec<u64> {
    (0..records).filter(|n| n % 50 == 7).collect()
}

/// Time by the clock, and time that a processor worked on it: the second is steady also on a busy machine.
#[derive(Clone, Copy, Default)]
struct Took {
    clock: Duration,
    work: Duration,
}

impl AddAssign for Took {
    fn add_assign(&mut self, other: Self) {
        self.clock += other.clock;
        self.work += other.work;
    }
}

/// Medians, in rows a second.
#[derive(Clone, Copy)]
struct Rate {
    clock: f64,
    work: f64,
}

impl Rate {
    fn of(rows: u64, took: &[Took]) -> Self {
        let median = |of: fn(&Took) -> Duration| {
            let mut all: Vec<_> = took.iter().map(of).collect();
            all.sort_unstable();
            rows as f64 / all[all.len() / 2].as_secs_f64()
        };
        Self { clock: median(|took| took.clock), work: median(|took| took.work) }
    }

    fn print(self, what: &str) {
        println!("{what:<40} {:>9.0} rows/s by the clock, {:>9.0} by processor time", self.clock, self.work);
    }

    fn print_against(self, what: &str, store: Self) {
        self.print(what);
        println!(
            "{:>40} {:.2} by the clock, {:.2} by processor time",
            "store / bare",
            store.clock / self.clock,
            store.work / self.work
        );
    }
}

fn timed<T>(total: &mut Took, work: impl FnOnce() -> T) -> T {
    let (began, worked) = (Instant::now(), processor_time());
    let done = work();
    *total += Took { clock: began.elapsed(), work: processor_time() - worked };
    done
}

/// Of this thread, as Linux counts it.
fn processor_time() -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(counted.split_whitespace().next().unwrap().parse().unwrap())
}

fn bytes_of_one() -> usize {
    let row = made::row(kakari::FEED, 0, 1);
    let keys = 16 + 16 + 8 + row.tokens.len() * 16;
    row.record.encode().len() + kakari_record::seal::Opener::LEN + row.directory.sealed.len() + keys
}
