//! The sealed copy of the emergency summary that a patient's card carries (docs/formats/card-copy-v1.md).
//!
//! For the tablet that has no record: of a neighbouring region, or not synced since the card was issued. It opens with
//! the card **and** a crew's copy key, like a record, and only after the issuing region's signature was found good:
//! [`CardCopy`] opens nothing, [`VerifiedCopy`] does. Whether the number in the summary is the number in the card's
//! certificate is left to whoever has both, and must be asked before anything is shown.

use std::fmt;

use ring::aead::Aad;
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::envelope::{aead, zero_nonce};
use super::header::take;
use super::hpke::{self, Mode, WRAPPED_KEY_LEN, Wrapped};
use super::{
    CopyKey, Dictionary, FeedId, Header, KeyId, Packer, Point, SealError, SharedX, compact, make_random, padding,
    scrub_stack,
};
use crate::cbor::{self, CborError};
use crate::model::{Subject, Summary};

/// Marks a copy of version 1.
const MAGIC: &[u8; 4] = b"KKC1";
/// Separates this signature from every other that the region's key makes.
const SIGNATURE_CONTEXT: &[u8] = b"kakari card copy v1\0";
/// Separates the wrapped key from every other HPKE message, above all from an opener of a record.
const WRAP_CONTEXT: &[u8] = b"kakari card copy wrap v1\0";
const TAG: usize = 16;
const SIGNATURE: usize = 64;
/// Everything but the padded summary.
const AROUND: usize = Header::LEN + 65 + WRAPPED_KEY_LEN + TAG + SIGNATURE;

/// A copy as the card gave it. Nothing of it is believed yet.
#[derive(Clone, PartialEq, Eq)]
pub struct CardCopy {
    header: Header,
    wrapped: Wrapped,
    payload: Vec<u8>,
    signature: [u8; SIGNATURE],
}

/// A copy that the issuing region signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCopy(CardCopy);

/// What one sealing yields.
#[derive(Debug)]
pub struct SealedCopy {
    /// What is written to the card.
    pub copy: CardCopy,
    /// Blocks that did not fit, in the order in which they are told. In the copy they say so.
    pub left_out: Vec<Subject>,
}

/// Seals copies for cards of one region: only the regional office can.
pub struct CopySealer<'a> {
    /// Of the region's present epoch.
    pub copy_key: &'a CopyKey,
    /// The dictionary that ships with the program, which every region has.
    pub packer: &'a Packer,
    /// The region's signing key.
    pub region: &'a Ed25519KeyPair,
}

impl CopySealer<'_> {
    /// Seals `summary` for one card. The header's epoch, dictionary and card key are set here; its version is that of the
    /// record that was published with the same summary.
    ///
    /// # Errors
    ///
    /// [`SealError::TooLong`] when what may not be left out does not fit.
    pub fn seal(&self, header: Header, summary: &Summary, card: &Point) -> Result<SealedCopy, SealError> {
        let card_key = KeyId::derive(card);
        let header = Header { epoch: self.copy_key.epoch(), dictionary: self.packer.id(), card_key, ..header };
        let (mut payload, left_out) = compact::fitted(summary, CardCopy::LONGEST - AROUND, |summary| {
            padding::pad(&self.packer.pack(&cbor::encode(summary))?)
        })?;
        let key = Zeroizing::new(make_random::<32>()?);
        let wrapped = hpke::wrap(card, mode(self.copy_key, &header.epoch.to_be_bytes()), &wrap_info(&header), &key)?;
        aead(&key)
            .seal_in_place_append_tag(zero_nonce(), Aad::from(header.encode_as(MAGIC)), &mut *payload)
            .map_err(|_| SealError::TooLong)?;
        let mut copy = CardCopy { header, wrapped, payload: payload.to_vec(), signature: [0; SIGNATURE] };
        let signed = self.region.sign(&copy.signed_bytes());
        copy.signature = signed.as_ref().try_into().map_err(|_| SealError::Malformed("signature"))?;
        scrub_stack();
        Ok(SealedCopy { copy, left_out })
    }
}

impl CardCopy {
    /// No copy is longer: what a card's data object is sure to hold, and what a tap has the time to read.
    pub const LONGEST: usize = 2_500;

