//! Why nothing is published.

use kakari_record::seal::SealError;

use super::objects::ObjectsError;
use crate::keys::KeyError;

/// Why a round, or publishing at all, did not work. What was published stays as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The feed's store failed.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// A key cannot be had.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// Something cannot be sealed.
    #[error("sealing failed: {0}")]
    Seal(#[from] SealError),
    /// One publisher per region.
    #[error("another publisher of this region is running; this one does nothing")]
    Busy,
    /// The store holds the head of another region, or of other keys.
    #[error(
        "the feed's store holds a head that this region did not sign: give each region a place of its own under feed in region.toml"
    )]
    AnotherRegion,
    /// The database is older than what tablets have seen.
    #[error(
        "the feed is at generation {feed_generation}, sequence {feed_sequence}; the database only at generation \
         {generation}, sequence {sequence}: it was restored from an older copy. Nothing is published. If that copy is the \
         one to go on with, run `kakari-region generation next`: every tablet then takes a snapshot"
    )]
    Restored {
        /// Of the head in the store.
        feed_generation: u64,
        /// Of the head in the store.
        feed_sequence: u64,
        /// Of the database.
        generation: u64,
        /// Of the database.
        sequence: u64,
    },
    /// The database came from a backup, and no new generation was begun since.
    #[error(
        "the database was restored from the backup of {backup_at}. Nothing is published. Enter again what came after it, then \
         run `kakari-region generation next`: every tablet then takes a snapshot"
    )]
    FromBackup {
        /// When the backup was made, for people.
        backup_at: String,
    },
    /// Something in the database is not what it should be.
    #[error("{0} in the database is not what it should be: restore the database from a copy")]
    Damaged(&'static str),
    /// The head would be longer than anybody reads.
    #[error("the head would be longer than tablets read: {0} deltas; nothing new is named until a snapshot is there")]
    HeadTooLong(usize),
    /// The roster would be longer than tablets take.
    #[error(
        "the roster would have {0} bytes, more than tablets take: the one before stays; end trust in other regions \
         (kakari-region trust end) or retire old vault epochs (kakari-region epoch retire)"
    )]
    RosterTooLong(usize),
    /// There is no head that tablets would take.
    #[error("nothing is published yet, or too long ago: run kakari-region publish --once first")]
    Nothing,
    /// A part of the work ended by itself.
    #[error("a part of the publisher's work ended by a fault of its own")]
    Fault,
}

impl PublishError {
    /// Whether trying again can never help.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::AnotherRegion | Self::Restored { .. } | Self::FromBackup { .. } | Self::Damaged(_))
    }
}
