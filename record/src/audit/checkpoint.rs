//! What a chain was at a moment, signed by the tablet: a tail that was cut, and rows that were made anew by somebody
//! without the tablet's key, do not fit it (docs/formats/audit-chain-v1.md).

use super::tablet_key::SIGNATURE;
use super::{AuditKind, TabletKey, TabletSigner};
use crate::device_key::DeviceKeyError;
use crate::seal::FeedId;

/// Signed before everything else, so that no other signature of the tablet can pass for a checkpoint.
const CONTEXT: &[u8] = b"kakari audit checkpoint v1\0";
/// Begins a checkpoint that is kept in a file.
const MAGIC: &[u8; 4] = b"KKC1";
/// Of the file: magic, sequence, hash, signature; the tablet's name is the rest.
const FIXED: usize = 4 + 8 + 32 + SIGNATURE;

/// Row `sequence` has this hash, says the tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which row; every row before it is vouched for as well.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// By the tablet key: Ed25519, or ECDSA on P-256 with r and s side by side.
    pub signature: [u8; SIGNATURE],
}

impl Checkpoint {
    /// Signs row `sequence` of the chain of `tablet` in the region of `feed`.
    ///
    /// # Errors
    ///
    /// Those of the device, where the key lives in one.
    pub fn sign(
        key: &TabletSigner,
        feed: FeedId,
        tablet: &str,
        sequence: u64,
        hash: [u8; 32],
    ) -> Result<Self, DeviceKeyError> {
        let signature = key.sign(&message(feed, tablet, sequence, &hash))?;
        Ok(Self { sequence, hash, signature })
    }

    /// The checkpoint in a row; none in a row of another kind, or when its signature has not the length of one.
    pub fn of(kind: &AuditKind) -> Option<Self> {
        let AuditKind::Checkpoint { sequence, hash, signature } = kind else { return None };
        let signature = signature.as_slice().try_into().ok()?;
        Some(Self { sequence: *sequence, hash: *hash, signature })
    }

    /// As it stands in a row.
    pub fn kind(&self) -> AuditKind {
        AuditKind::Checkpoint { sequence: self.sequence, hash: self.hash, signature: self.signature.to_vec() }
    }

    /// Whether the tablet with this public key signed it, for this region and under this name. Bytes that are no
    /// [`TabletKey`] signed nothing.
    pub fn is_by(&self, public_key: &[u8], feed: FeedId, tablet: &str) -> bool {
        let message = message(feed, tablet, self.sequence, &self.hash);
        TabletKey::try_from(public_key).is_ok_and(|key| key.verifies(&message, &self.signature))
    }

    /// As it is kept in a file.
    pub fn encode(&self, tablet: &str) -> Vec<u8> {
        [MAGIC, self.sequence.to_be_bytes().as_slice(), &self.hash, &self.signature, tablet.as_bytes()].concat()
    }

    /// Reads a file, with the tablet's name; none of a file that is no checkpoint. Nothing in it is believed yet.
    pub fn decode(bytes: &[u8]) -> Option<(Self, String)> {
        let (fixed, tablet) = bytes.split_at_checked(FIXED)?;
        let fixed = fixed.strip_prefix(MAGIC)?;
        let sequence = u64::from_be_bytes(fixed.get(..8)?.try_into().ok()?);
        let hash = fixed.get(8..40)?.try_into().ok()?;
        let signature = fixed.get(40..)?.try_into().ok()?;
        Some((Self { sequence, hash, signature }, String::from_utf8(tablet.to_vec()).ok()?))
    }
}

