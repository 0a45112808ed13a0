//! The invitation as its QR shows it.

use std::fmt;

use crate::enrol::InvitationCode;
use crate::{Sha256, WireError};

const SCHEME: &str = "kakari-enrol:1";

/// Where to enrol, with which code, and what the region's keys must be.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server's address for enrolment, `https://host:port`.
    pub url: String,
    /// The code.
    pub code: InvitationCode,
    /// The region's keys; in the QR, not in what is typed.
    pub pins: Option<Pins>,
}

/// Fingerprints of the keys that a tablet is about to believe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pins {
    /// SHA-256 of the region's TLS authority (its certificate in DER).
    pub tls_authority: Sha256,
    /// SHA-256 of the region's Ed25519 key (32 bytes).
    pub region_key: Sha256,
}

impl Invitation {
    /// Longest text that is read, in bytes; a QR that a tablet's camera reads well holds less.
    pub const MAX_LEN: usize = 1024;

    /// As the QR holds it: `kakari-enrol:1 URL CODE AUTHORITY KEY`, in one line with single spaces; without the last two
    /// when there are no pins. Holds the secret code.
    pub fn expose(&self) -> String {
        let pins = self.pins.map(|pins| format!(" {} {}", pins.tls_authority, pins.region_key)).unwrap_or_default();
        format!("{SCHEME} {} {}{pins}", self.url, self.code.expose())
    }

    /// Reads what [`Invitation::expose`] wrote.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        if text.len() > Self::MAX_LEN {
            return Err(WireError::TooLong);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let code = |text| InvitationCode::parse(text).map_err(|_| WireError::Malformed("invitation code"));
        let (url, code, pins) = match words.as_slice() {
            [SCHEME, url, typed] => (url, code(typed)?, None),
            [SCHEME, url, typed, authority, key] => {
                let pins = Pins { tls_authority: Sha256::from_name(authority)?, region_key: Sha256::from_name(key)? };
                (url, code(typed)?, Some(pins))
            }
            _ => return Err(WireError::Malformed("invitation")),
        };
        if !url.starts_with("https://") {
            return Err(WireError::Malformed("address: must begin with https://"));
        }
        Ok(Self { url: (*url).to_owned(), code, pins })
    }
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation({}, [redacted])", self.url)
    }
}
