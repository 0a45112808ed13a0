//! The signed roster: who may sign in, and which cards are refused.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::hpke::{self, Mode, WRAPPED_KEY_LEN, Wrapped};
use super::{
    FallbackCode, FallbackWrap, FeedId, KeyId, Keyring, Neighbour, Point, SealError, SharedX, VaultKey, scrub_stack,
};
use crate::cbor;

/// The form of a roster without codes, which every version of the program reads.
const WITHOUT_CODES: u8 = 1;
/// The form of a roster with codes.
const WITH_CODES: u8 = 2;
/// The form of a roster with neighbours; it may have codes as well.
const WITH_NEIGHBOURS: u8 = 3;
/// Separates this signature from every other that the region's key makes.
const SIGNATURE_CONTEXT: &[u8] = b"kakari roster v1\0";
/// Separates a staff wrap from every other HPKE message.
const WRAP_CONTEXT: &[u8] = b"kakari staff wrap v1\0";

/// Staff and revoked cards of one region, as its office signed them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The region's feed.
    pub feed: [u8; 16],
    /// Grows with every roster.
    pub version: u64,
    /// When it was signed.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub issued_at: DateTime<Utc>,
    /// Everybody who may sign in.
    pub staff: Vec<RosterEntry>,
    /// Serial numbers of refused card certificates.
    pub revoked: Vec<Vec<u8>>,
    /// The vault keys under one-time codes, for tablets whose crew has no staff card with it. A roster that has some is
    /// of form 2, one without of form 1, so that a tablet with an older program goes on until the first code is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<FallbackWrap>,
    /// Regions whose cards are read here as well. A roster that has some is of form 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neighbours: Vec<Neighbour>,
}

/// One staff card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterEntry {
    /// Staff number.
    pub staff_id: String,
    /// Name as the top bar shows it.
    pub name: String,
    /// The card's key.
    pub card_key: [u8; 8],
    /// The vault keys, wrapped for this card, one per epoch in use.
    pub wraps: Vec<WrappedVault>,
}

/// A vault key wrapped for one staff card (HPKE mode base).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrappedVault {
    /// Generation of the vault key.
    pub epoch: u32,
    /// The point the card must be asked about, 65 bytes.
    pub enc: Vec<u8>,
    /// Ciphertext and tag, 48 bytes.
    pub wrapped: Vec<u8>,
}

/// A roster as it is stored and sent: its exact bytes and the region's signature over them.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRoster {
    bytes: Vec<u8>,
    signature: [u8; 64],
}

/// Why a roster is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RosterError {
    /// Not signed by this region's key, or changed since.
    #[error("roster is not signed by this region")]
    NotSigned,
    /// Signed, but of another region's feed.
    #[error("roster is of another region")]
    OtherRegion,
    /// Signed, but older than the one that is here already.
    #[error("roster is older than the one on this tablet")]
    Older,
    /// Signed, but in a form this version does not know.
    #[error("roster is of a newer form than this program")]
    UnknownForm,
}

impl RosterEntry {
    /// The card's key id.
    pub const fn key_id(&self) -> KeyId {
        KeyId::from_bytes(self.card_key)
    }
}

impl WrappedVault {
    /// Wraps `vault` for the staff card with `card`'s key.
    pub fn wrap(vault: &VaultKey, feed: FeedId, card: &Point) -> Result<Self, SealError> {
        let info = wrap_info(feed, vault.epoch(), KeyId::derive(card));
        let wrapped = hpke::wrap(card, Mode::Base, &info, vault.expose())?;
        Ok(Self { epoch: vault.epoch(), enc: wrapped.enc.to_vec(), wrapped: wrapped.key.to_vec() })
    }

    /// The point that the staff card must be asked about.
    pub fn point(&self) -> Result<Point, SealError> {
        self.enc.as_slice().try_into().map_err(|_| SealError::Malformed("enc"))
    }

    /// Unwraps with what the staff card answered for [`WrappedVault::point`].
    pub fn unwrap(&self, feed: FeedId, card: &Point, card_answer: &SharedX) -> Result<VaultKey, SealError> {
        let key: [u8; WRAPPED_KEY_LEN] =
            self.wrapped.as_slice().try_into().map_err(|_| SealError::Malformed("wrapped key"))?;
        let info = wrap_info(feed, self.epoch, KeyId::derive(card));
        let wrapped = Wrapped { enc: self.point()?, key };
        let key = hpke::unwrap(&wrapped, card, card_answer, Mode::Base, &info)?;
        Ok(VaultKey::from_bytes(self.epoch, key))
    }
}

impl Roster {
    /// Signs the roster; only the regional office holds the key.
    pub fn sign(&self, region: &Ed25519KeyPair) -> Result<SignedRoster, SealError> {
        let mut bytes = Vec::new();
        let form = match (self.neighbours.is_empty(), self.fallback.is_empty()) {
            (false, _) => WITH_NEIGHBOURS,
            (true, false) => WITH_CODES,
            (true, true) => WITHOUT_CODES,
        };
        ciborium::into_writer(&(form, self), &mut bytes).map_err(|_| SealError::Malformed("roster"))?;
        let signed = region.sign(&[SIGNATURE_CONTEXT, &bytes].concat());
        let signature = signed.as_ref().try_into().map_err(|_| SealError::Malformed("signature"))?;
        Ok(SignedRoster { bytes, signature })
    }

