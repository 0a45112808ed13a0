//! The audit chain: each row holds the hash of the one before it (docs/formats/audit-chain-v1.md).

use kakari_record::audit::{AuditEvent, CHAIN_BEGINNING, chain};
use kakari_record::cbor;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::{Store, StoreError};

/// Version of an event's CBOR form, the first item of its array.
const EVENT_VERSION: u8 = 1;

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Sequence of the last row; 0 when there is none.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// One row that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// 1 for the first.
    pub sequence: u64,
    /// What happened; `None` when it was written by a later version.
    pub event: Option<AuditEvent>,
}

/// Where the chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit row {sequence} does not follow from the row before it")]
pub struct AuditFault {
    /// The first row that was changed, is missing or was put in.
    pub sequence: u64,
}

impl Store {
    /// Chains an event and returns once it is durable: what it allows may be shown after that, never before.
    pub fn append_audit(&mut self, event: &AuditEvent) -> Result<AuditHead, StoreError> {
        let mut bytes = Vec::with_capacity(512);
        if ciborium::into_writer(&(EVENT_VERSION, event), &mut bytes).is_err() {
            unreachable!("an event has only CBOR types and a Vec takes every write");
        }
        self.main.with_fresh_try(|db| append(db, &bytes))
    }

    /// Walks the whole chain. `Err` inside `Ok` is a chain that was tampered with; a tail cut off cleanly shows only
    /// against a head that was kept elsewhere.
    pub fn verify_audit(&self) -> Result<Result<AuditHead, AuditFault>, StoreError> {
        let mut head = AuditHead { sequence: 0, hash: CHAIN_BEGINNING };
        let mut statement =
            self.main.db.prepare("SELECT sequence, previous, event, hash FROM audit ORDER BY sequence")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (sequence, previous, hash): (i64, [u8; 32], [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let event = row.get_ref(2)?.as_blob().map_err(|_| StoreError::Damaged)?;
            let follows = sequence.unsigned_abs() == head.sequence + 1
                && previous == head.hash
                && hash == chain(sequence.unsigned_abs(), &previous, event);
            if !follows {
                return Ok(Err(AuditFault { sequence: head.sequence + 1 }));
            }
            head = AuditHead { sequence: sequence.unsigned_abs(), hash };
        }
        Ok(Ok(head))
    }

    /// The last `count` rows, oldest first.
    pub fn last_audit(&self, count: u32) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement =
            self.main.db.prepare("SELECT sequence, event FROM audit ORDER BY sequence DESC LIMIT ?1")?;
        let rows = statement.query_map([count], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let mut rows = rows
            .map(|row| {
                let (sequence, bytes) = row?;
                let event = cbor::decode_versioned(EVENT_VERSION, &bytes).ok();
                Ok(AuditRow { sequence: sequence.unsigned_abs(), event })
            })
            .collect::<Result<Vec<_>, rusqlite::Error>>()?;
        rows.reverse();
        Ok(rows)
    }
}

fn append(db: &mut Connection, event: &[u8]) -> Result<AuditHead, StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = transaction
        .prepare_cached("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
        .optional()?;
    let (sequence, previous) = last.map_or((0, CHAIN_BEGINNING), |last| last);
    let sequence = sequence + 1;
    let hash = chain(sequence.unsigned_abs(), &previous, event);
    transaction
        .prepare_cached("INSERT INTO audit (sequence, previous, event, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute((sequence, previous, event, hash))?;
    transaction.commit()?;
    Ok(AuditHead { sequence: sequence.unsigned_abs(), hash })
}
