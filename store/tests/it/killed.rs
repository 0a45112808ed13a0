//! kill -9 while deltas and snapshots are taken in: cursor, count and rows agree, and a reader in another process never
//! sees half of anything.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kakari_record::seal::RecordId;
use kakari_store::{Change, Cursor, Delta, Found, Removal, SnapshotId, Store, StoreKey};

use crate::children::{child_dir, kill_at_work, places, start, tell_ready};
use crate::made;
use crate::region::Region;

/// Records that every delta seals anew, all of them, and one that comes and goes.
const RESIDENTS: u64 = 30;
const VISITOR: u64 = 1_000;
/// Changes in one delta: every resident, the visitor before, the visitor now.
const CHANGES: u64 = RESIDENTS + 2;
const PARTS: u32 = 5;
const PART: u64 = 40;
const KILLS: u64 = 40;
/// Until a child is killed, in microseconds at most.
const LONGEST_WORK: u64 = 200_000;

fn region_at(dir: &Path) -> Store {
    let key = StoreKey::load(&dir.join("store.key")).expect("key");
    Store::open_to_sync(&dir.join("kakari.db"), key).expect("opens to sync")
}

/// Delta `n` seals every resident as version `n`.
fn delta(store: &Store, n: u64) -> Delta {
    let feed = store.facts().expect("facts").feed;
    let before = (n - 1) * CHANGES;
    let mut changes: Vec<Change> = (0..RESIDENTS).map(|id| Change::Put(made::row(feed, id, n))).collect();
    changes.push(Change::Remove { record: made::record_id(VISITOR + n - 1), reason: Removal::Moved });
    changes.push(Change::Put(made::row(feed, VISITOR + n, n)));
    let changes = (before + 1..).zip(changes).collect();
    let from = Cursor { generation: 1, sequence: before };
    Delta { from, to: before + CHANGES, changes, records_after: Some(RESIDENTS + 1) }
}

/// A snapshot whose rows all have the version of its number, and the deltas' records beside.
fn snapshot(n: u64) -> SnapshotId {
    let mut manifest = [0; 32];
    manifest[..8].copy_from_slice(&n.to_be_bytes());
    SnapshotId { generation: 1, sequence: n * 100, manifest, parts: PARTS }
}

fn take_snapshot(store: &mut Store, n: u64, dir: &Path) {
    let feed = store.facts().expect("facts").feed;
    let mut staging = store.stage(snapshot(n)).expect("stages");
    if staging.parts_done() > 0 {
        fs::write(dir.join(format!("resumed-{n}")), []).expect("noted");
    }
    for part in staging.parts_done()..PARTS {
        let first = u64::from(part) * PART;
        staging.put_part(part, (first..first + PART).map(|id| made::row(feed, id, n)).collect()).expect("a part");
        // The small rows of a test are in at once; a real part takes longer than this.
        thread::sleep(Duration::from_millis(2));
    }
    staging.make_live(u64::from(PARTS) * PART).expect("live").expect("counts");
}

fn versions(store: &Store) -> Vec<(RecordId, u64)> {
    store.with_versions(|versions| versions.collect()).expect("reads")
}

/// What holds at every moment: all residents in one version, and as many records as are told of.
fn check_whole(store: &Store, visitors: usize, residents: u64) -> u64 {
    let rows = versions(store);
    let of = |n| rows.iter().find(|(id, _)| *id == made::record_id(n)).map(|(_, version)| *version);
    let first = of(0).expect("the first resident");
    assert!((0..residents).all(|n| of(n) == Some(first)), "residents of two versions seen at once");
    assert_eq!(rows.len() as u64, residents + visitors as u64, "a row too many or too few");
    first
}

/// Looks records up until told to stop: each opener is its record's, no version goes back; the slowest look-up.
fn tap_until(stop: &AtomicBool, region: &Region, visitors: usize, residents: u64) -> (u64, Vec<Duration>) {
    let mut store = region.open();
    let (mut newest, mut taps, mut took) = (0, 0, Vec::new());
    while !stop.load(Ordering::Relaxed) {
        let n = taps % residents;
        let began = Instant::now();
        let found = store.find_by_card(&[made::card_token(n)], made::card_key(n)).expect("looks");
        took.push(began.elapsed());
        let Found::Record { record, opener, .. } = found else { panic!("resident {n} was not found") };
        let version = record.header().version;
        assert!(version >= newest, "an older version came back");
        assert!(record == made::record(region.feed, n, version) && opener == made::opener(n, version), "mixed");
        assert!(check_whole(&store, visitors, residents) >= version);
        (newest, taps) = (version, taps + 1);
    }
    (taps, took)
}

