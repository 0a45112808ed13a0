//! What sync asks of the store: deltas, snapshots, trust, receipts, lease.

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::RosterError;
use kakari_store::{
    CardChange, Change, Contact, Cursor, Delta, Found, OpenError, Removal, SetAside, SnapshotId, Store, StoreError,
    SyncSettings, SyncState, Trusted,
};

use crate::made;
use crate::region::Region;

const SNAPSHOT: SnapshotId = SnapshotId { generation: 2, sequence: 100, manifest: [5; 32], parts: 2 };

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000 + seconds, 0).expect("time")
}

pub(crate) fn trusted(generation: u64, sequence: u64) -> Trusted {
    Trusted { generation, sequence, issued_at: at(0), roster: 1, orders: 1 }
}

/// A store with ten records at sequence 100.
pub(crate) fn synced(region: &Region) -> Store {
    let mut store = region.create();
    take(&mut store, region, SNAPSHOT, 1);
    store
}

fn take(store: &mut Store, region: &Region, snapshot: SnapshotId, version: u64) {
    let mut staging = store.stage(snapshot).expect("stages");
    for part in staging.parts_done()..snapshot.parts {
        let first = u64::from(part) * 5;
        staging
            .put_part(part, (first..first + 5).map(|n| made::row(region.feed, n, version)).collect())
            .expect("a part");
    }
    staging.make_live(10).expect("live").expect("counts");
}

fn delta(from: u64, changes: Vec<Change>) -> Delta {
    let to = from + changes.len() as u64;
    let from = Cursor { generation: 2, sequence: from };
    Delta { from, to, changes: (from.sequence + 1..).zip(changes).collect(), records_after: None }
}

fn found_version(store: &mut Store, n: u64) -> Option<u64> {
    match store.find_by_card(&[made::card_token(n)], made::card_key(n)).expect("looks") {
        Found::Record { record, .. } => Some(record.header().version),
        Found::Nothing => None,
        Found::OtherCard => panic!("another card"),
    }
}

#[test]
fn a_delta_puts_gives_cards_and_removes_and_the_cursor_goes_with_it() {
    let region = Region::new();
    let mut store = synced(&region);
    let cards = CardChange {
        record: made::record_id(2),
        version: 1,
        card_token: made::card_token(2),
        openers: vec![made::opener(77, 1)],
    };
    let changes = vec![
        Change::Put(made::row(region.feed, 1, 2)),
        Change::Put(made::row(region.feed, 50, 1)),
        Change::Cards(cards),
        Change::Remove { record: made::record_id(3), reason: Removal::Withdrawn },
    ];
    let applied = store.apply(delta(100, changes.clone())).expect("applied");
    assert_eq!((applied.put, applied.cards, applied.removed, applied.skipped, applied.records), (2, 1, 1, 0, 10));
    assert_eq!(store.cursor().expect("reads"), Some(Cursor { generation: 2, sequence: 104 }));
    assert_eq!(
        (found_version(&mut store, 1), found_version(&mut store, 50), found_version(&mut store, 3)),
        (Some(2), Some(1), None)
    );
    let found = store.find_by_card(&[made::card_token(2)], made::card_key(2)).expect("looks");
    assert!(matches!(found, Found::OtherCard), "the card before opens nothing any more");
    let found = store.find_by_card(&[made::card_token(2)], made::card_key(77)).expect("looks");
    assert!(matches!(found, Found::Record { .. }), "the new card does");
    let again = store.apply(delta(100, changes)).expect("applied");
    assert_eq!((again.put, again.removed, again.skipped), (0, 0, 4), "the same again changes nothing");
}

#[test]
fn a_delta_that_leaves_a_gap_or_is_of_another_generation_is_refused() {
    let region = Region::new();
    let mut store = region.create();
    let change = || vec![Change::Put(made::row(region.feed, 1, 9))];
    assert!(matches!(store.apply(delta(0, change())), Err(StoreError::Gap { cursor: None, .. })));
    take(&mut store, &region, SNAPSHOT, 1);
    assert!(matches!(store.apply(delta(101, change())), Err(StoreError::Gap { .. })));
    let other = Delta { from: Cursor { generation: 3, sequence: 100 }, ..delta(100, change()) };
    assert!(matches!(store.apply(other), Err(StoreError::Gap { .. })));
    assert_eq!(found_version(&mut store, 1), Some(1));
    let covering = Delta {
        changes: vec![(90, change().remove(0)), (105, Change::Put(made::row(region.feed, 2, 9)))],
        to: 110,
        ..delta(80, vec![])
    };
    let applied = store.apply(covering).expect("a cursor within is served");
    assert_eq!((applied.skipped, applied.put), (1, 1));
    assert_eq!(store.cursor().expect("reads").expect("there").sequence, 110);
}