/// Context, feed, the tablet's name behind its length, sequence, hash: no two different sets of them give the same bytes.
fn message(feed: FeedId, tablet: &str, sequence: u64, hash: &[u8; 32]) -> Vec<u8> {
    let length = (tablet.len() as u64).to_be_bytes();
    [CONTEXT, feed.as_bytes(), &length, tablet.as_bytes(), &sequence.to_be_bytes(), hash].concat()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};

    use super::*;
    use crate::device_key::DeviceKey;

    const FEED: FeedId = FeedId::from_bytes([7; 16]);

    /// A device that is not one; it can be broken.
    struct Played {
        key: EcdsaKeyPair,
        answer: fn([u8; 64]) -> Result<[u8; 64], DeviceKeyError>,
    }

    impl DeviceKey for Played {
        fn public_point(&self) -> [u8; 65] {
            self.key.public_key().as_ref().try_into().expect("65 bytes")
        }

        fn sign(&self, message: &[u8]) -> Result<[u8; 64], DeviceKeyError> {
            let signature = self.key.sign(&SystemRandom::new(), message).expect("signs");
            (self.answer)(signature.as_ref().try_into().expect("64 bytes"))
        }
    }

    fn device(answer: fn([u8; 64]) -> Result<[u8; 64], DeviceKeyError>) -> TabletSigner {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("random");
        let key = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).expect("a key");
        TabletSigner::Device(Arc::new(Played { key, answer }))
    }

    fn file() -> TabletSigner {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random");
        TabletSigner::File(Arc::new(Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key")))
    }

    fn sign(key: &TabletSigner) -> Checkpoint {
        Checkpoint::sign(key, FEED, "T1", 50, [3; 32]).expect("signed")
    }

    #[test]
    fn a_checkpoint_is_only_of_its_tablet_its_region_its_row_and_its_hash_with_either_kind_of_key() {
        for make in [file, || device(Ok)] {
            let key = make();
            let public = key.public_key();
            let (public, signed) = (public.as_bytes(), sign(&key));
            assert!(signed.is_by(public, FEED, "T1"));
            assert!(!signed.is_by(public, FEED, "T2"));
            assert!(!signed.is_by(public, FeedId::from_bytes([8; 16]), "T1"));
            assert!(!Checkpoint { sequence: 51, ..signed.clone() }.is_by(public, FEED, "T1"));
            assert!(!Checkpoint { hash: [4; 32], ..signed.clone() }.is_by(public, FEED, "T1"));
            assert!(!signed.is_by(make().public_key().as_bytes(), FEED, "T1"));
        }
    }

    #[test]
    fn a_key_of_the_other_kind_or_of_another_length_signed_nothing() {
        let (of_file, of_device) = (file(), device(Ok));
        assert!(!sign(&of_file).is_by(of_device.public_key().as_bytes(), FEED, "T1"));
        assert!(!sign(&of_device).is_by(of_file.public_key().as_bytes(), FEED, "T1"));
        let public = of_device.public_key();
        for bytes in [&public.as_bytes()[1..], &public.as_bytes()[..33], &[], &[4; 65]] {
            assert!(!sign(&of_device).is_by(bytes, FEED, "T1"), "{bytes:?}");
        }
    }

    #[test]
    fn what_a_device_answers_wrongly_or_not_at_all_becomes_no_checkpoint() {
        let torn = device(|_| Err(DeviceKeyError::Device("gone".to_owned())));
        let signed = Checkpoint::sign(&torn, FEED, "T1", 50, [3; 32]);
        assert_eq!(signed, Err(DeviceKeyError::Device("gone".to_owned())));
        let wrong = device(|mut signature| {
            signature[40] ^= 1;
            Ok(signature)
        });
        assert_eq!(Checkpoint::sign(&wrong, FEED, "T1", 50, [3; 32]), Err(DeviceKeyError::NoSignature));
    }

    #[test]
    fn it_comes_back_from_its_row_and_from_its_file_as_it_was() {
        for key in [file(), device(Ok)] {
            let signed = Checkpoint::sign(&key, FEED, "北町-1", 50, [3; 32]).expect("signed");
            assert_eq!(Checkpoint::of(&signed.kind()), Some(signed.clone()));
            let bytes = signed.encode("北町-1");
            assert_eq!(Checkpoint::decode(&bytes), Some((signed, "北町-1".to_owned())));
            assert_eq!(Checkpoint::decode(&bytes[..FIXED - 1]), None);
            assert_eq!(Checkpoint::decode(b"KKC2"), None);
        }
    }
}
