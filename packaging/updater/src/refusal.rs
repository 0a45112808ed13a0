//! Why a release is not taken. Each says what happened and what to do next; the program in force stays as it is.

use std::io;
use std::path::PathBuf;

use kakari_sync::{Version, WireError};

/// Why not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Refusal {
    #[error(
        "no update is taken: {path} cannot be used ({why}); the region's administrator puts the release keys there"
    )]
    NoKeys { path: PathBuf, why: String },
    #[error("another update is being taken; wait for it")]
    Busy,
    #[error("the staged {what} is refused: {source}; sync fetches it again")]
    Staged { what: &'static str, source: io::Error },
    #[error("the staged package is missing; sync fetches it again")]
    NoPackage,
    #[error(
        "the release is refused: it was not signed by enough of this tablet's release keys; report it to the region"
    )]
    NotSigned,
    #[error("the release is refused: {0}; sync fetches it again")]
    Statement(WireError),
    #[error("the release is refused: it names {0}, which is no version; report it to the region")]
    Version(String),
    #[error("version {version} is refused: it is for {theirs}, and this tablet is {own}; report it to the region")]
    Architecture { version: Version, theirs: String, own: &'static str },
    #[error("version {version} is refused: it is not newer than {than}, which this tablet has")]
    NotNewer { version: Version, than: Version },
    #[error(
        "version {version} is refused: it replaces {oldest} and newer, and {in_force} is in force; take one between"
    )]
    TooFar { version: Version, oldest: String, in_force: Version },
    #[error(
        "version {version} is refused: it is more than one step of its first number above {in_force}, and would be the last that this tablet takes; report it to the region"
    )]
    TooHigh { version: Version, in_force: Version },
    #[error("version {0} is refused: it failed on this tablet before; wait for a newer one")]
    FailedBefore(Version),
    #[error("version {version} is refused: the package is not the one that was signed ({why}); sync fetches it again")]
    NotThePackage { version: Version, why: String },
    #[error("version {version} is refused: {why}; report it to the region")]
    Contents { version: Version, why: String },
    #[error("version {version} is refused: {why}; the program in force stays")]
    NotTried { version: Version, why: String },
    #[error("the program in force does not say its version ({0}); install the package again")]
    InForce(String),
    #[error("{what}: {source}; is the disk full?")]
    Disk { what: &'static str, source: io::Error },
}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        if error == WireError::NotSigned { Self::NotSigned } else { Self::Statement(error) }
    }
}

impl Refusal {
    /// For what fails on root's own disk.
    pub(crate) fn disk(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { what, source }
    }
}