#[test]
fn an_older_version_never_replaces_a_newer_one_in_a_delta() {
    let region = Region::new();
    let mut store = synced(&region);
    store.apply(delta(100, vec![Change::Put(made::row(region.feed, 1, 5))])).expect("applied");
    let applied = store.apply(delta(101, vec![Change::Put(made::row(region.feed, 1, 4))])).expect("applied");
    assert_eq!((applied.put, applied.skipped), (0, 1));
    assert_eq!(found_version(&mut store, 1), Some(5));
}

#[test]
fn a_row_that_cannot_be_taken_is_set_aside_and_blocks_nothing() {
    let region = Region::new();
    let mut store = synced(&region);
    let mut claimant = made::row(region.feed, 60, 1);
    (claimant.card_token, claimant.openers) = (made::card_token(1), vec![made::opener(1, 1)]);
    let cards = |record, version| {
        Change::Cards(CardChange { record, version, card_token: made::card_token(2), openers: Vec::new() })
    };
    let too_large = made::row(region.feed, 61, u64::MAX);
    let elsewhere = made::row(kakari_record::seal::FeedId::from_bytes([8; 16]), 62, 1);
    let changes = vec![
        Change::Put(claimant),
        cards(made::record_id(2), 7),
        cards(made::record_id(99), 1),
        Change::Put(too_large),
        Change::Put(elsewhere),
        Change::Put(made::row(region.feed, 4, 2)),
    ];
    let applied = store.apply(Delta { records_after: Some(12), ..delta(100, changes) }).expect("applied");
    let aside: Vec<_> = applied.set_aside.iter().map(|row| row.sequence.expect("known")).collect();
    assert_eq!(
        (aside, applied.put, applied.records, applied.count_differs),
        (vec![101, 102, 103, 104, 105], 1, 10, true)
    );
    assert_eq!(store.set_aside_rows().expect("reads"), applied.set_aside);
    assert_eq!(
        (found_version(&mut store, 1), found_version(&mut store, 2), found_version(&mut store, 4)),
        (Some(1), Some(1), Some(2))
    );
    store.apply(delta(106, vec![Change::Put(made::row(region.feed, 2, 8))])).expect("applied");
    assert_eq!(store.set_aside_rows().expect("reads").len(), 4, "a newer change of the record settles it");
    let own = SetAside { sequence: Some(107), record: None, reason: "cannot be read".to_owned() };
    store.set_aside(&own).expect("kept");
    store.set_aside(&own).expect("kept");
    assert_eq!(store.set_aside_rows().expect("reads").len(), 5, "the same again changes nothing");
    take(&mut store, &region, SnapshotId { sequence: 200, ..SNAPSHOT }, 9);
    assert_eq!(store.set_aside_rows().expect("reads"), [], "they go with their set");
}

#[test]
fn a_removed_record_leaves_no_log_behind() {
    let region = Region::new();
    let mut store = synced(&region);
    store.apply(delta(100, vec![Change::Put(made::row(region.feed, 1, 2))])).expect("applied");
    let path = store.live_set_path().expect("reads").expect("a set");
    let log = format!("{}-wal", path.display());
    assert!(fs::metadata(&log).expect("a log").len() > 0);
    let remove = Change::Remove { record: made::record_id(1), reason: Removal::Withdrawn };
    store.apply(delta(101, vec![remove])).expect("applied");
    let written: u64 = fs::metadata(&log).expect("a log").len();
    assert!(written < 3 * 4200, "only the note that it is clear: {written} bytes");
    let set = region.raw_set();
    for table in ["record", "sealed", "opener", "way", "token_of", "token", "directory"] {
        let rows: i64 =
            set.query_row(&format!("SELECT count(DISTINCT place) FROM {table}"), [], |row| row.get(0)).expect("counts");
        assert_eq!(rows, 9, "{table}");
    }
}

