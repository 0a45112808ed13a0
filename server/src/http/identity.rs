//! Who is at the other end, by the certificate shown in the handshake.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::keys::Identity;

/// The other end of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Where it calls from.
    pub(crate) address: SocketAddr,
    /// Its certificate; none on the enrolment listener, or when it names nobody of this region.
    pub(crate) shown: Option<Arc<Shown>>,
}

/// A client certificate. That the region's authority signed it, the handshake has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Whom it names.
    pub(crate) identity: Identity,
    /// Its serial number, big-endian, as the table of certificates has it.
    pub(crate) serial: Vec<u8>,
    /// It is not valid after this.
    pub(crate) not_after: DateTime<Utc>,
}

impl Shown {
    /// Reads a certificate (DER). `None` when it names nobody.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let identity = Identity::of_certificate(der)?;
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let not_after = DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)?;
        Some(Self { identity, serial: certificate.raw_serial().to_vec(), not_after })
    }
}
