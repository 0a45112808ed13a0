//! Another region whose residents' cards are read here as well.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::FeedId;

/// A region that this one trusts, as its signed roster says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbour {
    /// Its feed.
    pub feed: [u8; 16],
    /// Its name, as screens show it.
    pub name: String,
    /// Its Ed25519 key: what signs the copies on its cards.
    pub region_key: [u8; 32],
    /// The key of the authority that issues its cards: an uncompressed P-256 point, 65 bytes.
    pub card_authority: Vec<u8>,
    /// What opens the copies on its cards, together with the card; wrapped for crews of this region.
    pub copy_keys: Vec<WrappedCopyKey>,
}

/// A neighbour's copy key of one of its epochs, wrapped under one of this region's vault keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrappedCopyKey {
    /// The neighbour's epoch.
    pub epoch: u32,
    /// The epoch of this region's vault key that it is wrapped under.
    pub under: u32,
    /// Nonce 12, ciphertext and tag 48.
    pub wrapped: Vec<u8>,
}

impl Neighbour {
    /// Its feed.
    pub const fn feed(&self) -> FeedId {
        FeedId::from_bytes(self.feed)
    }
}

impl fmt::Debug for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Neighbour({})", self.feed())
    }
}

impl fmt::Debug for WrappedCopyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedCopyKey(epoch {}, [redacted])", self.epoch)
    }
}
