//! The manifest of a snapshot.

use serde::{Deserialize, Serialize};

use crate::{ObjectRef, WireError, cbor};

const FORM: u8 = 1;

/// One part of a snapshot: a pack of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartRef {
    /// The pack.
    pub object: ObjectRef,
    /// Its length in bytes once unpacked.
    pub unpacked: u64,
    /// How many rows it holds.
    pub rows: u64,
}

/// Names every part of one snapshot. Not signed: the head that names it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The region's feed.
    #[serde(with = "serde_bytes")]
    pub feed: [u8; 16],
    /// The feed's generation.
    pub generation: u64,
    /// Everything up to this sequence is in the parts.
    pub sequence: u64,
    /// How many records all parts hold together.
    pub records: u64,
    /// The parts in order.
    pub parts: Vec<PartRef>,
}

impl Manifest {
    /// Longest manifest that anybody reads, in bytes.
    pub const MAX_LEN: usize = 1024 * 1024;

    /// As it is stored and sent.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(FORM, self)
    }

    /// Reads what [`Manifest::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        cbor::decode(FORM, bytes, Self::MAX_LEN)
    }
}
