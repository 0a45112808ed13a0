//! The sealed photo: a blob of its own beside the record, under a key that comes from the record's content key.

use std::fmt;

use ring::aead::Aad;
use ring::hkdf;
use zeroize::Zeroizing;

use super::envelope::{ContentKey, aead, zero_nonce};
use super::{Header, SealError};
use crate::photo::Photo;

/// Marks a sealed photo of version 1.
const MAGIC: &[u8; 4] = b"KKP1";
/// Separates keys that come from a content key from all others.
const SALT: &[u8] = b"kakari record v1";
const PURPOSE: &[u8] = b"photo";
/// Every photo is padded to this: its size says only that there is one.
const PADDED: usize = 12 * 1024;
const LENGTH: usize = size_of::<u32>();
const TAG: usize = 16;

/// A photo sealed for one version of one record. Opens with that record's content key and under its header only.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPhoto(Vec<u8>);

impl SealedPhoto {
    /// Length of the encoded photo, whatever it shows.
    pub const LEN: usize = MAGIC.len() + PADDED + TAG;

    pub(super) fn seal(photo: &Photo, header: &Header, key: &ContentKey) -> Result<Self, SealError> {
        let padded = pad(photo.jpeg())?;
        let mut sealed = Vec::with_capacity(Self::LEN);
        sealed.extend_from_slice(MAGIC);
        let mut body = padded;
        let tag = aead(&photo_key(key))
            .seal_in_place_separate_tag(zero_nonce(), Aad::from(bound(header)), &mut body)
            .map_err(|_| SealError::Malformed("photo too long"))?;
        sealed.extend_from_slice(&body);
        sealed.extend_from_slice(tag.as_ref());
        Ok(Self(sealed))
    }

    /// Opens the photo of the record that has this header and opened with this key.
    ///
    /// # Errors
    ///
    /// [`SealError::NotOpened`] for the photo of another record or version, and for one changed bit.
    pub fn open(&self, header: &Header, key: &ContentKey) -> Result<Photo, SealError> {
        let mut buffer = Zeroizing::new(self.0[MAGIC.len()..].to_vec());
        let padded = aead(&photo_key(key))
            .open_in_place(zero_nonce(), Aad::from(bound(header)), &mut buffer)
            .map_err(|_| SealError::NotOpened)?;
        let jpeg = Zeroizing::new(unpad(padded)?.to_vec());
        Photo::from_jpeg(jpeg).ok_or(SealError::Malformed("photo"))
    }

    /// As it is stored and sent: magic, ciphertext, tag.
    pub fn encode(&self) -> &[u8] {
        &self.0
    }

    /// Reads what [`SealedPhoto::encode`] gave; opens nothing.
    pub fn decode(bytes: &[u8]) -> Result<Self, SealError> {
        let whole = bytes.len() == Self::LEN && bytes.starts_with(MAGIC);
        if whole { Ok(Self(bytes.to_vec())) } else { Err(SealError::Malformed("photo")) }
    }
}

impl fmt::Debug for SealedPhoto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedPhoto({} bytes)", self.0.len())
    }
}

/// What is bound into the seal: that it is a photo, and of which version of which record.
fn bound(header: &Header) -> [u8; 4 + Header::LEN] {
    let mut bytes = [0; 4 + Header::LEN];
    bytes[..4].copy_from_slice(MAGIC);
    bytes[4..].copy_from_slice(&header.encode());
    bytes
}

/// HKDF-SHA256 (RFC 5869) with the content key as input. It seals one photo, so its nonce may be zero.
fn photo_key(key: &ContentKey) -> Zeroizing<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    let expanded = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT)
        .extract(key.expose())
        .expand(&[PURPOSE], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut *derived));
    match expanded {
        Ok(()) => derived,
        Err(_) => unreachable!("32 bytes are within HKDF-SHA256's limit"),
    }
}

