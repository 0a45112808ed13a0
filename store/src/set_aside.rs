//! Rows that could not be taken. They lie in their set and go with it.

use kakari_record::seal::RecordId;
use rusqlite::Connection;

use crate::database::integer;
use crate::{Store, StoreError};

/// A row that could not be taken, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its sequence, if that could be read; none in a snapshot.
    pub sequence: Option<u64>,
    /// Its record, if that could be read.
    pub record: Option<RecordId>,
    /// Why, in words that tell nothing of a patient.
    pub reason: String,
}

impl Store {
    /// Keeps a row that the caller could not read, until a newer change of its record or a new snapshot comes. The same
    /// row again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoRecords`] before the first snapshot; while it is taken in, use `Staging::set_aside`.
    pub fn set_aside(&mut self, row: &SetAside) -> Result<(), StoreError> {
        self.with_live(|set| keep(&set.ok_or(StoreError::NoRecords)?.db, row))
    }

    /// Every row that was set aside in the live set, oldest first.
    pub fn set_aside_rows(&self) -> Result<Vec<SetAside>, StoreError> {
        self.with_live(|set| set.map_or(Ok(Vec::new()), |set| all(&set.db)))
    }
}

pub(crate) fn keep(db: &Connection, row: &SetAside) -> Result<(), StoreError> {
    // A sequence that SQLite cannot hold is told in the reason alone.
    let sequence = row.sequence.and_then(|sequence| integer(sequence).ok());
    db.prepare_cached(
        "INSERT INTO set_aside (sequence, record, reason) SELECT ?1, ?2, ?3 WHERE NOT EXISTS
         (SELECT 1 FROM set_aside WHERE sequence IS ?1 AND record IS ?2 AND reason = ?3)",
    )?
    .execute((sequence, row.record.as_ref().map(RecordId::as_bytes), &row.reason))?;
    Ok(())
}

/// Forgets what was set aside of a record, for a newer change of it came.
pub(crate) fn settle(db: &Connection, record: RecordId) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM set_aside WHERE record = ?1")?.execute([record.as_bytes()])?;
    Ok(())
}

fn all(db: &Connection) -> Result<Vec<SetAside>, StoreError> {
    let mut statement = db.prepare("SELECT sequence, record, reason FROM set_aside ORDER BY place")?;
    let rows = statement.query_map([], |row| {
        Ok(SetAside {
            sequence: row.get::<_, Option<i64>>(0)?.map(i64::unsigned_abs),
            record: row.get::<_, Option<[u8; 16]>>(1)?.map(RecordId::from_bytes),
            reason: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
