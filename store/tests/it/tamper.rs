//! A real log that is tampered with in every way, by somebody who can write the store's files, by somebody who also has
//! the store key, and by somebody who also kept an old checkpoint file: what is seen, and the window in which nothing is.
//!
//! `KAKARI_TAMPER=10000` tries so many times instead of a thousand.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kakari_record::audit::{AuditEvent, AuditKind, CHAIN_BEGINNING, CardRefusal, chain};
use kakari_store::{AuditHead, AuditSigner, ChainFault, Store, StoreKey};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use rusqlite::Connection;

use crate::children::places;
use crate::region::Region;

/// Rows that the crew wrote; checkpoints come to it.
const ROWS: u64 = 530;
/// The region has received so many.
const RECEIVED: u64 = 427;

struct Log {
    region: Region,
    key: Arc<Ed25519KeyPair>,
    /// What the region keeps: no thief has that.
    received: AuditHead,
    head: AuditHead,
    rows: Rows,
    newest_checkpoint: u64,
    /// Checkpoint files as they were, each with the row that it signs.
    files: Vec<(u64, Vec<u8>)>,
}

pub(crate) fn tablet_key() -> Arc<Ed25519KeyPair> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random");
    Arc::new(Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key"))
}

fn kind(n: u64) -> AuditKind {
    match n % 7 {
        0 => AuditKind::SignedIn,
        1 => AuditKind::CardRefused { reason: CardRefusal::NotOurs },
        2 => AuditKind::DestinationTold { changed: n.is_multiple_of(2) },
        3 => AuditKind::ClockStepped { by_seconds: -3 },
        4 if n.is_multiple_of(9) => AuditKind::Locked { automatic: true },
        4 => AuditKind::SyncEnded { applied: n, set_aside: 0, sequence: n },
        5 => AuditKind::BirthYearWrong { record: [u8::try_from(n % 256).expect("small"); 16] },
        _ => AuditKind::FeedRefused { reason: "試験".into() },
    }
}

impl Log {
    fn make() -> Self {
        let (region, key) = (Region::new(), tablet_key());
        let mut store = region.create();
        store.sign_audit(AuditSigner::new(Arc::clone(&key), region.feed));
        let (mut files, mut received) = (Vec::<(u64, Vec<u8>)>::new(), AuditHead::BEGINNING);
        for n in 1..=ROWS {
            let head = store.append_audit(&AuditEvent { kind: kind(n), ..crate::audit::event(n) }).expect("appended");
            if let Ok(file) = fs::read(region.dir.path().join("kakari.db.checkpoint"))
                && files.last().is_none_or(|(_, last)| *last != file)
            {
                files.push((head.sequence, file));
            }
            if n == RECEIVED {
                received = head;
                assert!(store.mark_receipted(head.sequence, &head.hash).expect("marks"));
            }
        }
        let check = store.check_audit(Some(key.public_key().as_ref()), None).expect("reads");
        assert!(check.holds() && check.rows >= 500, "{:?}", check.faults);
        store.checkpoint().expect("into the file");
        let newest_checkpoint = check.newest_checkpoint.expect("one");
        let rows = all_rows(&region.raw());
        Self { rows, head: store.audit_head().expect("head"), region, key, received, newest_checkpoint, files }
    }

    /// The same store in another folder.
    fn copy(&self, dir: &Path) -> (Store, Connection) {
        for file in ["kakari.db", "kakari.db.key-check", "kakari.db.checkpoint", "store.key"] {
            fs::copy(self.region.dir.path().join(file), dir.join(file)).expect("copied");
        }
        for log in ["kakari.db-wal", "kakari.db-shm"] {
            let _ = fs::remove_file(dir.join(log));
        }
        let key = StoreKey::load(&dir.join("store.key")).expect("key");
        let raw = self.region.raw_at(&dir.join("kakari.db"));
        (Store::open(&dir.join("kakari.db"), key).expect("opens"), raw)
    }
}

/// What a thief has beside the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thief {
    /// Nothing: the store is decrypted for them by chance, the hashes stay.
    Clumsy,
    /// The store key: every hash after the change is made anew, the receipt too.
    StoreKey,
    /// The store key, and a checkpoint file of before the change.
    OldFile,
}

