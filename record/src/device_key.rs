//! A key that cannot leave its device: what signs is asked, and never seen.

use std::sync::Arc;

/// An ECDSA key on P-256 that lives in a device (a TPM) or in a file, and signs where it lives.
///
/// Every call may block for as long as the device takes: some hundred milliseconds.
pub trait DeviceKey: Send + Sync {
    /// The public key: an uncompressed point (SEC 1, 2.3.3), 65 bytes.
    fn public_point(&self) -> [u8; 65];

    /// ECDSA over the SHA-256 of `message` (FIPS 186-5): r and s, 32 bytes each, big-endian.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], DeviceKeyError>;
}

/// A device that makes keys and keeps them: outside of it a key is a blob, of use to nobody but this one device.
pub trait DeviceKeys: Send + Sync {
    /// Makes a fresh key; its blob is to be stored.
    fn make(&self) -> Result<Vec<u8>, DeviceKeyError>;

    /// The key of a blob that this device made.
    fn load(&self, blob: &[u8]) -> Result<Arc<dyn DeviceKey>, DeviceKeyError>;
}

/// A key did not sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceKeyError {
    /// The device is not there, or does not answer; the words are its own.
    #[error("the device that holds the tablet's key does not sign: {0}")]
    Device(String),
    /// The device answered with something else than a signature.
    #[error("the device that holds the tablet's key gave no signature")]
    NoSignature,
}
