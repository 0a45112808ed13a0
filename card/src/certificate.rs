//! The certificate a card shows: who signed it, whether it is in date, and whom it names.
//!
//! Plain X.509 (RFC 5280), signed ECDSA P-256 with SHA-256, subject key on P-256. A patient's subject is one
//! attribute, serialNumber = the 16-digit common number. A staff member's has commonName and serialNumber. The two
//! never pass for each other.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_SIG_ECDSA_WITH_SHA256, OID_X509_COMMON_NAME, OID_X509_SERIALNUMBER,
    Oid,
};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use crate::apdu::take_tlv;
use crate::point::{KeyId, POINT_LEN, check_point, key_id};

/// Issued certificates are smaller than this, so that one GET RESPONSE at most fetches them.
pub const LARGEST_CERTIFICATE: usize = 450;
/// AlgorithmIdentifier of RFC 5758, section 3.2.
const ECDSA_WITH_SHA256: [u8; 12] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
const NUMBER_DIGITS: usize = 16;

macro_rules! redacted {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "[redacted]"))
            }
        }
    };
}

/// A resident's 16-digit common number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardNumber(String);
redacted!(CardNumber);

impl CardNumber {
    /// `None` unless exactly sixteen ASCII digits.
    #[must_use]
    pub fn new(digits: &str) -> Option<Self> {
        let fits = digits.len() == NUMBER_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(digits.to_owned()))
    }

    /// The digits, for looking the record up.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A staff member's identifier in the roster.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StaffId(pub String);
redacted!(StaffId);

/// A staff member's name as the screen shows it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StaffName(pub String);
redacted!(StaffName);

/// A certificate's serial number, big-endian without leading zeros. Revocation names it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CertificateSerial(Vec<u8>);
redacted!(CertificateSerial);

impl CertificateSerial {
    /// Takes a big-endian number; leading zeros do not count.
    #[must_use]
    pub fn new(big_endian: &[u8]) -> Self {
        let zeros = big_endian.iter().take_while(|byte| **byte == 0).count();
        Self(big_endian[zeros..].to_vec())
    }

    /// The number's bytes, for comparing with a roster.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why a card with our application is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Its certificate has run out.
    Expired,
    /// Its certificate begins later. (Or the tablet's clock is wrong.)
    NotYetValid,
    /// None of the region's card keys has signed its certificate.
    OtherRegion,
    /// The certificate is not of the agreed form.
    Malformed,
}

/// Whose card authority signed a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuedBy {
    /// This tablet's own region.
    OwnRegion,
    /// A region that it trusts, by its feed.
    Neighbour([u8; 16]),
}

/// Whom a certificate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    Patient(CardNumber),
    Staff { name: StaffName, staff_id: StaffId },
}

/// A certificate that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) holder: Holder,
    pub(crate) serial: CertificateSerial,
    pub(crate) public_key: [u8; POINT_LEN],
    pub(crate) key_id: KeyId,
    pub(crate) issued_by: IssuedBy,
}

/// The region's card keys: the present one and, while old cards are about, earlier ones. Beside them, those of regions
/// that it trusts.
#[derive(Clone)]
pub struct CardAuthority {
    keys: Vec<[u8; POINT_LEN]>,
    neighbours: Vec<([u8; 16], [u8; POINT_LEN])>,
}

impl fmt::Debug for CardAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardAuthority({} keys)", self.keys.len())
    }
}

