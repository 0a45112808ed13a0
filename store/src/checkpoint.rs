//! Checkpoints among the rows: which row has one behind it, and that nobody waits for a device that signs slowly.
//!
//! A key in a file signs in no time: the checkpoint that is due stands in the transaction of the row that made it due. A
//! key in a device takes some hundred milliseconds, and a row that a view waits for must not: the process that shows
//! records asks for [`Store::due_checkpoint`] after it has answered, well before the limit, has it signed on another thread,
//! and writes it as a row of its own. A device that does not sign stops no row: the checkpoint is not written and stays due.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kakari_record::audit::{AuditEvent, AuditKind, Checkpoint, TabletSigner};
use kakari_record::seal::FeedId;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::audit::{chain_on, end};
use crate::database::integer;
use crate::files::replace;
use crate::{AuditHead, Store, StoreError};

/// Most rows between two checkpoints.
pub const CHECKPOINT_EVERY: u64 = 50;
/// After so many rows a device is asked in a quiet moment.
const SOON: u64 = CHECKPOINT_EVERY / 2;
/// A device that did not sign is not asked again before.
const AGAIN: Duration = Duration::from_secs(60);

/// Signs checkpoints with the tablet key. Clones share what they know of the device.
#[derive(Clone)]
pub struct AuditSigner {
    key: TabletSigner,
    feed: FeedId,
    /// When the device last did not sign; none since it did.
    failed: Arc<Mutex<Option<Instant>>>,
}

/// A checkpoint that was written, with the tablet's name.
pub(crate) type Signed = (Checkpoint, String);

/// The end of a chain that a device is to sign. Belongs to no store: it may wait on another thread.
#[derive(Debug)]
pub struct DueCheckpoint {
    signer: AuditSigner,
    head: AuditHead,
    last: AuditEvent,
}

/// What the device signed.
#[derive(Clone, Debug)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    head: AuditHead,
    last: AuditEvent,
}

impl AuditSigner {
    /// With the tablet key, for the store of this feed.
    pub fn new(key: impl Into<TabletSigner>, feed: FeedId) -> Self {
        Self { key: key.into(), feed, failed: Arc::default() }
    }

    /// None when the device does not sign, or did not a moment ago; that is said once, until it signs again.
    fn sign(&self, tablet: &str, head: AuditHead) -> Option<Checkpoint> {
        if self.failed_lately() {
            return None;
        }
        match Checkpoint::sign(&self.key, self.feed, tablet, head.sequence, head.hash) {
            Ok(checkpoint) => {
                if self.set_failed(None).is_some() {
                    tracing::info!("checkpoints of the audit are signed again");
                }
                Some(checkpoint)
            }
            Err(error) => {
                if self.set_failed(Some(Instant::now())).is_none() {
                    tracing::error!(%error, "no checkpoint of the audit: rows are written all the same, and it stays due");
                }
                None
            }
        }
    }

    fn failed_lately(&self) -> bool {
        let failed = *self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|failed| failed.elapsed() < AGAIN)
    }

    fn set_failed(&self, now: Option<Instant>) -> Option<Instant> {
        std::mem::replace(&mut *self.failed.lock().unwrap_or_else(PoisonError::into_inner), now)
    }
}

impl DueCheckpoint {
    /// Blocks for as long as the device takes. None when it does not sign.
    pub fn sign(self) -> Option<SignedCheckpoint> {
        let checkpoint = self.signer.sign(&self.last.tablet, self.head)?;
        Some(SignedCheckpoint { checkpoint, head: self.head, last: self.last })
    }
}

impl fmt::Debug for AuditSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditSigner([redacted])")
    }
}

impl Store {
    /// Signs checkpoints from now on: at least every [`CHECKPOINT_EVERY`] rows, and whenever the tablet is locked, a
    /// shift or the program ends.
    pub fn sign_audit(&mut self, signer: AuditSigner) {
        self.signer = Some(signer);
    }

    /// What a device is to sign while nobody waits: where half of the rows between two checkpoints are written.
    pub fn due_checkpoint(&self) -> Result<Option<DueCheckpoint>, StoreError> {
        let may = |signer: &AuditSigner| signer.key.is_device() && !signer.failed_lately();
        let Some(signer) = self.signer.clone().filter(may) else { return Ok(None) };
        let head = end(&self.main.db)?;
        if unsigned(&self.main.db, head)? < SOON {
            return Ok(None);
        }
        let event = self.last_audit(1)?.pop().filter(|row| row.sequence == head.sequence).and_then(|row| row.event);
        Ok(event.map(|last| DueCheckpoint { signer, head, last }))
    }

