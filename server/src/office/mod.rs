//! What the office does. Each function takes the transaction that it belongs to, writes it into the office's log, and
//! leaves a row for the publisher where tablets are concerned.

pub mod alerts;
pub mod any_card;
pub mod card;
mod card_list;
mod certificate;
pub mod client;
pub mod copy;
pub mod epoch;
pub mod fallback;
pub mod import;
pub mod officer;
pub mod plain_card;
pub mod release;
pub mod report;
pub mod resident;
pub mod review;
pub mod staff;
pub mod tablet;
pub mod trust;
pub mod wipe;

pub use any_card::{CardName, NewCard};
pub use card_list::with_old_keys;
pub use certificate::{CardCertificate, CertificateError, serial_from_hex};
pub use plain_card::IdentifierError;

use crate::keys::KeyError;

/// Why something was not done. Nothing of it was. No message names a patient.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// What was asked cannot be, and what to do instead.
    #[error("{0}")]
    Refused(String),
    /// A card's certificate is not taken.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A number-only card's identifier is not taken.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// A key failed.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database failed.
    #[error("the database failed: {0}; nothing was changed")]
    Database(#[from] sqlx::Error),
}

impl OfficeError {
    /// A refusal in words.
    pub(crate) fn refused(words: impl Into<String>) -> Self {
        Self::Refused(words.into())
    }
}

/// What this module's functions answer.
pub type Office<T> = Result<T, OfficeError>;