#[test]
fn a_snapshot_is_live_only_when_it_is_whole_and_counts_right() {
    let region = Region::new();
    let mut store = synced(&region);
    let next = SnapshotId { sequence: 200, manifest: [6; 32], ..SNAPSHOT };
    let mut staging = store.stage(next).expect("stages");
    assert!(matches!(staging.put_part(1, Vec::new()), Err(StoreError::PartMissing { part: 1, wanted: 0 })));
    staging.put_part(0, (0..5).map(|n| made::row(region.feed, n, 2)).collect()).expect("a part");
    drop(staging);
    assert_eq!(found_version(&mut store, 1), Some(1), "what is live stays");
    let mut staging = store.stage(next).expect("stages");
    assert_eq!(staging.parts_done(), 1, "it goes on");
    staging.put_part(0, Vec::new()).expect("in already");
    staging.put_part(1, (5..9).map(|n| made::row(region.feed, n, 2)).collect()).expect("a part");
    let differs = staging.make_live(10).expect("counted").expect_err("one is missing");
    assert_eq!((differs.expected, differs.found), (10, 9));
    assert_eq!((found_version(&mut store, 1), store.facts().expect("facts").records), (Some(1), 10));
    let mut staging = store.stage(next).expect("stages");
    assert_eq!(staging.parts_done(), 0, "it was thrown away");
    staging.put_part(0, (0..5).map(|n| made::row(region.feed, n, 2)).collect()).expect("a part");
    let other = SnapshotId { sequence: 300, manifest: [7; 32], ..SNAPSHOT };
    assert_eq!(store.stage(other).expect("stages").parts_done(), 0, "another one begins anew");
    take(&mut store, &region, other, 3);
    assert_eq!(store.cursor().expect("reads"), Some(Cursor { generation: 2, sequence: 300 }));
    assert_eq!(found_version(&mut store, 1), Some(3));
}

#[test]
fn a_snapshot_catches_up_before_anybody_looks_in_it() {
    let region = Region::new();
    let mut store = synced(&region);
    let remove = || vec![Change::Remove { record: made::record_id(1), reason: Removal::Withdrawn }];
    store.apply(delta(100, remove())).expect("applied");
    let mut staging = store.stage(SnapshotId { manifest: [6; 32], ..SNAPSHOT }).expect("stages");
    for part in 0..2 {
        let first = u64::from(part) * 5;
        staging.put_part(part, (first..first + 5).map(|n| made::row(region.feed, n, 1)).collect()).expect("a part");
    }
    let applied = staging.catch_up(10, &delta(100, remove())).expect("taken").expect("counts");
    assert_eq!((applied.removed, applied.records), (1, 9));
    staging.make_live(10).expect("live").expect("counts");
    assert_eq!((found_version(&mut store, 1), store.facts().expect("facts").records), (None, 9));
    assert_eq!(store.cursor().expect("reads").expect("there").sequence, 101);
}

#[test]
fn a_record_that_came_twice_or_a_card_of_two_records_is_never_guessed_between() {
    let region = Region::new();
    let mut store = region.create();
    let mut staging = store.stage(SnapshotId { parts: 1, ..SNAPSHOT }).expect("stages");
    let mut claimant = made::row(region.feed, 60, 1);
    (claimant.card_token, claimant.openers) = (made::card_token(1), vec![made::opener(1, 1)]);
    let mut rows: Vec<_> = (0..5).map(|n| made::row(region.feed, n, 1)).collect();
    rows.extend([made::row(region.feed, 2, 2), claimant]);
    staging.put_part(0, rows).expect("a part");
    staging.make_live(6).expect("live").expect("counts the one that is set aside");
    assert_eq!(store.facts().expect("facts").records, 5);
    assert_eq!((found_version(&mut store, 1), found_version(&mut store, 2)), (Some(1), Some(2)));
    let Found::Record { record, opener, .. } =
        store.find_by_card(&[made::card_token(2)], made::card_key(2)).expect("looks")
    else {
        panic!("not found")
    };
    assert!(record == made::record(region.feed, 2, 2) && opener == made::opener(2, 2), "nothing of the older version");
    let aside = store.set_aside_rows().expect("reads");
    assert_eq!(aside.iter().map(|row| row.record).collect::<Vec<_>>(), [Some(made::record_id(60))]);
}

