//! What a search without a card reads: one small sealed entry per resident.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::header::take;
use super::keys::Purpose;
use super::{FeedId, RecordId, SealError, VaultKey, make_random};
use crate::cbor::{self, CborError};
use crate::model::{PartialDate, Sex, Summary, redacted};

const FORMAT_VERSION: u8 = 1;
const NONCE: usize = 12;

/// Who can be found by a search.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct DirectoryEntry {
    /// Name as written.
    pub name: String,
    /// Kana as written.
    pub kana: String,
    /// Birth date.
    pub birth_date: Option<PartialDate>,
    /// Sex.
    pub sex: Sex,
    /// Town: the address up to its first number.
    pub town: String,
    /// The primary doctor's clinic.
    pub clinic: String,
}

/// A sealed entry, clustered in the store by birth year.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedDirectoryEntry {
    /// Year of birth in clear; 0 when it is not known.
    pub birth_year: u16,
    /// Nonce, ciphertext, tag.
    pub sealed: Vec<u8>,
}

impl DirectoryEntry {
    /// What the directory says of a resident.
    pub fn of(summary: &Summary) -> Self {
        let identity = &summary.identity;
        let address = identity.address.as_deref().unwrap_or_default();
        let town = address.split(|c: char| c.is_numeric()).next().unwrap_or_default().trim();
        let clinic = summary.doctors.items().first().and_then(|doctor| doctor.clinic.clone());
        Self {
            name: identity.name.clone(),
            kana: identity.kana.clone().unwrap_or_default(),
            birth_date: identity.birth_date,
            sex: identity.sex,
            town: town.to_owned(),
            clinic: clinic.unwrap_or_default(),
        }
    }

    /// Seals the entry under the vault's `directory` key, bound to its feed, record and birth year.
    pub fn seal(&self, vault: &VaultKey, feed: FeedId, record: RecordId) -> Result<SealedDirectoryEntry, SealError> {
        let birth_year = self.birth_date.map_or(0, PartialDate::year);
        let mut text = Zeroizing::new(Vec::with_capacity(192));
        ciborium::into_writer(&(FORMAT_VERSION, self), &mut *text).map_err(|_| SealError::Malformed("entry"))?;
        let nonce = make_random::<NONCE>()?;
        aead(vault)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(feed, record, birth_year), &mut *text)
            .map_err(|_| SealError::Malformed("too long"))?;
        Ok(SealedDirectoryEntry { birth_year, sealed: [nonce.as_slice(), &text].concat() })
    }
}

impl SealedDirectoryEntry {
    /// Opens the entry of `record`.
    pub fn open(&self, vault: &VaultKey, feed: FeedId, record: RecordId) -> Result<DirectoryEntry, SealError> {
        let mut rest = self.sealed.as_slice();
        let nonce = Nonce::assume_unique_for_key(take(&mut rest)?);
        let mut buffer = Zeroizing::new(rest.to_vec());
        let text = aead(vault)
            .open_in_place(nonce, aad(feed, record, self.birth_year), &mut buffer)
            .map_err(|_| SealError::NotOpened)?;
        cbor::decode_versioned(FORMAT_VERSION, text).map_err(|error| match error {
            CborError::UnknownVersion(version) => SealError::UnknownVersion(version),
            CborError::Malformed => SealError::Malformed("entry"),
        })
    }
}

fn aad(feed: FeedId, record: RecordId, birth_year: u16) -> Aad<[u8; 34]> {
    let mut bytes = [0; 34];
    bytes[..16].copy_from_slice(feed.as_bytes());
    bytes[16..32].copy_from_slice(record.as_bytes());
    bytes[32..].copy_from_slice(&birth_year.to_be_bytes());
    Aad::from(bytes)
}

fn aead(vault: &VaultKey) -> LessSafeKey {
    match UnboundKey::new(&AES_256_GCM, &*vault.derive(Purpose::Directory)) {
        Ok(key) => LessSafeKey::new(key),
        Err(_) => unreachable!("the key has the algorithm's length"),
    }
}

redacted!(DirectoryEntry, SealedDirectoryEntry);
