//! A key in a device as rustls and rcgen ask for it: ECDSA on P-256 with SHA-256, and no other.

use std::fmt;
use std::sync::{Arc, OnceLock};

use kakari_record::device_key::{DeviceKey, DeviceKeyError};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm as RequestAlgorithm};
use rustls::pki_types::{SubjectPublicKeyInfoDer, alg_id};
use rustls::sign::{Signer, SigningKey, public_key_to_spki};
use rustls::{Error, OtherError, SignatureAlgorithm, SignatureScheme};

const SCHEME: SignatureScheme = SignatureScheme::ECDSA_NISTP256_SHA256;

/// Answers a server that asks who the tablet is. A handshake waits for the device.
#[derive(Clone)]
pub(super) struct DeviceTlsKey(pub(super) Arc<dyn DeviceKey>);

impl SigningKey for DeviceTlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SCHEME).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(public_key_to_spki(&alg_id::ECDSA_P256, self.0.public_point()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for DeviceTlsKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signed = self.0.sign(message).map_err(|error| Error::Other(OtherError(Arc::new(error))))?;
        Ok(der(&signed))
    }

    fn scheme(&self) -> SignatureScheme {
        SCHEME
    }
}

impl fmt::Debug for DeviceTlsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceTlsKey([redacted])")
    }
}

/// Signs a certificate request, and remembers why it did not: rcgen has no room for that.
pub(super) struct RequestKey {
    key: Arc<dyn DeviceKey>,
    point: [u8; 65],
    failed: OnceLock<DeviceKeyError>,
}

impl RequestKey {
    pub(super) fn new(key: Arc<dyn DeviceKey>) -> Self {
        Self { point: key.public_point(), key, failed: OnceLock::new() }
    }

    /// What the device said when it did not sign.
    pub(super) fn into_failure(self) -> Option<DeviceKeyError> {
        self.failed.into_inner()
    }
}

impl PublicKeyData for RequestKey {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static RequestAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for RequestKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.key.sign(message).map(|signed| der(&signed)).map_err(|error| {
            let _ = self.failed.set(error);
            rcgen::Error::RemoteKeyError
        })
    }
}

/// Ecdsa-Sig-Value (RFC 3279, 2.2.3): a sequence of two integers.
fn der(signature: &[u8; 64]) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    let numbers = [integer(r), integer(s)].concat();
    [&[0x30, short(&numbers)], numbers.as_slice()].concat()
}

/// Without the zeros that it begins with, but with one before a high bit, so that it stays positive.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
    let bytes = &bytes[first..];
    let sign = if bytes[0] >= 0x80 { &[0][..] } else { &[] };
    let number = [sign, bytes].concat();
    [&[0x02, short(&number)], number.as_slice()].concat()
}

/// A length below 128 is one byte; two numbers of 33 bytes at most, with their heads, are.
const fn short(bytes: &[u8]) -> u8 {
    bytes.len().to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_two_positive_integers_each_as_short_as_it_can_be() {
        let mut signature = [0; 64];
        (signature[0], signature[31], signature[63]) = (0x80, 1, 0x7F);
        let mut wanted = vec![0x30, 2 + 33 + 3, 0x02, 33, 0, 0x80];
        wanted.extend([0; 30]);
        wanted.extend([1, 0x02, 1, 0x7F]);
        assert_eq!(der(&signature), wanted);
        assert_eq!(der(&[0xFF; 64]).len(), 72);
        assert_eq!(der(&[0; 64]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
    }
}