    /// The header at the beginning of a copy, of which the rest need not be here yet. It is not believed: a reason to read
    /// on, or not to.
    pub fn peek(beginning: &[u8]) -> Option<Header> {
        beginning.first_chunk().and_then(|bytes| Header::decode_as(MAGIC, bytes).ok())
    }

    /// Reads what [`CardCopy::encode`] wrote; believes and opens nothing.
    pub fn decode(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.len() > Self::LONGEST {
            return Err(SealError::Malformed("too long"));
        }
        let (rest, signature) = bytes.split_last_chunk().ok_or(SealError::Malformed("too short"))?;
        let mut rest = rest;
        let header = Header::decode_as(MAGIC, &take(&mut rest)?)?;
        let wrapped = Wrapped { enc: take(&mut rest)?, key: take(&mut rest)? };
        if rest.len() < TAG {
            return Err(SealError::Malformed("too short"));
        }
        Ok(Self { header, wrapped, payload: rest.to_vec(), signature: *signature })
    }

    /// Believes the copy only when the Ed25519 key `region` signed all of it, for the feed of that region and for the card
    /// with this key.
    pub fn verify(&self, region: &[u8; 32], feed: FeedId, card: &Point) -> Result<VerifiedCopy, SealError> {
        UnparsedPublicKey::new(&ED25519, region)
            .verify(&self.signed_bytes(), &self.signature)
            .map_err(|_| SealError::NotSigned)?;
        let fits = self.header.feed == feed && self.header.card_key == KeyId::derive(card);
        if fits { Ok(VerifiedCopy(self.clone())) } else { Err(SealError::NotOpened) }
    }

    /// As it is written to the card.
    pub fn encode(&self) -> Vec<u8> {
        [self.body().as_slice(), &self.signature].concat()
    }

    fn body(&self) -> Vec<u8> {
        [self.header.encode_as(MAGIC).as_slice(), &self.wrapped.enc, &self.wrapped.key, &self.payload].concat()
    }

    fn signed_bytes(&self) -> Vec<u8> {
        [SIGNATURE_CONTEXT, &self.body()].concat()
    }
}

impl VerifiedCopy {
    /// What the region said of it: whose record, which version, when it was sealed.
    pub const fn header(&self) -> &Header {
        &self.0.header
    }

    /// The point that the card must be asked about.
    pub const fn enc(&self) -> &Point {
        &self.0.wrapped.enc
    }

    /// Opens with what the card answered for [`VerifiedCopy::enc`] and the issuing region's copy key of the header's
    /// epoch. The number in the summary must then be held against the certificate's by the caller.
    pub fn open(
        &self,
        card: &Point,
        card_answer: &SharedX,
        copy_key: &CopyKey,
        dictionary: &Dictionary,
    ) -> Result<Summary, SealError> {
        let header = &self.0.header;
        if copy_key.epoch() != header.epoch {
            return Err(SealError::NoKeyForEpoch(header.epoch));
        }
        if dictionary.id() != header.dictionary {
            return Err(SealError::UnknownDictionary(header.dictionary));
        }
        let epoch = header.epoch.to_be_bytes();
        let key = hpke::unwrap(&self.0.wrapped, card, card_answer, mode(copy_key, &epoch), &wrap_info(header))?;
        let mut buffer = Zeroizing::new(self.0.payload.clone());
        let padded = aead(&key)
            .open_in_place(zero_nonce(), Aad::from(header.encode_as(MAGIC)), &mut buffer)
            .map_err(|_| SealError::NotOpened)?;
        let unpacked = dictionary.unpack(padding::unpad(padded)?)?;
        scrub_stack();
        cbor::decode(&unpacked).map_err(|error| match error {
            CborError::UnknownVersion(version) => SealError::UnknownVersion(version),
            CborError::Malformed => SealError::Malformed("summary"),
        })
    }
}

fn wrap_info(header: &Header) -> Vec<u8> {
    [WRAP_CONTEXT, &header.encode_as(MAGIC)].concat()
}

fn mode<'a>(copy_key: &'a CopyKey, epoch: &'a [u8; 4]) -> Mode<'a> {
    Mode::Psk { psk: copy_key.expose(), psk_id: epoch }
}

impl fmt::Debug for CardCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardCopy({} bytes)", AROUND - TAG + self.payload.len())
    }
}

impl fmt::Debug for CopySealer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CopySealer({:?}, {:?})", self.copy_key, self.packer)
    }
}
