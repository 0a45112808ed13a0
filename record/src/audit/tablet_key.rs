//! The tablet's key for checkpoints of its audit: in a file, or in a device that it cannot leave.

use std::fmt;
use std::sync::Arc;

use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::device_key::{DeviceKey, DeviceKeyError};
use crate::seal::Point;

/// Of either kind of key, in bytes.
pub(super) const SIGNATURE: usize = 64;
/// An uncompressed point begins with it (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// What a tablet signs its checkpoints with.
#[derive(Clone)]
pub enum TabletSigner {
    /// Ed25519, read from a file.
    File(Arc<Ed25519KeyPair>),
    /// ECDSA on P-256, in a device that may not answer.
    Device(Arc<dyn DeviceKey>),
}

/// The public half, as its length says: 32 bytes are Ed25519, 65 bytes P-256, nothing else is a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TabletKey {
    /// Ed25519 (RFC 8032).
    Ed25519([u8; 32]),
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5), uncompressed.
    P256(Point),
}

impl TabletSigner {
    /// The public half.
    pub fn public_key(&self) -> TabletKey {
        match self {
            Self::File(key) => {
                let mut public = [0; 32];
                public.copy_from_slice(key.public_key().as_ref());
                TabletKey::Ed25519(public)
            }
            Self::Device(key) => TabletKey::P256(key.public_point()),
        }
    }

    /// Whether a device signs: slowly, and perhaps not at all.
    pub const fn is_device(&self) -> bool {
        matches!(self, Self::Device(_))
    }

    /// Signs. What a device answers is only taken when its own public key takes it.
    pub(super) fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE], DeviceKeyError> {
        match self {
            Self::File(key) => {
                let mut signature = [0; SIGNATURE];
                signature.copy_from_slice(key.sign(message).as_ref());
                Ok(signature)
            }
            Self::Device(key) => {
                let signature = key.sign(message)?;
                let holds = self.public_key().verifies(message, &signature);
                if holds { Ok(signature) } else { Err(DeviceKeyError::NoSignature) }
            }
        }
    }
}

impl TabletKey {
    /// Its bytes, as they are sent and stored.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(key) => key,
            Self::P256(point) => point,
        }
    }

    /// Whether this key made the signature.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; SIGNATURE]) -> bool {
        let verified = match self {
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
        };
        verified.is_ok()
    }
}

/// These bytes are no key of a tablet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tablet's key is 32 bytes (Ed25519) or an uncompressed P-256 point of 65 bytes")]
pub struct NoTabletKey;

impl TryFrom<&[u8]> for TabletKey {
    type Error = NoTabletKey;

    fn try_from(bytes: &[u8]) -> Result<Self, NoTabletKey> {
        match (<[u8; 32]>::try_from(bytes), Point::try_from(bytes)) {
            (Ok(key), _) => Ok(Self::Ed25519(key)),
            (_, Ok(point)) if point[0] == UNCOMPRESSED => Ok(Self::P256(point)),
            _ => Err(NoTabletKey),
        }
    }
}

impl From<Arc<Ed25519KeyPair>> for TabletSigner {
    fn from(key: Arc<Ed25519KeyPair>) -> Self {
        Self::File(key)
    }
}

/// A byte string.
impl Serialize for TabletKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_bytes())
    }
}

impl<'de> Deserialize<'de> for TabletKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(Bytes)
    }
}

struct Bytes;

impl de::Visitor<'_> for Bytes {
    type Value = TabletKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NoTabletKey}")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<TabletKey, E> {
        TabletKey::try_from(bytes).map_err(E::custom)
    }
}

impl fmt::Debug for TabletSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TabletSigner([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bytes_of_the_length_and_form_of_a_key_are_one() {
        let mut point = [7; 65];
        assert_eq!(TabletKey::try_from(point.as_slice()), Err(NoTabletKey), "not uncompressed");
        point[0] = 4;
        assert_eq!(TabletKey::try_from(point.as_slice()), Ok(TabletKey::P256(point)));
        assert_eq!(TabletKey::try_from([9; 32].as_slice()), Ok(TabletKey::Ed25519([9; 32])));
        for length in [0, 31, 33, 64, 66] {
            assert_eq!(TabletKey::try_from(vec![4; length].as_slice()), Err(NoTabletKey), "{length}");
        }
    }

    #[test]
    fn it_is_one_byte_string_of_cbor() {
        for key in [TabletKey::Ed25519([9; 32]), TabletKey::P256([4; 65])] {
            let mut bytes = Vec::new();
            ciborium::into_writer(&key, &mut bytes).expect("written");
            assert_eq!(bytes.len(), 2 + key.as_bytes().len());
            assert_eq!(ciborium::from_reader::<TabletKey, _>(bytes.as_slice()).expect("read"), key);
        }
        assert!(ciborium::from_reader::<TabletKey, _>([0x41, 4].as_slice()).is_err());
    }
}
