//! Whether an audit is whole: the chain, the checkpoints in it, the newest of them kept beside the store, and what the
//! region has signed for.

use std::{fs, io};

use kakari_record::audit::{CHAIN_BEGINNING, Checkpoint, chain};
use kakari_record::seal::FeedId;
use rusqlite::OptionalExtension;

use crate::audit::decode;
use crate::database::integer;
use crate::{AuditHead, CHECKPOINT_EVERY, ChainFault, Store, StoreError};

/// More are not told: the log is another one then.
const MOST_FAULTS: usize = 100;
/// In every checkpoint's bytes.
const CHECKPOINT: &[u8] = b"checkpoint";

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// The first row that was looked at.
    pub from: u64,
    /// Rows looked at.
    pub rows: u64,
    /// The last row.
    pub head: AuditHead,
    /// Checkpoints among the rows looked at.
    pub checkpoints: u64,
    /// The newest checkpoint's row.
    pub newest_checkpoint: Option<u64>,
    /// The last row with the region's receipt.
    pub received: Option<u64>,
    /// Everything that is wrong, in the order in which it was found; at most a hundred.
    pub faults: Vec<ChainFault>,
}

impl AuditCheck {
    /// Nothing is wrong.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// Rows after the newest checkpoint and the last receipt: whoever can write the store's files and has its key can cut
    /// or change these, and only the region's next receipt would tell.
    pub fn unprotected(&self) -> u64 {
        let vouched = self.newest_checkpoint.max(self.received).unwrap_or(0);
        self.head.sequence.saturating_sub(vouched)
    }

    fn fault(&mut self, fault: ChainFault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

/// What is held against.
struct Against<'a> {
    public_key: Option<&'a [u8]>,
    feed: FeedId,
}

impl Against<'_> {
    fn is_signed(&self, checkpoint: &Checkpoint, tablet: &str) -> bool {
        self.public_key.is_none_or(|key| checkpoint.is_by(key, self.feed, tablet))
    }
}

impl Store {
    /// Checks everything, or only what came after `since`. `public_key` is the tablet's, of either kind; without it no
    /// signature is checked and none is missed. Reads every row once.
    pub fn check_audit(&self, public_key: Option<&[u8]>, since: Option<AuditHead>) -> Result<AuditCheck, StoreError> {
        let against = Against { public_key, feed: self.facts()?.feed };
        let mut start = since.unwrap_or(AuditHead::BEGINNING);
        let mut faults = Vec::new();
        if self.hash_of(start.sequence)? != Some(start.hash) {
            faults.push(ChainFault::NotAsVerified { sequence: start.sequence });
            start = AuditHead::BEGINNING;
        }
        let mut check = AuditCheck {
            from: start.sequence + 1,
            rows: 0,
            head: start,
            checkpoints: 0,
            newest_checkpoint: if start.sequence > 0 { self.marked_checkpoint(start.sequence)? } else { None },
            received: None,
            faults,
        };
        let signed = self.walk(&mut check, &against)?;
        self.check_file(&mut check, &against, &signed)?;
        self.check_receipt(&mut check)?;
        Ok(check)
    }

