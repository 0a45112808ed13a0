//! Another region whose residents' cards are read here as well.

use std::fmt;

use ring::aead::{Aad, Nonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::envelope::aead;
use super::header::take;
use super::keys::Purpose;
use super::{CopyKey, FeedId, Keyring, Point, SealError, VaultKey, make_random, scrub_stack};

/// Separates what is wrapped here from everything else under a vault key.
const CONTEXT: &[u8] = b"kakari neighbour v1\0";
const NONCE: usize = 12;
const KEY_AND_TAG: usize = 32 + 16;

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

    /// The key of the authority that issues its cards, when the roster has it whole.
    pub fn card_authority(&self) -> Option<Point> {
        self.card_authority.as_slice().try_into().ok()
    }

    /// Its copy key of its epoch `epoch`, for the crew that holds `keys` of the region with the feed `own`.
    ///
    /// # Errors
    ///
    /// [`SealError::NoKeyForEpoch`] when the office has not given that epoch's yet, or this crew holds no key that it is
    /// wrapped under.
    pub fn copy_key(&self, own: FeedId, epoch: u32, keys: &Keyring) -> Result<CopyKey, SealError> {
        let mut outcome = Err(SealError::NoKeyForEpoch(epoch));
        for wrap in self.copy_keys.iter().filter(|wrap| wrap.epoch == epoch) {
            let Ok(vault) = keys.of_epoch(wrap.under) else { continue };
            outcome = wrap.unwrap(self.feed(), own, vault);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

impl WrappedCopyKey {
    /// Wraps a copy key of the region with the feed `neighbour` for the crews of the region with the feed `own`.
    pub fn wrap(key: &CopyKey, neighbour: FeedId, own: FeedId, vault: &VaultKey) -> Result<Self, SealError> {
        let nonce = make_random::<NONCE>()?;
        let info = info(neighbour, own, key.epoch(), vault.epoch());
        let mut body = Zeroizing::new(*key.expose());
        let tag = aead(&vault.derive(Purpose::Neighbour))
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(info), &mut *body)
            .map_err(|_| SealError::NotOpened)?;
        let wrapped = [nonce.as_slice(), body.as_slice(), tag.as_ref()].concat();
        scrub_stack();
        Ok(Self { epoch: key.epoch(), under: vault.epoch(), wrapped })
    }

    fn unwrap(&self, neighbour: FeedId, own: FeedId, vault: &VaultKey) -> Result<CopyKey, SealError> {
        let mut rest = self.wrapped.as_slice();
        let nonce = Nonce::assume_unique_for_key(take(&mut rest)?);
        let mut buffer = Zeroizing::new(take::<KEY_AND_TAG>(&mut rest)?);
        if !rest.is_empty() {
            return Err(SealError::Malformed("copy key"));
        }
        let info = info(neighbour, own, self.epoch, self.under);
        let opened = aead(&vault.derive(Purpose::Neighbour))
            .open_in_place(nonce, Aad::from(info), &mut *buffer)
            .map_err(|_| SealError::NotOpened)?;
        let key = opened.first_chunk().ok_or(SealError::Malformed("copy key"))?;
        Ok(CopyKey::from_bytes(self.epoch, key))
    }
}

/// Everything that a wrap is bound to: one that was moved to another neighbour, epoch or region does not open.
fn info(neighbour: FeedId, own: FeedId, epoch: u32, under: u32) -> Vec<u8> {
    [CONTEXT, own.as_bytes(), neighbour.as_bytes(), &epoch.to_be_bytes(), &under.to_be_bytes()].concat()
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
