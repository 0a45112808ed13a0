//! Whether checkpoints are what the chain was at their place, under the tablet's signature.

use kakari_record::audit::{AuditEvent, Checkpoint};
use kakari_record::seal::FeedId;

/// A checkpoint as it came, to be held against the chain.
pub(super) struct Claimed {
    /// The row that it stands in.
    pub(super) row: u64,
    pub(super) event: AuditEvent,
    /// None when what should be the signature has not the length of one.
    pub(super) checkpoint: Option<Checkpoint>,
}

/// Whose chain it is.
pub(super) struct Owner<'a> {
    pub(super) tablet: &'a str,
    pub(super) feed: FeedId,
    /// The tablet's key; none of a tablet that never enrolled, and whose checkpoints nobody can have signed.
    pub(super) key: Option<&'a [u8]>,
}

impl Claimed {
    /// The row that it speaks of, as the database counts.
    pub(super) fn of_row(&self) -> Option<i64> {
        let checkpoint = self.checkpoint.as_ref()?;
        (checkpoint.sequence < self.row).then(|| i64::try_from(checkpoint.sequence).ok())?
    }

    /// Whether it holds, `stored` being the hash of the row that it speaks of.
    pub(super) fn holds(&self, owner: &Owner<'_>, stored: Option<&[u8]>) -> bool {
        let Some((checkpoint, key)) = self.checkpoint.as_ref().zip(owner.key) else { return false };
        let same = stored == Some(checkpoint.hash.as_slice());
        same && checkpoint.sequence < self.row && checkpoint.is_by(key, owner.feed, owner.tablet)
    }
}
