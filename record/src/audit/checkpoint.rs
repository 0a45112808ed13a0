//! What a chain was at a moment, signed by the tablet: a tail that was cut, and rows that were made anew by somebody
//! without the tablet's key, do not fit it (docs/formats/audit-chain-v1.md).

use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};

use super::AuditKind;
use crate::seal::FeedId;

/// Signed before everything else, so that no other signature of the tablet can pass for a checkpoint.
const CONTEXT: &[u8] = b"kakari audit checkpoint v1\0";
/// Begins a checkpoint that is kept in a file.
const MAGIC: &[u8; 4] = b"KKC1";
const SIGNATURE: usize = 64;
/// Of the file: magic, sequence, hash, signature; the tablet's name is the rest.
const FIXED: usize = 4 + 8 + 32 + SIGNATURE;

/// Row `sequence` has this hash, says the tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which row; every row before it is vouched for as well.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Ed25519 by the tablet key.
    pub signature: [u8; SIGNATURE],
}

impl Checkpoint {
    /// Signs row `sequence` of the chain of `tablet` in the region of `feed`.
    pub fn sign(key: &Ed25519KeyPair, feed: FeedId, tablet: &str, sequence: u64, hash: [u8; 32]) -> Self {
        let mut signature = [0; SIGNATURE];
        signature.copy_from_slice(key.sign(&message(feed, tablet, sequence, &hash)).as_ref());
        Self { sequence, hash, signature }
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

    /// Whether the tablet with this public key (32 bytes) signed it, for this region and under this name.
    pub fn is_by(&self, public_key: &[u8], feed: FeedId, tablet: &str) -> bool {
        let message = message(feed, tablet, self.sequence, &self.hash);
        UnparsedPublicKey::new(&ED25519, public_key).verify(&message, &self.signature).is_ok()
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
    use ring::rand::SystemRandom;
    use ring::signature::KeyPair;

    use super::*;

    const FEED: FeedId = FeedId::from_bytes([7; 16]);

    fn key() -> Ed25519KeyPair {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random");
        Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key")
    }

    #[test]
    fn a_checkpoint_is_only_of_its_tablet_its_region_its_row_and_its_hash() {
        let key = key();
        let public = key.public_key().as_ref();
        let signed = Checkpoint::sign(&key, FEED, "T1", 50, [3; 32]);
        assert!(signed.is_by(public, FEED, "T1"));
        assert!(!signed.is_by(public, FEED, "T2"));
        assert!(!signed.is_by(public, FeedId::from_bytes([8; 16]), "T1"));
        assert!(!Checkpoint { sequence: 51, ..signed.clone() }.is_by(public, FEED, "T1"));
        assert!(!Checkpoint { hash: [4; 32], ..signed.clone() }.is_by(public, FEED, "T1"));
        assert!(!signed.is_by(self::key().public_key().as_ref(), FEED, "T1"));
    }

    #[test]
    fn it_comes_back_from_its_row_and_from_its_file_as_it_was() {
        let signed = Checkpoint::sign(&key(), FEED, "北町-1", 50, [3; 32]);
        assert_eq!(Checkpoint::of(&signed.kind()), Some(signed.clone()));
        let bytes = signed.encode("北町-1");
        assert_eq!(Checkpoint::decode(&bytes), Some((signed, "北町-1".to_owned())));
        assert_eq!(Checkpoint::decode(&bytes[..FIXED - 1]), None);
        assert_eq!(Checkpoint::decode(b"KKC2"), None);
    }
}
