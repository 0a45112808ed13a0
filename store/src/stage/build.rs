//! What a snapshot's rows are found by, built once they are all in: sorted passes over a slice of the keys each, so that
//! memory does not grow with the region and every page is written about once.

use kakari_record::seal::RecordId;
use rusqlite::{Connection, TransactionBehavior};

use crate::database::integer;
use crate::rows::{forget_beside, forget_unfound};
use crate::set_aside::{SetAside, keep};
use crate::{Cursor, StoreError};

/// Keys sorted in memory at once: about 20 MB.
const SLICE: u64 = 200_000;

/// Of a record that came twice the newer version stays.
const RECORDS: &str = "INSERT OR IGNORE INTO record (id, version, place) SELECT id, version, place FROM arrival
    WHERE id >= ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id, version DESC, place";
const WAYS: &str = "INSERT OR IGNORE INTO way (token, card_key, place) SELECT token, card_key, place FROM opener
    WHERE token >= ?1 AND (?2 IS NULL OR token < ?2) ORDER BY token, card_key, place";
const TOKENS: &str = "INSERT OR IGNORE INTO token (token, place) SELECT token, place FROM token_of
    WHERE token >= ?1 AND (?2 IS NULL OR token < ?2) ORDER BY token, place";

/// Builds every look-up, going on where a crash stopped, and answers how many different records came. `leave_room` is
/// asked before each pass.
pub(super) fn build(db: &mut Connection, leave_room: &dyn Fn() -> Result<(), StoreError>) -> Result<u64, StoreError> {
    let slices = slices(db)?;
    let done: u64 = count(db, "SELECT built FROM staged")?;
    let mut pass = 0;
    for sql in [RECORDS, WAYS, TOKENS] {
        for slice in 0..slices {
            pass += 1;
            if pass > done {
                leave_room()?;
                fill(db, sql, slice, slices, pass)?;
            }
        }
        if sql == RECORDS {
            drop_older_twins(db)?;
        }
    }
    set_claimants_aside(db)?;
    count(db, "SELECT (SELECT count(*) FROM record) + (SELECT count(DISTINCT record) FROM set_aside)")
}

/// How many slices the keys are cut into: decided once, so that a crash cannot shift them.
fn slices(db: &Connection) -> Result<u64, StoreError> {
    let most =
        "SELECT max((SELECT count(*) FROM arrival), (SELECT count(*) FROM opener), (SELECT count(*) FROM token_of))";
    let slices = integer(count(db, most)? / SLICE + 1)?;
    db.execute("UPDATE staged SET slices = ?1 WHERE slices IS NULL", [slices])?;
    count(db, "SELECT slices FROM staged")
}

/// Takes out the rows whose record came again in another version, before anything finds them.
fn drop_older_twins(db: &mut Connection) -> Result<(), StoreError> {
    if count(db, "SELECT count(*) FROM arrival")? == count(db, "SELECT count(*) FROM record")? {
        return Ok(());
    }
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for place in places(&transaction, "SELECT place FROM arrival EXCEPT SELECT place FROM record")? {
        forget_unfound(&transaction, place)?;
        transaction.execute("DELETE FROM arrival WHERE place = ?1", [place])?;
    }
    Ok(transaction.commit()?)
}

/// The set stands in the feed from now on, and is staged no more.
pub(super) fn close(db: &mut Connection, at: Cursor) -> Result<(), StoreError> {
    let transaction = db.transaction()?;
    transaction.execute(
        "UPDATE cursor SET generation = ?1, sequence = ?2, records = (SELECT count(*) FROM record)",
        (integer(at.generation)?, integer(at.sequence)?),
    )?;
    transaction.execute("DELETE FROM arrival", [])?;
    transaction.execute("DELETE FROM staged", [])?;
    Ok(transaction.commit()?)
}

fn fill(db: &mut Connection, sql: &str, slice: u64, slices: u64, pass: u64) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let until = (slice + 1 < slices).then(|| boundary(slice + 1, slices));
    transaction.execute(sql, (boundary(slice, slices).as_slice(), until))?;
    transaction.execute("UPDATE staged SET built = ?1", [integer(pass)?])?;
    Ok(transaction.commit()?)
}

/// Where a slice of the keys begins; keys are spread evenly, for they are random.
fn boundary(slice: u64, slices: u64) -> Vec<u8> {
    let at = (u128::from(slice) << 32) / u128::from(slices.max(1));
    u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes().to_vec()
}

/// Two records that say they belong to the same card: the later one is set aside, never guessed between.
fn set_claimants_aside(db: &mut Connection) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let same = "SELECT (SELECT count(*) FROM opener) = (SELECT count(*) FROM way)";
    if transaction.query_row(same, [], |row| row.get(0))? {
        return Ok(());
    }
    for (record, place) in claimants(&transaction)? {
        forget_beside(&transaction, place)?;
        transaction.execute("DELETE FROM sealed WHERE place = ?1", [place])?;
        transaction.execute("DELETE FROM record WHERE place = ?1", [place])?;
        transaction.execute("DELETE FROM arrival WHERE place = ?1", [place])?;
        let reason = "another record belongs to the same card".to_owned();
        keep(&transaction, &SetAside { sequence: None, record: Some(record), reason })?;
    }
    Ok(transaction.commit()?)
}

fn claimants(db: &Connection) -> Result<Vec<(RecordId, i64)>, StoreError> {
    let mut statement = db.prepare(
        "SELECT DISTINCT arrival.id, arrival.place FROM opener JOIN way USING (token, card_key)
         JOIN arrival ON arrival.place = opener.place WHERE way.place <> opener.place",
    )?;
    let rows = statement.query_map([], |row| Ok((RecordId::from_bytes(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn places(db: &Connection, sql: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = db.prepare(sql)?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn count(db: &Connection, sql: &str) -> Result<u64, StoreError> {
    Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}