    /// The entry of a staff card, if its holder is on the roster.
    pub fn staff_with_key(&self, card_key: KeyId) -> Option<&RosterEntry> {
        self.staff.iter().find(|entry| entry.key_id() == card_key)
    }

    /// Whether the card with this certificate serial is refused. Serials are big-endian numbers: zeros before them,
    /// as DER writes them, do not count.
    pub fn is_revoked(&self, certificate_serial: &[u8]) -> bool {
        let wanted = number(certificate_serial);
        self.revoked.iter().any(|serial| number(serial) == wanted)
    }

    /// Whether there is a one-time code for the tablet of this name.
    pub fn has_codes_for(&self, tablet: &str) -> bool {
        self.fallback.iter().any(|wrap| wrap.tablet == tablet)
    }

    /// Which code of `tablet` this is, and the vault keys under it; `None` when it is none of them. A quarter of a
    /// second for each code that the roster has for the tablet, of which eight are tried.
    pub fn unwrap_fallback(&self, tablet: &str, code: &FallbackCode) -> Result<Option<([u8; 8], Keyring)>, SealError> {
        let wraps = self.fallback.iter().filter(|wrap| wrap.tablet == tablet);
        FallbackWrap::unwrap_all(wraps, FeedId::from_bytes(self.feed), code)
    }

    /// The epochs that records of this region may be sealed under.
    pub fn epochs(&self) -> BTreeSet<u32> {
        self.staff.iter().flat_map(|entry| &entry.wraps).map(|wrap| wrap.epoch).collect()
    }

    /// Unwraps every vault key of `entry` by asking its card; `agree` runs once per epoch. A wrap that does not open
    /// is passed over; [`SealError::NotOpened`] when none did, for then nobody has shown to be its holder.
    pub fn unwrap_all<E: From<SealError>>(
        &self,
        entry: &RosterEntry,
        card: &Point,
        mut agree: impl FnMut(&Point) -> Result<SharedX, E>,
    ) -> Result<Keyring, E> {
        let feed = FeedId::from_bytes(self.feed);
        let mut keys = Vec::with_capacity(entry.wraps.len());
        for wrap in &entry.wraps {
            let Ok(point) = wrap.point() else { continue };
            let answer = agree(&point)?;
            keys.extend(wrap.unwrap(feed, card, &answer));
            scrub_stack();
        }
        if keys.is_empty() { Err(SealError::NotOpened.into()) } else { Ok(Keyring::new(keys)) }
    }
}

impl SignedRoster {
    /// Believes the roster only when `region`'s Ed25519 key signed exactly these bytes, for this feed.
    pub fn verify(&self, region: &[u8; 32], feed: FeedId) -> Result<Roster, RosterError> {
        UnparsedPublicKey::new(&ED25519, region)
            .verify(&[SIGNATURE_CONTEXT, &self.bytes].concat(), &self.signature)
            .map_err(|_| RosterError::NotSigned)?;
        let roster = self.read().ok_or(RosterError::UnknownForm)?;
        if roster.feed == *feed.as_bytes() { Ok(roster) } else { Err(RosterError::OtherRegion) }
    }

    /// What a form does not have is not read in it: one set of signed bytes has one meaning.
    fn read(&self) -> Option<Roster> {
        let of_form = |form| cbor::decode_versioned::<Roster>(form, &self.bytes).ok();
        if let Some(roster) = of_form(WITHOUT_CODES) {
            return (roster.fallback.is_empty() && roster.neighbours.is_empty()).then_some(roster);
        }
        if let Some(roster) = of_form(WITH_CODES) {
            return roster.neighbours.is_empty().then_some(roster);
        }
        of_form(WITH_NEIGHBOURS).filter(|roster| !roster.neighbours.is_empty())
    }

    /// Signature, then the signed bytes.
    pub fn encode(&self) -> Vec<u8> {
        [self.signature.as_slice(), &self.bytes].concat()
    }

    /// Reads what [`SignedRoster::encode`] wrote; believes nothing yet.
    pub fn decode(bytes: &[u8]) -> Result<Self, RosterError> {
        let (signature, bytes) = bytes.split_first_chunk().ok_or(RosterError::NotSigned)?;
        Ok(Self { bytes: bytes.to_vec(), signature: *signature })
    }
}

/// A big-endian number without zeros before it.
fn number(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|byte| **byte == 0).count();
    &serial[zeros..]
}

fn wrap_info(feed: FeedId, epoch: u32, card_key: KeyId) -> Vec<u8> {
    [WRAP_CONTEXT, feed.as_bytes(), &epoch.to_be_bytes(), card_key.as_bytes()].concat()
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roster(version {}, {} staff, {} revoked)", self.version, self.staff.len(), self.revoked.len())
    }
}

impl fmt::Debug for RosterEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RosterEntry({}, [redacted])", self.key_id())
    }
}

impl fmt::Debug for WrappedVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedVault(epoch {})", self.epoch)
    }
}

impl fmt::Debug for SignedRoster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedRoster({} bytes)", self.bytes.len())
    }
}