#[test]
fn a_reader_notices_another_set_and_other_changes() {
    let region = Region::new();
    let mut store = synced(&region);
    let mut reader = region.open();
    assert_eq!(found_version(&mut reader, 1), Some(1));
    assert!(!reader.changed().expect("asked") && !reader.changed().expect("asked"));
    take(&mut store, &region, SnapshotId { sequence: 200, ..SNAPSHOT }, 2);
    assert_eq!(found_version(&mut reader, 1), Some(2));
    assert!(reader.changed().expect("asked") && !reader.changed().expect("asked"));
    store.apply(delta(200, vec![Change::Put(made::row(region.feed, 1, 3))])).expect("applied");
    assert!(reader.changed().expect("asked"));
    assert_eq!(found_version(&mut reader, 1), Some(3));
    store.set_sync_state(&SyncState { last_success: Some(at(5)), ..SyncState::default() }).expect("kept");
    assert!(reader.changed().expect("asked"));
    assert_eq!(reader.facts().expect("facts").synced_at, Some(at(5).timestamp()));
}

#[test]
fn only_one_process_syncs_and_it_alone_removes_what_a_crash_left() {
    let region = Region::new();
    let live = synced(&region).live_set_path().expect("reads").expect("a set");
    let stray = region.dir.path().join("kakari.db.set-9-wal");
    fs::write(&stray, [1; 10]).expect("written");
    drop(region.open());
    assert!(stray.exists(), "a reader removes nothing");
    let first = Store::open_to_sync(&region.store_path(), region.key()).expect("opens");
    assert!(!stray.exists() && live.exists());
    let second = Store::open_to_sync(&region.store_path(), region.key());
    assert!(matches!(second, Err(OpenError::Syncing)));
    drop(first);
    assert!(Store::open_to_sync(&region.store_path(), region.key()).is_ok());
}

#[test]
fn a_set_that_is_gone_or_damaged_is_said_so_and_a_new_snapshot_heals_it() {
    for harm in [|path: &std::path::Path| fs::remove_file(path), |path: &std::path::Path| fs::write(path, [0xA5; 9000])]
    {
        let region = Region::new();
        let path = synced(&region).live_set_path().expect("reads").expect("a set");
        harm(&path).expect("harmed");
        let mut store = region.open();
        let found = store.find_by_card(&[made::card_token(1)], made::card_key(1));
        assert!(matches!(found, Err(StoreError::Damaged)), "never absence: {found:?}");
        assert_eq!((store.facts().expect("facts").records, store.cursor().expect("reads")), (0, None));
        take(&mut store, &region, SnapshotId { sequence: 200, ..SNAPSHOT }, 2);
        assert_eq!(found_version(&mut store, 1), Some(2));
    }
}

#[test]
fn what_was_trusted_never_shrinks_and_a_restored_older_store_is_noticed() {
    let region = Region::new();
    let mut store = region.create();
    assert_eq!((store.trusted().expect("reads"), store.restored_older().expect("reads")), (None, false));
    store.trust(&trusted(1, 10)).expect("trusts");
    drop(store);
    let older = fs::read(region.store_path()).expect("bytes");
    let mut store = region.open();
    let high = Trusted { roster: 7, orders: 2, ..trusted(1, 20) };
    store.trust(&high).expect("trusts");
    store.trust(&Trusted { roster: 3, orders: 1, ..trusted(1, 15) }).expect("nothing lower is taken");
    assert_eq!(store.trusted().expect("reads"), Some(high));
    assert!(!store.restored_older().expect("reads"));
    drop(store);
    fs::write(region.store_path(), older).expect("restored");
    let mut store = region.open();
    assert_eq!(store.trusted().expect("reads"), Some(high), "the file beside it remembers");
    assert!(store.restored_older().expect("reads"));
    store.trust(&trusted(1, 30)).expect("trusts");
    assert!(store.restored_older().expect("reads"), "until somebody has reconciled it");
    store.note_reconciled(at(9)).expect("noted");
    assert!(!store.restored_older().expect("reads"));
    assert_eq!(store.reconciled_at().expect("reads"), Some(at(9)));
    let beside = region.dir.path().join("kakari.db.trusted");
    let mut forged = fs::read(&beside).expect("bytes");
    forged[15] ^= 0x40;
    fs::write(&beside, forged).expect("forged");
    assert_eq!(store.trusted().expect("reads").expect("the store's own").sequence, 30);
}

