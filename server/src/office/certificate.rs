//! A card's certificate, as it comes from wherever the card was issued.

use chrono::{DateTime, Utc};
use kakari_record::seal::Point;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use x509_parser::oid_registry::{OID_SIG_ECDSA_WITH_SHA256, OID_X509_COMMON_NAME, OID_X509_SERIALNUMBER, Oid};
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use crate::keys::point_of;

/// What of a card's certificate counts.
pub struct CardCertificate {
    /// The certificate's serial, without zeros before it.
    pub serial: Vec<u8>,
    /// The card's key.
    pub public_key: Point,
    /// The end of its time.
    pub valid_until: Option<DateTime<Utc>>,
    /// The subject's serialNumber: a resident's common number, a staff number. `None` when no certificate was given.
    pub holder: Option<String>,
    /// True when the subject has a name: a staff card.
    pub staff: bool,
}

/// Why a card's certificate is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Not a certificate of the agreed form.
    #[error("not a card certificate: X.509 in PEM or DER with a P-256 key and the holder's serialNumber")]
    Malformed,
    /// Signed by somebody else than the region's card authority.
    #[error("the certificate is not signed by this region's card authority: tablets would refuse the card")]
    OtherAuthority,
    /// Of another holder.
    #[error("the certificate names another holder: check which card belongs to whom")]
    OtherHolder,
    /// No serial number.
    #[error("not a serial number: 1 to 20 bytes in hexadecimal")]
    Serial,
    /// No public key.
    #[error("not a P-256 public key: 65 bytes in hexadecimal that begin with 04")]
    PublicKey,
}

impl CardCertificate {
    /// Reads a certificate (PEM or DER) that the region's card authority signed.
    pub fn read(file: &[u8], authority: &Point) -> Result<Self, CertificateError> {
        if file.starts_with(b"-----") {
            let pem = Pem::iter_from_buffer(file).find_map(Result::ok).ok_or(CertificateError::Malformed)?;
            return Self::read_der(&pem.contents, authority);
        }
        Self::read_der(file, authority)
    }

    /// Signature first: nothing in an unsigned certificate is worth reading.
    fn read_der(der: &[u8], authority: &Point) -> Result<Self, CertificateError> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        let ecdsa = certificate.signature_algorithm.algorithm == OID_SIG_ECDSA_WITH_SHA256;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, authority)
            .verify(certificate.tbs_certificate.as_ref(), &certificate.signature_value.data)
            .ok()
            .filter(|()| ecdsa)
            .ok_or(CertificateError::OtherAuthority)?;
        let holder = only(certificate.subject(), &OID_X509_SERIALNUMBER).ok_or(CertificateError::Malformed)?;
        let public_key = point_of(&certificate.public_key().subject_public_key.data);
        if !rest.is_empty() {
            return Err(CertificateError::Malformed);
        }
        Ok(Self {
            serial: without_zeros(certificate.raw_serial()).to_vec(),
            public_key: public_key.map_err(|_| CertificateError::Malformed)?,
            valid_until: DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0),
            staff: only(certificate.subject(), &OID_X509_COMMON_NAME).is_some(),
            holder: Some(holder),
        })
    }

    /// A card of which only serial and public key are known, both in hexadecimal.
    pub fn from_hex(serial: &str, public_key: &str, staff: bool) -> Result<Self, CertificateError> {
        let public_key = hex::decode(public_key).ok().and_then(|bytes| point_of(&bytes).ok());
        Ok(Self {
            serial: serial_from_hex(serial)?,
            public_key: public_key.ok_or(CertificateError::PublicKey)?,
            valid_until: None,
            holder: None,
            staff,
        })
    }

    /// Holds when the certificate, if there is one, is that holder's.
    pub(super) fn check_holder(&self, holder: &str, staff: bool) -> Result<(), CertificateError> {
        let same = self.holder.as_ref().is_none_or(|named| named == holder);
        if same && self.staff == staff { Ok(()) } else { Err(CertificateError::OtherHolder) }
    }
}

/// A serial as it was typed: hexadecimal, colons and spaces do not count.
pub fn serial_from_hex(typed: &str) -> Result<Vec<u8>, CertificateError> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    let even = if digits.len().is_multiple_of(2) { digits } else { format!("0{digits}") };
    let bytes = hex::decode(even).map_err(|_| CertificateError::Serial)?;
    let serial = without_zeros(&bytes);
    if (1..=20).contains(&serial.len()) { Ok(serial.to_vec()) } else { Err(CertificateError::Serial) }
}

fn without_zeros(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|byte| **byte == 0).count();
    &serial[zeros..]
}

fn only(subject: &X509Name<'_>, oid: &Oid<'_>) -> Option<String> {
    let mut found = subject.iter_attributes().filter(|attribute| attribute.attr_type() == oid);
    let value = found.next()?.as_str().ok()?;
    (found.next().is_none() && !value.is_empty()).then(|| value.to_owned())
}
