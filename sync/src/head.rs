//! The head: what the feed is right now.

use std::fmt;

use chrono::{DateTime, Utc};
use kakari_record::seal::FeedId;
use ring::digest;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use crate::signed::Statement;
use crate::{ReleaseRef, WireError};

/// SHA-256 (FIPS 180-4) of an object's bytes, and so its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(hash)
    }

    /// A hash as it was stored or sent.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The object's name: 64 lower-case hexadecimal digits.
    pub fn name(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Result<Self, WireError> {
        let lower = name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut bytes = [0; 32];
        match hex::decode_to_slice(name, &mut bytes) {
            Ok(()) if lower => Ok(Self(bytes)),
            _ => Err(WireError::Malformed("object name")),
        }
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl Serialize for Sha256 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ByteArray::deserialize(deserializer).map(|bytes| Self(bytes.into_array()))
    }
}

/// An object of the feed: which bytes, and how many, so that nobody can send without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectRef {
    /// Its name.
    pub sha256: Sha256,
    /// Its length in bytes.
    pub size: u64,
}

impl ObjectRef {
    /// The reference to these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { sha256: Sha256::of(bytes), size: bytes.len() as u64 }
    }
}

/// A delta pack: the rows of sequence (`from`, `to`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeltaRef {
    /// Where a tablet must stand, or beyond, to take it.
    pub from: u64,
    /// Where it stands after it.
    pub to: u64,
    /// The pack.
    pub object: ObjectRef,
    /// Its length in bytes once unpacked.
    pub unpacked: u64,
}

/// The newest snapshot: everything up to `sequence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotRef {
    /// Where a tablet stands after it.
    pub sequence: u64,
    /// How many records it holds.
    pub records: u64,
    /// Bytes of all its parts together.
    pub size: u64,
    /// Its [`crate::Manifest`], which names the parts.
    pub manifest: ObjectRef,
}

/// The roster in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRef {
    /// Its version; grows with every roster.
    pub version: u64,
    /// A signed roster ([`kakari_record::seal::SignedRoster`]).
    pub object: ObjectRef,
}

impl RosterRef {
    /// The longest roster that tablets read, in bytes: some thousand staff with a few epochs each.
    pub const MAX_LEN: u64 = 8 * 1024 * 1024;
}

/// A compression dictionary in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DictionaryRef {
    /// Its number; never given twice.
    pub id: u32,
    /// Its bytes.
    pub object: ObjectRef,
}

/// Digests of everything at `sequence`, to find what no longer belongs ([`crate::digests`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestsRef {
    /// Where they were taken.
    pub sequence: u64,
    /// 4,096 digests of 32 bytes.
    pub object: ObjectRef,
}

/// What the feed is right now; signed anew every few minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The region's feed.
    #[serde(with = "serde_bytes")]
    pub feed: [u8; 16],
    /// Grows by one when the region's sequence had to begin anew (a server restored from an older copy). Cursors of
    /// another generation mean nothing.
    pub generation: u64,
    /// The last sequence number given out.
    pub sequence: u64,
    /// How many records stand at `sequence`.
    pub records: u64,
    /// When it was signed.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub issued_at: DateTime<Utc>,
    /// When it is no longer to be believed: who is served an expired head is kept from the newer one.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub expires_at: DateTime<Utc>,
    /// Oldest program that reads this feed: `major.minor.patch`.
    pub minimum_app: String,
    /// The roster in force.
    pub roster: RosterRef,
    /// Every dictionary that a row may be packed with.
    pub dictionaries: Vec<DictionaryRef>,
    /// Delta packs without a gap between them, oldest first; the last ends at `sequence`.
    pub deltas: Vec<DeltaRef>,
    /// The newest snapshot; its sequence is not before the first delta's `from`, so that the deltas carry on from it.
    pub snapshot: Option<SnapshotRef>,
    /// The newest digests.
    pub digests: Option<DigestsRef>,
    /// The orders in force ([`crate::Orders`], signed).
    pub orders: Option<ObjectRef>,
    /// The releases of the tablet's program in force, one for each architecture. Where there is none the field is left
    /// out, so that such a head has the bytes that it always had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<ReleaseRef>,
}

impl Statement for Head {
    const CONTEXT: &'static [u8] = b"kakari head v1\0";
    const LIMIT: usize = Self::MAX_LEN;
}

impl Head {
    /// Longest signed head that anybody reads, in bytes.
    pub const MAX_LEN: usize = 64 * 1024;

    /// The region's feed.
    pub const fn feed(&self) -> FeedId {
        FeedId::from_bytes(self.feed)
    }
}