#[test]
fn the_lease_runs_on_when_the_clock_is_set_back() {
    let region = Region::new();
    let mut store = region.create();
    assert_eq!(store.lease_left(at(0)).expect("reads"), None);
    store.set_settings(&SyncSettings { lease_days: 2, ..SyncSettings::default() }).expect("kept");
    let contact = Contact { server_time: at(0), own_time: at(0) };
    store.note_contact(&contact).expect("noted");
    assert_eq!(store.contact().expect("reads"), Some(contact));
    let left = |store: &mut Store, seconds| store.lease_left(at(seconds)).expect("reads").expect("a lease");
    let day = 86_400;
    assert_eq!(left(&mut store, day), TimeDelta::days(1));
    assert_eq!(left(&mut store, -300 * day), TimeDelta::days(1), "set back gains nothing");
    drop(store);
    let mut store = region.open();
    assert_eq!(left(&mut store, -300 * day + 600), TimeDelta::days(1) - TimeDelta::seconds(600), "time goes on");
    assert_eq!(left(&mut store, day), TimeDelta::days(1) - TimeDelta::seconds(600), "a clock set right costs nothing");
    assert!(left(&mut store, 2 * day) <= TimeDelta::zero());
    store.note_contact(&Contact { server_time: at(3 * day), own_time: at(3 * day) }).expect("noted");
    assert_eq!(left(&mut store, 3 * day), TimeDelta::days(2), "a contact begins it anew");
}

#[test]
fn the_end_of_the_lease_erases_the_wraps_and_only_them() {
    let region = Region::new();
    let mut store = synced(&region);
    store.set_roster(&region.signed_roster(3)).expect("stored").expect("believed");
    store.add_dictionary(1, b"dictionary").expect("kept");
    store.trust(&trusted(2, 100)).expect("trusts");
    let facts = store.facts().expect("facts");
    assert!(!store.wraps_forgotten().expect("reads"));
    store.forget_wraps().expect("forgotten");
    store.forget_wraps().expect("once more changes nothing");
    assert!(store.roster().expect("reads").is_none() && store.wraps_forgotten().expect("reads"));
    assert_eq!(fs::metadata(region.dir.path().join("kakari.db-wal")).expect("a log").len(), 0, "nor in the log");
    assert_eq!((store.facts().expect("facts"), store.roster_version().expect("reads")), (facts, Some(3)));
    assert!((0..10).all(|n| found_version(&mut store, n) == Some(1)));
    assert_eq!(store.dictionary_ids().expect("reads"), [1]);
    assert_eq!(store.trusted().expect("reads"), Some(trusted(2, 100)));
    let older = store.set_roster(&region.signed_roster(2)).expect("asked");
    assert_eq!(older.map(|roster| roster.version), Err(RosterError::Older));
    let same = store.set_roster(&region.signed_roster(3)).expect("asked");
    assert!(same.is_ok() && store.roster().expect("reads").is_some(), "after the next contact it is back");
}

#[test]
fn what_was_spent_is_counted_by_day_and_settings_have_the_regions_defaults() {
    let region = Region::new();
    let mut store = region.create();
    let day = at(0).date_naive();
    store.spend(day, 1_000).expect("spent");
    store.spend(day, 500).expect("spent");
    assert_eq!(store.spent_today(day).expect("reads"), 1_500);
    let tomorrow = day.succ_opt().expect("a day");
    assert_eq!(store.spent_today(tomorrow).expect("reads"), 0);
    assert_eq!(store.settings().expect("reads"), SyncSettings::default());
    let state = SyncState {
        last_attempt: Some(at(1)),
        server_ahead_seconds: Some(-4),
        last_refusal: Some("期限切れ".to_owned()),
        rows_new: 3,
        rows_failed: 1,
        ..SyncState::default()
    };
    store.set_sync_state(&state).expect("kept");
    assert_eq!(store.sync_state().expect("reads"), state);
    assert_eq!(store.facts().expect("facts").synced_at, region.facts().synced_at, "a failure makes nothing newer");
}