/// Tampers; returns the first row that is not what it was, and in words what was done.
fn tamper(raw: &Connection, random: &mut impl Iterator<Item = u64>, last: u64) -> (u64, &'static str) {
    let row = random.next().expect("endless") % last + 1;
    let other = random.next().expect("endless") % last + 1;
    let run = |sql: &str| raw.execute_batch(sql).expect("tampers");
    match random.next().expect("endless") % 7 {
        0 => {
            let sequence = i64::try_from(row).expect("small");
            let mut event: Vec<u8> = raw
                .query_row("SELECT event FROM audit WHERE sequence = ?1", [sequence], |row| row.get(0))
                .expect("reads");
            let at = usize::try_from(random.next().expect("endless")).expect("fits") % event.len();
            event[at] ^= 1 << (random.next().expect("endless") % 8);
            raw.execute("UPDATE audit SET event = ?1 WHERE sequence = ?2", (event, sequence)).expect("tampers");
            (row, "an edit")
        }
        1 => {
            run(&format!("UPDATE audit SET hash = randomblob(32) WHERE sequence = {row}"));
            (row, "another hash")
        }
        2 => {
            run(&format!("DELETE FROM audit WHERE sequence = {row}"));
            (row, "a hole")
        }
        3 => {
            run(&format!(
                "DELETE FROM audit WHERE sequence = {row};
                 UPDATE audit SET sequence = -sequence WHERE sequence > {row};
                 UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0"
            ));
            (row, "a deletion, closed up")
        }
        4 => {
            run(&format!(
                "UPDATE audit SET sequence = -sequence WHERE sequence > {row};
                 UPDATE audit SET sequence = -sequence + 1 WHERE sequence < 0;
                 INSERT INTO audit SELECT {row} + 1, previous, event, hash FROM audit WHERE sequence = {row}"
            ));
            (row + 1, "an insertion")
        }
        5 if row != other => {
            run(&format!(
                "UPDATE audit SET sequence = -1 WHERE sequence = {row};
                 UPDATE audit SET sequence = {row} WHERE sequence = {other};
                 UPDATE audit SET sequence = {other} WHERE sequence = -1"
            ));
            (row.min(other), "two in each other's place")
        }
        _ => {
            run(&format!("DELETE FROM audit WHERE sequence > {row}"));
            (row + 1, "a tail cut")
        }
    }
}

/// As somebody does who has the store key: holes closed, hashes made anew, the receipt made to fit.
fn make_anew(raw: &Connection) {
    let rows: Vec<(i64, Vec<u8>)> = {
        let mut read = raw.prepare("SELECT sequence, event FROM audit ORDER BY sequence").expect("reads");
        let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("reads");
        rows.collect::<Result<_, _>>().expect("reads")
    };
    raw.execute_batch("BEGIN; DELETE FROM audit").expect("begins");
    let (mut previous, mut sequence) = (CHAIN_BEGINNING, 0_u64);
    for (_, event) in rows {
        sequence += 1;
        let hash = chain(sequence, &previous, &event);
        raw.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut row| row.execute((i64::try_from(sequence).expect("small"), previous, event, hash)))
            .expect("put");
        previous = hash;
    }
    raw.execute_batch(
        "UPDATE receipt SET last = min(last, (SELECT coalesce(max(sequence), 0) FROM audit));
         UPDATE receipt SET head = (SELECT hash FROM audit WHERE sequence = last); COMMIT",
    )
    .expect("commits");
}

/// The most careful thief: nothing after the row that the old file signs is a checkpoint, and no tail is longer than is
/// ever written without one.
fn fit_old_file(raw: &Connection, dir: &Path, files: &[(u64, Vec<u8>)], changed: u64) {
    let old = files.iter().rev().find(|(row, _)| row + 1 < changed);
    let signed = old.map_or(0, |(row, _)| row + 1);
    match old {
        Some((_, file)) => fs::write(dir.join("kakari.db.checkpoint"), file).expect("put back"),
        None => fs::remove_file(dir.join("kakari.db.checkpoint")).expect("removed"),
    }
    raw.execute_batch(&format!(
        "DELETE FROM audit WHERE sequence > {signed} AND instr(event, CAST('checkpoint' AS BLOB)) > 0;
         DELETE FROM audit WHERE sequence > {signed} + 50"
    ))
    .expect("fits");
}

