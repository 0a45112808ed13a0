//! The authenticated header of a sealed record.

use std::fmt;

use super::{Point, SealError, make_random};

/// Marks a sealed record of version 1.
const MAGIC: &[u8; 4] = b"KKR1";

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// The id as it is stored and sent.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

id! {
    /// One region's feed.
    FeedId, 16
}
id! {
    /// One resident's record: random, says nothing about the resident.
    RecordId, 16
}
id! {
    /// A card's key: the first eight bytes of SHA-256 over its uncompressed point.
    KeyId, 8
}

impl FeedId {
    /// A fresh random id.
    pub fn make() -> Result<Self, SealError> {
        make_random().map(Self)
    }
}

impl RecordId {
    /// A fresh random id.
    pub fn make() -> Result<Self, SealError> {
        make_random().map(Self)
    }
}

impl KeyId {
    /// In a record's own header, where no single card is meant.
    pub const NONE: Self = Self([0; 8]);

    /// The id of a card's key.
    pub fn derive(public_key: &Point) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, public_key);
        let mut id = [0; 8];
        id.copy_from_slice(&digest.as_ref()[..8]);
        Self(id)
    }
}

/// What is in clear before the seal, and bound into every part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The region's feed.
    pub feed: FeedId,
    /// The resident's record.
    pub record: RecordId,
    /// Grows with every sealing of this record.
    pub version: u64,
    /// Generation of the vault key.
    pub epoch: u32,
    /// Compression dictionary.
    pub dictionary: u32,
    /// The card an opener is for; [`KeyId::NONE`] for the record itself.
    pub card_key: KeyId,
    /// Seconds since 1970-01-01 UTC.
    pub sealed_at: u64,
}

impl Header {
    /// Length of the encoded header.
    pub const LEN: usize = 68;

    /// The same header as an opener for one card binds it.
    pub fn for_card(self, card_key: KeyId) -> Self {
        Self { card_key, ..self }
    }

    /// The 68 bytes: magic and fields in order, numbers big-endian.
    pub fn encode(&self) -> [u8; Self::LEN] {
        self.encode_as(MAGIC)
    }

    /// The same fields at the head of another sealed thing.
    pub(super) fn encode_as(&self, magic: &[u8; 4]) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let mut at = 0;
        let mut put = |part: &[u8]| {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        };
        put(magic);
        put(self.feed.as_bytes());
        put(self.record.as_bytes());
        put(&self.version.to_be_bytes());
        put(&self.epoch.to_be_bytes());
        put(&self.dictionary.to_be_bytes());
        put(self.card_key.as_bytes());
        put(&self.sealed_at.to_be_bytes());
        bytes
    }

    /// Reads what [`Header::encode`] wrote.
    pub fn decode(bytes: &[u8; Self::LEN]) -> Result<Self, SealError> {
        Self::decode_as(MAGIC, bytes)
    }

    /// Reads what [`Header::encode_as`] wrote.
    pub(super) fn decode_as(magic: &[u8; 4], bytes: &[u8; Self::LEN]) -> Result<Self, SealError> {
        let mut rest = bytes.as_slice();
        if take::<4>(&mut rest)? != *magic {
            return Err(SealError::Malformed("magic"));
        }
        Ok(Self {
            feed: FeedId(take(&mut rest)?),
            record: RecordId(take(&mut rest)?),
            version: u64::from_be_bytes(take(&mut rest)?),
            epoch: u32::from_be_bytes(take(&mut rest)?),
            dictionary: u32::from_be_bytes(take(&mut rest)?),
            card_key: KeyId(take(&mut rest)?),
            sealed_at: u64::from_be_bytes(take(&mut rest)?),
        })
    }
}

/// The next `N` bytes of `rest`.
pub(super) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], SealError> {
    let (head, tail) = rest.split_first_chunk().ok_or(SealError::Malformed("too short"))?;
    *rest = tail;
    Ok(*head)
}
