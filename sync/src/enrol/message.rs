//! What is said while enrolling, and how each end proves that it knows the code.

use chrono::{DateTime, Utc};
use kakari_record::audit::TabletKey;
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::code::CodeKeys;
use crate::{Sha256, WireError, cbor};

const FORM: u8 = 1;
/// A few certificates, keys and addresses, and as much again many times over.
const MAX_LEN: usize = 64 * 1024;
const REQUEST: &[u8] = b"kakari enrol request v1\0";
const ANSWER: &[u8] = b"kakari enrol answer v1\0";
const OFFLINE: &[u8] = b"kakari enrol offline v1\0";

/// A tablet asks to be enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The invitation ([`CodeKeys`]).
    #[serde(with = "serde_bytes")]
    pub invitation: [u8; 16],
    /// Certificate signing request (PKCS #10, DER) for the tablet's TLS key.
    pub csr: ByteBuf,
    /// The tablet's key, which signs its audit checkpoints: 32 bytes of Ed25519, or 65 of P-256 when it lies in a device.
    pub tablet_key: TabletKey,
    /// Version of the program.
    pub app: String,
}

/// What an enrolled tablet knows of its region. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The tablet's id, as orders and receipts name it.
    pub tablet: String,
    /// Its vehicle, as the top bar shows it.
    pub vehicle: String,
    /// The region, in words.
    pub region: String,
    /// The region's feed.
    #[serde(with = "serde_bytes")]
    pub feed: [u8; 16],
    /// The region's Ed25519 key: what it signed is believed.
    #[serde(with = "serde_bytes")]
    pub region_key: [u8; 32],
    /// The P-256 key of the region's card authority, uncompressed (65 bytes).
    pub card_authority: ByteBuf,
    /// Ed25519 keys of officers who may countersign a mass wipe.
    #[serde(with = "cbor::keys")]
    pub officers: Vec<[u8; 32]>,
    /// The region's TLS authority (certificate, DER).
    pub tls_authority: ByteBuf,
    /// Where the feed's objects are: `https://host:port/path`, the name follows after a slash.
    pub feed_url: String,
    /// Where receipts, reports and renewals go.
    pub api_url: String,
    /// Where a tablet that was enrolled without a network asks for its certificate.
    pub enrol_url: String,
    /// True for invented residents.
    pub training: bool,
    /// The tablet's certificate and whatever stands between it and the authority (DER); empty while it has none.
    pub certificates: Vec<ByteBuf>,
}

/// The answer to an [`EnrolRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolAnswer {
    enrolment: ByteBuf,
    mac: ByteBuf,
}

/// An enrolment without a network, on a USB bundle beside the feed. Whoever has the code knows that the office made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfflineEnrolment {
    /// The invitation.
    #[serde(with = "serde_bytes")]
    pub invitation: [u8; 16],
    /// When it may no longer be begun with.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub expires_at: DateTime<Utc>,
    enrolment: ByteBuf,
    mac: ByteBuf,
}

/// Why an enrolment was refused. The server says it as JSON: `{"refused":"used"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EnrolRefusal {
    /// No invitation has this code.
    #[error("no invitation has this code: check it, or ask the office for a new one")]
    Unknown,
    /// Another tablet has used it.
    #[error("this invitation was used already by another tablet: ask the office for a new one")]
    Used,
    /// Its time is over.
    #[error("this invitation has expired: ask the office for a new one")]
    Expired,
    /// The other end does not know the code, or somebody stands between.
    #[error("the other end does not know this invitation: check the address, and tell the office if it is right")]
    Forged,
    /// The request itself is wrong.
    #[error("the certificate request was not taken")]
    BadRequest,
    /// The other end knows the invitation and writes a form that this program does not know.
    #[error("this program and the region's are not of the same time: update this tablet, or tell the office")]
    UnknownForm,
    /// The office has withdrawn the tablet.
    #[error("the office has revoked this tablet")]
    Revoked,
}

impl EnrolRequest {
    /// Longest request that the server reads, in bytes.
    pub const MAX_LEN: usize = 16 * 1024;

    /// The bytes to send: HMAC (32 bytes), then CBOR. `server` is the server's TLS certificate (DER) as the tablet saw it.
    pub fn seal(&self, keys: &CodeKeys, server: &[u8]) -> Vec<u8> {
        let bytes = cbor::encode(FORM, self);
        [mac(keys, REQUEST, &[Sha256::of(server).as_bytes(), &bytes]).as_ref(), &bytes].concat()
    }

