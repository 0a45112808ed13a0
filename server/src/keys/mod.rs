//! The region's keys: one server key in a file, everything else sealed under it in the database.

mod identity;
mod issuing;
mod point;
mod region;
mod server;
mod tls;
mod vault;

use std::path::PathBuf;

pub use identity::{Identity, Role};
pub use issuing::{NewCardAuthority, card_authority, issuing_secret};
pub use point::{PointError, point_of, read_point, write_point};
pub use region::RegionKeys;
pub use server::ServerKey;
pub use tls::{Issued, ServerCertificate, TlsAuthority};
pub use vault::VaultKeys;

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The server key's file cannot be made or read.
    #[error("server key {path}: {source}; name it under server_key in region.toml")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others than its owner can read the server key.
    #[error("server key {0} can be read by others: chmod 600 it; if others had it, every key has to be made anew")]
    Exposed(PathBuf),
    /// Not 32 bytes.
    #[error("server key {0} is not 32 bytes long: it is another file, or a broken copy")]
    Length(PathBuf),
    /// Sealed under another server key, moved from another name, or changed.
    #[error(
        "the server key does not open '{0}': it is not this region's, or the database was changed; name the right file under server_key in region.toml"
    )]
    NotOpened(String),
    /// The database has no such key.
    #[error("the database has no '{0}': run kakari-region init first")]
    Missing(&'static str),
    /// What was sealed is not the key that it should be.
    #[error("'{0}' in the database is not the key that it should be: restore it from a copy")]
    Damaged(&'static str),
    /// The system gave no random bytes.
    #[error("no random bytes from the system")]
    NoRandom,
    /// A name that a certificate cannot be for.
    #[error("'{0}' cannot be in a certificate: 1 to 64 letters, digits, '-', '_' or '.'")]
    Subject(String),
    /// Not a certificate request of a P-256 key, or not signed by it.
    #[error("not a certificate request for a P-256 key")]
    Request,
    /// The certificate could not be made.
    #[error("the certificate could not be made: {0}")]
    Certificate(#[source] rcgen::Error),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}
