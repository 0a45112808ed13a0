//! Sealing and opening one record.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::header::take;
use super::hpke::{self, Mode, WRAPPED_KEY_LEN, Wrapped};
use super::keys::Purpose;
use super::{
    Dictionary, Header, KeyId, Keyring, Packer, Point, SealError, SealedPhoto, SharedX, VaultKey, make_random, padding,
};
use crate::cbor::{self, CborError};
use crate::model::Summary;
use crate::photo::Photo;

const NONCE: usize = 12;
const TAG: usize = 16;

/// The content key wrapped under the vault key: nonce, ciphertext, tag.
type VaultSlot = [u8; NONCE + 32 + TAG];

/// A sealed summary: header, vault slot, payload.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRecord {
    header: Header,
    vault_slot: VaultSlot,
    payload: Vec<u8>,
}

/// One card's way into one record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Opener {
    card_key: KeyId,
    enc: Point,
    wrapped: [u8; WRAPPED_KEY_LEN],
}

/// What opens one version of one record and what is sealed beside it. Wiped on drop, never printed.
pub struct ContentKey(Zeroizing<[u8; 32]>);

impl ContentKey {
    pub(super) const fn from_bytes(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The key itself, for the ciphers of this module.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What one sealing yields.
#[derive(Debug)]
pub struct Sealed {
    /// The record.
    pub record: SealedRecord,
    /// The photo beside it, if there is one.
    pub photo: Option<SealedPhoto>,
    /// One opener per card, in the order of the cards.
    pub openers: Vec<Opener>,
}

/// Seals records of one region under one vault key.
#[derive(Debug)]
pub struct Sealer<'a> {
    /// The region's current vault key.
    pub vault: &'a VaultKey,
    /// The dictionary to pack with.
    pub packer: &'a Packer,
}

impl Sealer<'_> {
    /// Seals `summary`, and beside it the photo if there is one, for the vault and for each of the patient's cards. The
    /// header's epoch, dictionary and card key are set here.
    pub fn seal(
        &self,
        header: Header,
        summary: &Summary,
        photo: Option<&Photo>,
        cards: &[Point],
    ) -> Result<Sealed, SealError> {
        let header =
            Header { epoch: self.vault.epoch(), dictionary: self.packer.id(), card_key: KeyId::NONE, ..header };
        let key = ContentKey::from_bytes(Zeroizing::new(make_random()?));
        let photo = photo.map(|photo| SealedPhoto::seal(photo, &header, &key)).transpose()?;
        let openers = cards.iter().map(|card| self.opener(&header, &key, card)).collect::<Result<_, _>>()?;
        let vault_slot = self.vault_slot(&header, &key)?;
        let payload = self.payload(&header, summary, &key)?;
        Ok(Sealed { record: SealedRecord { header, vault_slot, payload }, photo, openers })
    }

    fn payload(&self, header: &Header, summary: &Summary, key: &ContentKey) -> Result<Vec<u8>, SealError> {
        let packed = self.packer.pack(&cbor::encode(summary))?;
        let mut payload = padding::pad(&packed)?;
        aead(key.expose())
            .seal_in_place_append_tag(zero_nonce(), Aad::from(header.encode()), &mut *payload)
            .map_err(|_| SealError::Malformed("too long"))?;
        Ok(payload.to_vec())
    }

    /// Lets another card open a record that is sealed already; the record itself stays as it is.
    pub fn add_card(&self, record: &SealedRecord, card: &Point) -> Result<Opener, SealError> {
        let key = record.unwrap_with_vault(self.vault)?;
        self.opener(&record.header, &key, card)
    }

    fn opener(&self, header: &Header, key: &ContentKey, card: &Point) -> Result<Opener, SealError> {
        let card_key = KeyId::derive(card);
        let psk = self.vault.derive(Purpose::CardPsk);
        let psk_id = header.epoch.to_be_bytes();
        let mode = Mode::Psk { psk: &psk, psk_id: &psk_id };
        let wrapped = hpke::wrap(card, mode, &header.for_card(card_key).encode(), key.expose())?;
        Ok(Opener { card_key, enc: wrapped.enc, wrapped: wrapped.key })
    }

    fn vault_slot(&self, header: &Header, key: &ContentKey) -> Result<VaultSlot, SealError> {
        let nonce = make_random::<NONCE>()?;
        let mut body = Zeroizing::new(*key.expose());
        let tag = aead(&self.vault.derive(Purpose::VaultWrap))
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(header.encode()), &mut *body)
            .map_err(|_| SealError::NotOpened)?;
        let mut slot = [0; NONCE + 32 + TAG];
        slot[..NONCE].copy_from_slice(&nonce);
        slot[NONCE..NONCE + 32].copy_from_slice(&*body);
        slot[NONCE + 32..].copy_from_slice(tag.as_ref());
        Ok(slot)
    }
}

impl SealedRecord {
    /// The header in clear.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Opens with the answer that the patient's card gave for [`Opener::enc`]: [`SealedRecord::unlock_with_card`] and
    /// [`SealedRecord::open`] in one.
    pub fn open_with_card(
        &self,
        opener: &Opener,
        card: &Point,
        card_answer: &SharedX,
        keys: &Keyring,
        dictionary: &Dictionary,
    ) -> Result<Summary, SealError> {
        self.open(&self.unlock_with_card(opener, card, card_answer, keys)?, dictionary)
    }

