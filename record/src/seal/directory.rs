//! What a search without a card reads: one small sealed entry per resident.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::glimpse::Glimpse;
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
        DirectoryKey::new(vault, feed).seal(self, record)
    }
}

impl SealedDirectoryEntry {
    /// Opens the entry of `record`. Who opens many makes the [`DirectoryKey`] once.
    pub fn open(&self, vault: &VaultKey, feed: FeedId, record: RecordId) -> Result<DirectoryEntry, SealError> {
        DirectoryKey::new(vault, feed).open(record, self)
    }
}

/// The key of one region's directory, derived once. Wiped on drop as far as ring wipes its keys; never printed.
pub struct DirectoryKey {
    key: LessSafeKey,
    feed: FeedId,
}

impl DirectoryKey {
    /// Derives it.
    pub fn new(vault: &VaultKey, feed: FeedId) -> Self {
        let key = match UnboundKey::new(&AES_256_GCM, &*vault.derive(Purpose::Directory)) {
            Ok(key) => LessSafeKey::new(key),
            Err(_) => unreachable!("the key has the algorithm's length"),
        };
        Self { key, feed }
    }

    /// Opens the entry of `record`. Another record's, another birth year's, or one changed bit: [`SealError::NotOpened`].
    pub fn open(&self, record: RecordId, entry: &SealedDirectoryEntry) -> Result<DirectoryEntry, SealError> {
        let mut buffer = Zeroizing::new(Vec::new());
        let text = self.unseal(record, entry, &mut buffer)?;
        cbor::decode_versioned(FORMAT_VERSION, text).map_err(|error| match error {
            CborError::UnknownVersion(version) => SealError::UnknownVersion(version),
            CborError::Malformed => SealError::Malformed("entry"),
        })
    }

    fn seal(&self, entry: &DirectoryEntry, record: RecordId) -> Result<SealedDirectoryEntry, SealError> {
        let birth_year = entry.birth_date.map_or(0, PartialDate::year);
        let mut text = Zeroizing::new(Vec::with_capacity(192));
        ciborium::into_writer(&(FORMAT_VERSION, entry), &mut *text).map_err(|_| SealError::Malformed("entry"))?;
        let nonce = make_random::<NONCE>()?;
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), self.aad(record, birth_year), &mut *text)
            .map_err(|_| SealError::Malformed("too long"))?;
        Ok(SealedDirectoryEntry { birth_year, sealed: [nonce.as_slice(), &text].concat() })
    }

    /// What an index needs of the entry, in `buffer`; `None` when only [`DirectoryKey::open`] can read it, or refuse it.
    pub(crate) fn glimpse<'a>(
        &self,
        record: RecordId,
        entry: &SealedDirectoryEntry,
        buffer: &'a mut Zeroizing<Vec<u8>>,
    ) -> Result<Option<Glimpse<'a>>, SealError> {
        self.unseal(record, entry, buffer).map(|text| Glimpse::read(FORMAT_VERSION, text))
    }

    /// What was sealed, in `buffer`, which never leaves anything behind when it grows.
    fn unseal<'a>(
        &self,
        record: RecordId,
        entry: &SealedDirectoryEntry,
        buffer: &'a mut Zeroizing<Vec<u8>>,
    ) -> Result<&'a [u8], SealError> {
        let mut rest = entry.sealed.as_slice();
        let nonce = Nonce::assume_unique_for_key(take(&mut rest)?);
        if buffer.capacity() < rest.len() {
            *buffer = Zeroizing::new(Vec::with_capacity(rest.len().next_power_of_two().max(512)));
        }
        buffer.clear();
        buffer.extend_from_slice(rest);
        let opened = self.key.open_in_place(nonce, self.aad(record, entry.birth_year), buffer);
        opened.map(|text| &*text).map_err(|_| SealError::NotOpened)
    }

    fn aad(&self, record: RecordId, birth_year: u16) -> Aad<[u8; 34]> {
        let mut bytes = [0; 34];
        bytes[..16].copy_from_slice(self.feed.as_bytes());
        bytes[16..32].copy_from_slice(record.as_bytes());
        bytes[32..].copy_from_slice(&birth_year.to_be_bytes());
        Aad::from(bytes)
    }
}

redacted!(DirectoryEntry, SealedDirectoryEntry, DirectoryKey);