/// Length as u32 big-endian, the JPEG, zeros up to [`PADDED`].
fn pad(jpeg: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let length = u32::try_from(jpeg.len()).map_err(|_| SealError::Malformed("photo too long"))?;
    let mut padded = Zeroizing::new(vec![0; PADDED]);
    padded[..LENGTH].copy_from_slice(&length.to_be_bytes());
    let room = padded.get_mut(LENGTH..LENGTH + jpeg.len()).ok_or(SealError::Malformed("photo too long"))?;
    room.copy_from_slice(jpeg);
    Ok(padded)
}

fn unpad(padded: &[u8]) -> Result<&[u8], SealError> {
    let wrong = SealError::Malformed("photo padding");
    let (length, rest) = padded.split_first_chunk::<LENGTH>().ok_or(wrong)?;
    let (jpeg, zeros) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or(wrong)?;
    if padded.len() == PADDED && zeros.iter().all(|&zero| zero == 0) { Ok(jpeg) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{FeedId, KeyId, RecordId};

    /// Sealed by another implementation (pyca/cryptography: HKDF, AESGCM) from the picture beside it.
    const FROZEN: &[u8] = include_bytes!("../../tests/photos/sealed-v1.bin");
    const PICTURE: &[u8] = include_bytes!("../../tests/photos/progressive.jpg");

    fn header() -> Header {
        Header {
            feed: FeedId::from_bytes([7; 16]),
            record: RecordId::from_bytes([1; 16]),
            version: 3,
            epoch: 5,
            dictionary: 1,
            card_key: KeyId::NONE,
            sealed_at: 1_795_000_001,
        }
    }

    fn key(byte: u8) -> ContentKey {
        ContentKey::from_bytes(Zeroizing::new([byte; 32]))
    }

    fn photo() -> Photo {
        Photo::from_jpeg(PICTURE.to_vec().into()).expect("short")
    }

    #[test]
    fn what_another_implementation_sealed_opens_here_and_is_sealed_the_same() {
        let frozen = SealedPhoto::decode(FROZEN).expect("has the form");
        assert_eq!(frozen.open(&header(), &key(0x11)).expect("opens").jpeg(), PICTURE);
        assert!(SealedPhoto::seal(&photo(), &header(), &key(0x11)).expect("sealed") == frozen);
    }

    #[test]
    fn under_another_key_record_or_version_it_does_not_open() {
        let frozen = SealedPhoto::decode(FROZEN).expect("has the form");
        for (other, key) in [
            (header(), key(0x12)),
            (Header { record: RecordId::from_bytes([2; 16]), ..header() }, key(0x11)),
            (Header { version: 4, ..header() }, key(0x11)),
            (Header { feed: FeedId::from_bytes([8; 16]), ..header() }, key(0x11)),
        ] {
            assert_eq!(frozen.open(&other, &key), Err(SealError::NotOpened));
        }
    }

    #[test]
    fn no_flipped_bit_goes_unseen() {
        for bit in (0..FROZEN.len() * 8).step_by(97).chain(0..32) {
            let mut flipped = FROZEN.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let opened = SealedPhoto::decode(&flipped).and_then(|photo| photo.open(&header(), &key(0x11)));
            assert!(opened.is_err(), "bit {bit}");
        }
        for length in [0, 3, FROZEN.len() - 1] {
            assert!(SealedPhoto::decode(&FROZEN[..length]).is_err());
        }
    }

    #[test]
    fn every_photo_is_sealed_to_the_same_length_and_the_largest_fits() {
        for length in [0, 1, 5_000, Photo::LARGEST] {
            let photo = Photo::from_jpeg(vec![0xA5; length].into()).expect("short");
            let sealed = SealedPhoto::seal(&photo, &header(), &key(1)).expect("sealed");
            assert_eq!(sealed.encode().len(), SealedPhoto::LEN);
            assert!(sealed.open(&header(), &key(1)).expect("opens") == photo);
        }
        assert!(Photo::from_jpeg(vec![0; Photo::LARGEST + 1].into()).is_none());
    }
}