    /// Opens without a card: only for an audited search.
    pub fn open_with_vault(&self, keys: &Keyring, dictionary: &Dictionary) -> Result<Summary, SealError> {
        self.open(&self.unlock_with_vault(keys)?, dictionary)
    }

    /// The content key, had with the answer that the patient's card gave for [`Opener::enc`].
    ///
    /// A wrong card, a wrong crew key, another record's opener or one changed bit of it give [`SealError::NotOpened`].
    pub fn unlock_with_card(
        &self,
        opener: &Opener,
        card: &Point,
        card_answer: &SharedX,
        keys: &Keyring,
    ) -> Result<ContentKey, SealError> {
        let psk = keys.of_epoch(self.header.epoch)?.derive(Purpose::CardPsk);
        let psk_id = self.header.epoch.to_be_bytes();
        let mode = Mode::Psk { psk: &psk, psk_id: &psk_id };
        let info = self.header.for_card(opener.card_key).encode();
        let wrapped = Wrapped { enc: opener.enc, key: opener.wrapped };
        hpke::unwrap(&wrapped, card, card_answer, mode, &info).map(ContentKey::from_bytes)
    }

    /// The content key, had without a card: only for an audited search.
    pub fn unlock_with_vault(&self, keys: &Keyring) -> Result<ContentKey, SealError> {
        self.unwrap_with_vault(keys.of_epoch(self.header.epoch)?)
    }

    /// Opens with the content key. One changed bit, or another record's key, gives [`SealError::NotOpened`].
    pub fn open(&self, key: &ContentKey, dictionary: &Dictionary) -> Result<Summary, SealError> {
        if dictionary.id() != self.header.dictionary {
            return Err(SealError::UnknownDictionary(self.header.dictionary));
        }
        let mut buffer = Zeroizing::new(self.payload.clone());
        let padded = aead(key.expose())
            .open_in_place(zero_nonce(), Aad::from(self.header.encode()), &mut buffer)
            .map_err(|_| SealError::NotOpened)?;
        let unpacked = dictionary.unpack(padding::unpad(padded)?)?;
        cbor::decode(&unpacked).map_err(|error| match error {
            CborError::UnknownVersion(version) => SealError::UnknownVersion(version),
            CborError::Malformed => SealError::Malformed("summary"),
        })
    }

    /// As it is stored and sent: header, vault slot, payload, one after the other.
    pub fn encode(&self) -> Vec<u8> {
        [self.header.encode().as_slice(), &self.vault_slot, &self.payload].concat()
    }

    /// Reads what [`SealedRecord::encode`] wrote; opens nothing.
    pub fn decode(bytes: &[u8]) -> Result<Self, SealError> {
        let mut rest = bytes;
        let header = Header::decode(&take(&mut rest)?)?;
        let vault_slot = take(&mut rest)?;
        if rest.len() < TAG {
            return Err(SealError::Malformed("too short"));
        }
        Ok(Self { header, vault_slot, payload: rest.to_vec() })
    }

    fn unwrap_with_vault(&self, vault: &VaultKey) -> Result<ContentKey, SealError> {
        let mut rest = self.vault_slot.as_slice();
        let nonce = Nonce::assume_unique_for_key(take(&mut rest)?);
        let mut buffer = Zeroizing::new(rest.to_vec());
        let opened = aead(&vault.derive(Purpose::VaultWrap))
            .open_in_place(nonce, Aad::from(self.header.encode()), &mut buffer)
            .map_err(|_| SealError::NotOpened)?;
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(opened);
        Ok(ContentKey::from_bytes(key))
    }
}

impl Opener {
    /// Length of the encoded opener.
    pub const LEN: usize = 8 + 65 + WRAPPED_KEY_LEN;

    /// The card this opener is for.
    pub const fn card_key(&self) -> KeyId {
        self.card_key
    }

    /// The point that the card must be asked about.
    pub const fn enc(&self) -> &Point {
        &self.enc
    }

    /// As it is stored and sent: card key id, enc, wrapped key.
    pub fn encode(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(self.card_key.as_bytes());
        bytes[8..73].copy_from_slice(&self.enc);
        bytes[73..].copy_from_slice(&self.wrapped);
        bytes
    }

    /// Reads what [`Opener::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, SealError> {
        let mut rest = bytes;
        let opener =
            Self { card_key: KeyId::from_bytes(take(&mut rest)?), enc: take(&mut rest)?, wrapped: take(&mut rest)? };
        if rest.is_empty() { Ok(opener) } else { Err(SealError::Malformed("opener")) }
    }
}

/// Each content key, and each key that comes from it, seals one thing, so the nonce may be zero.
pub(super) fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE])
}

pub(super) fn aead(key: &[u8; 32]) -> LessSafeKey {
    match UnboundKey::new(&AES_256_GCM, key) {
        Ok(key) => LessSafeKey::new(key),
        Err(_) => unreachable!("the key has the algorithm's length"),
    }
}

impl std::fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContentKey([redacted])")
    }
}

impl std::fmt::Debug for SealedRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedRecord({}, {} bytes)", self.header.record, self.payload.len())
    }
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opener({})", self.card_key)
    }
}
