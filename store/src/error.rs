//! How opening fails, and how using an open store fails.

use std::path::PathBuf;

use rusqlite::ErrorCode;

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
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure) => Self::Damaged,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}
