//! A store as the release before the crew's issue left it, with rows in it: nothing is lost, and its audit is whole.

use std::sync::Arc;

use kakari_store::{AuditSigner, Found};
use ring::signature::KeyPair;

use crate::audit::event;
use crate::region::{Region, make_card};
use crate::tamper::tablet_key;

/// More rows than are ever written without a checkpoint.
const ROWS: u64 = 120;
const RECEIVED: u64 = 100;

/// The main file at its third schema, the set file at its first.
fn set_back(region: &Region) {
    region
        .raw_set()
        .execute_batch(
            "CREATE TABLE old (birth_year INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (birth_year, place)) STRICT, WITHOUT ROWID;
             INSERT INTO old SELECT birth_year, place, sealed FROM directory;
             DROP TABLE directory; ALTER TABLE old RENAME TO directory;
             CREATE INDEX directory_of_record ON directory (place);
             DELETE FROM migration WHERE step > 1; PRAGMA user_version = 1",
        )
        .expect("set back");
    region
        .raw()
        .execute_batch(
            "DROP TABLE used_code; DROP TABLE audit_mark; ALTER TABLE receipt DROP COLUMN head;
             ALTER TABLE trusted DROP COLUMN counter; ALTER TABLE trusted DROP COLUMN counted_generation;
             ALTER TABLE trusted DROP COLUMN counted_at;
             DELETE FROM migration WHERE step > 3; PRAGMA user_version = 3",
        )
        .expect("set back");
}

#[test]
fn a_store_of_the_release_before_keeps_its_records_and_its_audit_is_whole() {
    let region = Region::new();
    let cards: Vec<_> = (0..3).map(|_| make_card()).collect();
    let mut store = region.create();
    store.set_roster(&region.signed_roster(2)).expect("stored").expect("believed");
    store.load((1..=3).zip(&cards).map(|(n, card)| region.row(n, n, &[*card])), 1).expect("loads");
    let heads: Vec<_> = (1..=ROWS).map(|n| store.append_audit(&event(n)).expect("appended")).collect();
    let received = heads[usize::try_from(RECEIVED).expect("small") - 1];
    assert!(store.mark_receipted(received.sequence, &received.hash).expect("marks"));
    drop(store);
    set_back(&region);

    let (mut store, key) = (region.open(), tablet_key());
    let public = key.public_key().as_ref().to_vec();
    assert_eq!(store.facts().expect("facts").records, 3);
    assert_eq!(store.roster_version().expect("read"), Some(2));
    for (n, card) in (1..=3).zip(&cards) {
        let found = store.find_by_card(&[region.token(n)], kakari_record::seal::KeyId::derive(card)).expect("looks");
        let Found::Record { record, .. } = found else { panic!("record {n} is gone") };
        assert_eq!(region.open_record(&record), crate::region::summary_of(n));
    }
    store.sign_audit(AuditSigner::new(Arc::clone(&key), region.feed));
    let head = store.append_audit(&event(ROWS + 1)).expect("appended");
    assert_eq!(head.sequence, ROWS + 1);
    let check = store.check_audit(Some(&public), None).expect("reads");
    assert!(check.holds(), "{:?}", check.faults);
    assert_eq!(check.newest_checkpoint, Some(ROWS + 2), "the first row signs for all that came before");
    assert_eq!(store.unreceipted(500).expect("reads").expect("rows").first, RECEIVED + 1);
    region.raw().execute("UPDATE audit SET hash = zeroblob(32) WHERE sequence = 7", []).expect("tampers");
    assert!(!store.check_audit(Some(&public), None).expect("reads").holds());
}
