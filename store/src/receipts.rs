//! Which audit rows the region has received for good. Only its receipt says so.

use kakari_record::audit::CHAIN_BEGINNING;
use rusqlite::{OptionalExtension, TransactionBehavior};

use crate::database::integer;
use crate::{AuditHead, Store, StoreError};

/// Most bytes of events in one run, so that a batch stays under what the server reads.
const RUN_BYTES: usize = 900 * 1024;

/// Audit rows in a row, as they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRun {
    /// Sequence of the first.
    pub first: u64,
    /// Hash of the row before the first.
    pub previous: [u8; 32],
    /// Each row's event, exactly as it was chained.
    pub events: Vec<Vec<u8>>,
    /// Hash of the last.
    pub head: [u8; 32],
}

/// How far the audit was received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiptState {
    /// Rows that were ever written.
    pub rows: u64,
    /// Of them, rows with the region's receipt: 受領済.
    pub receipted: u64,
    /// Of them, rows that the region does not take because it holds others in their place: 要確認.
    pub in_conflict: u64,
}

impl Store {
    /// The oldest rows without a receipt, at most `limit`; `None` when every row has one.
    pub fn unreceipted(&self, limit: usize) -> Result<Option<AuditRun>, StoreError> {
        let (received, _) = self.receipt_marks()?;
        self.run_after(received, limit)
    }

    /// The rows from `first` on, receipted or not, at most `limit`: a region that was restored from an older copy asks
    /// for what it lost. `None` when there is no such row.
    pub fn audit_from(&self, first: u64, limit: usize) -> Result<Option<AuditRun>, StoreError> {
        self.run_after(integer(first)?.saturating_sub(1), limit)
    }

    fn run_after(&self, received: i64, limit: usize) -> Result<Option<AuditRun>, StoreError> {
        let mut statement = self.main.db.prepare_cached(
            "SELECT sequence, previous, event, hash FROM audit WHERE sequence > ?1 ORDER BY sequence",
        )?;
        let mut rows = statement.query([received])?;
        let mut run: Option<AuditRun> = None;
        let (mut next, mut bytes) = (received + 1, 0);
        while let Some(row) = rows.next()? {
            let (sequence, event): (i64, Vec<u8>) = (row.get(0)?, row.get(2)?);
            bytes += event.len() + 16;
            let full =
                run.as_ref().is_some_and(|run| run.events.len() >= limit || bytes > RUN_BYTES || sequence != next);
            if full || limit == 0 {
                break;
            }
            let (first, previous) = (sequence.unsigned_abs(), row.get(1)?);
            let run = run.get_or_insert(AuditRun { first, previous, events: Vec::new(), head: CHAIN_BEGINNING });
            run.events.push(event);
            run.head = row.get(3)?;
            next = sequence + 1;
        }
        Ok(run)
    }

    /// The region's receipt came for every row up to `last`, whose hash it says is `head`. `false` when the chain here
    /// has another hash there, or no such row: then those rows are in conflict.
    pub fn mark_receipted(&mut self, last: u64, head: &[u8; 32]) -> Result<bool, StoreError> {
        let last = integer(last)?;
        // At once as a writer: begun as a reader, it would be refused whenever the other process wrote a row in between.
        let transaction = self.main.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "SELECT hash FROM audit WHERE sequence = ?1";
        let hash: Option<[u8; 32]> = transaction.query_row(sql, [last], |row| row.get(0)).optional()?;
        let ours = hash.as_ref() == Some(head);
        if ours {
            let sql = "UPDATE receipt SET head = CASE WHEN ?1 >= last THEN ?2 ELSE head END, last = max(last, ?1),
                       conflict = CASE WHEN conflict > ?1 THEN conflict END";
            transaction.execute(sql, (last, head))?;
        }
        transaction.commit()?;
        if !ours {
            self.note_conflict()?;
        }
        Ok(ours)
    }

    /// The region holds other rows where this chain goes on: what has no receipt is in conflict until one comes.
    pub fn note_conflict(&mut self) -> Result<(), StoreError> {
        self.main.db.execute("UPDATE receipt SET conflict = coalesce(min(conflict, last + 1), last + 1)", [])?;
        Ok(())
    }

    /// How far the audit was received.
    pub fn receipt_state(&self) -> Result<ReceiptState, StoreError> {
        let (received, conflict) = self.receipt_marks()?;
        let last = self.main.query_one("SELECT max(sequence) FROM audit", |row| row.get::<_, Option<i64>>(0))?;
        let rows = last.flatten().unwrap_or(0);
        let in_conflict = conflict.map_or(0, |from| rows - from + 1).max(0);
        Ok(ReceiptState {
            rows: rows.unsigned_abs(),
            receipted: received.min(rows).unsigned_abs(),
            in_conflict: in_conflict.unsigned_abs(),
        })
    }

    /// The last row with the region's receipt and the hash that the region signed for; none before the first receipt,
    /// or when it came before hashes were kept.
    pub fn receipted_head(&self) -> Result<Option<AuditHead>, StoreError> {
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<[u8; 32]>>(1)?));
        let (last, head) = self.main.query_one("SELECT last, head FROM receipt", read)?.ok_or(StoreError::Damaged)?;
        Ok(head.map(|hash| AuditHead { sequence: last.unsigned_abs(), hash }))
    }

    fn receipt_marks(&self) -> Result<(i64, Option<i64>), StoreError> {
        let marks = self.main.query_one("SELECT last, conflict FROM receipt", |row| Ok((row.get(0)?, row.get(1)?)))?;
        marks.ok_or(StoreError::Damaged)
    }
}
