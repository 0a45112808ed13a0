//! The region's card CA key, where cards are issued.

use std::fmt;
use std::time::SystemTime;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, DnValue, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData,
    SerialNumber, SignatureAlgorithm,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Holder, IssueError, Order};
use crate::CardAuthority;
use crate::point::POINT_LEN;

/// id-at-serialNumber.
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];

/// Signs card certificates. Lives where cards are issued, never on a tablet.
pub struct CardAuthoritySigner {
    name: String,
    key: KeyPair,
}

impl fmt::Debug for CardAuthoritySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardAuthoritySigner[redacted]")
    }
}

impl CardAuthoritySigner {
    /// A new random key. `name` is the issuer's common name in every certificate; keep it under 40 bytes.
    ///
    /// # Errors
    /// When no random numbers are to be had.
    pub fn make(name: &str) -> Result<Self, IssueError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(IssueError::Signer)?;
        Ok(Self { name: name.to_owned(), key })
    }

    /// The key as [`to_pkcs8`](Self::to_pkcs8) gave it.
    ///
    /// # Errors
    /// When it is not a P-256 key in PKCS #8.
    pub fn from_pkcs8(name: &str, der: &[u8]) -> Result<Self, IssueError> {
        let key = KeyPair::try_from(der).map_err(IssueError::Signer)?;
        if !key.is_compatible(&PKCS_ECDSA_P256_SHA256) {
            return Err(IssueError::Signer(rcgen::Error::UnsupportedSignatureAlgorithm));
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// The private key in PKCS #8, to be kept where only the issuing office reads it.
    #[must_use]
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.key.serialize_der())
    }

    /// The public half: what tablets trust.
    #[must_use]
    pub fn authority(&self) -> CardAuthority {
        CardAuthority::new(self.public_key())
    }

    /// Uncompressed point; `None` cannot happen for a P-256 key.
    #[must_use]
    pub fn public_key(&self) -> Option<[u8; POINT_LEN]> {
        self.key.public_key_raw().try_into().ok()
    }

    /// DER of the certificate: no extensions, so that it stays small.
    pub(super) fn sign(&self, order: &Order, public_key: &[u8; POINT_LEN]) -> Result<Vec<u8>, IssueError> {
        let mut ours = CertificateParams::default();
        ours.distinguished_name = DistinguishedName::new();
        ours.distinguished_name.push(DnType::CommonName, self.name.as_str());
        let issuer = Issuer::from_params(&ours, &self.key);
        let mut params = CertificateParams::default();
        params.distinguished_name = subject(&order.holder).map_err(IssueError::Signer)?;
        params.serial_number = Some(SerialNumber::from(order.certificate_serial));
        params.not_before = to_date(order.not_before)?;
        params.not_after = to_date(order.not_after)?;
        let signed = params.signed_by(&CardKey(public_key), &issuer).map_err(IssueError::Signer)?;
        Ok(signed.der().to_vec())
    }
}

fn subject(holder: &Holder) -> Result<DistinguishedName, rcgen::Error> {
    let serial_number = DnType::CustomDnType(SERIAL_NUMBER.to_vec());
    let printable = |text: &str| text.try_into().map(DnValue::PrintableString);
    let mut subject = DistinguishedName::new();
    match holder {
        Holder::Patient(number) => subject.push(serial_number, printable(number.expose())?),
        Holder::Staff { name, staff_id } => {
            subject.push(DnType::CommonName, name.0.as_str());
            subject.push(serial_number, printable(&staff_id.0)?);
        }
    }
    Ok(subject)
}

fn to_date(time: SystemTime) -> Result<OffsetDateTime, IssueError> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| IssueError::Validity)?.as_secs();
    let seconds = i64::try_from(seconds).map_err(|_| IssueError::Validity)?;
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| IssueError::Validity)
}

/// A public key whose private half is in a card.
struct CardKey<'a>(&'a [u8; POINT_LEN]);

impl PublicKeyData for CardKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}
