//! The audit chain: each row holds the hash of the one before it (docs/formats/audit-chain-v1.md).
//!
//! Both processes write into it, each row in a transaction of its own that begins as a writer: nobody reads the end of the
//! chain that somebody else is about to move. Where a process may sign, checkpoints stand between the rows
//! (`checkpoint.rs`).

use kakari_record::audit::{AuditEvent, CHAIN_BEGINNING, chain};
use kakari_record::cbor;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::checkpoint::{self, AuditSigner, Signed};
use crate::database::integer;
use crate::{Store, StoreError};

/// Version of an event's CBOR form, the first item of its array.
pub(crate) const EVENT_VERSION: u8 = 1;

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Sequence of the last row; 0 when there is none.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl AuditHead {
    /// Before the first row.
    pub const BEGINNING: Self = Self { sequence: 0, hash: CHAIN_BEGINNING };
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
    /// Chains an event and returns its row once it is durable: what it allows may be shown after that, never before.
    /// When the disk is full, the reserve is given up for it.
    pub fn append_audit(&mut self, event: &AuditEvent) -> Result<AuditHead, StoreError> {
        self.append_audits(std::slice::from_ref(event))
    }

    /// Chains events in this order, all of them or none; returns the row of the last.
    pub fn append_audits(&mut self, events: &[AuditEvent]) -> Result<AuditHead, StoreError> {
        let signer = self.signer.clone();
        let (head, signed) =
            self.with_reserve(|store| store.main.with_fresh_try(|db| append(db, events, signer.as_ref())))?;
        self.keep_signed(signed);
        Ok(head)
    }

    /// The end of the chain as it is stored; nothing is verified.
    pub fn audit_head(&self) -> Result<AuditHead, StoreError> {
        Ok(end(&self.main.db)?)
    }

    /// Walks the whole chain, and nothing else. `Err` inside `Ok` is a chain that was tampered with;
    /// [`Store::check_audit`] also sees what checkpoints and receipts tell.
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
                Ok(AuditRow { sequence: sequence.unsigned_abs(), event: decode(&bytes) })
            })
            .collect::<Result<Vec<_>, rusqlite::Error>>()?;
        rows.reverse();
        Ok(rows)
    }

    /// The rows from `first` to `last`, oldest first, one after the other to `each`; stops at its first error.
    pub fn each_audit<E: From<StoreError>>(
        &self,
        first: u64,
        last: u64,
        mut each: impl FnMut(AuditRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = "SELECT sequence, event FROM audit WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence";
        let bound = |number: u64| integer(number.min(i64::MAX.unsigned_abs())).map_err(StoreError::from);
        let mut statement = self.main.db.prepare(sql).map_err(StoreError::from)?;
        let mut rows = statement.query((bound(first)?, bound(last)?)).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let sequence: i64 = row.get(0).map_err(StoreError::from)?;
            let bytes: Vec<u8> = row.get(1).map_err(StoreError::from)?;
            each(AuditRow { sequence: sequence.unsigned_abs(), event: decode(&bytes) })?;
        }
        Ok(())
    }
}

pub(crate) fn decode(bytes: &[u8]) -> Option<AuditEvent> {
    cbor::decode_versioned(EVENT_VERSION, bytes).ok()
}

fn encode(event: &AuditEvent) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    if ciborium::into_writer(&(EVENT_VERSION, event), &mut bytes).is_err() {
        unreachable!("an event has only CBOR types and a Vec takes every write");
    }
    bytes
}

fn append(
    db: &mut Connection,
    events: &[AuditEvent],
    signer: Option<&AuditSigner>,
) -> Result<(AuditHead, Option<Signed>), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut head = end(&transaction)?;
    for event in events {
        head = chain_on(&transaction, head, event)?;
    }
    let signed = match (signer, events.last()) {
        (Some(signer), Some(last)) => checkpoint::with_rows(&transaction, signer, events, last, head)?,
        _ => None,
    };
    transaction.commit()?;
    Ok((head, signed))
}

pub(crate) fn end(db: &Connection) -> rusqlite::Result<AuditHead> {
    let last = db
        .prepare_cached("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")?
        .query_row([], |row| Ok(AuditHead { sequence: row.get::<_, i64>(0)?.unsigned_abs(), hash: row.get(1)? }))
        .optional()?;
    Ok(last.unwrap_or(AuditHead::BEGINNING))
}

pub(crate) fn chain_on(
    transaction: &Transaction<'_>,
    head: AuditHead,
    event: &AuditEvent,
) -> rusqlite::Result<AuditHead> {
    let (bytes, sequence) = (encode(event), head.sequence + 1);
    let hash = chain(sequence, &head.hash, &bytes);
    transaction
        .prepare_cached("INSERT INTO audit (sequence, previous, event, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute((integer(sequence)?, head.hash, bytes, hash))?;
    Ok(AuditHead { sequence, hash })
}
