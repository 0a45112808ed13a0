//! A release of the tablet's program: which package, for whom, and who signed for it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use crate::{ObjectRef, WireError, cbor};

/// Signed before the bytes; no other signature passes for a release's.
const CONTEXT: &[u8] = b"kakari release v1\0";
const FORM: u8 = 1;

/// What a release is. Signed by release keys, which lie on no server and are not the region's signing key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// `major.minor.patch`
    pub version: String,
    /// As Debian names it: `amd64`, `arm64`.
    pub architecture: String,
    /// The Debian package `kakari` (deb(5)).
    pub package: ObjectRef,
    /// The newest schema of the store's main file that this program writes; a store is never taken back behind it.
    pub store_schema: u32,
    /// The oldest program that may be replaced by this one directly, `major.minor.patch`.
    pub oldest: String,
    /// When it was signed.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub made_at: DateTime<Utc>,
}

/// A release and its signatures, as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRelease {
    /// CBOR of form and [`Release`]: exactly what was signed.
    bytes: ByteBuf,
    /// Ed25519 keys and their signatures (RFC 8032) over `CONTEXT ‖ bytes`.
    signatures: Vec<(ByteArray<32>, ByteBuf)>,
}

/// Who may sign releases, and how many of them have to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseKeys {
    /// Ed25519 public keys, each once.
    pub keys: Vec<[u8; 32]>,
    /// So many different ones, at least one.
    pub threshold: usize,
}

/// What a head says of a release: one for each architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRef {
    /// As in the release.
    pub version: String,
    /// As in the release.
    pub architecture: String,
    /// A [`SignedRelease`].
    pub statement: ObjectRef,
    /// The package that it names.
    pub package: ObjectRef,
}

/// `major.minor.patch` that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// major, minor, patch
    numbers: [u64; 3],
}

impl SignedRelease {
    /// Longest that anybody reads, in bytes.
    pub const MAX_LEN: usize = 8 * 1024;
    /// Longest package that anybody reads, in bytes.
    pub const MAX_PACKAGE: u64 = 256 * 1024 * 1024;
    /// More signatures are read by nobody.
    const MAX_SIGNATURES: usize = 16;

    /// A release that nobody has signed yet.
    pub fn of(release: &Release) -> Self {
        Self { bytes: ByteBuf::from(cbor::encode(FORM, release)), signatures: Vec::new() }
    }

    /// Adds a signature; one of the same key is replaced.
    pub fn sign(&mut self, key: &Ed25519KeyPair) {
        let mut public = [0; 32];
        public.copy_from_slice(key.public_key().as_ref());
        let signature = key.sign(&[CONTEXT, &self.bytes].concat());
        self.signatures.retain(|(signer, _)| **signer != public);
        self.signatures.push((ByteArray::new(public), ByteBuf::from(signature.as_ref())));
    }

    /// The release, when enough of these keys signed exactly these bytes.
    ///
    /// # Errors
    ///
    /// [`WireError::NotSigned`] when fewer different keys of `keys` have signed than its threshold says, and whenever that
    /// threshold is nothing.
    pub fn verify(&self, keys: &ReleaseKeys) -> Result<Release, WireError> {
        let message = [CONTEXT, &self.bytes].concat();
        let signed = |key: &&[u8; 32]| {
            self.signatures.iter().any(|(signer, signature)| {
                **signer == **key && UnparsedPublicKey::new(&ED25519, &key[..]).verify(&message, signature).is_ok()
            })
        };
        let mut known = keys.keys.clone();
        known.sort_unstable();
        known.dedup();
        let signatures = known.iter().filter(signed).count();
        if keys.threshold == 0 || signatures < keys.threshold {
            return Err(WireError::NotSigned);
        }
        cbor::decode(FORM, &self.bytes, Self::MAX_LEN)
    }

    /// The release, believed by nobody: to say in words what was refused, or what is offered.
    pub fn peek(&self) -> Result<Release, WireError> {
        cbor::decode(FORM, &self.bytes, Self::MAX_LEN)
    }

    /// As it is stored and sent.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(FORM, self)
    }

    /// Reads what [`SignedRelease::encode`] wrote; believes nothing yet.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let read: Self = cbor::decode(FORM, bytes, Self::MAX_LEN)?;
        if read.signatures.len() > Self::MAX_SIGNATURES {
            return Err(WireError::TooLong);
        }
        Ok(read)
    }
}

impl FromStr for Version {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        let wrong = WireError::Malformed("version");
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        match (plain, numbers.map(<[u64; 3]>::try_from)) {
            (true, Ok(Ok(numbers))) => Ok(Self { numbers }),
            _ => Err(wrong),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    fn key() -> Ed25519KeyPair {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random");
        Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key")
    }

    fn public(key: &Ed25519KeyPair) -> [u8; 32] {
        key.public_key().as_ref().try_into().expect("32 bytes")
    }

    fn release() -> Release {
        Release {
            version: "1.2.3".to_owned(),
            architecture: "amd64".to_owned(),
            package: ObjectRef::of(b"package"),
            store_schema: 9,
            oldest: "1.0.0".to_owned(),
            made_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_release_is_believed_when_enough_different_known_keys_signed_it() {
        let keys = [key(), key(), key()];
        let known = ReleaseKeys { keys: keys.iter().map(public).collect(), threshold: 2 };
        let mut signed = SignedRelease::of(&release());
        assert_eq!(signed.verify(&known), Err(WireError::NotSigned));
        signed.sign(&keys[0]);
        signed.sign(&keys[0]);
        signed.sign(&key());
        assert_eq!(signed.verify(&known), Err(WireError::NotSigned), "one known key, however often");
        signed.sign(&keys[2]);
        let read = SignedRelease::decode(&signed.encode()).expect("the same");
        assert_eq!(read.verify(&known), Ok(release()));
        let twice = ReleaseKeys { keys: vec![public(&keys[0]); 2], threshold: 2 };
        assert_eq!(read.verify(&twice), Err(WireError::NotSigned), "a key that is named twice counts once");
        let nobody = ReleaseKeys { keys: Vec::new(), threshold: 0 };
        assert_eq!(read.verify(&nobody), Err(WireError::NotSigned));
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let version = |text: &str| text.parse::<Version>();
        assert!(version("0.10.0").ok() > version("0.9.9").ok());
        for wrong in ["1.2", "1.2.3.4", "1.2.x", "1.2.-3", "+1.2.3", ""] {
            assert_eq!(version(wrong), Err(WireError::Malformed("version")), "{wrong}");
        }
    }
}
