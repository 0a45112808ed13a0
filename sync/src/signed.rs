//! Bytes and the region's signature over them.

use std::fmt;
use std::marker::PhantomData;

use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cbor;

/// Why bytes from the feed or from the server are not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// Not signed by this key, or changed since.
    #[error("not signed by the region's key")]
    NotSigned,
    /// Signed, but in a form that this program does not know.
    #[error("in a form that this program does not know")]
    UnknownForm,
    /// Not of the form at all: which part.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// Longer than it says or may be.
    #[error("longer than it may be")]
    TooLong,
}

/// A statement of a key's holder. Each kind has its own context, so that no signature passes for another's.
pub trait Statement: Serialize + DeserializeOwned {
    /// What is signed before the bytes; ends with a zero byte.
    const CONTEXT: &'static [u8];
    /// Version of the form, the first item of its CBOR array.
    const FORM: u8 = 1;
    /// Longest that anybody reads, signature and all, in bytes.
    const LIMIT: usize;
}

/// A statement as it is stored and sent: an Ed25519 signature (RFC 8032), then the exact bytes that were signed.
///
/// The signature is over `CONTEXT ‖ bytes`; the bytes are CBOR (RFC 8949): an array of the form's version and the
/// statement.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed<T> {
    signature: [u8; 64],
    bytes: Vec<u8>,
    statement: PhantomData<T>,
}

impl<T: Statement> Signed<T> {
    /// Signs `statement`.
    pub fn make(statement: &T, key: &Ed25519KeyPair) -> Self {
        let bytes = cbor::encode(T::FORM, statement);
        let mut signature = [0; 64];
        signature.copy_from_slice(key.sign(&[T::CONTEXT, &bytes].concat()).as_ref());
        Self { signature, bytes, statement: PhantomData }
    }

    /// The statement, when the holder of `key` (32 bytes) signed exactly these bytes.
    pub fn verify(&self, key: &[u8; 32]) -> Result<T, WireError> {
        UnparsedPublicKey::new(&ED25519, key)
            .verify(&[T::CONTEXT, &self.bytes].concat(), &self.signature)
            .map_err(|_| WireError::NotSigned)?;
        cbor::decode(T::FORM, &self.bytes, T::LIMIT)
    }

    /// The statement, believed by nobody: to say in words what was refused.
    #[cfg(feature = "client")]
    pub(crate) fn peek(&self) -> Result<T, WireError> {
        cbor::decode(T::FORM, &self.bytes, T::LIMIT)
    }

    /// Signature, then the signed bytes.
    pub fn encode(&self) -> Vec<u8> {
        [self.signature.as_slice(), &self.bytes].concat()
    }

    /// Reads what [`Signed::encode`] wrote, at most [`Statement::LIMIT`] bytes; believes nothing yet.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > T::LIMIT {
            return Err(WireError::TooLong);
        }
        let (signature, bytes) = bytes.split_first_chunk().ok_or(WireError::Malformed("signature"))?;
        Ok(Self { signature: *signature, bytes: bytes.to_vec(), statement: PhantomData })
    }
}

impl<T> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({} bytes)", self.bytes.len())
    }
}