impl CardAuthority {
    /// Trusts these public keys (uncompressed P-256 points) and no others.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = [u8; POINT_LEN]>) -> Self {
        Self { keys: keys.into_iter().collect(), neighbours: Vec::new() }
    }

    /// Trusts patients' cards (never staff cards) of these regions as well: feed and card authority's key.
    #[must_use]
    pub fn with_neighbours(mut self, neighbours: impl IntoIterator<Item = ([u8; 16], [u8; POINT_LEN])>) -> Self {
        self.neighbours = neighbours.into_iter().collect();
        self
    }

    /// The trusted keys.
    #[must_use]
    pub fn keys(&self) -> &[[u8; POINT_LEN]] {
        &self.keys
    }

    /// Signature first: nothing in an unsigned certificate is worth reading, not even its dates.
    pub(crate) fn check(&self, der: &[u8], now: SystemTime) -> Result<Checked, Refusal> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| Refusal::Malformed)?;
        if certificate.signature_algorithm.algorithm != OID_SIG_ECDSA_WITH_SHA256 {
            return Err(Refusal::OtherRegion);
        }
        if !rest.is_empty() || !is_plain(der, certificate.tbs_certificate.as_ref()) {
            return Err(Refusal::Malformed);
        }
        let issued_by = self.check_signature(&certificate)?;
        check_dates(&certificate, now)?;
        let public_key = read_key(&certificate).ok_or(Refusal::Malformed)?;
        let holder = read_holder(&certificate.tbs_certificate.subject).ok_or(Refusal::Malformed)?;
        let serial = CertificateSerial::new(certificate.tbs_certificate.raw_serial());
        if issued_by != IssuedBy::OwnRegion && matches!(holder, Holder::Staff { .. }) {
            return Err(Refusal::OtherRegion);
        }
        Ok(Checked { holder, serial, key_id: key_id(&public_key), public_key, issued_by })
    }

    fn check_signature(&self, certificate: &X509Certificate<'_>) -> Result<IssuedBy, Refusal> {
        let signed = certificate.tbs_certificate.as_ref();
        let signature = certificate.signature_value.data.as_ref();
        let own = self.keys.iter().map(|key| (IssuedBy::OwnRegion, key));
        let theirs = self.neighbours.iter().map(|(feed, key)| (IssuedBy::Neighbour(*feed), key));
        let signer = own
            .chain(theirs)
            .find(|(_, key)| UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(signed, signature).is_ok());
        signer.map(|(issued_by, _)| issued_by).ok_or(Refusal::OtherRegion)
    }
}

/// The parser reads past some odd encodings outside the signed part; here there is one way to write it:
/// SEQUENCE { signed part, ecdsa-with-SHA256, BIT STRING without unused bits }.
fn is_plain(der: &[u8], signed: &[u8]) -> bool {
    const SEQUENCE: u16 = 0x30;
    const BIT_STRING: u16 = 0x03;
    let Some((SEQUENCE, body, [])) = take_tlv(der) else {
        return false;
    };
    let Some(rest) = body.strip_prefix(signed) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(&ECDSA_WITH_SHA256) else {
        return false;
    };
    matches!(take_tlv(rest), Some((BIT_STRING, [0, ..], [])))
}

fn check_dates(certificate: &X509Certificate<'_>, now: SystemTime) -> Result<(), Refusal> {
    let validity = certificate.validity();
    let now = unix_seconds(now);
    if now < validity.not_before.timestamp() {
        Err(Refusal::NotYetValid)
    } else if now > validity.not_after.timestamp() {
        Err(Refusal::Expired)
    } else {
        Ok(())
    }
}

/// A clock before 1970 counts as 1970.
fn unix_seconds(time: SystemTime) -> i64 {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

fn read_key(certificate: &X509Certificate<'_>) -> Option<[u8; POINT_LEN]> {
    let info = certificate.public_key();
    let curve = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
    if info.algorithm.algorithm != OID_KEY_TYPE_EC_PUBLIC_KEY || curve != OID_EC_P256 {
        return None;
    }
    let point: [u8; POINT_LEN] = info.subject_public_key.data.as_ref().try_into().ok()?;
    check_point(&point).ok()?;
    Some(point)
}

fn read_holder(subject: &X509Name<'_>) -> Option<Holder> {
    let number = read_once(subject, &OID_X509_SERIALNUMBER)?;
    let has_name = subject.iter_common_name().next().is_some();
    if !has_name {
        return CardNumber::new(number).map(Holder::Patient);
    }
    let name = read_once(subject, &OID_X509_COMMON_NAME)?;
    Some(Holder::Staff { name: StaffName(name.to_owned()), staff_id: StaffId(number.to_owned()) })
}

/// An attribute that must be there once, and not empty.
fn read_once<'a>(subject: &'a X509Name<'_>, oid: &Oid<'_>) -> Option<&'a str> {
    let mut found = subject.iter_attributes().filter(|attribute| attribute.attr_type() == oid);
    let value = found.next()?.as_str().ok()?;
    (found.next().is_none() && !value.is_empty()).then_some(value)
}
