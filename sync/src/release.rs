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

/// Who may sign releases, and how many of them have to. Read from a file that says `threshold = 1` and
/// `keys = ["<64 hexadecimal digits>"]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "KeysFile")]
pub struct ReleaseKeys {
    /// Ed25519 public keys, each once.
    pub keys: Vec<[u8; 32]>,
    /// So many different ones, at least one.
    pub threshold: usize,
}

/// [`ReleaseKeys`] as a file says them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysFile {
    threshold: usize,
    keys: Vec<String>,
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

    /// Whose signatures stand there, right or wrong.
    pub fn signers(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.signatures.iter().map(|(signer, _)| &**signer)
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

impl TryFrom<KeysFile> for ReleaseKeys {
    type Error = &'static str;

    /// Refuses keys that are none, a key twice, and a threshold that nobody or everybody reaches.
    fn try_from(file: KeysFile) -> Result<Self, Self::Error> {
        let key = |text: &String| hex::decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let keys: Option<Vec<_>> = file.keys.iter().map(key).collect();
        let keys = keys.ok_or("a release key is 64 hexadecimal digits")?;
        if keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key)) {
            return Err("a release key stands there twice");
        }
        if !(1..=keys.len()).contains(&file.threshold) {
            return Err("threshold is at least 1 and at most the number of keys");
        }
        Ok(Self { keys, threshold: file.threshold })
    }
}

impl ReleaseRef {
    /// More of them stand in no head.
    pub const MOST: usize = 8;
    /// Longest name of an architecture, in bytes.
    const NAME: usize = 32;

    /// Whether it names a version and an architecture (Debian Policy 5.6.8: lower case, digits, hyphens).
    pub fn is_sound(&self) -> bool {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let name = (1..=Self::NAME).contains(&self.architecture.len()) && self.architecture.bytes().all(letter);
        name && self.version.parse::<Version>().is_ok()
    }

    /// Whether both of its objects are no longer than anybody reads.
    pub fn fits(&self) -> bool {
        self.statement.size <= SignedRelease::MAX_LEN as u64 && self.package.size <= SignedRelease::MAX_PACKAGE
    }
}

impl Version {
    /// No part of a version is higher.
    const HIGHEST: u64 = 65_535;

    /// Whether it may take the place of `running`: newer, and its first number at most one higher. A version that jumps
    /// further would be the last that a tablet ever takes.
    pub const fn may_follow(self, running: Self) -> bool {
        let ([major, minor, patch], [old_major, old_minor, old_patch]) = (self.numbers, running.numbers);
        let newer =
            major > old_major || major == old_major && (minor > old_minor || minor == old_minor && patch > old_patch);
        newer && major <= old_major.saturating_add(1)
    }
}

impl FromStr for Version {
    type Err = WireError;

    /// Three numbers up to 65,535, each in its shortest form: a version has one name.
    fn from_str(text: &str) -> Result<Self, WireError> {
        let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        let version = numbers.ok().and_then(|numbers| numbers.try_into().ok()).map(|numbers| Self { numbers });
        version
            .filter(|version| version.numbers.iter().all(|number| *number <= Self::HIGHEST))
            .filter(|version| version.to_string() == text)
            .ok_or(WireError::Malformed("version"))
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
        for wrong in ["1.2", "1.2.3.4", "1.2.x", "1.2.-3", "+1.2.3", "", "1.02.3", "1.2.65536", "../../1.2.3"] {
            assert_eq!(version(wrong), Err(WireError::Malformed("version")), "{wrong}");
        }
    }

    #[test]
    fn a_version_follows_an_older_one_by_one_step_of_its_first_number_at_most() {
        let follows = |new: &str, old: &str| Ok::<_, WireError>(new.parse::<Version>()?.may_follow(old.parse()?));
        for (new, old, expected) in [
            ("0.10.0", "0.9.9", true),
            ("1.0.0", "0.9.9", true),
            ("1.65535.0", "0.9.9", true),
            ("2.0.0", "0.9.9", false),
            ("0.9.9", "0.9.9", false),
            ("0.9.8", "0.9.9", false),
            ("0.65535.1", "1.0.0", false),
        ] {
            assert_eq!(follows(new, old), Ok(expected), "{new} after {old}");
        }
    }

    #[test]
    fn release_keys_in_a_file_are_each_one_once_and_a_threshold_that_can_be_reached() {
        let read = |threshold: usize, keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            ReleaseKeys::try_from(KeysFile { threshold, keys })
        };
        let (one, two) = ("11".repeat(32), "22".repeat(32));
        let both = read(2, &[&one, &two]).expect("two keys");
        assert_eq!((both.threshold, both.keys), (2, vec![[0x11; 32], [0x22; 32]]));
        for (threshold, keys) in [
            (0, &[one.as_str()][..]),
            (2, &[&one]),
            (1, &[]),
            (1, &[&one, &one]),
            (1, &["11"]),
            (1, &["no hexadecimal digits"]),
        ] {
            assert!(read(threshold, keys).is_err(), "{threshold} of {keys:?}");
        }
    }
}
