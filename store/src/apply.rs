//! Taking a delta in: rows, cursor and count in one transaction.

use kakari_record::seal::{Change, FeedId, RecordId};
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::database::integer;
use crate::files::Room;
use crate::rows::{Cards, Put, change_cards, put, remove};
use crate::set::{LiveSet, cursor_of, records_of};
use crate::set_aside::{SetAside, keep, settle};
use crate::{Cursor, Store, StoreError};

/// Pages in memory while deltas and snapshots are taken in: 12 MB.
pub(crate) const CACHE: &str = "-12288";

/// Changes of the feed, in the order of their sequence.
#[derive(Clone, Debug)]
pub struct Delta {
    /// They follow from here; a set that already stands further takes what is new to it.
    pub from: Cursor,
    /// Everything up to this sequence is among them.
    pub to: u64,
    /// Each change and its sequence.
    pub changes: Vec<(u64, Change)>,
    /// How many records there are after the last, where the feed says so.
    pub records_after: Option<u64>,
}

/// What a delta did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Records that were put in or replaced.
    pub put: u64,
    /// Records that were given other cards.
    pub cards: u64,
    /// Records that were taken away.
    pub removed: u64,
    /// Changes that were here already: at or before the cursor, older than what is stored, or the removal of a record
    /// that is not here.
    pub skipped: u64,
    /// How many records there are now.
    pub records: u64,
    /// The feed says another number: compare digests.
    pub count_differs: bool,
    /// Rows that could not be taken; they are kept in the set as well.
    pub set_aside: Vec<SetAside>,
}

impl Store {
    /// Takes a delta into the live set: rows, cursor and count in one transaction. When it returns, all of it is durable
    /// and visible to every reader, and of a removed record nothing is left in the file; when it fails, nothing was
    /// changed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Gap`] when the delta does not follow from the cursor: changes would be missing. [`StoreError::Full`]
    /// before the disk is, so that the audit goes on.
    pub fn apply(&mut self, delta: Delta) -> Result<Applied, StoreError> {
        self.files.leave_room(Room::Delta)?;
        let feed = self.facts()?.feed;
        let mut live = self.live()?;
        let set = live.as_mut().ok_or(StoreError::Gap { cursor: None, from: delta.from })?;
        set.catch_up()?;
        set.database.db.pragma_update(None, "cache_size", CACHE)?;
        set.apply(feed, &delta)
    }
}

impl LiveSet {
    pub(crate) fn apply(&mut self, feed: FeedId, delta: &Delta) -> Result<Applied, StoreError> {
        let transaction = self.database.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let cursor = cursor_of(&transaction)?;
        let at = cursor
            .filter(|cursor| cursor.generation == delta.from.generation && cursor.sequence >= delta.from.sequence)
            .ok_or(StoreError::Gap { cursor, from: delta.from })?;
        let mut applied = Applied { records: records_of(&transaction)?, ..Applied::default() };
        for (sequence, change) in &delta.changes {
            if *sequence <= at.sequence {
                applied.skipped += 1;
            } else {
                apply_one(&transaction, feed, *sequence, change, &mut applied)?;
            }
        }
        applied.count_differs =
            delta.to >= at.sequence && delta.records_after.is_some_and(|after| after != applied.records);
        transaction.execute(
            "UPDATE cursor SET sequence = ?1, records = ?2, residue = residue OR ?3",
            (integer(delta.to.max(at.sequence))?, integer(applied.records)?, applied.removed > 0),
        )?;
        transaction.commit()?;
        if let Err(error) = self.clear_residue() {
            tracing::warn!(%error, "the log of the set is emptied later");
        }
        Ok(applied)
    }

    /// Empties the log once rows were removed, so that they are in no file any more. A reader that never ends only
    /// delays it to the next delta.
    pub(crate) fn clear_residue(&mut self) -> Result<(), StoreError> {
        let db = &self.database.db;
        let residue: bool = db.query_row("SELECT residue FROM cursor", [], |row| row.get(0))?;
        if residue && self.database.checkpoint()? {
            db.execute("UPDATE cursor SET residue = 0", [])?;
        }
        Ok(())
    }
}

/// One change, alone in a savepoint: one that the database refuses for its own sake is set aside.
fn apply_one(
    db: &Transaction<'_>,
    feed: FeedId,
    sequence: u64,
    change: &Change,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    db.prepare_cached("SAVEPOINT change")?.execute([])?;
    let refused = match try_one(db, feed, change, applied) {
        Ok(refused) => refused,
        Err(error) => {
            let reason = refusal(&error).ok_or(error)?;
            db.prepare_cached("ROLLBACK TO change")?.execute([])?;
            Some(reason)
        }
    };
    db.prepare_cached("RELEASE change")?.execute([])?;
    settle(db, change.record())?;
    if let Some(reason) = refused {
        let row = SetAside { sequence: Some(sequence), record: Some(change.record()), reason: reason.to_owned() };
        keep(db, &row)?;
        applied.set_aside.push(row);
    }
    Ok(())
}

/// Why it is set aside, if it is. Counts only what was done.
fn try_one(
    db: &Connection,
    feed: FeedId,
    change: &Change,
    applied: &mut Applied,
) -> Result<Option<&'static str>, StoreError> {
    match change {
        Change::Put(row) if row.record.header().feed != feed => return Ok(Some(OTHER_REGION)),
        Change::Put(row) => match put(db, row)? {
            Put::New => (applied.put, applied.records) = (applied.put + 1, applied.records + 1),
            Put::Replaced => applied.put += 1,
            Put::Older => applied.skipped += 1,
        },
        Change::Cards(cards) => match change_cards(db, cards)? {
            Cards::Changed => applied.cards += 1,
            Cards::OtherVersion => return Ok(Some("cards of another version than the one that is here")),
            Cards::NoRecord => return Ok(Some("cards of a record that is not here")),
        },
        Change::Remove { record, .. } => take_away(db, *record, applied)?,
    }
    Ok(None)
}

fn take_away(db: &Connection, record: RecordId, applied: &mut Applied) -> Result<(), StoreError> {
    if remove(db, record)? {
        applied.removed += 1;
        applied.records = applied.records.saturating_sub(1);
    } else {
        applied.skipped += 1;
    }
    Ok(())
}

/// Why a row with another region's header is set aside.
pub(crate) const OTHER_REGION: &str = "of another region";

/// Whether the database refused a row for the row's own sake, and why in words; never its content.
pub(crate) fn refusal(error: &StoreError) -> Option<&'static str> {
    let StoreError::Database(error) = error else { return None };
    match (error, error.sqlite_error_code()) {
        (rusqlite::Error::ToSqlConversionFailure(_), _) => Some("a number in it is too large"),
        (_, Some(ErrorCode::ConstraintViolation)) => Some("contradicts a row that is here"),
        (_, Some(ErrorCode::TooBig)) => Some("too large"),
        (_, Some(ErrorCode::TypeMismatch)) => Some("not of the right type"),
        _ => None,
    }
}
