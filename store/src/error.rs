//! How opening fails, and how using an open store fails.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::Cursor;

/// The store cannot be opened. Each is a different next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no store yet.
    #[error("no store at {0}")]
    Missing(PathBuf),
    /// There is a store already; it is not overwritten.
    #[error("a store exists already at {0}")]
    Exists(PathBuf),
    /// The file is whole as far as can be told; the key is another store's.
    #[error("the store key does not belong to this store")]
    WrongKey,
    /// The key is right; the file is damaged.
    #[error("the store is damaged")]
    Damaged,
    /// The note that tells a wrong key from damage is missing, so either may be.
    #[error("the store does not open: wrong key or damage, and the key check beside it is missing")]
    WrongKeyOrDamaged,
    /// Written by a later version of Kakari.
    #[error("the store has schema {found}, this program knows {known}")]
    Newer {
        /// Schema of the file.
        found: u32,
        /// Newest schema this program knows.
        known: u32,
    },
    /// The key check could not be read or written.
    #[error("cannot read or write {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// SQLite refused for another reason.
    #[error("the database refused")]
    Database(#[source] rusqlite::Error),
    /// The note of the store's schema beside it cannot be written, so nothing was migrated.
    #[error("cannot note the store's schema beside it")]
    Noting(#[source] std::io::Error),
    /// Another process syncs this store.
    #[error("another process syncs this store")]
    Syncing,
    /// What a crash left behind cannot be removed.
    #[error("cannot remove what a crash left behind")]
    Tidying(#[source] StoreError),
}

/// An open store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A page or row is damaged. Others may be whole: the store stays open.
    #[error("the store is damaged")]
    Damaged,
    /// No space left.
    #[error("the disk is full")]
    Full,
    /// The other process held the store for too long.
    #[error("the store is busy")]
    Busy,
    /// A delta that begins behind where the store stands, or of another generation: something would be missing.
    #[error("the delta does not follow from where the store stands")]
    Gap {
        /// Where the live set stands; `None` before the first snapshot.
        cursor: Option<Cursor>,
        /// Where the delta begins.
        from: Cursor,
    },
    /// A part of a snapshot before the parts that come before it.
    #[error("part {part} of the snapshot came before part {wanted}")]
    PartMissing {
        /// The part that came.
        part: u32,
        /// The part that is next.
        wanted: u32,
    },
    /// There is no set of records yet.
    #[error("no records were taken in yet")]
    NoRecords,
    /// The set of records was written by a later version of Kakari.
    #[error("the set of records is of a later version of this program")]
    NewerSet,
    /// A file beside the database cannot be read, written or removed.
    #[error("a file of the store cannot be read, written or removed")]
    File(#[from] std::io::Error),
    /// SQLite refused for another reason.
    #[error("the database refused")]
    Database(#[source] rusqlite::Error),
}

/// The store key cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("cannot read or write the store key {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Not 32 bytes.
    #[error("the store key {0} is not 32 bytes")]
    Length(PathBuf),
    /// Others than its owner can read it.
    #[error("the store key {0} can be read by others; its mode must be 0600")]
    Exposed(PathBuf),
    /// The system gave no random bytes.
    #[error("no random bytes from the system")]
    NoRandom,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if is_full(&error) {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure) => Self::Damaged,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

/// A log's index that cannot grow (`SQLITE_IOERR_SHMSIZE`) is a full disk too.
pub(crate) fn is_full(error: &rusqlite::Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) || extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}
