//! Who a certificate is for.

use std::fmt;
use std::str::FromStr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::KeyError;

const SCHEME: &str = "urn:kakari:";
const LONGEST: usize = 64;

/// What the holder of a certificate may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads the feed; sends receipts' rows and reports.
    Tablet,
    /// Sends documents.
    Sender,
    /// Sees the office's page.
    Office,
    /// This program itself.
    Server,
}

/// A role and who has it, as the certificate's URI `urn:kakari:ROLE:SUBJECT` says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// What for.
    pub role: Role,
    /// A tablet's id, a sender's name.
    pub subject: String,
}

impl Role {
    /// Its word in certificates and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tablet => "tablet",
            Self::Sender => "sender",
            Self::Office => "office",
            Self::Server => "server",
        }
    }
}

impl FromStr for Role {
    type Err = KeyError;

    fn from_str(word: &str) -> Result<Self, KeyError> {
        let roles = [Self::Tablet, Self::Sender, Self::Office, Self::Server];
        roles.into_iter().find(|role| role.word() == word).ok_or_else(|| KeyError::Subject(word.to_owned()))
    }
}

impl Identity {
    /// An identity that can stand in a certificate: 1 to 64 of ASCII's letters and digits, `-`, `_`, `.`.
    pub fn new(role: Role, subject: &str) -> Result<Self, KeyError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if subject.is_empty() || subject.len() > LONGEST || !subject.bytes().all(fits) {
            return Err(KeyError::Subject(subject.to_owned()));
        }
        Ok(Self { role, subject: subject.to_owned() })
    }

    /// `urn:kakari:ROLE:SUBJECT`.
    pub fn uri(&self) -> String {
        format!("{SCHEME}{}:{}", self.role.word(), self.subject)
    }

    /// Who this certificate (DER) is for; `None` unless exactly one of its names is such a URI. Whether it is genuine is
    /// the handshake's to say.
    pub fn of_certificate(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let names = certificate.subject_alternative_name().ok()??;
        let mut uris = names.value.general_names.iter().filter_map(|name| match name {
            GeneralName::URI(uri) => uri.strip_prefix(SCHEME),
            _ => None,
        });
        let (role, subject) = uris.next()?.split_once(':')?;
        if uris.next().is_some() {
            return None;
        }
        Self::new(role.parse().ok()?, subject).ok()
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.role.word(), self.subject)
    }
}
