//! Keys and the sealed record, version 1 (docs/formats/sealed-record-v1.md).
//!
//! A record opens with a crew's vault key **and** either the patient's card ([`SealedRecord::open_with_card`]) or, for
//! the audited way without a card, the vault slot ([`SealedRecord::open_with_vault`]). Either yields the [`ContentKey`],
//! under which the photo is sealed beside it ([`SealedPhoto`]). A card may carry a copy of its patient's summary
//! ([`CardCopy`], docs/formats/card-copy-v1.md).

mod card_copy;
mod compact;
mod copy_key;
mod dictionary;
mod directory;
mod envelope;
mod fallback;
mod fold;
mod glimpse;
mod header;
mod hpke;
mod keys;
mod neighbour;
mod padding;
mod photo;
mod pin_wrap;
mod plain_card;
mod roster;
mod row;
mod scrub;
mod stretch;
mod token;
mod trust;

pub use card_copy::{CardCopy, CopySealer, SealedCopy, VerifiedCopy};
pub use copy_key::CopyKey;
pub use dictionary::{Dictionary, Packer};
pub use directory::{DirectoryEntry, DirectoryKey, SealedDirectoryEntry};
pub use envelope::{ContentKey, Opener, Sealed, SealedRecord, Sealer};
pub use fallback::{FallbackCode, FallbackCodeError, FallbackWrap};
pub use fold::{FOLD_VERSION, fold_kana, fold_kana_rows};
pub(crate) use fold::{fold_one, to_katakana};
pub use header::{FeedId, Header, KeyId, RecordId};
pub use keys::{Keyring, VaultKey};
pub use neighbour::{Neighbour, WrappedCopyKey};
pub use photo::SealedPhoto;
pub use pin_wrap::PinWrap;
pub use plain_card::{PlainCardId, PlainCardKind};
pub use roster::{Roster, RosterEntry, RosterError, SignedRoster, WrappedVault};
pub use row::{CardChange, Change, Removal, Row};
pub use scrub::scrub_stack;
pub use token::Token;
pub(crate) use token::{digits_of, fold_address, names_a_house};
pub use trust::{TrustOffer, fingerprint};

/// A P-256 point in uncompressed form: `04 ‖ x ‖ y` (SEC 1, 2.3.3).
pub type Point = [u8; 65];

/// The x coordinate of an ECDH result, as a PIV card answers it. Wiped on drop.
pub type SharedX = zeroize::Zeroizing<[u8; 32]>;

/// Why something sealed did not open, or could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The key is not the right one, or a bit was changed.
    #[error("does not open with this key")]
    NotOpened,
    /// The bytes have not the form of version 1.
    #[error("not a sealed record: {0}")]
    Malformed(&'static str),
    /// What was sealed is of a later version.
    #[error("sealed content of format {0} is not the one that this program reads")]
    UnknownVersion(u8),
    /// Packed with a dictionary that is not here.
    #[error("compression dictionary {0} is not on this tablet")]
    UnknownDictionary(u32),
    /// Sealed under a vault key that the signed-in crew does not hold.
    #[error("no vault key for epoch {0}")]
    NoKeyForEpoch(u32),
    /// Not a point of the curve P-256.
    #[error("not a P-256 public key")]
    BadPoint,
    /// Not signed by the region whose it should be, or changed since.
    #[error("not signed by this region")]
    NotSigned,
    /// What must be in a copy for a card does not fit on the card.
    #[error("does not fit on a card, even without what may be left out")]
    TooLong,
    /// The system gave no random bytes.
    #[error("no random bytes from the system")]
    NoRandom,
    /// The system gave no memory to stretch a PIN or code in.
    #[error("no memory to stretch a PIN or code in")]
    NoMemory,
}

/// Fresh random bytes from the system.
pub(crate) fn make_random<const N: usize>() -> Result<[u8; N], SealError> {
    use ring::rand::SecureRandom;
    let mut bytes = [0; N];
    ring::rand::SystemRandom::new().fill(&mut bytes).map_err(|_| SealError::NoRandom)?;
    Ok(bytes)
}