#[test]
fn no_tampering_goes_undetected_outside_the_window() {
    let tries: u64 = std::env::var("KAKARI_TAMPER").ok().and_then(|tries| tries.parse().ok()).unwrap_or(1_000);
    let log = Log::make();
    let dir = tempfile::tempdir().expect("a folder");
    let mut random = places(20_261_121);
    let (mut tried, mut here, mut by_region, mut in_window) = (0, 0, 0, Vec::new());
    for n in 0..tries {
        let (store, raw) = log.copy(dir.path());
        let (changed, what) = tamper(&raw, &mut random, log.head.sequence);
        let thief = [Thief::Clumsy, Thief::StoreKey, Thief::OldFile][usize::try_from(n % 3).expect("small")];
        if thief == Thief::OldFile {
            fit_old_file(&raw, dir.path(), &log.files, changed);
        }
        if thief != Thief::Clumsy {
            make_anew(&raw);
        }
        // Nothing was cut off, or a hash was made what it had been.
        let Some(changed) = first_changed(&log.rows, &all_rows(&raw)) else { continue };
        tried += 1;
        let check = store.check_audit(Some(log.key.public_key().as_ref()), None).expect("reads");
        let region_sees = is_other(&raw, log.received);
        let window = changed > log.received.sequence && (changed > log.newest_checkpoint || thief == Thief::OldFile);
        match (check.holds(), region_sees) {
            (false, _) => here += 1,
            (true, true) => by_region += 1,
            (true, false) if window => in_window.push((thief, changed)),
            (true, false) => panic!("undetected: {what} at row {changed} by {thief:?}"),
        }
    }
    let rows = |thief, from: u64| {
        let of = in_window.iter().filter(|(by, _)| *by == thief).count();
        format!("{of} by {thief:?} in the last {} rows", log.head.sequence - from)
    };
    println!(
        "{} rows, {tried} of {tries} tries changed something: {here} seen by the tablet, {by_region} by the region's receipt alone, 0 undetected outside \
         the window; inside it: {}, {}, {}",
        log.head.sequence,
        rows(Thief::Clumsy, log.newest_checkpoint),
        rows(Thief::StoreKey, log.newest_checkpoint),
        rows(Thief::OldFile, log.received.sequence),
    );
    assert!(here > tries / 2, "the tablet itself sees most of it");
}

type Rows = Vec<(i64, [u8; 32], Vec<u8>, [u8; 32])>;

fn all_rows(raw: &Connection) -> Rows {
    let mut read = raw.prepare("SELECT sequence, previous, event, hash FROM audit ORDER BY sequence").expect("reads");
    let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).expect("reads");
    rows.collect::<Result<_, _>>().expect("reads")
}

/// The first row that is not what it was; none when all are.
fn first_changed(before: &Rows, now: &Rows) -> Option<u64> {
    let same = before.iter().zip(now).take_while(|(before, now)| before == now).count();
    (same < before.len().max(now.len())).then(|| same as u64 + 1)
}

/// Whether the region, which has received this row, sees another in its place or none.
fn is_other(raw: &Connection, received: AuditHead) -> bool {
    let sequence = i64::try_from(received.sequence).expect("small");
    let hash: Option<[u8; 32]> =
        raw.query_row("SELECT hash FROM audit WHERE sequence = ?1", [sequence], |row| row.get(0)).ok();
    hash != Some(received.hash)
}

#[test]
fn a_cut_tail_is_told_by_the_file_and_by_the_receipt_with_the_rows_that_are_missing() {
    let log = Log::make();
    let dir = tempfile::tempdir().expect("a folder");
    let (store, raw) = log.copy(dir.path());
    raw.execute_batch("DELETE FROM audit WHERE sequence > 400").expect("cut");
    let check = store.check_audit(Some(log.key.public_key().as_ref()), None).expect("reads");
    let signed = log.newest_checkpoint - 1;
    assert_eq!(
        check.faults,
        [
            ChainFault::CutBehindFile { signed, last: 400 },
            ChainFault::CutBehindReceipt { received: log.received.sequence, last: 400 }
        ]
    );
}

#[test]
fn a_tail_is_checked_from_where_it_was_verified_last() {
    let log = Log::make();
    let dir = tempfile::tempdir().expect("a folder");
    let (mut store, raw) = log.copy(dir.path());
    let public = log.key.public_key().as_ref();
    assert_eq!(store.verified_audit().expect("reads"), None);
    store.mark_verified(log.received).expect("marks");
    let since = store.verified_audit().expect("reads");
    let check = store.check_audit(Some(public), since).expect("reads");
    assert_eq!((check.from, check.rows), (log.received.sequence + 1, log.head.sequence - log.received.sequence));
    assert!(check.holds(), "{:?}", check.faults);
    raw.execute_batch(&format!("UPDATE audit SET hash = zeroblob(32) WHERE sequence = {}", log.received.sequence))
        .expect("tampers");
    let check = store.check_audit(Some(public), since).expect("reads");
    assert_eq!(check.faults[0], ChainFault::NotAsVerified { sequence: log.received.sequence });
    assert_eq!(check.from, 1, "then everything is looked at");
}

#[test]
fn two_writers_at_once_make_one_chain_with_a_checkpoint_at_least_every_fifty_rows() {
    let (region, key) = (Region::new(), tablet_key());
    drop(region.create());
    let signer = AuditSigner::new(Arc::clone(&key), region.feed);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut store = region.open();
                store.sign_audit(signer.clone());
                for n in 0..200 {
                    store.append_audit(&crate::audit::event(n)).expect("appended");
                }
            });
        }
    });
    let check = region.open().check_audit(Some(key.public_key().as_ref()), None).expect("reads");
    assert!(check.holds(), "{:?}", check.faults);
    assert_eq!((check.rows - check.checkpoints, check.checkpoints), (400, 8));
}
