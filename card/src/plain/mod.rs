//! Cards that only say a number: FeliCa cards and Type A memory cards (docs/formats/plain-cards.md).
//!
//! An identifier that anybody can read can be copied; such a card *identifies* and proves nothing. A FeliCa Lite-S card
//! that holds a key of the region's proves itself by a MAC over a random challenge.

mod felica;
mod identifier;
mod identify;
pub mod number;
mod profile;
mod proof;
#[cfg(test)]
mod tests;

use std::fmt;

use zeroize::Zeroizing;

use crate::certificate::CardNumber;
use crate::kind::ForeignKind;

pub use identifier::is_made_up;
#[cfg(feature = "issue")]
pub(crate) use identifier::read_identifier;
pub(crate) use identify::Plain;
pub use profile::{CardProfile, NumberForm, Place, ProfileError, ProfileWords};

/// What kind of identifier it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainKind {
    /// FeliCa: IDm, 8 bytes (JIS X 6319-4).
    Felica,
    /// ISO/IEC 14443-3 Type A without ISO/IEC 14443-4: UID of 4, 7 or 10 bytes.
    TypeA,
}

/// A card that only says who it is. Nothing of it has been proved.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainCard {
    /// Of which kind `id` is.
    pub kind: PlainKind,
    /// IDm or UID as the reader gave it; it may be one that changes with every tap.
    pub id: Vec<u8>,
    /// The common number, when the card fits one of the region's profiles and holds one there.
    pub number: Option<CardNumber>,
    /// Whether that profile says that its cards hold a key of the region's: then
    /// [`prove_mac`](crate::Conversation::prove_mac) must succeed.
    pub has_key: bool,
    /// What else it is, where its system codes tell: to be said when nobody is registered under it.
    pub looks_like: ForeignKind,
}

impl fmt::Debug for PlainCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainCard({:?}, {:?})[redacted]", self.kind, self.looks_like)
    }
}

/// What asking a card for its key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacProof {
    /// It holds the key that was derived for it.
    Proved,
    /// It does not, or refuses to be asked: made to look like a card of the region's.
    Failed,
    /// There is no key of the version that it names to hold it against.
    NoKeyHere,
}

/// The card key of one FeliCa Lite-S card: the 16 bytes of its block 87h (CK) as they are written there. Wiped on drop.
pub type LiteSKey = Zeroizing<[u8; 16]>;

/// What a FeliCa Lite-S card says of the key that it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LiteSId {
    /// Its ID block (82h): IDm and what its issuer wrote behind it.
    pub id_block: [u8; 16],
    /// Its card key version (CKV, block 86h), little-endian on the card.
    pub key_version: u16,
}

impl fmt::Debug for LiteSId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LiteSId(key version {})[redacted]", self.key_version)
    }
}