    /// Follows the chain; returns the rows of its checkpoints.
    fn walk(&self, check: &mut AuditCheck, against: &Against<'_>) -> Result<Vec<u64>, StoreError> {
        let mut statement = self.main.db.prepare(
            "SELECT sequence, previous, event, hash FROM audit WHERE sequence > ?1 OR sequence < 1 ORDER BY sequence",
        )?;
        let mut rows = statement.query([integer(check.head.sequence)?])?;
        let mut signed = Vec::new();
        while let Some(row) = rows.next()? {
            let (sequence, previous, hash): (i64, [u8; 32], [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let event = row.get_ref(2)?.as_blob().map_err(|_| StoreError::Damaged)?;
            let Some(sequence) = u64::try_from(sequence).ok().filter(|sequence| *sequence > check.head.sequence) else {
                check.fault(ChainFault::Changed { sequence: check.head.sequence + 1 });
                continue;
            };
            let next = check.head.sequence + 1;
            if sequence > next {
                check.fault(ChainFault::Missing { first: next, last: sequence - 1 });
            }
            let follows = sequence > next || previous == check.head.hash;
            if !follows || hash != chain(sequence, &previous, event) {
                check.fault(ChainFault::Changed { sequence });
            }
            if is_checkpoint(check, against, sequence, &previous, event) {
                signed.push(sequence);
            }
            check.rows += 1;
            check.head = AuditHead { sequence, hash };
        }
        note_unsigned(check, against);
        Ok(signed)
    }

    /// The file tells of a tail that was cut; without it the newest rows could be.
    fn check_file(&self, check: &mut AuditCheck, against: &Against<'_>, signed: &[u64]) -> Result<(), StoreError> {
        let bytes = match fs::read(self.files.checkpoint()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if check.newest_checkpoint.is_some() {
                    check.fault(ChainFault::FileMissing);
                }
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let read = Checkpoint::decode(&bytes).filter(|(kept, tablet)| against.is_signed(kept, tablet));
        let Some((kept, _)) = read else {
            check.fault(ChainFault::FileForged);
            return Ok(());
        };
        let (sequence, last) = (kept.sequence, check.head.sequence);
        if sequence > last {
            check.fault(ChainFault::CutBehindFile { signed: sequence, last });
        } else if self.hash_of(sequence)? != Some(kept.hash) {
            check.fault(ChainFault::NotAsInFile { sequence });
        } else if sequence == last {
            // The checkpoint's own row was there before the file.
            check.fault(ChainFault::CutBehindFile { signed: sequence + 1, last });
        } else if sequence + 1 >= check.from && !signed.contains(&(sequence + 1)) {
            check.fault(ChainFault::NotAsInFile { sequence: sequence + 1 });
        }
        // One newer is what a crash between the row and the file leaves.
        let mut newer = signed.iter().filter(|row| **row > sequence + 1);
        if let (Some(_), Some(newest)) = (newer.next(), newer.next_back()) {
            check.fault(ChainFault::FileOld { signed: sequence, newest: *newest });
        }
        Ok(())
    }

    fn check_receipt(&self, check: &mut AuditCheck) -> Result<(), StoreError> {
        let Some(received) = self.receipted_head()? else { return Ok(()) };
        check.received = Some(received.sequence);
        let last = check.head.sequence;
        if received.sequence > last {
            check.fault(ChainFault::CutBehindReceipt { received: received.sequence, last });
        } else if self.hash_of(received.sequence)? != Some(received.hash) {
            check.fault(ChainFault::NotAsReceived { sequence: received.sequence });
        }
        Ok(())
    }

    pub(crate) fn hash_of(&self, sequence: u64) -> Result<Option<[u8; 32]>, StoreError> {
        if sequence == 0 {
            return Ok(Some(CHAIN_BEGINNING));
        }
        let mut statement = self.main.db.prepare_cached("SELECT hash FROM audit WHERE sequence = ?1")?;
        Ok(statement.query_row([integer(sequence)?], |row| row.get(0)).optional()?)
    }

    fn marked_checkpoint(&self, upto: u64) -> Result<Option<u64>, StoreError> {
        let marked = self.main.query_one("SELECT checkpoint FROM audit_mark", |row| row.get::<_, i64>(0))?;
        Ok(marked.map(i64::unsigned_abs).filter(|row| *row > 0 && *row <= upto))
    }

    /// How far the chain was verified last, with the hash it had there; none before the first time.
    pub fn verified_audit(&self) -> Result<Option<AuditHead>, StoreError> {
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<[u8; 32]>>(1)?));
        let mark = self.main.query_one("SELECT verified, verified_hash FROM audit_mark", read)?;
        Ok(mark.and_then(|(row, hash)| Some(AuditHead { sequence: row.unsigned_abs(), hash: hash? })))
    }

    /// The chain was verified as far as this.
    pub fn mark_verified(&mut self, head: AuditHead) -> Result<(), StoreError> {
        let sql = "UPDATE audit_mark SET verified = ?1, verified_hash = ?2";
        self.main.db.execute(sql, (integer(head.sequence)?, head.hash))?;
        Ok(())
    }

    /// Hash of the configuration at the program's last start; none before the first.
    pub fn config_hash(&self) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(self.main.query_one("SELECT config FROM audit_mark", |row| row.get(0))?.flatten())
    }

    /// Keeps the hash of the configuration.
    pub fn set_config_hash(&mut self, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.with_reserve(|store| Ok(store.main.db.execute("UPDATE audit_mark SET config = ?1", [hash]).map(drop)?))
    }
}

/// Whether the row is a checkpoint; it signs exactly the row before it.
fn is_checkpoint(
    check: &mut AuditCheck,
    against: &Against<'_>,
    sequence: u64,
    previous: &[u8; 32],
    bytes: &[u8],
) -> bool {
    let event = bytes.windows(CHECKPOINT.len()).any(|part| part == CHECKPOINT).then(|| decode(bytes)).flatten();
    let Some((event, checkpoint)) =
        event.and_then(|event| Some((Checkpoint::of(&event.kind)?, event))).map(|(c, e)| (e, c))
    else {
        return false;
    };
    if !against.is_signed(&checkpoint, &event.tablet) {
        check.fault(ChainFault::Forged { sequence });
    } else if checkpoint.sequence + 1 != sequence || checkpoint.hash != *previous {
        check.fault(ChainFault::Rewritten { sequence });
    }
    check.checkpoints += 1;
    check.newest_checkpoint = Some(sequence);
    true
}

/// Rows before a checkpoint are vouched for by it, however many they are; only the tail has to be short.
fn note_unsigned(check: &mut AuditCheck, against: &Against<'_>) {
    let first = check.newest_checkpoint.unwrap_or(0) + 1;
    let last = check.head.sequence;
    if against.public_key.is_some() && (last + 1).saturating_sub(first) > CHECKPOINT_EVERY {
        check.fault(ChainFault::Unsigned { first, last });
    }
}