    /// Writes what was signed, in a row of its own. False when rows were written meanwhile: it stays due.
    pub fn append_checkpoint(&mut self, signed: &SignedCheckpoint) -> Result<bool, StoreError> {
        let written = self.with_reserve(|store| store.main.with_fresh_try(|db| write_behind(db, signed)))?;
        let is_written = written.is_some();
        self.keep_signed(written);
        Ok(is_written)
    }

    pub(crate) fn keep_signed(&self, signed: Option<Signed>) {
        if let Some((checkpoint, tablet)) = signed {
            self.keep_checkpoint(&checkpoint, &tablet);
        }
    }

    /// The row is durable: a file that cannot be written is behind until the next checkpoint. A file that does not fit the
    /// chain tells of rows that were cut or changed: it stays, for it is what shows that.
    fn keep_checkpoint(&self, checkpoint: &Checkpoint, tablet: &str) {
        match self.fits_kept_checkpoint() {
            Ok(true) => {}
            Ok(false) => return tracing::error!("the checkpoint beside the store does not fit the audit: it is kept"),
            Err(error) => tracing::warn!(%error, "the checkpoint beside the store cannot be read"),
        }
        if let Err(error) = replace(&self.files.checkpoint(), &checkpoint.encode(tablet)) {
            tracing::warn!(%error, "the newest checkpoint of the audit is not kept beside the store");
        }
    }

    fn fits_kept_checkpoint(&self) -> Result<bool, StoreError> {
        let kept = std::fs::read(self.files.checkpoint()).ok().and_then(|bytes| Checkpoint::decode(&bytes));
        let Some((kept, _)) = kept else { return Ok(true) };
        Ok(self.hash_of(kept.sequence)? == Some(kept.hash))
    }
}

/// What of these rows' transaction is their checkpoint: when the next row would be one too many, or when nobody may write
/// one for long.
pub(crate) fn with_rows(
    transaction: &Transaction<'_>,
    signer: &AuditSigner,
    events: &[AuditEvent],
    last: &AuditEvent,
    head: AuditHead,
) -> rusqlite::Result<Option<Signed>> {
    let due = events.iter().any(is_an_end) || unsigned(transaction, head)? >= CHECKPOINT_EVERY;
    match due.then(|| signer.sign(&last.tablet, head)).flatten() {
        Some(checkpoint) => write(transaction, checkpoint, last, head).map(Some),
        None => Ok(None),
    }
}

const fn is_an_end(event: &AuditEvent) -> bool {
    matches!(event.kind, AuditKind::Locked { .. } | AuditKind::SignedOut | AuditKind::Stopped | AuditKind::WipeOrdered)
}

/// Rows since the last checkpoint.
fn unsigned(db: &Connection, head: AuditHead) -> rusqlite::Result<u64> {
    let last: i64 = db.prepare_cached("SELECT checkpoint FROM audit_mark")?.query_row([], |row| row.get(0))?;
    Ok(head.sequence.saturating_sub(last.unsigned_abs()))
}

/// Writes the checkpoint if the chain still ends where it signs.
fn write_behind(db: &mut Connection, signed: &SignedCheckpoint) -> Result<Option<Signed>, StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if end(&transaction)? != signed.head {
        return Ok(None);
    }
    let written = write(&transaction, signed.checkpoint.clone(), &signed.last, signed.head)?;
    transaction.commit()?;
    Ok(Some(written))
}

/// The checkpoint is a row of its own, with the time and the crew of the row before it.
fn write(
    transaction: &Transaction<'_>,
    checkpoint: Checkpoint,
    last: &AuditEvent,
    head: AuditHead,
) -> rusqlite::Result<Signed> {
    let head = chain_on(transaction, head, &AuditEvent { kind: checkpoint.kind(), ..last.clone() })?;
    transaction.prepare_cached("UPDATE audit_mark SET checkpoint = ?1")?.execute([integer(head.sequence)?])?;
    Ok((checkpoint, last.tablet.clone()))
}
