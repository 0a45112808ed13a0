//! What a region's crews, and those of regions that it trusts, bring to the opening of a copy on a card.

use std::fmt;

use zeroize::Zeroizing;

use super::keys::Purpose;
use super::{VaultKey, scrub_stack};

/// Half of what opens the copies that cards of one region carry, of one epoch; the card is the other half. It comes from the
/// vault key and leads nowhere else: a region that has it opens no record of the feed, no directory and no token. Wiped
/// on drop, never printed.
#[derive(Clone)]
pub struct CopyKey {
    epoch: u32,
    key: Box<Zeroizing<[u8; 32]>>,
}

impl VaultKey {
    /// The copy key of this epoch.
    pub fn copy_key(&self) -> CopyKey {
        CopyKey::from_bytes(self.epoch(), &self.derive(Purpose::CardCopy))
    }
}

impl CopyKey {
    /// The key as it was unwrapped, or as an office keeps a neighbour's.
    pub fn from_bytes(epoch: u32, key: &[u8; 32]) -> Self {
        let mut kept = Box::new(Zeroizing::new([0; 32]));
        kept.copy_from_slice(key);
        scrub_stack();
        Self { epoch, key: kept }
    }

    /// The epoch of the vault key that it comes from.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The key itself: for the ciphers of this module, and for the office, which keeps a neighbour's under its server key.
    pub fn expose(&self) -> &[u8; 32] {
        &self.key
    }
}

impl PartialEq for CopyKey {
    fn eq(&self, other: &Self) -> bool {
        self.epoch == other.epoch && **self.key == **other.key
    }
}

impl Eq for CopyKey {}

impl fmt::Debug for CopyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CopyKey(epoch {}, [redacted])", self.epoch)
    }
}