fn kill_again_and_again(name: &str, region: &Region, visitors: usize, residents: u64, mut check: impl FnMut()) {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let tapping = scope.spawn(|| tap_until(&stop, region, visitors, residents));
        for place in places(20_261_121).take(usize::try_from(KILLS).expect("small")) {
            let child = start(name, region.dir.path(), &[]);
            kill_at_work(child, region.dir.path(), Duration::from_micros(place % LONGEST_WORK));
            check();
            assert!(!tapping.is_finished(), "the reader ended early");
        }
        stop.store(true, Ordering::Relaxed);
        let (taps, mut took) = tapping.join().expect("the reader saw only whole states");
        took.sort_unstable();
        let (median, most) = (took[took.len() / 2], took[took.len() - 1]);
        println!("{name}: {KILLS} kills, {taps} look-ups meanwhile, median {median:?}, slowest {most:?}");
        assert!(taps > KILLS, "the reader looked all the while");
    });
}

#[test]
fn killed_while_a_delta_is_taken_in_the_cursor_the_count_and_the_rows_agree() {
    let name = "killed::killed_while_a_delta_is_taken_in_the_cursor_the_count_and_the_rows_agree";
    if let Some(dir) = child_dir() {
        let mut store = region_at(&dir);
        tell_ready(&dir);
        loop {
            let at = store.cursor().expect("cursor").expect("a snapshot").sequence;
            let delta = delta(&store, at / CHANGES + 1);
            let applied = store.apply(delta).expect("applied");
            assert!(applied.set_aside.is_empty() && !applied.count_differs);
        }
    }
    let region = Region::new();
    let mut store = region.create();
    let snapshot = SnapshotId { generation: 1, sequence: CHANGES, manifest: [1; 32], parts: 1 };
    let mut staging = store.stage(snapshot).expect("stages");
    let rows = (0..RESIDENTS).chain([VISITOR + 1]).map(|n| made::row(region.feed, n, 1)).collect();
    staging.put_part(0, rows).expect("a part");
    staging.make_live(RESIDENTS + 1).expect("live").expect("counts");
    drop(store);
    let mut furthest = 0;
    kill_again_and_again(name, &region, 1, RESIDENTS, || {
        let store = region.open();
        let cursor = store.cursor().expect("cursor").expect("a snapshot");
        let version = check_whole(&store, 1, RESIDENTS);
        assert_eq!(cursor, Cursor { generation: 1, sequence: version * CHANGES }, "cursor and rows");
        assert_eq!(store.facts().expect("facts").records, RESIDENTS + 1, "count and rows");
        assert!(cursor.sequence >= furthest, "what was taken in was lost");
        furthest = cursor.sequence;
    });
    println!("{} deltas of {CHANGES} changes", furthest / CHANGES);
    assert!(furthest > 2 * CHANGES, "the children did work");
}

#[test]
fn killed_while_a_snapshot_is_taken_in_the_old_set_serves_until_the_new_one_is_whole() {
    let name = "killed::killed_while_a_snapshot_is_taken_in_the_old_set_serves_until_the_new_one_is_whole";
    if let Some(dir) = child_dir() {
        let mut store = region_at(&dir);
        tell_ready(&dir);
        loop {
            let next = store.cursor().expect("cursor").expect("a snapshot").sequence / 100 + 1;
            take_snapshot(&mut store, next, &dir);
        }
    }
    let region = Region::new();
    let mut store = region.create();
    take_snapshot(&mut store, 1, region.dir.path());
    drop(store);
    let residents = u64::from(PARTS) * PART;
    let mut furthest = 0;
    kill_again_and_again(name, &region, 0, residents, || {
        let store = region.open();
        let cursor = store.cursor().expect("cursor").expect("a snapshot");
        let version = check_whole(&store, 0, residents);
        assert_eq!(cursor, Cursor { generation: 1, sequence: version * 100 }, "cursor and rows");
        assert_eq!(store.facts().expect("facts").records, residents, "count and rows");
        assert!(cursor.sequence >= furthest);
        furthest = cursor.sequence;
    });
    let names = || fs::read_dir(region.dir.path()).expect("dir").map(|file| file.expect("file").file_name());
    let count = |part: &str| names().filter(|name| name.to_string_lossy().contains(part)).count();
    println!("{} snapshots, {} of them resumed", furthest / 100, count("resumed-"));
    assert!(furthest > 200 && count("resumed-") > 0, "the children did work, and went on where they were killed");
    drop(region_at(region.dir.path()));
    let sets = names().filter(|name| name.to_string_lossy().contains(".set-"));
    let sets =
        sets.filter(|name| !name.to_string_lossy().ends_with("-wal") && !name.to_string_lossy().ends_with("-shm"));
    assert!(sets.count() <= 2, "only the live set and the one that was begun are left");
}
