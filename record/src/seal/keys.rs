//! The vault key and what is derived from it.

use std::collections::BTreeSet;
use std::fmt;

use ring::{hkdf, hmac};
use zeroize::Zeroizing;

use super::{SealError, make_random, scrub_stack};

/// Separates Kakari's derivations from anybody else's.
const SALT: &[u8] = b"kakari vault v1";

/// The region's half of every opening, of one epoch. Wiped on drop, never printed.
#[derive(Clone)]
pub struct VaultKey {
    epoch: u32,
    /// On the heap, in one place: a key that moves leaves no copy of itself behind.
    key: Box<Zeroizing<[u8; 32]>>,
}

/// What a derived key is for; the label is part of the derivation.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    CardPsk,
    Index,
    VaultWrap,
    Directory,
    /// Of it, each FeliCa Lite-S card's own key.
    LiteS,
    /// Half of what opens the copies that cards of this region carry; trusted regions have it too.
    CardCopy,
    /// Wraps the copy keys of trusted regions.
    Neighbour,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::CardPsk => b"card psk",
            Self::Index => b"index",
            Self::VaultWrap => b"vault wrap",
            Self::Directory => b"directory",
            Self::LiteS => b"felica lite-s",
            Self::CardCopy => b"card copy",
            Self::Neighbour => b"neighbour",
        }
    }
}

impl VaultKey {
    /// A fresh random key: only the regional office makes one.
    pub fn make(epoch: u32) -> Result<Self, SealError> {
        Ok(Self::from_bytes(epoch, Zeroizing::new(make_random()?)))
    }

    /// The key as it was unwrapped.
    pub fn from_bytes(epoch: u32, key: Zeroizing<[u8; 32]>) -> Self {
        let mut kept = Box::new(Zeroizing::new([0; 32]));
        kept.copy_from_slice(&*key);
        Self { epoch, key: kept }
    }

    /// Which generation of the region's key this is.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The key itself, for wrapping it to a staff card.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.key
    }

    /// The card key (CK) of one FeliCa Lite-S card: the first 16 bytes of HMAC-SHA256 under the derived `felica lite-s`
    /// key, over the card's ID block (82h) and the card key's version (CKV, which is the epoch). No card knows another's.
    pub fn lite_s_card_key(&self, id_block: &[u8; 16]) -> Zeroizing<[u8; 16]> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*self.derive(Purpose::LiteS));
        let mut context = hmac::Context::with_key(&key);
        context.update(id_block);
        context.update(&self.epoch.to_be_bytes());
        let mut card_key = Zeroizing::new([0; 16]);
        card_key.copy_from_slice(&context.sign().as_ref()[..16]);
        scrub_stack();
        card_key
    }

    /// HKDF-SHA256 (RFC 5869) with this key as input and the purpose as info.
    pub(super) fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        let expanded = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT)
            .extract(&**self.key)
            .expand(&[purpose.label()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *derived));
        // The hash took the key through its own frames.
        scrub_stack();
        match expanded {
            Ok(()) => derived,
            Err(_) => unreachable!("32 bytes are within HKDF-SHA256's limit"),
        }
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey(epoch {}, [redacted])", self.epoch)
    }
}

/// The vault keys a signed-in crew holds, of all epochs still in use. Wiped on drop.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    keys: Vec<VaultKey>,
}

impl Keyring {
    /// Holds these keys; the newest epoch first.
    pub fn new(mut keys: Vec<VaultKey>) -> Self {
        keys.sort_by_key(|key| std::cmp::Reverse(key.epoch));
        Self { keys }
    }

    /// The key of one epoch.
    pub fn of_epoch(&self, epoch: u32) -> Result<&VaultKey, SealError> {
        self.keys.iter().find(|key| key.epoch == epoch).ok_or(SealError::NoKeyForEpoch(epoch))
    }

    /// Whether a key of each of these epochs is here.
    pub fn covers(&self, epochs: &BTreeSet<u32>) -> bool {
        epochs.iter().all(|epoch| self.of_epoch(*epoch).is_ok())
    }

    /// All keys, the newest first: a token has to be looked for under each.
    pub fn iter(&self) -> impl Iterator<Item = &VaultKey> {
        self.keys.iter()
    }
}