    /// The request in `sealed`, not believed yet: to find out which invitation it names.
    pub fn peek(sealed: &[u8]) -> Result<Self, WireError> {
        if sealed.len() > Self::MAX_LEN {
            return Err(WireError::TooLong);
        }
        let (_, bytes) = sealed.split_first_chunk::<32>().ok_or(WireError::Malformed("request"))?;
        cbor::decode(FORM, bytes, Self::MAX_LEN)
    }

    /// The request in `sealed`, when whoever made it knows the code and saw this server.
    pub fn open(sealed: &[u8], keys: &CodeKeys, server: &[u8]) -> Result<Self, EnrolRefusal> {
        if sealed.len() > Self::MAX_LEN {
            return Err(EnrolRefusal::BadRequest);
        }
        let (found, bytes) = sealed.split_first_chunk::<32>().ok_or(EnrolRefusal::BadRequest)?;
        verify(keys, REQUEST, &[Sha256::of(server).as_bytes(), bytes], found)?;
        cbor::decode(FORM, bytes, Self::MAX_LEN).map_err(|_| EnrolRefusal::BadRequest)
    }
}

impl EnrolAnswer {
    /// Longest answer that a tablet reads, in bytes.
    pub const MAX_LEN: usize = MAX_LEN;

    /// The answer to the request that was sent as `request`, from the server with this certificate.
    pub fn make(enrolment: &Enrolment, keys: &CodeKeys, request: &[u8], server: &[u8]) -> Self {
        let bytes = cbor::encode(FORM, enrolment);
        let (request, server) = (Sha256::of(request), Sha256::of(server));
        let mac = ByteBuf::from(mac(keys, ANSWER, &[request.as_bytes(), server.as_bytes(), &bytes]).as_ref());
        Self { enrolment: ByteBuf::from(bytes), mac }
    }

    /// The enrolment, when whoever answered knows the code, answered this request, and is the server that was seen.
    pub fn open(&self, keys: &CodeKeys, request: &[u8], server: &[u8]) -> Result<Enrolment, EnrolRefusal> {
        let (request, server) = (Sha256::of(request), Sha256::of(server));
        verify(keys, ANSWER, &[request.as_bytes(), server.as_bytes(), &self.enrolment], &self.mac)?;
        cbor::decode(FORM, &self.enrolment, MAX_LEN).map_err(|_| EnrolRefusal::UnknownForm)
    }

    /// As it is sent.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(FORM, self)
    }

    /// Reads what [`EnrolAnswer::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        cbor::decode(FORM, bytes, MAX_LEN)
    }
}

impl OfflineEnrolment {
    /// Name of its file in a bundle.
    pub const FILE: &'static str = "enrolment";
    /// Longest that a tablet reads, in bytes.
    pub const MAX_LEN: usize = MAX_LEN;

    /// An enrolment that may be begun with until `expires_at`.
    pub fn make(enrolment: &Enrolment, keys: &CodeKeys, expires_at: DateTime<Utc>) -> Self {
        let bytes = cbor::encode(FORM, enrolment);
        let mac = mac(keys, OFFLINE, &[&expires_at.timestamp().to_be_bytes(), &bytes]);
        Self { invitation: keys.id, expires_at, enrolment: ByteBuf::from(bytes), mac: ByteBuf::from(mac.as_ref()) }
    }

    /// The enrolment, when it was made with this code and its time is not over at `now`.
    pub fn open(&self, keys: &CodeKeys, now: DateTime<Utc>) -> Result<Enrolment, EnrolRefusal> {
        if self.invitation != keys.id {
            return Err(EnrolRefusal::Unknown);
        }
        verify(keys, OFFLINE, &[&self.expires_at.timestamp().to_be_bytes(), &self.enrolment], &self.mac)?;
        if now >= self.expires_at {
            return Err(EnrolRefusal::Expired);
        }
        cbor::decode(FORM, &self.enrolment, MAX_LEN).map_err(|_| EnrolRefusal::UnknownForm)
    }

    /// As it is written.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(FORM, self)
    }

    /// Reads what [`OfflineEnrolment::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        cbor::decode(FORM, bytes, MAX_LEN)
    }
}

fn mac(keys: &CodeKeys, context: &[u8], parts: &[&[u8]]) -> hmac::Tag {
    hmac::sign(&keys.key, &[context, &parts.concat()].concat())
}

fn verify(keys: &CodeKeys, context: &[u8], parts: &[&[u8]], found: &[u8]) -> Result<(), EnrolRefusal> {
    hmac::verify(&keys.key, &[context, &parts.concat()].concat(), found).map_err(|_| EnrolRefusal::Forged)
}
